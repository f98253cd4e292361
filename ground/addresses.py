"""The network address a request came from."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the IP address of a request; behind a trusted front proxy, the one that proxy saw."""
    return str(get_adapter().get_client_ip(request))
