"""The network address a request came from."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return where a request came from; behind a trusted front proxy, what that proxy saw."""
    return str(get_adapter().get_client_ip(request))
