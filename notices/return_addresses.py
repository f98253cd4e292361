"""The return address of each sending of a notice: a mail server sends its bounce there, and no one can guess it."""

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Notice

SALT = "notices.return_addresses"
SIGNATURE_BYTES = 15  # 24 letters of base32, without padding


def return_address(notice: Notice) -> str:
    """Return the envelope sender of a notice as it is sent now; empty if no address for bounces is set."""
    if not settings.BOUNCE_ADDRESS:
        return ""
    local, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    signed = f"{notice.pk}.{notice.sending}"
    return f"{local}+{signed}.{_signature(signed, settings.SECRET_KEY)}@{domain}"


def sending_of(address: str) -> tuple[int, int] | None:
    """Return the notice's id and the number of its sending that a return address names.

    None for any other address. Raises ValueError if the signature is not ours. Mail servers may change the case.
    """
    local, _, domain = (re.escape(part) for part in settings.BOUNCE_ADDRESS.lower().rpartition("@"))
    named = re.fullmatch(rf"{local}\+(([0-9]{{1,18}})\.([0-9]{{1,4}}))\.([a-z2-7]+)@{domain}", address.lower())
    if not (settings.BOUNCE_ADDRESS and named):
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(_signature(named[1], key), named[4]) for key in keys):
        raise ValueError("The return address has a signature that is not ours.")
    return int(named[2]), int(named[3])


def _signature(signed: str, key: str) -> str:
    digest = salted_hmac(SALT, signed, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode().lower()
