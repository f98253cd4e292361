"""What an election says at one moment: of the working copy, or frozen with a submission."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from agreements.models import Agreement, signer_line
from agreements.text import fingerprints
from agreements.text.fingerprints import Fingerprints
from agreements.text.provisions import Choices
from eligibility.law.facts import DeclaredPractice
from ground.clock import EASTERN
from ground.sql import rows

from .models import Election, Member, Submission, still_asked

# Read by statements of our own: a page or a submission that asks Django for as many columns takes a fifth longer.
# One row for each practice, and one without a `member_id` where there is none yet.
WORKING_COPY = """
SELECT virtual_group.name AS virtual_group_name, agreement.acknowledged,
       agreement.last_year, agreement.quality, agreement.close_out_contact,
       agreement.is_signed_here, agreement.text_sha256, agreement.salt, agreement.own_id,
       member.id AS member_id, member.name, member.tin_kind, member.tin, member.contests,
       ARRAY(SELECT npi FROM elections_memberclinician WHERE member_id = member.id ORDER BY position, id) AS npis,
       party.executed_on, party.signer_name, party.signer_title, party.opt_in_accepted,
       party.signer_email, party.dated_for, member.signer_asked
FROM elections_election AS election
JOIN elections_virtualgroup AS virtual_group ON virtual_group.id = election.virtual_group_id
JOIN agreements_agreement AS agreement ON agreement.id = election.agreement_id
LEFT JOIN elections_member AS member ON member.election_id = election.id
LEFT JOIN agreements_party AS party ON party.id = member.party_id
WHERE election.id = %s
ORDER BY member.position
"""
# Of an agreement that is signed here: each practice's latest signature, but none that came before its last no.
SIGNATURES = """
SELECT DISTINCT ON (member.id) member.id AS member_id,
       signed.name, signed.title, signed.signed_at, signed.known_by, signed.statement,
       request.name AS asked_name, request.email AS asked_email,
       signed.text_sha256, signed.parties_sha256, signed.schedule_sha256, given.performance_year,
       signed.opt_in_accepted
FROM elections_member AS member
JOIN agreements_party AS party ON party.id = member.party_id
JOIN agreements_signature AS signed ON signed.party_id IN (party.id, party.continues_id)
JOIN agreements_signingrequest AS request ON request.id = signed.request_id
JOIN agreements_party AS giver ON giver.id = signed.party_id
JOIN agreements_agreement AS given ON given.id = giver.agreement_id
WHERE member.election_id = %s AND NOT EXISTS (
    SELECT 1 FROM agreements_signingrequest AS later
    WHERE later.party_id IN (party.id, party.continues_id)
      AND later.id >= signed.request_id AND later.declined_at >= signed.signed_at
)
ORDER BY member.id, signed.id DESC
"""
TIN = Member._meta.get_field("tin")
SALT = Agreement._meta.get_field("salt")
ALTERNATE = ("alternate_name", "alternate_email", "alternate_phone")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature given here: by whom and when, how they were known, whom the link was for, and what it covers.

    `performance_year` is that of the election it was given in: an earlier one where the agreement goes on.
    """

    name: str
    title: str
    signed_at: datetime
    known_by: str
    statement: str
    asked_name: str
    asked_email: str
    text_sha256: str
    parties_sha256: str
    schedule_sha256: str
    performance_year: int

    @property
    def covered(self) -> Fingerprints:
        return Fingerprints(self.text_sha256, self.parties_sha256, self.schedule_sha256)


@dataclass(frozen=True, slots=True)
class PracticeEntry(DeclaredPractice):
    """One practice as the representative declares it.

    `contests` are pairs of a rule's id and what the representative says against its finding. `signed` is how it
    executed the agreement here, None where it has not or did so elsewhere. No part of the content are `void`, which
    says what changed since a signature that no longer counts, `asks_signer`: who is named as signer, while somebody
    must say whether they still are (practices/other_tins.py), else empty, `refused_opt_in`: its signer answered no
    here, or it signed elsewhere and no yes was recorded, and `dated_for` (agreement/paper_dates.py).
    """

    executed_on: date | None
    signer_name: str
    signer_title: str
    opt_in_accepted: bool
    contests: tuple[tuple[str, str], ...] = ()
    signed: Signed | None = None
    void: tuple[str, ...] = field(default=(), compare=False)
    asks_signer: str = field(default="", compare=False)
    refused_opt_in: bool = field(default=False, compare=False)
    dated_for: str = field(default="", compare=False)


