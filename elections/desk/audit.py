"""What an auditor looks into later: events, overrides and shown TINs of all elections, unchangeable.

Decisions are in decision_records.py.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Role, StaffRole, User
from accounts.staff_pages import RecordAdmin, StaffList
from accounts.staff_site import OfferedFilters, pages_of
from eligibility.law.identifiers import is_valid_npi
from eligibility.law.rules import RULE_NAMES, rule_name
from ground.private_numbers import MASK, mask_private_numbers
from ground.templatetags.et import et_datetime

from ..access import person
from ..models import Election, Event, Override
from ..models.history import SENTENCES
from .filters import received_years, submitted_elections

REVEALED = "reveal_tin"
HEAVY = ("snapshot", "submitter_ledger", "reviewer_ledger")  # of a submission: long, and not shown
OF_SUBMISSION = tuple(f"submission__{name}" for name in HEAVY)
_TEN_DIGITS = re.compile(r"(?<!\d)\d{10}(?!\d)")


def masked(text: object) -> str:
    """Return a text that somebody wrote without the TINs and NPIs in it."""
    return _TEN_DIGITS.sub(
        lambda found: f"{MASK}{found[0][-4:]}" if is_valid_npi(found[0]) else found[0],
        mask_private_numbers(str(text or "")),
    )


class RecordFilter(admin.SimpleListFilter):
    """One filter beside a list of records. A choice that it does not offer is not understood."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the chosen rows."""
        if self.value() is None:
            return queryset
        if self.value() not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.filter(self.condition(str(self.value())))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices; which list they are for is kept for their condition."""
        self.records = model_admin
        return list(self.offered(model_admin))

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        """Yield each choice with its words."""
        raise NotImplementedError

    def condition(self, value: str) -> Q:
        """Return the condition of a choice."""
        raise NotImplementedError


class RecordYearFilter(RecordFilter):
    """The performance years of which CMS received elections."""

    title, parameter_name = "performance year", "year"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        yield from ((str(year), str(year)) for year in received_years())

    def condition(self, value: str) -> Q:
        path = getattr(self.records, "election_path", "")  # without one, a row has its own year
        return Q(**{f"{path}__performance_year" if path else "performance_year": value})


class StaffFilter(RecordFilter):
    """The people at CMS who did what is listed."""

    title, parameter_name = "person", "who"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        done = records.model.objects.filter(records.listed, **{records.person_path: OuterRef("pk")})
        for user in User.objects.filter(Exists(done.order_by())).order_by("name", "email"):
            yield str(user.pk), str(user)

    def condition(self, value: str) -> Q:
        return Q(**{self.records.person_path: value})


class SideFilter(RecordFilter):
    """Who did it: someone at CMS, someone else, or this site by itself, as the clock and signers' links do."""

    title, parameter_name = "person", "by"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        yield from (("cms", "CMS staff"), ("others", "Everyone else"), ("site", "No account: a signer or this site"))

    def condition(self, value: str) -> Q:
        at_cms = Q(by__in=StaffRole.objects.values("user"))
        return {"cms": at_cms, "others": Q(by__isnull=False) & ~at_cms, "site": Q(by=None)}[value]


class VerbFilter(RecordFilter):
    """What happened."""

    title, parameter_name = "kind of event", "verb"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        happened = Event.objects.order_by("verb").values_list("verb", flat=True).distinct()
        yield from sorted(((verb, SENTENCES[verb]) for verb in happened), key=lambda choice: choice[1])

    def condition(self, value: str) -> Q:
        return Q(verb=value)


class PacketLinks(StaffList):
    """A list each row of which leads to the packet of its election."""

    def url_for_result(self, result: Any) -> str:
        records: Any = self.model_admin
        return reverse("admin:elections_election_change", args=[records.election(result).pk])


