"""The demo's approved groups of last year: one with a year of updates behind it, and one that reported nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from elections.models import Submission, Update, UpdateKind
from elections.upkeep import actions, steps
from ground.clock import EASTERN

from . import fictional
from .files import PERFORMANCE_YEAR
from .made_up import Determined
from .people import DANA, ELENA, ROSA, DemoPerson
from .story import Writer, approve, submit

LAST_YEAR = PERFORMANCE_YEAR - 1


def tell(people: dict[DemoPerson, User]) -> None:
    """Make both elections, as they were written the autumn before last year began, and what was reported since."""
    begun = datetime(LAST_YEAR - 1, 11, 18, 10, tzinfo=EASTERN)
    reported(Writer(people[DANA], people, begun))
    not_reported(Writer(people[ELENA], people, begun + timedelta(days=2)))


def reported(writer: Writer) -> None:
    """A group that reported changes of most kinds: acknowledged, undone, and one that CMS asked about."""
    submission = approved(
        writer, "Three Rivers Virtual Group", fictional.CANAL_STREET, fictional.JUNIPER, fictional.STILLWATER
    )
    rosa, election_id = writer.others[ROSA], submission.election_id

    def clinician(kind: UpdateKind, practice: int, npi: str, on: date, reported_on: date) -> Update:
        fields: dict[str, Any] = {"kind": kind, "practice": practice, "npi": npi, "effective_on": on}
        return actions.report_clinician(election_id, **fields, by=writer.by, now=noon(reported_on))

    def practice(kind: UpdateKind, position: int, other: str, on: date, reported_on: date) -> Update:
        fields: dict[str, Any] = {"kind": kind, "practice": position, "other": other, "effective_on": on}
        return actions.report_practice(election_id, **fields, by=writer.by, now=noon(reported_on))

    joined = clinician(UpdateKind.JOINED, 0, fictional.JOINED_LAST_YEAR.npi, of_year(2, 2), of_year(2, 10))
    renamed = practice(UpdateKind.RENAMED, 1, "Juniper Eye Associates", of_year(4, 1), of_year(4, 6))
    left = clinician(UpdateKind.LEFT, 1, fictional.JUNIPER.npis[1], of_year(6, 12), of_year(6, 15))
    for update in (joined, renamed, left):
        steps.acknowledge(election_id, update.pk, by=rosa, now=noon(of_year(6, 22)))
    actions.report_contact(
        election_id, name=DANA.name, email=DANA.email, phone="555-0177", by=writer.by, now=noon(of_year(8, 20))
    )
    mistaken = clinician(UpdateKind.LEFT, 0, fictional.CANAL_STREET.npis[1], of_year(9, 1), of_year(9, 14))
    steps.undo(election_id, mistaken.pk, by=writer.by, now=noon(of_year(9, 15)))
    closed = practice(UpdateKind.CLOSED, 2, "", of_year(9, 30), of_year(10, 12))
    question = "Did Dr. Feld join another practice of this virtual group?"
    steps.ask(election_id, closed.pk, text=question, by=rosa, now=noon(of_year(10, 19)))
    answer = "No. She retired when the practice closed."
    steps.answer(election_id, closed.pk, text=answer, by=writer.by, now=noon(of_year(10, 20)))
    actions.report_nothing(election_id, by=writer.by, now=noon(of_year(11, 16)))


def not_reported(writer: Writer) -> None:
    """A group that has reported nothing, and lists a clinician less than CMS data of the next year."""
    fewer = replace(fictional.FOOTHILLS, clinicians=fictional.FOOTHILLS.clinicians[:-1])
    approved(writer, "Foothills Virtual Group", fewer, fictional.ASPEN_GROVE)


def approved(writer: Writer, name: str, *practices: Determined) -> Submission:
    submission = submit(writer, name, *practices, performance_year=LAST_YEAR)
    approve(writer, submission)
    return submission


def of_year(month: int, day: int) -> date:
    """Return a day of last year."""
    return date(LAST_YEAR, month, day)


def noon(day: date) -> datetime:
    """Return the noon of a day in Eastern Time."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=EASTERN)