@dataclass(frozen=True)
class Snapshot:
    """An election's whole content; equal content gives the same fingerprint.

    No part of the content are `member_ids`, whose entries `practices` are, the `choices` of the agreement's text,
    whether it is the group's own, and whether it is signed here: those are there where it was read of a working copy.
    """

    performance_year: int
    virtual_group_name: str
    representative_name: str
    representative_email: str
    representative_phone: str
    agreement_acknowledged: bool
    practices: tuple[PracticeEntry, ...]
    alternate_name: str = ""
    alternate_email: str = ""
    alternate_phone: str = ""
    member_ids: tuple[int, ...] = field(default=(), compare=False)
    choices: Choices = field(default=Choices(), compare=False)
    is_own: bool = field(default=False, compare=False)
    is_signed_here: bool = field(default=False, compare=False)
    covered: tuple[Fingerprints, ...] = field(default=(), compare=False)

    @cached_property
    def canonical(self) -> str:
        """The one JSON text that stands for this content, whatever the order of NPIs.

        Of what nobody contests, and of an alternate contact that is not given, it says nothing.
        """
        content = {each.name: getattr(self, each.name) for each in fields(self) if each.compare}
        content["practices"] = [_content(entry) for entry in self.practices]
        for name in ALTERNATE:
            if not content[name]:
                del content[name]
        return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)

    def is_carried(self, entry: PracticeEntry) -> bool:
        """Say whether a practice of this content signed in an earlier year, in an agreement that goes on."""
        return entry.signed is not None and entry.signed.performance_year != self.performance_year

    @property
    def signatures_sha256(self) -> str:
        """The fingerprint of the signatures that count, in the practices' order."""
        given = [asdict(entry.signed) for entry in self.practices if entry.signed]
        return hashlib.sha256(json.dumps(given, sort_keys=True, default=str).encode()).hexdigest()

    @property
    def is_executed_here(self) -> bool:
        """Say whether every practice has signed here what now stands."""
        return bool(self.practices) and all(entry.signed for entry in self.practices)

    @property
    def practice_names(self) -> list[str]:
        """The practices' names in their order; a draft's may be empty."""
        return [entry.name for entry in self.practices]

    @cached_property
    def sha256(self) -> str:
        """The fingerprint: SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @classmethod
    def of_working_copy(cls, election: Election) -> Self:
        """Read the working copy as it stands in the database, in one query whatever its size, or two if signed here."""
        copy = rows(WORKING_COPY, [election.pk])
        whole, members = copy[0], [row for row in copy if row.member_id is not None]
        entries = [_entry(member) for member in members]
        covered = _covered(whole.text_sha256, _opened(SALT, whole.salt), entries) if whole.is_signed_here else ()
        if whole.is_signed_here:
            given = {row.member_id: row for row in rows(SIGNATURES, [election.pk])}
            signatures = [given.get(member.member_id) for member in members]
            year = election.performance_year
            entries = [_as_signed(*each, year) for each in zip(entries, signatures, covered, strict=True)]
        return cls(
            performance_year=election.performance_year,
            virtual_group_name=whole.virtual_group_name,
            representative_name=election.representative_name,
            representative_email=election.representative_email,
            representative_phone=election.representative_phone,
            agreement_acknowledged=whole.acknowledged,
            practices=tuple(entries),
            member_ids=tuple(member.member_id for member in members),
            choices=Choices(whole.last_year, whole.quality, whole.close_out_contact),
            is_own=whole.own_id is not None,
            is_signed_here=whole.is_signed_here,
            covered=covered,
            **election.alternate_contact,
        )

    @classmethod
    def of_submission(cls, submission: Submission) -> Self:
        """Read what was submitted."""
        stored: dict[str, Any] = json.loads(submission.snapshot)
        practices = stored.pop("practices")
        return cls(**stored, practices=tuple(_stored_entry(practice) for practice in practices))


def _content(entry: PracticeEntry) -> dict[str, Any]:
    content = {each.name: getattr(entry, each.name) for each in fields(entry) if each.compare}
    content["npis"] = sorted(entry.npis)
    if not entry.contests:
        del content["contests"]
    if entry.signed:
        content["signed"] = asdict(entry.signed) | {"signed_at": entry.signed.signed_at.isoformat()}
    else:
        del content["signed"]
    return content


def _covered(text_sha256: str, salt: str, entries: Sequence[PracticeEntry]) -> tuple[Fingerprints, ...]:
    """Return the fingerprints that each practice's signature would cover now."""
    parties = fingerprints.of_parties(map(_party, entries), salt)
    return tuple(Fingerprints(text_sha256, parties, _schedule(entry, salt)) for entry in entries)


