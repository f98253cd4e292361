"""People for the tests of accounts."""

import base64
import hashlib
import hmac
import struct
import time

from django.test import Client

from tests.factories.people import PASSWORD


def sign_in(client: Client, email: str = "dana@example.org", password: str = PASSWORD, **extra: str):
    return client.post("/accounts/login/", {"login": email, "password": password, **extra})


def prove(client: Client) -> None:
    """Type the password once more, as is asked before what concerns the account's safety."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def totp(secret: str) -> str:
    """Return the code an authenticator app would show now (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
