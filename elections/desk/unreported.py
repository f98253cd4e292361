"""Approved virtual groups that have not reported before data submission, as a list for the desk and as a file."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from accounts.staff_pages import RecordAdmin
from accounts.staff_site import OfferedFilters, pages_of
from eligibility.law.rule_results import count
from ground import clock
from ground.templatetags.et import et_date

from ..access import person
from ..models import Election, Update, UpdateKind, UpdateStep
from ..upkeep.unreported import days_to_report, unreported
from .audit import HEAVY, PacketLinks, RecordYearFilter
from .desk import DeskAdmin
from .filters import submitted_elections


class UnreportedAdmin(OfferedFilters, RecordAdmin):
    """Each approved virtual group that reported nothing since updates count, with how long it still can in time."""

    title, stem = "Not reported yet", "elections_unreported"
    place, readers = ("Look up", 2), DeskAdmin.readers
    intro = "Approved virtual groups that owe CMS an update before data submission starts, and how to reach them."
    if_empty = "No approved virtual group owes an update now."
    list_display = ["group", "year", "left", "last_update", "representative", "email", "phone"]
    list_display_links = ["group"]
    list_filter = [RecordYearFilter]
    search_fields = ["last_submission__virtual_group_name", "representative_name", "representative_email"]
    search_help_text = "Search by group or representative"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Election]:
        """Return them with their last update, none in which the person has a part; the long columns stay unread."""
        counting = Update.objects.exclude(steps__kind=UpdateStep.StepKind.UNDONE)
        of_this = counting.filter(submission__election=OuterRef("pk")).order_by("-reported_at", "-pk")
        return (
            unreported(submitted_elections(person(request)), clock.now())
            .annotate(last_at=Subquery(of_this.values("reported_at")[:1]))
            .annotate(last_kind=Subquery(of_this.values("kind")[:1]))
            .defer(*(f"last_submission__{name}" for name in HEAVY))
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PacketLinks]:
        return PacketLinks

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["-performance_year", "last_submission__virtual_group_name", "pk"]

    def election(self, row: Election) -> Election:
        """Return the election that a row is."""
        return row

    @admin.display(description="virtual group")
    def group(self, election: Election) -> str:
        return election.submitted_name

    @admin.display(description="performance year")
    def year(self, election: Election) -> str:
        return str(election.performance_year)

    @admin.display(description="time left")
    def left(self, election: Election) -> str:
        days = days_to_report(election.performance_year, clock.now())
        if days < 0:
            return "Missed"
        return f"{count(days, 'day')} left" if days else "Last day"

    @admin.display(description="last update")
    def last_update(self, election: Any) -> str:
        if election.last_at is None:
            return "None"
        return f"{et_date(election.last_at)}: {UpdateKind(election.last_kind).label}"

    @admin.display(description="representative")
    def representative(self, election: Election) -> str:
        return election.representative_name

    @admin.display(description="email")
    def email(self, election: Election) -> str:
        return election.representative_email

    @admin.display(description="phone")
    def phone(self, election: Election) -> str:
        return election.representative_phone


PAGES = pages_of(UnreportedAdmin(Election, admin.site), "elections")
