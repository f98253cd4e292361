"""People for the tests of accounts."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Role, StaffRole, User

PASSWORD = "correct horse battery"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hash passwords in no time; Argon2 takes half a second of both cores on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Make an account with a verified address, and staff roles where they are named."""

    def make(email: str = "dana@example.org", *roles: Role, **fields: object) -> User:
        user = User.objects.create_user(email, PASSWORD, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        StaffRole.objects.bulk_create(StaffRole(user=user, role=role) for role in roles)
        return user

    return make


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
