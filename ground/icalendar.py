"""Calendar files (iCalendar, RFC 5545), as the calendar programs of phones and desks read them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

LONGEST_LINE = 75  # octets, without the line's end
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry of a calendar: the minute that ends at a moment, or a whole day.

    `key` stays the same however often the entry is written, so that a program replaces the entry it has.
    """

    key: str
    ends: datetime | date
    title: str
    text: str
    link: str
    remind_before: timedelta


def calendar_file(entries: Iterable[CalendarEntry], *, now: datetime) -> bytes:
    """Return a calendar file with these entries, written at this moment."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_escaped(settings.SITE_NAME)}//EN",
        "CALSCALE:GREGORIAN",
        *(line for entry in entries for line in _event(entry, now)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(entry: CalendarEntry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.key}@{urlsplit(settings.SITE_URL).hostname}"
    yield f"DTSTAMP:{_utc(now)}"
    yield from _when(entry.ends)
    yield f"SUMMARY:{_escaped(entry.title)}"
    yield f"DESCRIPTION:{_escaped(entry.text)}"
    yield f"URL:{entry.link}"
    yield "TRANSP:TRANSPARENT"  # it keeps no one from being asked to a meeting
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:-P{entry.remind_before.days}D"
    yield f"DESCRIPTION:{_escaped(entry.title)}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _when(ends: datetime | date) -> Iterator[str]:
    if isinstance(ends, datetime):
        yield f"DTSTART:{_utc(ends - timedelta(minutes=1))}"
        yield f"DTEND:{_utc(ends)}"
    else:
        yield f"DTSTART;VALUE=DATE:{ends:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{ends + timedelta(days=1):%Y%m%d}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Return a text as a value: a line break, a comma or a backslash in it must not end or begin anything."""
    escaped = re.sub(r"([\\;,])", r"\\\1", text.replace("\r\n", "\n").replace("\r", "\n"))
    return CONTROL.sub(" ", escaped).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, none of which ends within a character."""
    pieces, length = [""], 0
    for character in line:
        size = len(character.encode())
        if length + size > LONGEST_LINE:
            pieces.append("")
            length = 1  # the space that a further piece begins with
        pieces[-1] += character
        length += size
    return "\r\n ".join(pieces)
