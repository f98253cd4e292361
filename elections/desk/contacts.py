"""How CMS reaches the people of an election: as it was submitted, and as it is on record since; never a draft of it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..content import Snapshot
from ..models import Election, Event, InvitationKind, Submission, Update, UpdateKind
from ..submission.differences import CONTACT

HANDED_OVER = "hand_over"  # the event's verb


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
    election: Election, submission: Submission, snapshot: Snapshot, updates: Iterable[Update], events: Iterable[Event]
) -> dict[str, str]:
    """Return the contact details that count now, by the names of the election's fields.

    They are those of the submission, with what was reported as an update of it and not undone, and who took over the
    representative's role since. What someone typed and did not submit is not among them.
    """
    changes = [
        (update.reported_at, {f"representative_{name}": text for name, text in update.details["after"].items()})
        for update in updates
        if update.kind in (UpdateKind.CONTACT, UpdateKind.REPRESENTATIVE) and update.counts()
    ]
    if any(event.verb == HANDED_OVER and event.at > submission.received_at for event in events):
        accepted = election.invitations.filter(
            kind=InvitationKind.REPRESENTATIVE, accepted_by__isnull=False, answered_at__gt=submission.received_at
        )
        for invitation in accepted.select_related("accepted_by"):
            name = (invitation.accepted_by and invitation.accepted_by.name) or invitation.name
            person = {"representative_name": name, "representative_email": invitation.email}
            changes.append((invitation.answered_at or submission.received_at, person))
    now = {name: getattr(snapshot, name) for name in CONTACT}
    for _, changed in sorted(changes, key=lambda change: change[0]):
        now |= changed
    return now
