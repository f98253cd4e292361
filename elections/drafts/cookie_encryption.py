"""What somebody without an account, or without a session any more, entrusts to us: sealed with a key of their cookie's.

The cookie's token is random; a row is found by one hash of it and opened by another, so that neither the database nor a
copy of it can be read. `purpose` keeps what one cookie opens apart from another.
"""

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def new_token() -> str:
    """Return what a visitor's cookie holds."""
    return secrets.token_urlsafe(32)


def row_of(token: str, purpose: str) -> str:
    """Return the primary key of what a cookie opens."""
    return _of(token, purpose, "row").hex()


def seal(content: bytes, token: str, purpose: str) -> bytes:
    """Return the content so that only the token opens it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_of(token, purpose, "key")).encrypt(nonce, content, _of(token, purpose, "row"))


def unseal(sealed: bytes, token: str, purpose: str) -> bytes | None:
    """Return what was sealed, None where this token does not open it."""
    try:
        return AESGCM(_of(token, purpose, "key")).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _of(token, purpose, "row")
        )
    except InvalidTag:
        return None


def _of(token: str, purpose: str, what: str) -> bytes:
    return hmac.digest(token.encode(), f"{purpose} {what}".encode(), hashlib.sha256)
