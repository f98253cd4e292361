"""Writes down when CMS staff signed in, how, and from where."""

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from ground import clock
from ground.addresses import client_address

from .models import SignIn, SignInMethod, User


def record_sign_in(request: HttpRequest, user: User) -> None:
    """Write down that a member of CMS staff has just signed in; of others nothing is written."""
    if not user.is_staff:
        return
    factors = _factors(request, user)
    how = SignInMethod(factors[-1] if factors else SignInMethod.PASSWORD)
    SignIn.objects.create(user=user, at=clock.now(), how=how, address=client_address(request))


def record_second_factor(request: HttpRequest, user: User) -> None:
    """Write down the first second factor of a session that began without one: only now the staff pages open."""
    if len(_factors(request, user)) == 1:
        record_sign_in(request, user)


def _factors(request: HttpRequest, user: User) -> list[str]:
    """Return the kinds of second factors that the person proved in this session, oldest first."""
    records = get_authentication_records(request, user)
    return [record["type"] for record in records if record["method"] == "mfa"]
