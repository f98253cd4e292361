"""How CMS reaches the representative of a submitted election: as submitted, and as it is on record since."""

from collections.abc import Iterable

from .content import Snapshot
from .models import Invitation, InvitationKind, Submission, Update, UpdateKind
from .roster_history import updates_of

HANDED_OVER = "hand_over"  # the event's verb


def contact_on_record(
    submission: Submission,
    snapshot: Snapshot | None = None,
    updates: Iterable[Update] | None = None,
    *,
    is_handed_over: bool = True,
) -> dict[str, str]:
    """Return the representative's name, email and phone that count now.

    They are those of the submission, with what was reported as an update of it and not undone, and who took over the
    role since. What someone typed and did not submit is not among them. `updates` are those of `updates_of`, None to
    read them; if it is known that no one took over (`is_handed_over` False), no one is looked for.
    """
    snapshot = snapshot or Snapshot.of_submission(submission)
    updates = updates_of(submission, snapshot) if updates is None else updates
    changes = [
        (update.reported_at, dict(update.details["after"]))
        for update in updates
        if update.kind in (UpdateKind.CONTACT, UpdateKind.REPRESENTATIVE) and update.counts()
    ]
    accepted = Invitation.objects.filter(
        election=submission.election_id,
        kind=InvitationKind.REPRESENTATIVE,
        accepted_by__isnull=False,
        answered_at__gt=submission.received_at,
    )
    for invitation in accepted.select_related("accepted_by") if is_handed_over else ():
        name = (invitation.accepted_by and invitation.accepted_by.name) or invitation.name
        changes.append((invitation.answered_at or submission.received_at, {"name": name, "email": invitation.email}))
    contact = {field: getattr(snapshot, f"representative_{field}") for field in ("name", "email", "phone")}
    for _, changed in sorted(changes, key=lambda change: change[0]):
        contact |= changed
    return contact
