"""What an election says at one moment: of the working copy, or frozen with a submission."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from accounts.clock import EASTERN
from accounts.statements import rows
from agreements import fingerprints
from agreements.fingerprints import Covered
from agreements.models import Agreement
from agreements.provisions import Choices

from .models import Election, Member, MemberClinician, Submission

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
OF_AGREEMENT = (
    "election__virtual_group__name",
    "acknowledged",
    "last_year",
    "quality",
    "close_out_contact",
    "is_signed_here",
    "text_sha256",
    "salt",
    "own",
)
OF_MEMBER = ("name", "tin_kind", "tin", "contests")
OF_PARTY = ("party__executed_on", "party__signer_name", "party__signer_title", "party__opt_in_accepted")
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
    def covered(self) -> Covered:
        return Covered(self.text_sha256, self.parties_sha256, self.schedule_sha256)


@dataclass(frozen=True, slots=True)
class PracticeEntry:
    """One practice as the representative declares it; `tin` holds nine digits of an EIN or the last six of an SSN.

    `contests` are pairs of a rule's id and what the representative says against its finding. `signed` is how it
    executed the agreement here, None where it has not or did so elsewhere; `void` says what changed since a signature
    that no longer counts, and is no part of the content.
    """

    name: str
    tin_kind: str
    tin: str
    npis: tuple[str, ...]
    executed_on: date | None
    signer_name: str
    signer_title: str
    opt_in_accepted: bool
    contests: tuple[tuple[str, str], ...] = ()
    signed: Signed | None = None
    void: tuple[str, ...] = field(default=(), compare=False)

    @property
    def tin_last4(self) -> str:
        return self.tin[-4:]


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
    covered: tuple[Covered, ...] = field(default=(), compare=False)

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
    def nameless(self) -> list[int]:
        """The places in the list, from 1, of practices without a name, which a submission demands."""
        return [number for number, entry in enumerate(self.practices, start=1) if not entry.name.strip()]

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
        """Read the working copy as it stands in the database, in two queries, or three if signed here."""
        agreement = Agreement.objects.values_list(*OF_AGREEMENT, named=True).get(pk=election.agreement_id)
        members = list(_members(election))
        entries = [_entry(member) for member in members]
        covered = _covered(agreement.text_sha256, agreement.salt or "", entries) if agreement.is_signed_here else ()
        if agreement.is_signed_here:
            given = {row.member_id: row for row in rows(SIGNATURES, [election.pk])}
            signatures = [given.get(member.pk) for member in members]
            year = election.performance_year
            entries = [_as_signed(*each, year) for each in zip(entries, signatures, covered, strict=True)]
        return cls(
            performance_year=election.performance_year,
            virtual_group_name=agreement.election__virtual_group__name,
            representative_name=election.representative_name,
            representative_email=election.representative_email,
            representative_phone=election.representative_phone,
            agreement_acknowledged=agreement.acknowledged,
            practices=tuple(entries),
            member_ids=tuple(member.pk for member in members),
            choices=Choices(agreement.last_year, agreement.quality, agreement.close_out_contact),
            is_own=agreement.own is not None,
            is_signed_here=agreement.is_signed_here,
            covered=covered,
            **election.alternate_contact,
        )

    @classmethod
    def of_submission(cls, submission: Submission) -> Self:
        """Read what was submitted."""
        stored: dict[str, Any] = json.loads(submission.snapshot)
        practices = stored.pop("practices")
        return cls(**stored, practices=tuple(_stored_entry(practice) for practice in practices))


def _members(election: Election) -> QuerySet[Member, Any]:
    """Return the practices as named rows: their own fields, their NPIs, and what is said of them as parties."""
    npis = MemberClinician.objects.filter(member=OuterRef("pk")).order_by("position", "pk").values("npi")
    listed = Member.objects.filter(election=election).order_by("position").annotate(npis=ArraySubquery(npis))
    return listed.values_list("pk", *OF_MEMBER, "npis", *OF_PARTY, named=True)


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


def _covered(text_sha256: str, salt: str, entries: Sequence[PracticeEntry]) -> tuple[Covered, ...]:
    """Return what a signature for each of the practices would cover now."""
    parties = fingerprints.of_parties(map(_party, entries), salt)
    return tuple(Covered(text_sha256, parties, _schedule(entry, salt)) for entry in entries)


def _schedule(entry: PracticeEntry, salt: str) -> str:
    return fingerprints.of_schedule(entry.npis, _party(entry), salt)


def _party(entry: PracticeEntry) -> tuple[str, str, str]:
    return entry.name, entry.tin_kind, entry.tin


def _as_signed(entry: PracticeEntry, signature: Any | None, covered: Covered, performance_year: int) -> PracticeEntry:
    """Return a practice of an agreement that is signed here: executed by a signature that covers what stands now.

    Without one it has not executed it, whatever was recorded of an execution elsewhere. An opt-in is accepted for one
    performance year.
    """
    signed = Signed(**{each.name: getattr(signature, each.name) for each in fields(Signed)}) if signature else None
    void = covered.changed_since(signed.covered) if signed else ()
    if signature is None or signed is None or void:
        return replace(entry, executed_on=None, signer_name="", signer_title="", opt_in_accepted=False, void=void)
    return replace(
        entry,
        executed_on=signed.signed_at.astimezone(EASTERN).date(),
        signer_name=signed.name,
        signer_title=signed.title,
        opt_in_accepted=bool(signature.opt_in_accepted) and signed.performance_year == performance_year,
        signed=signed,
    )


def _entry(member: Any) -> PracticeEntry:
    return PracticeEntry(
        name=member.name,
        tin_kind=member.tin_kind,
        tin=member.tin,
        npis=tuple(dict.fromkeys(member.npis)),
        executed_on=member.party__executed_on,
        signer_name=member.party__signer_name,
        signer_title=member.party__signer_title,
        opt_in_accepted=member.party__opt_in_accepted,
        contests=tuple(sorted(member.contests.items())),
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