class ElectionRecords(RecordAdmin):
    """Rows about elections that CMS received. The subclass says where in a row its election, person and moment are."""

    readers = (Role.LEAD_REVIEWER, Role.AUDITOR)
    list_display_links = ["group"]
    election_path: ClassVar[str]
    person_path: ClassVar[str] = "by"
    listed: ClassVar[Q] = Q()
    unread: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows; the long columns stay unread."""
        path, of_others = self.election_path, submitted_elections(person(request))
        rows = super().get_queryset(request).filter(self.listed, **{f"{path}__in": of_others})
        related = (f"{path}__virtual_group", f"{path}__last_submission", self.person_path)
        return rows.select_related(*related).defer(
            *(f"{path}__last_submission__{name}" for name in HEAVY), *self.unread
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StaffList]:
        return PacketLinks

    def get_ordering(self, request: HttpRequest) -> Any:
        return [f"-{self.date_hierarchy}", "-pk"]

    def election(self, row: Any) -> Election:
        """Return the election that a row is about."""
        for name in self.election_path.split("__"):
            row = getattr(row, name)
        assert isinstance(row, Election)
        return row

    @admin.display(description="virtual group")
    def group(self, row: Any) -> str:
        return self.election(row).submitted_name

    @admin.display(description="performance year")
    def year(self, row: Any) -> str:
        return str(self.election(row).performance_year)

    @admin.display(description="when")
    def when(self, row: Any) -> str:
        moment: datetime = getattr(row, str(self.date_hierarchy))
        return et_datetime(moment, "seconds")

    @admin.display(description="who")
    def who(self, row: Any) -> str:
        return str(getattr(row, self.person_path))


@admin.register(Event)
class EventAdmin(ElectionRecords):
    """Everything that happened to elections."""

    place, intro = ("Audit", 1), "Everything that happened to the elections that CMS received."
    election_path, date_hierarchy = "election", "at"
    list_display = ["when", "group", "year", "what", "who", "practice", "reason"]
    list_filter = [RecordYearFilter, SideFilter, VerbFilter]
    search_fields = [
        *("election__last_submission__virtual_group_name", "by__name", "by__email"),
        *("details__practice", "details__reason"),
    ]
    search_help_text = "Search by group, person, practice or reason"

    @admin.display(description="what happened")
    def what(self, event: Event) -> str:
        return SENTENCES[event.verb]

    @admin.display(description="who")
    def who(self, event: Event) -> str:
        return event.who

    @admin.display(description="practice")
    def practice(self, event: Event) -> str:
        return masked(event.details.get("practice"))

    @admin.display(description="reason")
    def reason(self, event: Event) -> str:
        return masked(event.details.get("reason"))


class RevealAdmin(OfferedFilters, EventAdmin):
    """Who was shown a full TIN, of which practice, and why."""

    title, stem = "Full TINs shown", "elections_reveal"
    place, intro = ("Audit", 4), "Who at CMS saw which practice’s full TIN, and why."
    if_empty = "No one at CMS saw a full TIN yet."
    listed = Q(verb=REVEALED)
    list_display = ["when", "group", "year", "practice", "who", "reason"]
    list_filter = [RecordYearFilter, StaffFilter]


@admin.register(Override)
class OverrideAdmin(ElectionRecords):
    """What lead reviewers let stand though data say not met."""

    place, intro = ("Audit", 3), "Findings that lead reviewers overrode, and why."
    if_empty = "No override yet."
    election_path, person_path, date_hierarchy = "submission__election", "overridden_by", "overridden_at"
    unread = OF_SUBMISSION
    list_display = ["when", "group", "year", "practice", "overridden", "who", "why"]
    list_filter = [RecordYearFilter, StaffFilter]
    search_fields = [
        *("submission__virtual_group_name", "practice_name", "rule", "justification"),
        *("overridden_by__name", "overridden_by__email"),
    ]
    search_help_text = "Search by group, practice, rule, person or justification"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Override], search_term: str
    ) -> tuple[QuerySet[Override], bool]:
        """Return what the words are part of, or the overrides of a rule of this name."""
        named = [rule for rule, name in RULE_NAMES.items() if search_term and search_term.lower() in name.lower()]
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        return found | queryset.filter(rule__in=named), may_repeat

    @admin.display(description="practice")
    def practice(self, override: Override) -> str:
        return masked(override.practice_name)

    @admin.display(description="rule")
    def overridden(self, override: Override) -> str:
        return rule_name(override.rule)

    @admin.display(description="justification")
    def why(self, override: Override) -> str:
        return masked(override.justification)


PAGES = pages_of(RevealAdmin(Event, admin.site), "elections")
