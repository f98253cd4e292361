"""The day of a reported change: from the approval on, never ahead, within the performance year; and what else to do."""

from dataclasses import dataclass
from datetime import date, datetime

from eligibility.law import parameters
from eligibility.law.calendar import data_submission_starts, day_begins
from ground.clock import EASTERN
from ground.service_center import call_it
from ground.templatetags.et import et_closing, et_date

from ..models import Decision, Election, Submission, Update
from ..roster_history import chain_of
from ..states import Verb
from ..verbs import window_is_open


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a change of an approved election can have: from its approval to today, and to the year's end."""

    approved_on: date
    today: date
    performance_year: int
    open_until: datetime | None = None  # the election's own content can still be changed until then

    @property
    def last(self) -> date:
        return min(self.today, date(self.performance_year, 12, 31))

    def problem(self, day: date) -> str:
        """Say why a change cannot have a day, and what to do instead; empty where it can."""
        if day > self.today:
            return f"Enter today, {et_date(self.today)}, or an earlier date. Report later changes after they happen."
        if day.year > self.performance_year:
            return (
                f"This virtual group’s year ended on {et_date(self.last)}. Don’t report a change after that here. "
                "If your group elected again, report it in that year’s election."
            )
        if day < self.approved_on:
            return f"CMS approved this election on {et_date(self.approved_on)}. {self._before_the_approval()}"
        return ""

    def _before_the_approval(self) -> str:
        if self.open_until:
            return (
                f"A change before that day belongs in the election itself. Until {et_closing(self.open_until)}, you "
                "can change the election and submit it again. That gives up the approval until CMS decides again."
            )
        return (
            "A change before that day belongs in the election itself, which can’t be changed now. "
            f"To have CMS reopen it, {call_it()}."
        )


def span_of(election: Election, submission: Submission, now: datetime) -> Span:
    """Return the days that a change of an approved election can have at a moment."""
    undone = [event.details.get("decision") for event in election.events.filter(verb=Verb.TAKE_BACK)]
    approvals = Decision.objects.filter(submission__in=chain_of(submission), outcome=Decision.ReviewResult.APPROVED)
    first = approvals.exclude(pk__in=undone).order_by("decided_at").values_list("decided_at", flat=True)[0]
    return Span(
        approved_on=first.astimezone(EASTERN).date(),
        today=now.astimezone(EASTERN).date(),
        performance_year=election.performance_year,
        open_until=election.window.closes if window_is_open(election, now) else None,
    )


def is_late(update: Update, performance_year: int) -> bool:
    """Say whether it was reported after data submission had started (414.1315(c)(2)(iii)); it is kept all the same."""
    return update.reported_at >= day_begins(data_submission_starts(performance_year))


def is_told_late(update: Update, performance_year: int) -> bool:
    """Say whether the others heard of a change of clinicians more than 30 days after it ((c)(3)(vi))."""
    reported_on = update.reported_at.astimezone(EASTERN).date()
    return bool(update.npi) and (reported_on - update.counts_from).days > told_within(performance_year)


def told_within(performance_year: int) -> int:
    """Return the days within which the parties hear of a change of clinicians ((c)(3)(vi))."""
    return parameters.PARTIES_TOLD_WITHIN.for_year(performance_year)
