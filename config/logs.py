"""Logs: one line an event, JSON or plain, with every secret cut before it is written.

What is cut: runs of nine digits and more (a Social Security number, a TIN), link tokens, query strings, the rows that
database errors quote. It is cut from our own events and from those of every library, exceptions included.
"""

import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SEPARATOR = (
    r"(?:[ \-+_./\u00a0\u00ad\u2010-\u2015\u2212]"
    r"|%(?:20|2[bBdDeEfF]|[cC]2%[aA][0dD]|[eE]2%80%9[0-5]|[eE]2%88%92)){0,3}"  # the same, percent-encoded
)
NUMBERS = re.compile(
    r"(?P<kept>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a request's id
    r"|\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?\b"  # a moment
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b)"  # an address of the internet
    rf"|(?P<run>\d(?:{SEPARATOR}\d){{8,}})"
)
NPI = re.compile(r"[12]\d{9}")
QUERY = re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]*")
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
    """Return the text without link tokens, query strings, quoted rows and runs of nine digits or more.

    Ten digits that could be an NPI stay, and so do moments, internet addresses and UUIDs.
    """
    text = QUOTED_ROW.sub(rf"\1: {CUT}", text)
    text = QUERY.sub(rf"\1?{CUT}", text)
    text = TOKEN_PATH.sub(rf"\1{CUT}", text)
    text = LONG_SEGMENT.sub(lambda found: found[0] if UUID.fullmatch(found[0]) else f"/{CUT}", text)
    return NUMBERS.sub(lambda found: found[0] if found["kept"] or NPI.fullmatch(found[0]) else CUT, text)


def _cut_value(name: str, value: Any) -> Any:
    """Cut one value; numbers are judged by their digits, and anything else by what it looks like in words."""
    if SECRET_NAMES.search(name):
        return CUT
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if cut(str(value)) == str(value) else CUT
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
        },
    }
