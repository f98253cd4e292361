"""What an election says at one moment: of the working copy, or frozen with a submission."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from .models import Election, Member, Submission

ALTERNATE = ("alternate_name", "alternate_email", "alternate_phone")


@dataclass(frozen=True, slots=True)
class PracticeEntry:
    """One practice as the representative declares it; `tin` holds nine digits of an EIN or the last six of an SSN.

    `contests` are pairs of a rule's id and what the representative says against its finding.
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

    @property
    def tin_last4(self) -> str:
        return self.tin[-4:]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An election's whole content; equal content gives the same fingerprint."""

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

    def canonical(self) -> str:
        """Return the one JSON text that stands for this content, whatever the order of NPIs.

        Of what nobody contests, and of an alternate contact that is not given, it says nothing.
        """
        content = asdict(self)
        for practice in content["practices"]:
            practice["npis"] = sorted(practice["npis"])
            if not practice["contests"]:
                del practice["contests"]
        for name in ALTERNATE:
            if not content[name]:
                del content[name]
        return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)

    @property
    def nameless(self) -> list[int]:
        """The places in the list, from 1, of practices without a name, which a submission demands."""
        return [number for number, entry in enumerate(self.practices, start=1) if not entry.name.strip()]

    @property
    def practice_names(self) -> list[str]:
        """The practices' names in their order; a draft's may be empty."""
        return [entry.name for entry in self.practices]

    @property
    def sha256(self) -> str:
        """The fingerprint: SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @classmethod
    def of_working_copy(cls, election: Election) -> Self:
        """Read the working copy as it stands in the database, in three queries whatever its size."""
        members = election.members.select_related("party").prefetch_related("clinicians").order_by("position")
        return cls(
            performance_year=election.performance_year,
            virtual_group_name=election.virtual_group.name,
            representative_name=election.representative_name,
            representative_email=election.representative_email,
            representative_phone=election.representative_phone,
            agreement_acknowledged=election.agreement.acknowledged,
            practices=tuple(_entry(member) for member in members),
            **election.alternate_contact,
        )

    @classmethod
    def of_submission(cls, submission: Submission) -> Self:
        """Read what was submitted."""
        stored: dict[str, Any] = json.loads(submission.snapshot)
        practices = stored.pop("practices")
        return cls(**stored, practices=tuple(_stored_entry(practice) for practice in practices))


def _entry(member: Member) -> PracticeEntry:
    return PracticeEntry(
        name=member.name,
        tin_kind=member.tin_kind,
        tin=member.tin,
        npis=tuple(dict.fromkeys(clinician.npi for clinician in member.clinicians.all())),
        executed_on=member.party.executed_on,
        signer_name=member.party.signer_name,
        signer_title=member.party.signer_title,
        opt_in_accepted=member.party.opt_in_accepted,
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
        }
    )
