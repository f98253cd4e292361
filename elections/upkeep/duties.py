"""What an approved virtual group owes in its year: each duty with its day, and how far it is (414.1315(c)).

The functions are pure: updates, windows and what practices told come in, and every known performance year computes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.text import get_text_list

from eligibility.law import parameters
from eligibility.law.calendar import Window, data_submission_starts, day_begins, update_asked_by, update_counts_from
from eligibility.law.rule_results import count
from ground.clock import EASTERN
from ground.templatetags.et import et_closing, et_date, et_datetime

from ..models import Update, UpdateState
from ..models.update import OF_CLINICIANS
from ..roster_history import counting
from ..standing import update_in_words
from .days import is_late, is_told_late

A_DAY = timedelta(days=1)


class DutyState(StrEnum):
    """How far a duty is; its value is the word on its tag."""

    AHEAD = "Not due yet"
    OPEN = "Open"
    MET = "Met"
    LATE = "Met late"
    REPORTED = "Reported to CMS"  # whether it is met, we cannot know
    REPORTED_LATE = "Reported late"
    MISSED = "Missed"
    CLOSED = "Closed"  # no one had to

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return TONES.get(self, "")


TONES = {
    DutyState.OPEN: "active",
    DutyState.MET: "good",
    DutyState.LATE: "unsure",
    DutyState.REPORTED_LATE: "unsure",
    DutyState.MISSED: "bad",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: what is due, `by` when in words, its last day where it has one, and where it is done.

    `page` is the name of a URL of the election; `update` the one that met it, where one did, or that CMS asks about.
    """

    key: str
    title: str
    by: str
    sentence: str
    state: DutyState
    page: str
    cite: str
    last_day: date | None = None
    update: Update | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What duties are told from: the updates of the approved submission, in the order they were reported.

    `names` are those of its practices, `unreached` those whose signers we don't email. `told`: how many practices
    told their clinicians, of how many. `next_window` is None past the last year whose rules are known.
    """

    performance_year: int
    updates: Sequence[Update]
    names: Sequence[str]
    told: tuple[int, int]
    unreached: Sequence[str] = ()
    next_window: Window | None = None
    elected_again: bool = False
    is_begun: bool = False


def duties(known: Known, now: datetime) -> list[Duty]:
    """Return what CMS asks, then the duties in the order of their last days; those without one come last."""
    found = [update_duty(known.performance_year, known.updates, now), _parties_told(known), _clinicians_told(known)]
    if known.next_window:
        found.append(_elect_again(known, known.next_window, now))
    asked = [_answer(update, known.names) for update in known.updates if update.state == UpdateState.QUESTION_ASKED]
    return [*asked, *sorted(found, key=lambda duty: duty.last_day or date.max)]


def _answer(update: Update, names: Sequence[str]) -> Duty:
    """Return what is due where CMS asked about an update and has no answer."""
    return Duty(
        key="question",
        title="Answer CMS’s question about an update",
        by="CMS is waiting for the representative’s answer.",
        sentence=update_in_words(update, "" if update.practice is None else names[update.practice]),
        state=DutyState.OPEN,
        page="update",
        cite="",
        update=update,
    )


def update_asked(performance_year: int) -> str:
    """Return in one sentence or two what is due before data submission, and by when CMS asks for it."""
    asked_by = et_date(update_asked_by(performance_year))
    return (
        f"Report at least once, even if nothing has changed. CMS asks for it by {asked_by}. "
        f"The rule says to report before data submission starts, {_starts(performance_year)}."
    )


def _starts(performance_year: int) -> str:
    """Return the day on which data submission starts, in words, and whether CMS announced it."""
    expected = "expected " if parameters.DATA_SUBMISSION_STARTS.is_projected(performance_year) else ""
    return f"{expected}{et_date(data_submission_starts(performance_year))}"


def update_duty(performance_year: int, updates: Iterable[Update], now: datetime) -> Duty:
    """Return the duty to report before data submission starts, and whether an update that counts met it."""
    asked_from, starts = update_counts_from(performance_year), data_submission_starts(performance_year)
    reported = [update for update in counting(updates) if update.reported_at >= day_begins(asked_from)]
    met_by = min(reported, key=lambda update: update.reported_at, default=None)
    if met_by:
        state, after = DutyState.MET, ""
        if is_late(met_by, performance_year):
            state, after = DutyState.LATE, ", after data submission started"
        sentence = f"Reported {et_datetime(met_by.reported_at)}{after}."
    elif now < day_begins(asked_from):
        state, sentence = DutyState.AHEAD, f"Only a report made on or after {et_date(asked_from)} meets this rule."
    elif now < day_begins(starts):
        state = DutyState.OPEN
        sentence = f"Due now. No update has been reported since {et_date(asked_from)}."
    else:
        state = DutyState.MISSED
        sentence = (
            f"No update was reported from {et_date(asked_from)} until data submission started on "
            f"{et_date(starts)}. Report it now. CMS accepts it and sees that it is late."
        )
    return Duty(
        key="update",
        title="Report what changed, or that nothing has changed",
        by=f"By {et_date(update_asked_by(performance_year))}, the date CMS asks for, and before data submission "
        f"starts, {_starts(performance_year) if now < day_begins(starts) else et_date(starts)}.",
        sentence=sentence,
        state=state,
        page="updates",
        cite=parameters.DATA_SUBMISSION_STARTS.cite,
        last_day=starts - A_DAY,
        update=met_by,
    )


def _parties_told(known: Known) -> Duty:
    """Return the duty to tell the other parties of clinicians who joined or left.

    We know when that was reported here, and whom our email went to: not who told whom.
    """
    year = known.performance_year
    within = parameters.PARTIES_TOLD_WITHIN.for_year(year)
    changes = [update for update in counting(known.updates) if update.kind in OF_CLINICIANS]
    late = [update for update in changes if is_told_late(update, year)]
    if late:
        state = DutyState.REPORTED_LATE
        named = " ".join(_named(late, known.names))
        sentence = f"{len(late)} of {count(len(changes), 'change')} reported late. {named}"
    elif changes:
        state = DutyState.REPORTED
        sentence = f"{count(len(changes), 'change')} reported to CMS. Check that the other practices know."
    else:
        state, sentence = DutyState.AHEAD, "No clinician has been reported as joining or leaving."
    if changes and known.unreached:
        unreached = get_text_list(list(known.unreached), "and")
        sentence = f"{sentence} We couldn’t email anyone at {unreached}. Start with them."
    return Duty(
        key="parties",
        title="Tell the other practices who joined or left",
        by=f"Within {within} days of the change, counted from {et_date(date(year, 1, 1))} at the earliest. "
        "When you report it, we email the signers whose addresses we have. The email doesn’t tell other practices who "
        "joined or left. Tell them yourself.",
        sentence=sentence,
        state=state,
        page="update_clinician",
        cite=parameters.PARTIES_TOLD_WITHIN.cite,
    )


def _named(updates: Iterable[Update], names: Sequence[str]) -> Iterable[str]:
    for update in updates:
        said = update_in_words(update, "" if update.practice is None else names[update.practice])
        yield f"{said.removesuffix('.')}, reported {et_date(update.reported_at)}."


def _clinicians_told(known: Known) -> Duty:
    """Return the duty of each practice to tell its clinicians that they take part."""
    told, practices = known.told
    state = DutyState.MET if told == practices else DutyState.OPEN
    sentence = f"{told} of {count(practices, 'practice')} have told all their clinicians."
    return Duty(
        key="clinicians",
        title="Tell all clinicians that they are in this virtual group",
        by="Each practice tells its own. The rule names no day. Check what your agreement says.",
        sentence=sentence,
        state=state,
        page="clinician_notices",
        cite="42 CFR 414.1315(c)(3)(iii)",
    )


def _elect_again(known: Known, window: Window, now: datetime) -> Duty:
    """Return electing again for the next year, which no one has to."""
    year = known.performance_year + 1
    if known.elected_again:
        state, sentence = DutyState.MET, f"The election for {year} was submitted."
    elif now < window.opens:
        opens = f"{et_date(window.opens)}{' (expected)' if window.is_projected else ''}"
        state, sentence = DutyState.AHEAD, f"You can elect from {opens}, if you want to continue as a virtual group."
    elif now < window.closes:
        button = f"Go to your {year} draft" if known.is_begun else f"Start {year} from this election"
        state = DutyState.OPEN
        sentence = (
            f"The election window is open. If you want to continue, go to “Your elections” and choose “{button}.”"
        )
    else:
        state, sentence = DutyState.CLOSED, f"No election for {year} was submitted."
    return Duty(
        key="elect-again",
        title=f"Elect again for {year}",
        by=f"Until {et_closing(window.closes)}.",
        sentence=sentence,
        state=state,
        page="elections",
        cite=parameters.WINDOW_CLOSES.cite,
        last_day=(window.closes - timedelta(microseconds=1)).astimezone(EASTERN).date(),
    )
