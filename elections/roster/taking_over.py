"""Taking over a roster that was read from a file or a text."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accounts.models import User
from agreements.models import Party
from eligibility.law.identifiers import EIN, SSN
from eligibility.law.rule_results import count

from ..models import Election, Member, MemberClinician
from ..practices.members import MIGHT_BE_SSN, TinDropped, drop_ssns, record_asking, refuse_ssns
from ..verbs import Refused
from ..working_copy import unacknowledge
from .lines_typed import MOST_LINES
from .practices_read import ReadPractice
from .reading import ReadRoster
from .undo import step

MOST_PRACTICES = 500


@dataclass(slots=True)
class Taken:
    """What became of a list: how many practices and clinicians were added, how many were listed already.

    `dropped` says of which practices the EIN is an SSN in CMS data, and was not kept.
    """

    practices: int = 0
    clinicians: int = 0
    known: int = 0
    dropped: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Say whether anything was added."""
        return bool(self.practices or self.clinicians)

    def in_words(self) -> str:
        """Return a sentence that says what was added from the list."""
        practices, clinicians = count(self.practices, "practice"), count(self.clinicians, "clinician")
        said = f"We added {practices} and {clinicians} from your list."
        known = f"{count(self.known, 'clinician')} {'was' if self.known == 1 else 'were'} already listed."
        return f"{said} {known}" if self.known else said


def take_over(
    election_id: uuid.UUID, roster: ReadRoster, *, replaces: bool, by: User, now: datetime, address: str | None = None
) -> Taken:
    """Add the practices and clinicians of a list; a practice is known by its TIN, else by its name.

    `replaces`: the clinicians of its practices are those of the list; else they are added to those listed already.
    Raises Refused where that would be too many, or too many TINs were asked about today.
    """
    taken, read = Taken(), roster.practices
    with step(election_id, by=by, now=now) as (election, done):
        if election.members.count() + len(read) > 2 * MOST_PRACTICES:
            raise Refused(f"Nothing was saved. An election can list at most {MOST_PRACTICES} practices.")
        taken.dropped = _drop_ssns(read, by=by, now=now, address=address)
        members = list(election.members.prefetch_related("clinicians").select_related("party"))
        found = [_known(practice, members) for practice in read]
        unknown = [practice for practice, member in zip(read, found, strict=True) if member is None]
        new = _add_members(election, unknown, by=by)
        done.added += [member.pk for member in new]
        taken.practices = len(new)
        fresh = iter(new)
        pairs = [(practice, member or next(fresh)) for practice, member in zip(read, found, strict=True)]
        _complete(pairs, by=by)
        _add_lines(election, pairs, replaces, taken)
        concerned = [member for _, member in pairs]
        record_asking(election, concerned, by=by, now=now, address=address)
        for member in drop_ssns(election, concerned, by=by, now=now, address=address):
            taken.dropped += (str(TinDropped([member])),)
        done.what, done.notes = taken.in_words(), [*roster.notes, *taken.dropped]
    return taken


def _drop_ssns(read: Sequence[ReadPractice], *, by: User, now: datetime, address: str | None) -> tuple[str, ...]:
    """Drop TINs called EINs that CMS data know as the SSN of somebody listed; return whose.

    Raises Refused before anything is answered: whether a TIN is refused tells whether it is somebody's SSN.
    """
    eins = [practice for practice in read if practice.tin_kind == EIN and practice.tin]
    asked = [(practice.tin, [line.npi for line in practice.lines]) for practice in eins]
    refused = refuse_ssns(asked, by=by, address=address, now=now)
    dropped = [practice for practice, is_ssn in zip(eins, refused, strict=True) if is_ssn]
    for practice in dropped:
        practice.tin = ""
    return tuple(f"{practice.where}: the TIN {MIGHT_BE_SSN}" for practice in dropped)


def _known(practice: ReadPractice, members: Sequence[Member]) -> Member | None:
    """Return the practice that is listed already: of the same TIN, or, where one of the two has none, the same name."""
    npis = {line.npi for line in practice.lines}
    if practice.member_id is not None:
        return _chosen(practice.member_id, members)
    for member in members:
        if practice.tin and (member.tin_kind, str(member.tin)) == (practice.tin_kind, practice.tin):
            shares = npis & {line.npi for line in member.clinicians.all()}
            if practice.tin_kind != SSN or shares or not npis:
                return member
    same = [member for member in members if practice.name and member.name.casefold() == practice.name.casefold()]
    return next((member for member in same if not (member.tin and practice.tin)), None)


def _chosen(member_id: int, members: Sequence[Member]) -> Member:
    """Return the practice that someone chose for a list that names none. Raises Refused if it is gone."""
    for member in members:
        if member.pk == member_id:
            return member
    raise Refused("Nothing was saved. Someone just removed this practice from the election.")


def _add_members(election: Election, read: Sequence[ReadPractice], *, by: User) -> list[Member]:
    if not read:
        return []
    last = election.members.aggregate(last=Max("position"))["last"] or 0
    if election.members.count() + len(read) > MOST_PRACTICES:
        raise Refused(f"Nothing was saved. An election can list at most {MOST_PRACTICES} practices.")
    unacknowledge(election)
    parties = Party.objects.bulk_create(Party(agreement=election.agreement) for _ in read)
    return Member.objects.bulk_create(
        Member(
            election=election,
            party=party,
            position=last + place,
            name=practice.name,
            tin_kind=practice.tin_kind,
            tin=practice.tin,
            tin_last4=practice.tin[-4:],
            tin_typed_by=by if practice.tin else None,
        )
        for place, (practice, party) in enumerate(zip(read, parties, strict=True), start=1)
    )


def _complete(pairs: Sequence[tuple[ReadPractice, Member]], *, by: User) -> None:
    """Fill in what a practice that was listed already lacks: its name, or its TIN."""
    changed = []
    for practice, member in pairs:
        if (practice.name and not member.name) or (practice.tin and not member.tin):
            member.name = member.name or practice.name
            if practice.tin and not member.tin:
                member.tin_kind, member.tin, member.tin_last4 = practice.tin_kind, practice.tin, practice.tin[-4:]
                member.tin_typed_by = by
            changed.append(member)
    Member.objects.bulk_update(changed, ["name", "tin_kind", "tin", "tin_last4", "tin_typed_by"])


def _add_lines(election: Election, pairs: Sequence[tuple[ReadPractice, Member]], replaces: bool, taken: Taken) -> None:
    """Add the lines that are not listed yet. A line that the list itself has twice stays twice, to be looked at."""
    ids = [member.pk for _, member in pairs]
    if replaces:
        MemberClinician.objects.filter(member__in=ids).delete()
    listed: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    for member_id, npi, position in MemberClinician.objects.filter(member__in=ids).values_list(
        "member", "npi", "position"
    ):
        listed[member_id][npi or f"without {position}"] = position
    rows = []
    for practice, member in pairs:
        position = max(listed[member.pk].values(), default=0)
        for line in practice.lines:
            if line.npi and line.npi in listed[member.pk]:
                taken.known += 1
                continue
            position += 1
            rows.append(MemberClinician.of_cells(member.pk, position, (line.npi, line.last_name, line.first_name)))
    taken.clinicians = len(rows)
    if MemberClinician.objects.filter(member__election=election).count() + len(rows) > MOST_LINES:
        raise Refused(f"Nothing was saved. An election can list at most {MOST_LINES:,} clinicians.")
    MemberClinician.objects.bulk_create(rows, batch_size=1000)
