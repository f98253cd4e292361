"""Django's own log as a list for auditors: what staff did at the desk and elsewhere, searches by a number included."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest

from accounts.models import Role
from accounts.staff_pages import RecordAdmin
from accounts.staff_site import OfferedFilters, pages_of
from agreements.models import Document
from ground.templatetags.et import et_datetime
from notices.models import Notice

from ..access import part_of, person
from ..models import Election
from .audit import StaffFilter, masked


class LogEntryAdmin(OfferedFilters, RecordAdmin):
    """What each member of staff did, newest first."""

    title, stem = "Log of what staff did", "elections_log"
    place, intro = ("Audit", 5), "What each member of CMS staff did on these pages, including searches by TIN or NPI."
    readers = (Role.LEAD_REVIEWER, Role.AUDITOR)
    person_path, listed = "user", Q()
    date_hierarchy = "action_time"
    list_display = ["when", "who", "about", "what"]
    list_filter = [StaffFilter]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "object_repr", "change_message"]
    search_help_text = "Search by person, election or what was done"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Return the entries, none about an election in which the person has a part, its emails or its documents."""
        own = Election.objects.filter(part_of(person(request)))
        about_own = (
            _about(own)
            | _about(Notice.objects.filter(events__election__in=own))
            | _about(Document.objects.filter(agreement__election__in=own))
        )
        entries: QuerySet[LogEntry] = super().get_queryset(request)
        return entries.exclude(about_own)

    @admin.display(description="when", ordering="action_time")
    def when(self, entry: Any) -> str:
        return et_datetime(entry.action_time, "seconds")

    @admin.display(description="who")
    def who(self, entry: Any) -> str:
        return str(entry.user)

    @admin.display(description="about")
    def about(self, entry: Any) -> str:
        return masked(entry.object_repr)

    @admin.display(description="what was done")
    def what(self, entry: Any) -> str:
        return masked(entry.get_change_message())


def _about(rows: QuerySet[Any]) -> Q:
    """Return the condition of the entries about rows of a model."""
    kind = ContentType.objects.get_for_model(rows.model)
    return Q(content_type=kind, object_id__in=rows.order_by().values(row=Cast("pk", CharField())))


PAGES = pages_of(LogEntryAdmin(LogEntry, admin.site), "elections")
