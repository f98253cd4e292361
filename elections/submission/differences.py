"""What the working copy says otherwise than the last submission, which stands until it is submitted again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from eligibility.law.rule_results import count
from ground.templatetags.et import et_date

from ..content import PracticeEntry, Snapshot
from ..models import Election
from ..same_practices import paired
from ..states import STANDING, ElectionStatus

CONTACT = {
    "representative_name": "The representative’s name",
    "representative_email": "The representative’s email address",
    "representative_phone": "The representative’s phone",
    "alternate_name": "The alternate contact’s name",
    "alternate_email": "The alternate contact’s email address",
    "alternate_phone": "The alternate contact’s phone",
}
NAMED = {"virtual_group_name": "The virtual group’s name", **CONTACT}
THEY_CONTEST = "the representative contests"  # as the desk says it
NOT_EXECUTED = "has not executed the agreement yet"


def differences(submitted: Snapshot, now: Snapshot, *, contested_by: str = "you contest") -> list[str]:
    """Return each difference in a sentence; none where both say the same. At the desk the representative contests."""
    return [*_whole(submitted, now), *_practices(submitted, now, contested_by)]


def _whole(submitted: Snapshot, now: Snapshot) -> Iterator[str]:
    yield from _named(submitted, now, NAMED)
    if submitted.agreement_acknowledged != now.agreement_acknowledged:
        yield f"The agreement is {'now' if now.agreement_acknowledged else 'no longer'} acknowledged."


def _named(submitted: Snapshot, now: Snapshot, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        before, after = getattr(submitted, name), getattr(now, name)
        if before != after:
            yield f"{NAMED[name]} was {_quoted(before)} and is now {_quoted(after)}."


def for_all_practices(submitted: Snapshot, now: Snapshot) -> list[str]:
    """Return what changed for the group in sentences that each practice's signer may read.

    Of another practice, they name neither its clinicians nor what it contests or accepts.
    """
    pairs, gone = paired(submitted, now)
    return [
        *_named(submitted, now, ("virtual_group_name", "representative_name", "representative_email")),
        *(sentence for before, entry in pairs for sentence in _in_short(before, entry)),
        *(f"{_name(entry)} is no longer listed." for entry in gone),
    ]


def for_one_practice(before: PracticeEntry, after: PracticeEntry) -> list[str]:
    """Return what changed for a practice, in sentences for its own signer."""
    return list(_practice(before, after))


def _practices(submitted: Snapshot, now: Snapshot, contested_by: str) -> Iterator[str]:
    pairs, gone = paired(submitted, now)
    for same, entry in pairs:
        if same is None:
            yield _is_new(entry)
        else:
            yield from _practice(same, entry)
            if same.contests != entry.contests:
                yield f"{_name(entry)}: what {contested_by} changed."
    for entry in gone:
        yield f"{_name(entry)} is no longer listed."


def _in_short(before: PracticeEntry | None, after: PracticeEntry) -> Iterator[str]:
    if before is None:
        yield _is_new(after)
    elif set(before.npis) != set(after.npis):
        yield f"{_name(after)}: the clinician list changed. It now has {count(len(after.npis), 'clinician')}."


def _is_new(entry: PracticeEntry) -> str:
    return f"{_name(entry)} is new, with {count(len(entry.npis), 'clinician')}."


def _practice(before: PracticeEntry, after: PracticeEntry) -> Iterator[str]:
    name = _name(after)
    if before.name != after.name:
        yield f"{name} was submitted as {_quoted(before.name)}."
    if (before.tin_kind, before.tin) != (after.tin_kind, after.tin):
        yield f"{name} has a different TIN."
    for change, more, fewer in (("added", after.npis, before.npis), ("removed", before.npis, after.npis)):
        if npis := sorted(set(more) - set(fewer)):
            yield f"{name}: {change} {', '.join(npi or 'a line without an NPI' for npi in npis)}."
    if before.executed_on != after.executed_on:
        day = f"executed the agreement on {et_date(after.executed_on)}" if after.executed_on else NOT_EXECUTED
        yield f"{name} {day}."
    if (before.signer_name, before.signer_title) != (after.signer_name, after.signer_title):
        signer = f"{after.signer_name}, {after.signer_title}".strip(", ")
        yield f"{name}: the signer is now {_quoted(signer)}." if signer else f"{name} has no signer named."
    if before.opt_in_accepted != after.opt_in_accepted:
        yield f"{name} {'accepts' if after.opt_in_accepted else 'does not accept'} the opt-in."


def _name(entry: PracticeEntry) -> str:
    return entry.name or "A practice without a name"


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "not given"


def is_submitted_as_it_stands(election: Election, snapshot: Snapshot) -> bool:
    """Say whether what CMS has is what the working copy says; contact details reported since aside."""
    submission = election.last_submission
    if submission is None or election.public_status not in STANDING:
        return False
    if submission.snapshot_sha256 == snapshot.sha256:
        return True
    submitted = Snapshot.of_submission(submission)
    contact = {name: getattr(submitted, name) for name in CONTACT if name.startswith("representative")}
    is_approved = election.public_status == ElectionStatus.APPROVED
    return is_approved and submission.snapshot_sha256 == replace(snapshot, **contact).sha256
