"""Addresses that a link of ours proves: who has an account for one, who gives way, and an account made by a link."""

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from .models import User

DAY = 24 * 60 * 60  # seconds


def verified_by(key: str) -> EmailAddress | None:
    """Return the address that the key of a verification link has verified; None if it is still to do so, or can't."""
    try:
        max_age = settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS * DAY
        number = signing.loads(key, max_age=max_age, salt=app_settings.SALT)
    except signing.BadSignature:
        return None
    found: EmailAddress | None = EmailAddress.objects.filter(pk=number, verified=True).first()
    return found


def has_account(email: str) -> bool:
    """Say whether a person signs in with this address, in lower case; one that nobody proved is no one's."""
    verified = Q(emailaddress__verified=True)
    return bool(User.objects.filter(verified & (Q(email=email) | Q(emailaddress__email=email))).exists())


def give_way(email: str, *, to: int = 0) -> None:
    """Delete the accounts that took an address and proved none, except that of the user `to`: nobody can use them."""
    User.objects.filter(email=email).exclude(pk=to).exclude(emailaddress__verified=True).delete()


@transaction.atomic
def create_account(request: HttpRequest, email: str, *, name: str, password: str) -> User:
    """Return a new account for an address that the person has just proved by a link that went there alone.

    Only for an address for which has_account says no.
    """
    give_way(email)
    user = User.objects.create_user(email, password, name=name)
    proved = EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    email_confirmed.send(sender=EmailAddress, request=request, email_address=proved)
    return user
