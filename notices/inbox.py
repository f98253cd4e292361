"""A person's inbox: every notice that was owed to an address while it was verified as theirs."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.address_periods import was_theirs
from accounts.models import User
from ground.vault import CannotDecrypt

from .cleaning import without_links
from .models import Notice, NoticeState

STATES = {
    NoticeState.QUEUED: ("Not sent yet", "active"),
    NoticeState.SENT: ("Sent", "good"),
    NoticeState.FAILED: ("Did not arrive", "bad"),
    NoticeState.BOUNCED: ("Did not arrive", "bad"),
}


def notices_of(user: User) -> QuerySet[Notice]:
    """Return the notices of a person's own addresses, the newest first, without their texts.

    An address that changed hands shows each person only what was written in their own time. Runs one query.
    """
    theirs = was_theirs(user, address="address", at="created_at")
    return Notice.objects.alias(address=Lower("to")).filter(theirs).defer("body").order_by("-created_at", "-pk")


def readable_text(notice: Notice) -> str:
    """Return the text without its links: what lets its reader sign or sign in stays in their own mailbox."""
    try:
        return without_links(str(notice.body))
    except CannotDecrypt:
        return "We can’t open this message, because the key that encrypts it is missing."


def state_in_words(notice: Notice) -> tuple[str, str]:
    """Return what became of a notice, as its reader is told, and the tone of the tag."""
    return STATES[NoticeState(notice.state)]
