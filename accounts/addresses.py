"""The e-mail addresses that a person has proved to be theirs, and the network address a request came from."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from .models import User


def verified_addresses(user: User) -> list[str]:
    """Return the person's verified addresses in lower case; an unverified address opens nothing."""
    found = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return sorted({address.lower() for address in found})


def client_address(request: HttpRequest) -> str:
    """Return where a request came from; behind a trusted front proxy, what that proxy saw."""
    return str(get_adapter().get_client_ip(request))
