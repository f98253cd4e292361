"""Which submitted elections the queue shows: its filters, and what needs thought about each election."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import User
from eligibility.law.rules import CONTESTABLE

from ..access import part_of, person
from ..models import Conflict, Correction, Election, Submission
from ..states import NEVER_SUBMITTED, WITH_CMS, ElectionStatus
from .objections import objections_of_row

OPEN, ALL, MINE, UNASSIGNED, NOTHING = "open", "all", "mine", "unassigned", "nothing"
FREE = ("q", "p", "o")  # the search, the page and the order, as Django's list calls them
QUEUE = "admin:elections_election_changelist"
ORDER: tuple[str | Combinable, ...] = (
    F("answers_correction").desc(),
    "last_submission__received_at",
    "pk",
)  # what comes back comes first
REMEMBERED = "queue"  # the cookie that keeps the filters of a person's last list
CHOICE = re.compile(r"[a-z0-9_-]{1,40}")  # what a filter's choice is made of


def submitted_elections(user: User, *, asked_first: bool = False) -> QuerySet[Election]:
    """Return what CMS received, for a person at the desk: no draft, and nothing that they have a part in themselves.

    `asked_first`: in which they have a part is asked by a query of its own, which pays where several follow.
    """
    part: Q = part_of(user)
    if asked_first:
        part = Q(pk__in=[*Election.objects.filter(part).values_list("pk", flat=True)])
    submitted = Election.objects.filter(last_submission__isnull=False).exclude(part)
    return submitted.select_related("virtual_group", "last_submission", "reviewer")


def listed_elections(user: User, *, asked_first: bool = False) -> QuerySet[Election]:
    """Return submitted elections with what needs thought about each; the snapshots and ledgers stay unread.

    The ledgers are long. As each answer is a subquery, PostgreSQL reads those of the rows that a page shows alone.
    """
    open_conflicts = Conflict.objects.filter(closed_at=None)
    about = Q(waiting__election=OuterRef("pk")) | Q(holder__election=OuterRef("pk"))
    return (
        submitted_elections(user, asked_first=asked_first)
        .annotate(
            in_conflict=Exists(open_conflicts.filter(about)),
            objections=objections_of_row(),
            answers_correction=Exists(
                Correction.objects.filter(
                    answered_in=OuterRef("last_submission"), submission__election__status__in=WITH_CMS
                )
            ),
            # Nothing that the submitter saw as not met was submitted uncontested; CMS may see more than they did.
            is_contested=_says(
                _any_of("submitter_ledger", *({"outcome": "not_met", "rule": rule} for rule in CONTESTABLE))
            ),
            is_not_met=_says(_any_of("cms_ledger", {"outcome": "not_met"})),
            is_untold=_says(_any_of("cms_ledger", {"outcome": "cannot_tell"})),
        )
        .defer(*(f"last_submission__{kept}" for kept in ("snapshot", "submitter_ledger", "reviewer_ledger")))
    )


def received_years() -> list[int]:
    """Return the performance years of which CMS received elections, newest first."""
    received = Election.objects.filter(last_submission__isnull=False).order_by("-performance_year")
    return list(received.values_list("performance_year", flat=True).distinct())


def _any_of(ledger: str, *findings: Mapping[str, str]) -> Q:
    """Return the condition that a ledger holds one of these findings, in its stored form."""
    condition = Q()
    for finding in findings:
        condition |= Q(**{f"{ledger}__contains": {"findings": [finding]}})
    return condition


def _says(condition: Q) -> Subquery:
    """Return whether the last submission's ledgers are so: not Exists, for which PostgreSQL would read them all."""
    ledger = ExpressionWrapper(Coalesce(F("reviewer_ledger"), F("submitter_ledger")), JSONField())
    last = Submission.objects.filter(pk=OuterRef("last_submission")).order_by().alias(cms_ledger=ledger)
    return Subquery(last.values(says=ExpressionWrapper(condition, BooleanField())))


def conflicts_of_others(user: User) -> QuerySet[Conflict]:
    """Return the conflicts between elections in which the person has no part."""
    own = Election.objects.filter(part_of(user)).values("pk")
    return Conflict.objects.exclude(Q(waiting__election__in=own) | Q(holder__election__in=own))


