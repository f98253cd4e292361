"""How CMS reaches the people of an election: as it was submitted, and as it is on record since; never a draft of it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..content import Snapshot
from ..models import Event, Submission, Update
from ..representative_contact import HANDED_OVER, contact_on_record
from ..submission.differences import CONTACT


class Contact(NamedTuple):
    """One thing that says how CMS reaches someone: as submitted, and as it is now."""

    label: str
    submitted: str
    now: str


def contacts(snapshot: Snapshot, now: Mapping[str, str]) -> list[Contact]:
    """Return how CMS reaches the representative and the alternate contact, as far as either is or was given."""
    found = [Contact(label, getattr(snapshot, name), now[name]) for name, label in CONTACT.items()]
    return [contact for contact in found if contact.submitted or contact.now]


def contact_now(
    submission: Submission, snapshot: Snapshot, updates: Iterable[Update], events: Iterable[Event]
) -> dict[str, str]:
    """Return the contact details that count now, by the names of the election's fields."""
    is_handed_over = any(event.verb == HANDED_OVER and event.at > submission.received_at for event in events)
    reached = contact_on_record(submission, snapshot, updates, is_handed_over=is_handed_over)
    as_submitted = {name: getattr(snapshot, name) for name in CONTACT}
    return as_submitted | {f"representative_{field}": text for field, text in reached.items()}
