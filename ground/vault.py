"""What people entrust to us and is read again, at rest: AES-256-GCM (docs/decisions/0005-tin-at-rest.md).

Keys carry a version: the first writes, all of them read. No error raised here quotes what it is about.
"""

import base64
import os
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

KEY_BYTES = 32
NONCE_BYTES = 12
HOW_TO_MAKE_A_KEY = 'Each key is a version, a colon and 32 random bytes in base64: "1:$(openssl rand -base64 32)".'


class CannotDecrypt(Exception):
    """None of the keys opens it, or it was moved from another field: never a reason to show the ciphertext."""


class Concealed(str):
    """Text that was decrypted: whole where it is used, hidden in repr, so in tracebacks and debug pages too."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'•••'"


def read_key(name: str, entry: str) -> tuple[str, bytes]:
    """Return the version and bytes of a key as settings name it; raise ImproperlyConfigured where it is none."""
    version, _, encoded = entry.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if not version.isalnum() or len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} cannot be read. {HOW_TO_MAKE_A_KEY}")
    return version, key


@cache
def _ciphers(entries: tuple[str, ...]) -> dict[str, AESGCM]:
    """Return the ciphers by version, the one that writes first."""
    if not entries:
        raise ImproperlyConfigured(f"TIN_ENCRYPTION_KEYS is not set. {HOW_TO_MAKE_A_KEY}")
    ciphers: dict[str, AESGCM] = {}
    for entry in entries:
        version, key = read_key("TIN_ENCRYPTION_KEYS", entry)
        if version in ciphers:
            raise ImproperlyConfigured(f"TIN_ENCRYPTION_KEYS names version {version} twice.")
        ciphers[version] = AESGCM(key)
    return ciphers


def _all_ciphers() -> dict[str, AESGCM]:
    return _ciphers(tuple(settings.TIN_ENCRYPTION_KEYS))


def encrypt_bytes(value: bytes, context: str) -> bytes:
    """Return the value sealed for one context ("app.Model.field"): it opens under that context alone."""
    version, cipher = next(iter(_all_ciphers().items()))
    nonce = os.urandom(NONCE_BYTES)
    return version.encode() + b":" + nonce + cipher.encrypt(nonce, value, context.encode())


def decrypt_bytes(sealed: bytes, context: str) -> bytes:
    """Return the decrypted bytes. Raises CannotDecrypt for an unknown key, another context or changed bytes."""
    version, _, body = bytes(sealed).partition(b":")
    cipher = _all_ciphers().get(version.decode("ascii", "replace"))
    if cipher is None:
        raise CannotDecrypt(f"{context} was written with a key that TIN_ENCRYPTION_KEYS does not hold.")
    try:
        return cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError):
        raise CannotDecrypt(f"{context} cannot be opened: another key, another field, or changed since.") from None


def encrypt(value: str, context: str) -> str:
    """Return text sealed for one context, as ASCII."""
    return base64.b64encode(encrypt_bytes(value.encode(), context)).decode()


def decrypt(sealed: str, context: str) -> Concealed:
    """Return the text that was sealed; raise CannotDecrypt as decrypt_bytes does."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError:
        raise CannotDecrypt(f"{context} does not hold sealed text.") from None
    return Concealed(decrypt_bytes(raw, context).decode())


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text kept as ciphertext: in no form unless asked for, never searched, dumped as ciphertext.

    It is read back as Concealed text. Empty text is kept as such, None as NULL.
    """

    context = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["editable"] = self.editable
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        self.context = f"{cls._meta.app_label}.{cls.__name__}.{name}"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.context} is encrypted and cannot be searched; search its keyed hash.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.get_prep_value(self.value_from_object(obj))
        return "" if value is None else str(value)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or value == "" else encrypt(str(value), self.context)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None or value == "" else decrypt(value, self.context)
