"""What everything that changes the working copy begins and ends with."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from agreements.models import Agreement, Signature
from agreements.text.document_text import build_names
from ground.service_center import call_it
from ground.templatetags.et import et_closing

from .models import Election
from .states import STANDING, ElectionStatus
from .verbs import Refused, lock, window_is_open


def may_be_edited(election: Election, now: datetime) -> bool:
    """Say whether the working copy may be changed: a draft until it lapses, else while the window is open.

    Where CMS asked for a correction, whenever that is; what was changed is judged when it is submitted.
    """
    if election.status == ElectionStatus.DRAFT:
        return now < election.window.closes
    if election.status == ElectionStatus.ACTION_NEEDED:
        return True
    return election.public_status in STANDING and window_is_open(election, now)


def lock_to_edit(election_id: uuid.UUID, now: datetime) -> Election:
    """Return the election locked, its working copy about to change; raise Refused where it may not."""
    election = lock(election_id)
    if not may_be_edited(election, now):
        raise Refused(f"Nothing was saved. {why_closed(election, now)}")
    return election


def why_closed(election: Election, now: datetime) -> str:
    """Return why the working copy can no longer be changed: what became of the election, or that the window closed."""
    status = election.public_status
    if status not in (ElectionStatus.DRAFT, ElectionStatus.ACTION_NEEDED, *STANDING):
        return f"This election’s status is “{status.label}”, so it can no longer be changed."
    if now < election.window.closes:
        return f"The window for {election.performance_year} is not open yet, so this election cannot be changed."
    return (
        f"The election window closed {et_closing(election.window.closes)}, so this election can no longer be changed. "
        f"To find out what you can still do, {call_it()}."
    )


def freeze_text(election: Election) -> None:
    """Freeze the agreement's text as it is to be signed; to be saved by whoever asks.

    It says the names that stand now, or those that stood when the first practice signed (signed_names).
    """
    named = (election.virtual_group.name, election.representative_name, election.representative_email)
    election.agreement.freeze_text(signed_names(election) or build_names(*named))


def rename_in_text(election: Election) -> None:
    """Let the text that is being signed say the names that stand now, where no practice has signed yet.

    It is another text then, and is acknowledged anew.
    """
    agreement = election.agreement
    before = agreement.text_sha256
    if not agreement.is_signed_here or signed_names(election):
        return
    freeze_text(election)
    if agreement.text_sha256 != before:
        agreement.save(update_fields=["text", "text_sha256", "salt"])
        unacknowledge(election)


def signed_names(election: Election) -> dict[str, Any] | None:
    """Return the names in the text since a practice has signed here, whether or not its signature counts now.

    Until signing here is ended, no other name takes their place: a signature that is void for a moment counts again,
    once what voided it is taken back. None where nobody has signed, in this election or one that it goes on from.
    """
    agreement = election.agreement
    text = agreement.frozen_text
    if text is None or "virtual_group" not in text:
        return None
    of_parties = Q(party__agreement=agreement) | Q(party__continued_by__agreement=agreement)
    given = Signature.objects.filter(of_parties)
    if begun := election.events.filter(verb="begin_signing").last():
        given = given.filter(signed_at__gte=begun.at)
    return {name: text[name] for name in build_names("", "", "")} if given.exists() else None


def note_change(election: Election, *, by: User | None, now: datetime) -> Election:
    """Note when and by whom the working copy was changed last."""
    election.changed_at, election.changed_by = now, by
    election.save(update_fields=["changed_at", "changed_by"])
    return election


def unacknowledge(election: Election) -> None:
    """Let the agreement be acknowledged anew: it has other parties or another text, or is signed in another way."""
    if election.agreement.acknowledged:
        election.agreement.acknowledged = False
        election.agreement.save(update_fields=["acknowledged"])


def acknowledge(agreement: Agreement, *, by: User, now: datetime) -> None:
    """Say by whom and since when the agreement is acknowledged."""
    agreement.acknowledged, agreement.acknowledged_by, agreement.acknowledged_at = True, by, now
    agreement.save(update_fields=["acknowledged", "acknowledged_at", "acknowledged_by"])


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that were sent."""
    return {name: value for name, value in fields.items() if value is not None}
