"""Find elections by a TIN or an NPI. The number stands in no address, and each search is logged without it."""

from dataclasses import dataclass
from typing import TypeVar

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from eligibility.law.identifiers import EIN_DIGITS, is_valid_npi, typed_npis, typed_tin
from ground import clock

from ..content import Snapshot
from ..models import Election
from .filters import submitted_elections

LAST = 4
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Number:
    """A TIN or an NPI that someone searches by; `kind` says which."""

    kind: str
    digits: str

    def __str__(self) -> str:
        return f"{self.kind} ending in {self.digits[-LAST:]}"


def typed_number(text: str) -> Number | None:
    """Return the TIN or NPI that was typed, however it is written; None if it is not exactly one of them."""
    npis, tin = typed_npis(text), typed_tin(text)
    if len(npis) == 1 and is_valid_npi(npis[0]):
        return Number("NPI", npis[0])
    return Number("TIN", tin) if len(tin) == EIN_DIGITS and tin.isdecimal() else None


def search(number: Number, *, by: User) -> list[Election]:
    """Return the elections whose last submission lists this number, and log who searched."""
    ledgers = ("last_submission__submitter_ledger", "last_submission__reviewer_ledger")
    listed = submitted_elections(by).defer(*ledgers)  # the snapshot alone is read
    return log_search(number, [election for election in listed if _lists(election, number)], by=by)


def log_search(number: Number, found: list[Found], *, by: User) -> list[Found]:
    """Log who searched by a number, and how much was found; return what was found."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Election),
        object_repr="Search",
        action_flag=CHANGE,
        action_time=clock.now(),
        change_message=f"Searched by the {number}. Found: {len(found)}.",
    )
    return found


def _lists(election: Election, number: Number) -> bool:
    if election.last_submission is None:
        return False
    practices = Snapshot.of_submission(election.last_submission).practices
    if number.kind == "NPI":
        return any(number.digits in practice.npis for practice in practices)
    return any(practice.tin == number.digits for practice in practices)
