"""The personal links in an email, and whether they still open something: an email with a dead one is not sent again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from ground.templatetags.et import et_datetime

from .models import Notice

ASKED_BY_THEMSELVES = "The person can ask for a new one on the page where they sign in."
VALID_FOR = {
    "account_email_confirmation": timedelta(days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS),
    "account_email_confirmation_signup": timedelta(days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS),
    "account_password_reset_key": timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
}


@dataclass(frozen=True, slots=True)
class PersonalLinks:
    """How many there are, why some open nothing, where their person gets a new one, and what else to know of them."""

    count: int = 0
    dead: tuple[str, ...] = ()
    new_one: str = ""
    caution: str = ""

    @property
    def are_dead(self) -> bool:
        """Say whether none of them works."""
        return bool(self.dead) and len(self.dead) == self.count


def links_of_account(notice: Notice, now: datetime) -> PersonalLinks:
    """Return the link of an account mail; none for any other mail."""
    if notice.reason not in VALID_FOR:
        return PersonalLinks()
    until = notice.created_at + VALID_FOR[notice.reason]
    if until <= now:
        return PersonalLinks(1, (f"It worked until {et_datetime(until)}.",), ASKED_BY_THEMSELVES)
    caution = f"The link in this email works once, until {et_datetime(until)}. We can’t see here if it was used."
    return PersonalLinks(1, (), ASKED_BY_THEMSELVES, caution)
