"""What production must have set: `manage.py check --deploy` names what is missing, and how to mend it."""

import base64
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from agreements.papers.seal_keys import seal_key

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "0.0.0.0"}  # noqa: S104  # names, nothing listens here
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
    return [*_keys(), *_kind(), *_web(), *_parts(), *_forms()]


def _keys() -> Iterable[CheckMessage]:
    if not _strong_secret():
        yield Error(
            "SECRET_KEY is missing, short or a placeholder.",
            hint="Set SECRET_KEY to 50 or more random characters, kept outside of the repository.",
            id="config.E001",
        )
    encryption = [_key_bytes(key) for key in settings.TIN_ENCRYPTION_KEYS]
    if not encryption or None in encryption:
        yield Error(
            "TIN_ENCRYPTION_KEYS is missing or malformed.",
            hint="Set it to version:base64 of 32 random bytes, as in 1:…; several, newest first, with commas between.",
            id="config.E002",
        )
    index = _key_bytes(settings.TIN_INDEX_KEY)
    if index is None:
        yield Error(
            "TIN_INDEX_KEY is missing or malformed.",
            hint="Set it to version:base64 of 32 random bytes, as in 1:….",
            id="config.E003",
        )
    elif index in encryption:
        yield Error(
            "TIN_INDEX_KEY is also an encryption key.",
            hint="Make a random key of its own for TIN_INDEX_KEY: who may look up must not be able to read.",
            id="config.E004",
        )
    try:
        seal_key()
    except ImproperlyConfigured as error:
        yield Error(
            "SEAL_KEY is missing or malformed: nothing that was executed or received can be sealed.",
            hint=str(error),
            id="config.E017",
        )


def _kind() -> Iterable[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG is on.", hint="Unset DEBUG: its error pages show data and settings.", id="config.E005")
    if settings.DEMO:
        yield Error("DEMO is on.", hint="Unset DEMO: it shows what only a demo may show.", id="config.E006")
    if settings.DEMO_NOW:
        yield Error("DEMO_NOW is set.", hint="Unset DEMO_NOW: deadlines follow the real time.", id="config.E007")
    if settings.CLOCK_SHIFT:
        yield Error(
            "CLOCK_SHIFT_SECONDS is set.",
            hint="Unset CLOCK_SHIFT_SECONDS: it is for tests, and deadlines follow the real time.",
            id="config.E008",
        )
    if not settings.STAFF_SECOND_FACTOR:
        yield Error(
            "STAFF_SECOND_FACTOR is off.",
            hint="Unset STAFF_SECOND_FACTOR: no staff page opens without a second factor.",
            id="config.E009",
        )


def _web() -> Iterable[CheckMessage]:
    hosts = set(settings.ALLOWED_HOSTS)
    if "*" in hosts or not hosts - LOCAL_HOSTS:
        yield Error(
            "ALLOWED_HOSTS names every host, or only this machine.",
            hint="Set ALLOWED_HOSTS to the names by which people reach the site, with commas between.",
            id="config.E010",
        )
    if not settings.HTTPS or not settings.SITE_URL.startswith("https://"):
        yield Error(
            "The site is not served over HTTPS alone.",
            hint="Set SITE_URL to the https:// address of the site, and do not turn HTTPS off.",
            id="config.E011",
        )


def _parts() -> Iterable[CheckMessage]:
    if settings.EMAIL_HOST in {"", "localhost"}:
        yield Error(
            "No mail server is set.", hint="Set EMAIL_HOST (and EMAIL_PORT) to your mail server.", id="config.E012"
        )
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if sender.rpartition("@")[2] in {"", "localhost"}:
        yield Error(
            "Mail has no sender.",
            hint="Set DEFAULT_FROM_EMAIL to an address that your mail server may send from.",
            id="config.E013",
        )
    if not settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
        yield Error(
            "The broker is not Redis.",
            hint="Set BROKER_URL to redis://… or rediss://…: files lose the task in flight when a worker dies.",
            id="config.E014",
        )
    if settings.CACHES["default"]["BACKEND"].endswith(UNSHARED_CACHES):
        yield Error(
            "The cache is not shared between processes.",
            hint="Set CACHE_URL to redis://…, or unset it to use the database: rate limits count in it.",
            id="config.E015",
        )


def _forms() -> Iterable[CheckMessage]:
    missing = [name for key, name in FORM_NOTICE_NAMES.items() if not settings.FORM_NOTICE[key].strip()]
    if missing:
        yield Error(
            f"Forms lack what the law wants said on them: {', '.join(missing)}.",
            hint="Set each of them: the Paperwork Reduction Act and the Privacy Act ask for it on every form page.",
            id="config.E016",
        )


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
