"""Logs: one line an event, JSON or plain, with every secret cut before it is written.

What is cut: numbers that may be a Social Security number or a TIN in any dress, runs of nine digits and more, link
tokens, query strings, the rows that database errors quote. It is cut from our own events and from those of every
library, exceptions included.
"""

import contextlib
import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ground.private_numbers import mask_private_numbers

HARMLESS = re.compile(
    r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a request's id
    r"|\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?\b"  # a moment
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b"  # an address of the internet
    r"|(?<!\d)[12]\d{9}(?!\d))"  # an NPI
)
RUN = re.compile(r"\d(?:[ \-+_./\u00a0\u00ad\u2010-\u2015\u2212]{0,3}\d){8,}")
HEX = "[0-9a-fA-F]"
ESCAPES = re.compile(
    rf"(?P<bytes>(?:(?:%|\\x){HEX}{{2}})+)|(?P<utf16>(?:\\u{HEX}{{4}})+)|(?P<utf32>(?:\\U{HEX}{{8}})+)|\\[tnrvf]"
)
ENCODINGS = {"bytes": ["utf-8", "latin-1"], "utf16": ["utf-16-be"], "utf32": ["utf-32-be"], "": []}
WORD = re.compile(r"[^\s\"'<>]+")
TOKEN_PATH = re.compile(r"(/(?:confirm-email|reset/key|invitations?|links?|sign|hand-over)/)[^/\s?\"'<>]+")
LONG_SEGMENT = re.compile(r"/(?=[\w:=~-]*\d)(?=[\w:=~-]*[A-Za-z])[\w:=~-]{20,}")
UUID = re.compile(r"/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
QUOTED_ROW = re.compile(r"(DETAIL|CONTEXT):.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)
SECRET_NAMES = re.compile(r"password|secret|token|cookie|authorization|body|\btin\b|\bssn\b", re.IGNORECASE)
CUT = "[cut]"

TALKATIVE = ("pikepdf._core", "weasyprint", "fontTools", "mail.log")  # their every step is of no use to us


def configure(options: dict[str, str]) -> None:
    """Set up structlog and the standard library's logging; settings name this as LOGGING_CONFIG.

    `options`: `format` is `json` or `plain`, `level` the name of the lowest level that is written.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_standard_library(shared, options))


def cut_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Cut what must not be written from an event, whatever it carries; the last step before it becomes a line."""
    return {name: value if name == "timestamp" else _cut_value(str(name), value) for name, value in event.items()}


def cut(text: str) -> str:
    """Return the text without link tokens, query strings, quoted rows and numbers that may not be kept.

    Ten digits that could be an NPI stay, and so do moments, internet addresses and UUIDs.
    """
    text = QUOTED_ROW.sub(rf"\1: {CUT}", text)
    text = WORD.sub(_without_query, text)
    text = TOKEN_PATH.sub(rf"\1{CUT}", text)
    text = LONG_SEGMENT.sub(lambda found: found[0] if UUID.fullmatch(found[0]) else f"/{CUT}", text)
    parts = HARMLESS.split(text)  # every second one is harmless
    parts[::2] = map(_without_numbers, parts[::2])
    return "".join(parts)


def _without_numbers(text: str) -> str:
    """Return the text without runs of nine digits and more, and without private numbers, however they are escaped."""
    readable = ESCAPES.sub(_unescaped, ESCAPES.sub(_unescaped, text))  # twice: an address may stand in another
    clean = mask_private_numbers(RUN.sub(CUT, readable), CUT)
    return text if clean == readable else clean


def _unescaped(escape: re.Match[str]) -> str:
    """Return the characters of an escape, with blanks for those that would break the line."""
    content = bytes.fromhex("".join(re.findall(rf"{HEX}{{2}}", escape[0])))
    for encoding in ENCODINGS[escape.lastgroup or ""]:
        with contextlib.suppress(UnicodeDecodeError):
            shown = content.decode(encoding)
            return "".join(character if character.isprintable() else " " for character in shown)
    return " "


def _without_query(word: re.Match[str]) -> str:
    """Return an address without its query, and any other word as it is."""
    query = word[0].find("?", word[0].find("/")) if "/" in word[0] else -1
    return word[0] if query < 0 else f"{word[0][: query + 1]}{CUT}"


def _cut_value(name: str, value: Any) -> Any:
    """Cut one value; numbers are judged by their digits, and anything else by what it looks like in words."""
    if SECRET_NAMES.search(name):
        return CUT
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        whole = str(value) if isinstance(value, int) else f"{value:.0f}"
        return value if cut(whole) == whole else CUT
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, dict):
        return {cut(str(key)): _cut_value(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cut_value("", inner) for inner in value]
    return cut(value if isinstance(value, str) else repr(value))


def _standard_library(shared: list[Processor], options: dict[str, str]) -> dict[str, Any]:
    """Return the dictConfig by which every logger of every library ends in the one handler."""
    json = options["format"] == "json"
    renderer: Processor = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, cut_secrets, renderer],
    }
    through = {"handlers": [], "level": "NOTSET", "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": options["level"]},
        "loggers": {
            **dict.fromkeys(("django", "django.server", "gunicorn.error", "gunicorn.access", "celery"), through),
            **{name: {"level": "WARNING"} for name in TALKATIVE},
            "kombu.connection": {"level": "ERROR"},  # warns that files have no host name
            "flufl.bounce": {"level": "CRITICAL"},  # tells of each form it looks for, and quotes what it cannot read
        },
    }
