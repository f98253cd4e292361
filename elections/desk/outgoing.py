"""What goes out because of an election: emails and documents, each named with the election that it is about."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from accounts.staff_pages import ReadOnlyAdmin, has_role
from agreements.admin import DocumentAdmin
from agreements.models import Document
from notices.admin import NoticeAdmin
from notices.models import Notice
from notices.personal_links import PersonalLinks

from ..access import part_of, person
from ..models import Election, Event
from . import mailed_links
from .audit import HEAVY
from .desk import DeskAdmin


class NamesElection(ReadOnlyAdmin):
    """Put before a model's pages: they name each row's election, with a link for those who read packets.

    An election that CMS has not received is not named, and one's own has no row: its people see it elsewhere.
    """

    def election_of(self, row: Any) -> Election | None:
        """Return the election that a row is about."""
        raise NotImplementedError

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        name, state, *others = self.list_display  # on a phone, these two are in sight
        return [name, state, _column(request), *others]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [_column(request), *(self.fields or ())]

    @admin.display(description="election")
    def election(self, row: Any) -> str:
        """Return the election by the name it was submitted under."""
        election = self.election_of(row)
        return election.as_submitted if election and election.last_submission else ""

    @admin.display(description="election")
    def packet(self, row: Any) -> str:
        """Return the election as a link to its packet."""
        election, name = self.election_of(row), self.election(row)
        if not (election and name):
            return ""
        return format_html('<a href="{}">{}</a>', reverse("admin:elections_election_change", args=[election.pk]), name)


def notices_of_others(user: User, notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Return those that are about no election in which the person has a part."""
    return notices.exclude(events__election__in=Election.objects.filter(part_of(user)))


@admin.register(Notice)
class ElectionNoticeAdmin(NamesElection, NoticeAdmin):
    """Notices, without those of elections in which the reader has a part."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        related = ("election__virtual_group", "election__last_submission")
        events = Event.objects.select_related(*related).defer(*(f"election__last_submission__{name}" for name in HEAVY))
        others = notices_of_others(person(request), super().get_queryset(request))
        return others.prefetch_related(Prefetch("events", events))

    def election_of(self, row: Notice) -> Election | None:
        return next((event.election for event in row.events.all()), None)

    def personal_links(self, notice: Notice, now: datetime) -> PersonalLinks:
        return mailed_links.personal_links(notice, now)


@admin.register(Document)
class ElectionDocumentAdmin(NamesElection, DocumentAdmin):
    """Documents, without those of elections in which the reader has a part."""

    search_fields = ["agreement__election__last_submission__virtual_group_name"]
    search_help_text = "Search by group"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        path = "agreement__election"
        own = Election.objects.filter(part_of(person(request)))
        others = super().get_queryset(request).exclude(**{f"{path}__in": own})
        heavy = (f"{path}__last_submission__{name}" for name in HEAVY)
        related = others.select_related(f"{path}__virtual_group", f"{path}__last_submission")
        return related.defer("snapshot", "agreement__text", "agreement__salt", *heavy)

    def election_of(self, row: Document) -> Election | None:
        return getattr(row.agreement, "election", None)


def _column(request: HttpRequest) -> str:
    return "packet" if has_role(request, *DeskAdmin.readers) else "election"
