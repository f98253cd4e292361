"""The photo or scan of the page that a practice signed on paper: attached, replaced, removed."""

import hashlib
import uuid
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from agreements.models import SignaturePage
from agreements.papers import signature_pages
from agreements.papers.signature_pages import CheckedPage

from ..models import Election, Member
from ..paper_records import ATTACH, note_page, remove_page
from ..verbs import Refused, lock
from ..working_copy import lock_to_edit

MOST_A_DAY = 10  # of one practice
SIGNED_HERE = "Nothing was saved. The practices sign on this site, so there is no paper page to attach."
CHANGED = (
    "Nothing was changed. Someone attached or removed a page for this practice after you opened this one. "
    "See what is attached now, then try again."
)


@transaction.atomic
def attach(
    election_id: uuid.UUID, member_id: int, checked: CheckedPage, *, shown: str, by: User, now: datetime
) -> bool:
    """Attach a page that was checked; False if this very page is attached already.

    `shown` is the SHA-256 of the page that its place showed, empty for none: no one's page is replaced unseen. Raises
    Refused if another is attached, or if too many were today.
    """
    election = lock_to_edit(election_id, now)
    member, attached = _place(election, member_id)
    if election.agreement.is_signed_here:
        raise Refused(SIGNED_HERE)
    if attached and attached.sha256 == hashlib.sha256(checked.content).hexdigest():
        return False
    _refuse_unseen(attached, shown)
    today = election.events.filter(verb=ATTACH, details__member=member.pk, at__gt=now - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        raise Refused(
            f"This file was not saved. {MOST_A_DAY} files were attached for this practice in one day. "
            "Try again tomorrow."
        )
    page = signature_pages.keep(member.party, checked, by=by, now=now)
    try:
        note_page(election, ATTACH, member, page, by=by, now=now)
    except BaseException:
        default_storage.delete(str(page.file.name))
        raise
    return True


@transaction.atomic
def remove(election_id: uuid.UUID, member_id: int, *, shown: str, by: User, now: datetime) -> None:
    """Delete the page of a practice for good, whatever became of the election; removing it again changes nothing.

    `shown` as for `attach`.
    """
    election = lock(election_id)
    member, attached = _place(election, member_id)
    if attached:
        _refuse_unseen(attached, shown)
        remove_page(election, member, by=by, now=now)


def _place(election: Election, member_id: int) -> tuple[Member, SignaturePage | None]:
    """Return a practice and the page it has; raise Refused if someone removed the practice in this moment."""
    member = election.members.select_related("party").filter(pk=member_id).first()
    if member is None:
        raise Refused("Nothing was changed. Someone just removed this practice from the election.")
    return member, SignaturePage.objects.filter(party=member.party_id).first()


def _refuse_unseen(attached: SignaturePage | None, shown: str) -> None:
    if shown != (attached.sha256 if attached else ""):
        raise Refused(CHANGED)
