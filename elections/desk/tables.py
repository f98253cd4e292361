"""The tables of the dashboard, each with a chart of the same numbers, and the file that has them too."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from eligibility.law.calendar import Window
from eligibility.law.rules import rule_name
from ground.clock import EASTERN
from ground.templatetags.et import et_date
from notices.kinds import kind_of_email
from notices.models import UNDELIVERED, Notice

from ..models import Decision
from ..models.correction import Pin, PinnedField
from ..states import DECIDED, IN_REVIEW, NEVER_SUBMITTED, SUBMITTED, UNDECIDED, WITH_CMS, WITHDRAWN, ElectionStatus
from ..submission.waiting_times import WaitingTime, waiting_time
from . import charts
from .charts import Chart
from .figures import MadeDecision, ReceivedElection
from .filters import ALL, MINE, queue_with
from .outgoing import notices_of_others
from .reviewers import reviewers

STATUSES = [status for status in ElectionStatus if status not in NEVER_SUBMITTED]
AGES = (  # from so many days on, the oldest first
    *((30, "30 days ago or more"), (14, "14 to 29 days ago"), (7, "7 to 13 days ago")),
    *((3, "3 to 6 days ago"), (0, "Less than 3 days ago")),
)
TOO_FEW = "fewer than 5"
NO_FINDING = "Reviewer’s own words only"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table; `address` leads to what it counts."""

    label: str
    cells: tuple[object, ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table, with its chart; `name` stands in the address of its file."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: list[TableRow]
    note: str = ""
    chart: Chart | None = None

    @property
    def lines(self) -> Iterator[tuple[object, ...]]:
        """The rows as the file has them."""
        return ((row.label, *row.cells) for row in self.rows)


def by_status(elections: Sequence[ReceivedElection], year: int) -> Table:
    """Count the elections in each status."""
    counts = Counter(election.status for election in elections)
    shown = [(str(status.label), status.value, counts[status]) for status in STATUSES]
    rows = [(label, count, queue_with(status=status, year=str(year))) for label, status, count in shown]
    rows.append(("All", len(elections), queue_with(status=ALL, year=str(year))))
    return Table(
        "statuses",
        "Elections by status",
        ("Status", "Elections"),
        [TableRow(label, (count,), address) for label, count, address in rows],
        chart=charts.bars([(label, (count,)) for label, _, count in shown]),
    )


def by_day(elections: Sequence[ReceivedElection], window: Window, now: datetime) -> Table:
    """Count by the day of the last submission what is undecided, decided and withdrawn."""
    groups = {"Not decided yet": UNDECIDED, "Decided": DECIDED, "Withdrawn": (WITHDRAWN,)}
    counts: dict[date, list[int]] = defaultdict(lambda: [0] * len(groups))
    for election in sorted(elections, key=lambda election: election.received_at):
        for place, statuses in enumerate(groups.values()):
            counts[election.day][place] += election.status in statuses
    deadline = (window.closes - timedelta(microseconds=1)).astimezone(EASTERN).date()
    rows, so_far = [], 0
    for day, parts in counts.items():
        left = (deadline - day).days
        so_far += sum(parts)
        rows.append(TableRow(et_date(day), (left if left >= 0 else "closed", *parts, sum(parts), so_far)))
    first, today = (moment.astimezone(EASTERN).date() for moment in (window.opens, now))
    return Table(
        "days",
        "Elections by the day received",
        ("Day", "Days to deadline", *groups, "Received", "Received so far"),
        rows,
        "Each election counts on the day (ET) of its last submission.",
        charts.by_day(counts, list(groups), first=first, deadline=deadline, today=today),
    )


def ages(waiting: Sequence[ReceivedElection], now: datetime) -> Table:
    """Count what waits for CMS by its age."""
    statuses = {SUBMITTED: "Submitted", IN_REVIEW: "In review"}
    counts = {label: [0] * len(statuses) for _, label in AGES}
    for election in waiting:
        label = next(label for least, label in AGES if (now - election.received_at).days >= least or not least)
        counts[label][list(statuses).index(ElectionStatus(election.status))] += 1
    return Table(
        "ages",
        "Age of what needs a decision",
        ("Received", *statuses.values(), "Both"),
        [TableRow(label, (*parts, sum(parts))) for label, parts in counts.items()],
        chart=charts.bars(list(counts.items()), list(statuses.values())),
    )


def waits(decisions: Sequence[MadeDecision], now: datetime) -> Table:
    """Say how long decisions took, of all and of parts of them, where there are enough."""
    parts = {
        "All decisions": decisions,
        "In the last 30 days": [made for made in decisions if made.is_recent(now)],
        **{
            str(label): [made for made in decisions if made.outcome == outcome]
            for outcome, label in Decision.ReviewResult.choices
        },
    }
    times = {label: waiting_time(made.waited for made in part) for label, part in parts.items()}
    drawn = {label: (time.shortest, time.median, time.longest) if time else None for label, time in times.items()}
    return Table(
        "waiting-times",
        "Days from receipt to decision",
        ("Decisions", "Number", "Median", "Shortest", "Longest"),
        [TableRow(label, (len(parts[label]), *_days(time))) for label, time in times.items()],
        "Shown only for 5 or more decisions. A decision that was undone within a minute doesn’t count.",
        charts.ranges(drawn),
    )


def _days(time: WaitingTime | None) -> tuple[object, ...]:
    return (time.median, time.shortest, time.longest) if time else (TOO_FEW, "", "")


def rejections(decisions: Sequence[MadeDecision]) -> Table:
    """Count rejections by the rules of the findings that they named."""
    rejected = [made for made in decisions if made.outcome == Decision.ReviewResult.REJECTED]
    counts = Counter(reason for made in rejected for reason in made.reasons)
    shown = [(*reason, counts[reason]) for reason in sorted(counts, key=lambda reason: (-counts[reason], reason))]
    if without := sum(not made.reasons for made in rejected):
        shown.append((NO_FINDING, "", without))
    return Table(
        "rejections",
        "Reasons for rejection",
        ("Finding", "Paragraph", "Rejections"),
        [TableRow(rule_name(rule), (cite, count)) for rule, cite, count in shown],
        f"{_counted(len(rejected), 'rejection')}. One can have several reasons.",
        charts.bars([(rule_name(rule), (count,)) for rule, _, count in shown]),
    )


def corrections(requests: Mapping[tuple[str, str], int]) -> Table:
    """Count the requests for correction by what they were about."""
    words = dict(PinnedField.choices) | dict(Pin.choices)
    shown = [(words[field or pin], count) for (pin, field), count in requests.items()]
    shown.sort(key=lambda row: (-row[1], row[0]))
    return Table(
        "corrections",
        "Reasons for correction",
        ("What CMS asked about", "Requests"),
        [TableRow(label, (count,)) for label, count in shown],
        f"{_counted(sum(requests.values()), 'request')}. A correction can have several requests.",
        charts.bars([(label, (count,)) for label, count in shown]),
    )


def loads(
    elections: Sequence[ReceivedElection], decisions: Sequence[MadeDecision], year: int, *, by: User, now: datetime
) -> Table:
    """Count what each reviewer has in review and decided lately; also of those who no longer review."""
    in_review = Counter(election.reviewer_id for election in elections if election.status == IN_REVIEW)
    lately = Counter(made.decided_by for made in decisions if made.is_recent(now))
    able = reviewers().order_by().values("pk")
    users = list(User.objects.filter(Q(pk__in=able) | Q(pk__in={*in_review, *lately})).order_by("name", "email"))
    words = ("In review", "Decided in the last 30 days")
    unassigned = sum(election.status in WITH_CMS and election.reviewer_id is None for election in elections)

    def address(user: User) -> str:
        if not in_review[user.pk]:
            return ""
        choice = MINE if user == by else str(user.pk)
        return queue_with(status=IN_REVIEW.value, reviewer=choice, year=str(year))

    return Table(
        "reviewers",
        "Reviewers",
        ("Reviewer", *words),
        [TableRow(str(user), (in_review[user.pk], lately[user.pk]), address(user)) for user in users],
        f"{_counted(unassigned, 'election')} without a reviewer.",
        charts.bars([(str(user), (in_review[user.pk], lately[user.pk])) for user in users], words),
    )


def emails(by: User) -> Table:
    """Count the emails, of all performance years, that did not arrive."""
    lost = notices_of_others(by, Notice.objects.filter(state__in=UNDELIVERED))
    lost = lost.order_by("reason")
    counts = {state: Count("pk", filter=Q(state=state)) for state in UNDELIVERED}
    kinds = list(lost.values_list("reason").annotate(**{f"{state}_count": count for state, count in counts.items()}))
    notices = reverse("admin:notices_notice_changelist")
    words = {reason: kind_of_email(reason) for reason, *_ in kinds}
    return Table(
        "emails",
        "Emails that did not arrive",
        ("Email", "Failed", "Bounced"),
        [
            TableRow(words[reason], tuple(parts), f"{notices}?{urlencode({'reason': reason})}")
            for reason, *parts in kinds
        ],
        "Includes all performance years.",
        charts.bars([(words[reason], parts) for reason, *parts in kinds], ("Failed", "Bounced")),
    )


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