class QueueFilter(admin.SimpleListFilter):
    """One row of chips above the list; `default` is chosen while none is."""

    default = ALL

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield each choice with the address that chooses it and leaves the other filters as they are."""
        chosen = self.value() or self.default
        for value, label in self.lookup_choices:
            yield {
                "selected": str(value) == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}, remove=["p"]),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Election]) -> QuerySet[Election]:
        """Return the chosen elections. Raises IncorrectLookupParameters for a choice that is not offered."""
        value = self.value() or self.default
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.filter(self.condition(request, value))

    @classmethod
    def condition(cls, request: HttpRequest, value: str) -> Q:
        """Return the condition of a choice."""
        raise NotImplementedError


class StatusFilter(QueueFilter):
    """What needs a decision, unless another status is asked for."""

    title, parameter_name, default = "status", "status", OPEN

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        submitted = [(status.value, str(status.label)) for status in ElectionStatus if status not in NEVER_SUBMITTED]
        return [(OPEN, "Needs a decision"), *submitted, (ALL, "All")]

    @classmethod
    def condition(cls, request: HttpRequest, value: str) -> Q:
        return {OPEN: Q(status__in=WITH_CMS), ALL: Q()}.get(value, Q(status=value))


class YearFilter(QueueFilter):
    """The performance years of which there are elections."""

    title, parameter_name = "performance year", "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(ALL, "All"), *((str(year), str(year)) for year in received_years())]

    @classmethod
    def condition(cls, request: HttpRequest, value: str) -> Q:
        return Q() if value == ALL else Q(performance_year=value)


class ReviewerFilter(QueueFilter):
    """Whose elections: mine, no one's, a colleague's."""

    title, parameter_name = "reviewer", "reviewer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        reviewing = User.objects.filter(elections_reviewed__isnull=False).exclude(pk=person(request).pk)
        others = [(str(user.pk), str(user)) for user in reviewing.distinct().order_by("name", "email")]
        return [(ALL, "All"), (MINE, "Mine"), (UNASSIGNED, "Unassigned"), *others]

    @classmethod
    def condition(cls, request: HttpRequest, value: str) -> Q:
        special = {ALL: Q(), MINE: Q(reviewer=person(request)), UNASSIGNED: Q(reviewer=None)}
        return special[value] if value in special else Q(reviewer=value)


class AttentionFilter(QueueFilter):
    """What needs thought."""

    title, parameter_name = "needs attention", "attention"
    CONDITIONS: Mapping[str, tuple[str, Q]] = {
        ALL: ("All", Q()),
        "answered": ("Correction answered", Q(answers_correction=True)),
        "objected": ("Objection from a signer", Q(objections__gt=0)),
        "contested": ("Contested finding", Q(is_contested=True)),
        "conflict": ("Conflict over a TIN", Q(in_conflict=True)),
        "not-met": ("Not met", Q(is_not_met=True)),
        "cannot-tell": ("Cannot tell yet", Q(is_untold=True)),
        "nothing": (
            "Nothing",
            Q(answers_correction=False, objections=0, in_conflict=False, is_not_met=False, is_untold=False),
        ),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.CONDITIONS.items()]

    @classmethod
    def condition(cls, request: HttpRequest, value: str) -> Q:
        return cls.CONDITIONS[value][1]


class AmongFilter(admin.SimpleListFilter):
    """The elections that a search by TIN or NPI found, by their own numbers: those of people stay out of addresses."""

    title, parameter_name = "found by number", "among"
    template = "admin/elections/election/among.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("", "")]

    def has_output(self) -> bool:
        return bool(self.value())

    def key(self, text: str) -> uuid.UUID | int:
        """Return the row that a part of the address names. Raises ValueError if it names none."""
        return uuid.UUID(text)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == NOTHING:
            return queryset.none()
        try:
            return queryset.filter(pk__in=list(map(self.key, value.split(",")))) if value else queryset
        except ValueError as error:
            raise IncorrectLookupParameters from error


FILTERS = (StatusFilter, YearFilter, ReviewerFilter, AttentionFilter)
NAMES = {*FREE, AmongFilter.parameter_name, *(each.parameter_name for each in FILTERS)}


def queue_with(**filters: str) -> str:
    """Return the address of the list with these filters, of what needs a decision unless they say otherwise."""
    return f"{reverse(QUEUE)}?{urlencode({'status': OPEN} | filters)}"


def remembered(query: QueryDict) -> str:
    """Return the filters of an address without its search and page, as the cookie keeps them."""
    return urlencode(
        [(each.parameter_name, query[each.parameter_name]) for each in FILTERS if each.parameter_name in query]
    )


def remembered_filters(request: HttpRequest) -> dict[str, str]:
    """Return the filters that the cookie keeps; of one that this site did not write, what could be a filter."""
    names = [each.parameter_name for each in FILTERS]
    kept = dict(parse_qsl(request.COOKIES.get(REMEMBERED, "")))
    return {name: kept[name] for name in names if CHOICE.fullmatch(kept.get(name, ""))}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an election is in the list as it was last filtered, and its neighbors: pairs of id and group's name.

    `number` counts from 1; 0 if the election is not in the list, as after a decision. Then `after` is the first there.
    """

    number: int
    count: int
    before: tuple[uuid.UUID, str] | None
    after: tuple[uuid.UUID, str] | None


def place_of(election: Election, request: HttpRequest) -> Place | None:
    """Return an election's place in the list that the cookie remembers; None if the list is empty."""
    kept = remembered_filters(request)
    try:
        conditions = [each.condition(request, kept.get(each.parameter_name, each.default)) for each in FILTERS]
        listed = listed_elections(person(request)).filter(*conditions).order_by(*ORDER)
        elections = list(listed.values_list("pk", "last_submission__virtual_group_name"))
    except (KeyError, ValueError):  # a cookie that this site did not write
        return None
    others = [pk for pk, _ in elections]
    at = others.index(election.pk) if election.pk in others else -1
    if not elections:
        return None
    before = elections[at - 1] if at > 0 else None
    return Place(at + 1, len(elections), before, elections[at + 1] if at + 1 < len(elections) else None)
