"""What production must have set: `manage.py check --deploy` names what is missing, and how to mend it."""

import base64
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from agreements.papers.seal_keys import seal_key

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "0.0.0.0"}  # noqa: S104  # names, nothing listens here
Found = tuple[str, str, str]  # what a check found: its number, what it says, how to mend it
LONGEST_BOUNCE_NAME = 20  # of 64 characters; the rest is what notices/return_addresses.py adds
UNSHARED_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")
FORM_NOTICE_NAMES = {
    "omb_number": "OMB_NUMBER",
    "omb_expires": "OMB_EXPIRES",
    "burden": "OMB_BURDEN",
    "privacy_act": "PRIVACY_ACT_STATEMENT",
}


@register(Tags.security, deploy=True)
def production(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Return one error for each thing that production must not go without."""
    found = [*_keys(), *_kind(), *_owner(), *_surroundings()]
    return [Error(said, hint=hint, id=f"config.{number}") for number, said, hint in found]


def _keys() -> Iterable[Found]:
    if not _strong_secret():
        said = "SECRET_KEY is missing, too short, or a placeholder."
        yield "E001", said, "Set SECRET_KEY to 50 or more random characters. Keep it outside the repository."
    encryption = [_key_bytes(key) for key in settings.TIN_ENCRYPTION_KEYS]
    if not encryption or None in encryption:
        hint = "Set it to version:base64 of 32 random bytes, such as 1:…. Separate keys with commas, newest first."
        yield "E002", "TIN_ENCRYPTION_KEYS is missing or malformed.", hint
    index = _key_bytes(settings.TIN_INDEX_KEY)
    if index is None:
        said = "TIN_INDEX_KEY is missing or malformed."
        yield "E003", said, "Set it to version:base64 of 32 random bytes, such as 1:…."
    elif index in encryption:
        hint = "Make a separate random key for TIN_INDEX_KEY. A key that looks TINs up must not decrypt them."
        yield "E004", "TIN_INDEX_KEY is also an encryption key.", hint
    try:
        seal_key()
    except ImproperlyConfigured as error:
        said = "SEAL_KEY is missing or malformed, so executed agreements and receipts cannot be sealed."
        yield "E017", said, str(error)


def _kind() -> Iterable[Found]:
    if settings.DEBUG:
        yield "E005", "DEBUG is on.", "Unset DEBUG: its error pages show data and settings."
    if settings.DEMO:
        yield "E006", "DEMO is on.", "Unset DEMO: it shows things that only a demo should show."
    if settings.DEMO_NOW:
        yield "E007", "DEMO_NOW is set.", "Unset DEMO_NOW: deadlines follow the real time."
    if settings.CLOCK_SHIFT:
        hint = "Unset CLOCK_SHIFT_SECONDS: it is for tests, and deadlines follow the real time."
        yield "E008", "CLOCK_SHIFT_SECONDS is set.", hint
    if not settings.STAFF_SECOND_FACTOR:
        hint = "Unset STAFF_SECOND_FACTOR: staff pages must open only with a second factor."
        yield "E009", "STAFF_SECOND_FACTOR is off.", hint


def _owner() -> Iterable[Found]:
    if not settings.SITE_OWNER.strip():
        hint = "Set SITE_OWNER to whose site it is, such as Centers for Medicare & Medicaid Services."
        yield "E020", "The header does not say whose site this is.", hint
    if settings.OFFICIAL_SITE and not urlsplit(settings.SITE_URL).netloc.endswith((".gov", ".mil")):
        said = "OFFICIAL_SITE is on, but the site is not at a .gov or .mil address, as its banner says."
        yield "E021", said, "Unset OFFICIAL_SITE, or set SITE_URL to the official address."


def _surroundings() -> Iterable[Found]:
    hosts = set(settings.ALLOWED_HOSTS)
    if "*" in hosts or not hosts - LOCAL_HOSTS:
        said = "ALLOWED_HOSTS allows every host, or only this machine."
        yield "E010", said, "Set ALLOWED_HOSTS to the host names of the site, separated by commas."
    if not settings.HTTPS or not settings.SITE_URL.startswith("https://"):
        said = "The site is not served over HTTPS only."
        yield "E011", said, "Set SITE_URL to the https:// address of the site, and do not turn HTTPS off."
    if settings.EMAIL_HOST in {"", "localhost"}:
        yield "E012", "No email server is set.", "Set EMAIL_HOST (and EMAIL_PORT) to your email server."
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if sender.rpartition("@")[2] in {"", "localhost"}:
        hint = "Set DEFAULT_FROM_EMAIL to an email address that your email server can send from."
        yield "E013", "Email has no sender.", hint
    if bool(settings.BOUNCE_ADDRESS) != bool(settings.BOUNCE_MAILDIR):
        said = "Only one of BOUNCE_ADDRESS and BOUNCE_MAILDIR is set, so no bounce is read."
        yield ("E018", said, "Set both, and let your email server deliver to this Maildir. Or set neither.")
    if settings.BOUNCE_ADDRESS and not 0 < settings.BOUNCE_ADDRESS.rfind("@") <= LONGEST_BOUNCE_NAME:
        said = f"BOUNCE_ADDRESS does not have 1 to {LONGEST_BOUNCE_NAME} characters before the @."
        yield (
            "E019",
            said,
            "Set it to an address such as bounces@…: we add a number and a signature, up to 64 characters.",
        )
    if not settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
        hint = "Set BROKER_URL to redis://… or rediss://…. A file broker loses the running task when a worker dies."
        yield "E014", "The broker is not Redis.", hint
    if settings.CACHES["default"]["BACKEND"].endswith(UNSHARED_CACHES):
        hint = "Set CACHE_URL to redis://…, or unset it to use the database. Rate limits are counted in the cache."
        yield "E015", "The cache is not shared between processes.", hint
    missing = [name for key, name in FORM_NOTICE_NAMES.items() if not settings.FORM_NOTICE[key].strip()]
    if missing:
        hint = "Set each of them. The Paperwork Reduction Act and the Privacy Act require them on every form page."
        yield "E016", f"Forms lack notices that the law requires: {', '.join(missing)}.", hint


def _strong_secret() -> bool:
    """Say whether the key is long, varied and no placeholder."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        return False
    return len(key) >= 50 and len(set(key)) >= 5 and not key.startswith("django-insecure-")


def _key_bytes(key: str) -> bytes | None:
    """Return the 32 bytes of `version:base64`; None where it is anything else."""
    version, _, encoded = key.partition(":")
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    return decoded if version.isdecimal() and len(decoded) == 32 else None
