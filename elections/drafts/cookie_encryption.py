"""What someone without an account, or after their session, entrusts to us: encrypted with a key of their cookie's.

The cookie's token is random; a row is found by one hash of it and opened by another, so that neither the database nor a
copy of it can be read. `purpose` keeps what one cookie opens apart from another.
"""

import hashlib
import hmac
import os
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse

from ..models import CookieRow

NONCE_BYTES = 12
RETENTION = timedelta(days=1)


def set_cookie(response: HttpResponse, name: str, token: str) -> None:
    """Give the visitor the cookie that opens their rows, for as long as these are kept."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, token, max_age=RETENTION, secure=secure, httponly=True, samesite="Lax")


def row_key(token: str, purpose: str) -> str:
    """Return the primary key of what a cookie opens."""
    return _of(token, purpose, "row").hex()


def keep(content: bytes, token: str, purpose: str, *, now: datetime) -> None:
    """Keep what only the token opens, in the place of what was kept for the same purpose before."""
    row = {"sealed": encrypt(content, token, purpose), "created_at": now}
    CookieRow.objects.update_or_create(pk=row_key(token, purpose), defaults=row)


def read(token: str, purpose: str, *, now: datetime) -> bytes | None:
    """Return the stored content; None if there is no such row, it is a day old, or the token does not open it."""
    row = _rows(token, purpose).filter(created_at__gt=now - RETENTION).first() if token else None
    return decrypt(bytes(row.sealed), token, purpose) if row else None


def forget(token: str, purpose: str) -> None:
    """Delete what was kept."""
    _rows(token, purpose).delete()


def forget_old(*, now: datetime) -> int:
    """Delete what is a day old, and return how many rows that was."""
    deleted, _ = CookieRow.objects.filter(created_at__lte=now - RETENTION).delete()
    return deleted


def encrypt(content: bytes, token: str, purpose: str) -> bytes:
    """Return the content so that only the token opens it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_of(token, purpose, "key")).encrypt(nonce, content, _of(token, purpose, "row"))


def decrypt(encrypted: bytes, token: str, purpose: str) -> bytes | None:
    """Return the decrypted content; None if this token does not open it."""
    try:
        return AESGCM(_of(token, purpose, "key")).decrypt(
            encrypted[:NONCE_BYTES], encrypted[NONCE_BYTES:], _of(token, purpose, "row")
        )
    except InvalidTag:
        return None


def _of(token: str, purpose: str, what: str) -> bytes:
    return hmac.digest(token.encode(), f"{purpose} {what}".encode(), hashlib.sha256)


def _rows(token: str, purpose: str) -> QuerySet[CookieRow]:
    return CookieRow.objects.filter(pk=row_key(token, purpose))
