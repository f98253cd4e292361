"""Calendar files as RFC 5545 has them: lines, folds, escapes, moments and days."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ground.icalendar import CalendarEntry, calendar_file

NOW = datetime.fromisoformat("2026-12-01T10:04:31-05:00")
MIDNIGHT = datetime.fromisoformat("2027-01-01T00:00:00-05:00")


def entry(title: str = "Deadline", ends: datetime | date = MIDNIGHT, text: str = "It closes.") -> CalendarEntry:
    return CalendarEntry("last-change-1", ends, title, text, "http://localhost:8000/elections/1/", timedelta(days=1))


def unfolded(file: bytes) -> list[str]:
    """Return the lines of a calendar file as a program reads them."""
    return file.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_a_moment_is_the_minute_before_it_in_utc():
    assert calendar_file([entry()], now=NOW).decode() == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Virtual Group Elections//EN\r\nCALSCALE:GREGORIAN\r\n"
        "BEGIN:VEVENT\r\nUID:last-change-1@localhost\r\nDTSTAMP:20261201T150431Z\r\n"
        "DTSTART:20270101T045900Z\r\nDTEND:20270101T050000Z\r\n"
        "SUMMARY:Deadline\r\nDESCRIPTION:It closes.\r\nURL:http://localhost:8000/elections/1/\r\nTRANSP:TRANSPARENT\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\nDESCRIPTION:Deadline\r\nEND:VALARM\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def test_a_day_is_a_whole_one():
    lines = unfolded(calendar_file([entry(ends=date(2028, 1, 1))], now=NOW))
    assert lines[7:9] == ["DTSTART;VALUE=DATE:20280101", "DTEND;VALUE=DATE:20280102"]


def test_what_people_typed_begins_no_line_of_its_own():
    lines = unfolded(calendar_file([entry("Bay; Harbor, \\ Lake\r\nATTENDEE:x\rY\x00\tZ")], now=NOW))
    assert lines[9] == "SUMMARY:Bay\\; Harbor\\, \\\\ Lake\\nATTENDEE:x\\nY  Z"
    assert not [line for line in lines if line.startswith("ATTENDEE")]


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_no_line_is_longer_than_75_octets_and_none_is_cut_within_a_character(title):
    file = calendar_file([entry(title)], now=NOW)
    pieces = file.split(b"\r\n")
    assert max(len(piece) for piece in pieces) <= 75
    assert [piece.decode() for piece in pieces]
    assert len(unfolded(file)) == 20