def _schedule(entry: PracticeEntry, salt: str) -> str:
    return fingerprints.of_schedule(entry.npis, _party(entry), salt)


def _party(entry: PracticeEntry) -> tuple[str, str, str]:
    return entry.name, entry.tin_kind, entry.tin


def _as_signed(
    entry: PracticeEntry, signature: Any | None, covered: Fingerprints, performance_year: int
) -> PracticeEntry:
    """Return a practice of an agreement that is signed here: executed by a signature that covers what stands now.

    Without one it has not executed it, whatever was recorded of an execution elsewhere. An opt-in is accepted for one
    performance year.
    """
    signed = Signed(**{each.name: getattr(signature, each.name) for each in fields(Signed)}) if signature else None
    void = covered.changed_since(signed.covered) if signed else ()
    if signature is None or signed is None or void:
        unsigned = replace(entry, executed_on=None, signer_name="", signer_title="", opt_in_accepted=False)
        return replace(unsigned, refused_opt_in=False, void=void)
    answer = signature.opt_in_accepted if signed.performance_year == performance_year else None
    return replace(
        entry,
        executed_on=signed.signed_at.astimezone(EASTERN).date(),
        signer_name=signed.name,
        signer_title=signed.title,
        opt_in_accepted=answer is True,
        refused_opt_in=answer is False,
        signed=signed,
    )


def _opened(field: Any, sealed: str | None) -> str:
    """Return the decrypted value of a field that Django did not read; empty for None."""
    return field.from_db_value(sealed, None, None) or ""


def _entry(row: Any) -> PracticeEntry:
    return PracticeEntry(
        name=row.name,
        tin_kind=row.tin_kind,
        tin=_opened(TIN, row.tin),
        npis=tuple(dict.fromkeys(row.npis)),
        executed_on=row.executed_on,
        signer_name=row.signer_name,
        signer_title=row.signer_title,
        opt_in_accepted=row.opt_in_accepted,
        refused_opt_in=row.executed_on is not None and not row.opt_in_accepted,
        contests=tuple(sorted(json.loads(row.contests).items())),
        asks_signer=still_asked(row.signer_asked, signer_line(row.signer_name, row.signer_email)),
        dated_for=row.dated_for,
    )


def _stored_entry(practice: dict[str, Any]) -> PracticeEntry:
    executed_on = practice["executed_on"]
    return PracticeEntry(
        **practice
        | {
            "npis": tuple(practice["npis"]),
            "contests": tuple((rule, statement) for rule, statement in practice.get("contests", ())),
            "executed_on": date.fromisoformat(executed_on) if executed_on else None,
            "signed": _stored_signature(practice["signed"]) if "signed" in practice else None,
        }
    )


def _stored_signature(signed: dict[str, Any]) -> Signed:
    return Signed(**signed | {"signed_at": datetime.fromisoformat(signed["signed_at"])})
