"""What an election says at one moment: of the working copy, or frozen with a submission."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any, Self

from accounts.statements import rows
from agreements.provisions import Choices

from .models import Election, Member, Submission

# One row for each practice, and one with a `member.id` that is NULL where there is none yet.
WORKING_COPY = """
SELECT virtual_group.name, agreement.acknowledged,
       agreement.last_year, agreement.quality, agreement.close_out_contact, member.id,
       member.name, member.tin_kind, member.tin, member.contests,
       ARRAY(SELECT npi FROM elections_memberclinician WHERE member_id = member.id ORDER BY position, id),
       party.executed_on, party.signer_name, party.signer_title, party.opt_in_accepted
FROM elections_election AS election
JOIN elections_virtualgroup AS virtual_group ON virtual_group.id = election.virtual_group_id
JOIN agreements_agreement AS agreement ON agreement.id = election.agreement_id
LEFT JOIN elections_member AS member ON member.election_id = election.id
LEFT JOIN agreements_party AS party ON party.id = member.party_id
WHERE election.id = %s
ORDER BY member.position
"""
TIN = Member._meta.get_field("tin")
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


@dataclass(frozen=True)
class Snapshot:
    """An election's whole content; equal content gives the same fingerprint.

    No part of the content are `member_ids`, whose entries `practices` are, and the `choices` of the agreement's text:
    both are there where it was read of a working copy.
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
        """Read the working copy as it stands in the database, in one query whatever its size."""
        found = rows(WORKING_COPY, [election.pk], kept=True)
        name, acknowledged, *choices = found[0][:5]
        return cls(
            performance_year=election.performance_year,
            virtual_group_name=name,
            representative_name=election.representative_name,
            representative_email=election.representative_email,
            representative_phone=election.representative_phone,
            agreement_acknowledged=acknowledged,
            practices=tuple(_entry(*row[6:]) for row in found if row[5] is not None),
            member_ids=tuple(row[5] for row in found if row[5] is not None),
            choices=Choices(*choices),
            **election.alternate_contact,
        )

    @classmethod
    def of_submission(cls, submission: Submission) -> Self:
        """Read what was submitted."""
        stored: dict[str, Any] = json.loads(submission.snapshot)
        practices = stored.pop("practices")
        return cls(**stored, practices=tuple(_stored_entry(practice) for practice in practices))


def _content(entry: PracticeEntry) -> dict[str, Any]:
    content = {each.name: getattr(entry, each.name) for each in fields(entry)}
    content["npis"] = sorted(entry.npis)
    if not entry.contests:
        del content["contests"]
    return content


def _entry(
    name: str,
    tin_kind: str,
    sealed_tin: str,
    contests: str,
    npis: list[str],
    executed_on: date | None,
    signer_name: str,
    signer_title: str,
    opt_in_accepted: bool,
) -> PracticeEntry:
    return PracticeEntry(
        name=name,
        tin_kind=tin_kind,
        tin=TIN.from_db_value(sealed_tin, None, None) or "",
        npis=tuple(dict.fromkeys(npis)),
        executed_on=executed_on,
        signer_name=signer_name,
        signer_title=signer_title,
        opt_in_accepted=opt_in_accepted,
        contests=tuple(sorted(json.loads(contests).items())),
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
