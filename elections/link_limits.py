"""How many people one person may have us write to: strangers must not get emails by ever new links."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from agreements.models import SigningRequest
from ground import links

from .models import ClinicianNotice
from .verbs import Refused

MOST_ASKED_A_DAY = 400
MOST_LINKS_A_DAY = 5  # to one address, by one person


def refuse_if_too_many(emails: Sequence[str], by: User, now: datetime) -> None:
    """Raise Refused if these links would be too many of one person in a day; what others send is not counted."""
    sent = _sent(by, now)
    if (asked := sent.total()) + len(emails) > MOST_ASKED_A_DAY:
        raise Refused(f"We didn’t send any links now. You asked {asked} people in one day. Try again tomorrow.")
    for email in set(emails):
        if sent[email] >= MOST_LINKS_A_DAY:
            raise Refused(
                f"We didn’t send any links now. You sent {email} {MOST_LINKS_A_DAY} links in one day. "
                "Try again tomorrow."
            )


def writable(emails: Sequence[str], by: User, now: datetime, *, to_clinicians: bool = False) -> set[str]:
    """Return the addresses to which one more link is not too many: each counts as one person, in this order.

    Notices to clinicians have a count of their own: they must not use up the links of signers.
    """
    if not emails:
        return set()
    sent = _told(by, now) if to_clinicians else _sent(by, now)
    known = {email for email in emails if 0 < sent[email] < MOST_LINKS_A_DAY}
    new = [email for email in dict.fromkeys(emails) if not sent[email]]
    return known | set(new[: max(MOST_ASKED_A_DAY - len(sent), 0)])


def _sent(by: User, now: datetime) -> Counter[str]:
    sent = links.of_last_day(SigningRequest.objects.filter(asked_by=by), "asked_at", now).order_by()
    return Counter(sent.values_list("email", flat=True))


def _told(by: User, now: datetime) -> Counter[str]:
    told = links.of_last_day(ClinicianNotice.objects.filter(by=by, how=ClinicianNotice.How.EMAIL), "at", now).order_by()
    return Counter(told.values_list("email", flat=True))
