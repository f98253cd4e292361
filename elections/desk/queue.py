"""The queue: the list of elections at the desk, searched, filtered and downloaded."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import Role, User
from accounts.staff_pages import has_number, has_role, typed_search
from ground import clock
from ground.csv_cells import csv_file
from ground.templatetags.et import et_datetime
from ground.templatetags.tags import tag

from ..access import person
from ..models import Election, Submission
from ..receipt_codes import typed_receipt_code
from ..states import ElectionStatus
from ..templatetags.elections import status_tone
from .desk import DeskAdmin, staff
from .filters import (
    ALL,
    FILTERS,
    NAMES,
    NOTHING,
    ORDER,
    QUEUE,
    REMEMBERED,
    AmongFilter,
    StatusFilter,
    listed_elections,
    queue_with,
    remembered,
    remembered_filters,
)
from .looks import is_changed
from .number_search import search, typed_number
from .objections import objections_in_words

NOT_UNDERSTOOD = "We didn’t understand the filters in this address, so this list shows what needs a decision."
CHANGED = "Changed since you last looked"
CSV_COLUMNS = (
    *("virtual group", "performance year", "status", "received", "age", "reviewer", "needs attention"),
    *("representative", "representative’s email"),
)


class Queue(DeskAdmin):
    """The list of what was submitted, what needs a decision first; a draft is nobody's business at CMS."""

    place = ("Review", 1)
    intro = "“Review” makes you an election’s reviewer and opens it. If a colleague reviews it, we ask you first."
    list_display = ["election", "performance_year", "state", "received_at", "age", "reviewer", "attention"]
    list_filter = [*FILTERS, AmongFilter]
    everything = {StatusFilter.parameter_name: [ALL]}
    search_fields = [
        *("last_submission__virtual_group_name", "claims__practice_name"),
        *("last_submission__representative_name", "last_submission__representative_email"),
    ]

    def name_of(self, row: Election) -> str:
        return row.as_submitted

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns; those who review start a review from the list."""
        return [*self.list_display, "review"] if has_role(request, Role.REVIEWER) else [*self.list_display]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Election]:
        by = person(request)
        return listed_elections(by, asked_first=True).annotate(is_changed=is_changed(by))

    def get_ordering(self, request: HttpRequest) -> tuple[str | Combinable, ...]:
        """Return the order: by what Django can check no `ordering`, as it is none of the table's own columns."""
        return ORDER

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Election], search_term: str
    ) -> tuple[QuerySet[Election], bool]:
        """Return what the words are part of, or the one election with a submission of this receipt code."""
        try:
            return queryset.filter(submissions__receipt_code=typed_receipt_code(search_term)), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)

    @admin.display(description="virtual group", ordering="last_submission__virtual_group_name")
    def election(self, election: Election) -> str:
        return election.submitted_name

    @admin.display(description="status", ordering="status")
    def state(self, election: Any) -> str:
        tone = "unsure" if election.pending_decision_id else status_tone(election.status)
        status = tag(election.status_at_desk, tone)
        return format_html("{}<br>{}", status, CHANGED) if election.is_changed else status

    @admin.display(description="received", ordering="last_submission__received_at")
    def received_at(self, election: Election) -> str:
        return et_datetime(submission_of(election).received_at)

    @admin.display(description="age")
    def age(self, election: Election) -> str:
        days = (clock.now() - submission_of(election).received_at).days
        return f"{days} day{'' if days == 1 else 's'}"

    @admin.display(description="needs attention")
    def attention(self, election: Any) -> str:
        words = {
            "correction answered": election.answers_correction,
            objections_in_words(election.objections): election.objections,
            "contested finding": election.is_contested,
            "conflict over a TIN": election.in_conflict,
            "not met": election.is_not_met and not election.is_contested,
            "cannot tell yet": election.is_untold,
        }
        said = ", ".join(word for word, stands in words.items() if stands) or "nothing"
        return f"{said[:1].upper()}{said[1:]}"

    @admin.display(description="review")
    def review(self, election: Election) -> str:
        is_released = election.status == ElectionStatus.IN_REVIEW and election.reviewer_id is None
        if election.status != ElectionStatus.SUBMITTED and not is_released:
            return ""
        return format_html(
            '<button class="usa-button padding-y-1 padding-x-2" form="review" formaction="{}">Review'
            '<span class="usa-sr-only"> {}</span></button>',
            reverse("admin:elections_election_start_review", args=[election.pk]),
            election.submitted_name,
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the queue with the filters it was last left with; search by POST, as a number stands in no address."""
        by = staff(request, *self.readers)
        if request.method == "POST":
            return self._search(request, by)
        if not set(request.GET) <= NAMES:
            messages.warning(request, NOT_UNDERSTOOD)
            return _queue()
        if typed_number(request.GET.get("q", "")):
            messages.warning(request, "Type a TIN or an NPI into the search box. We keep numbers out of addresses.")
            return _queue()
        if not request.GET and (kept := remembered_filters(request)):
            return _queue(urlencode(kept))
        response = super().changelist_view(request, {"title": "Elections"} | (extra_context or {}))
        if response.status_code == HTTPStatus.OK and AmongFilter.parameter_name not in request.GET:
            filters, path = remembered(request.GET), reverse(QUEUE)
            response.set_cookie(
                REMEMBERED, filters, path=path, httponly=True, samesite="Lax", secure=request.is_secure()
            )
        return response

    def _search(self, request: HttpRequest, by: User) -> HttpResponse:
        """Search by a number, which is logged, or send the words on to the list that shows what they are part of."""
        words = typed_search(request)
        filters = remembered(request.GET)
        if number := typed_number(words):
            found = search(number, by=by)
            if not found:
                messages.warning(request, f"No submitted election lists the {number}.")
                return redirect(queue_with(status=ALL, among=NOTHING))
            if len(found) == 1:
                return redirect("admin:elections_election_change", found[0].pk)
            return redirect(queue_with(status=ALL, among=",".join(str(election.pk) for election in found)))
        if has_number(words):
            messages.warning(request, "Search by a TIN (9 digits) or an NPI (10 digits) alone, without other words.")
            return _queue(filters)
        return _queue(f"{filters}&{urlencode({'q': words})}" if words else filters)

    def csv(self, request: HttpRequest) -> HttpResponse:
        """Send the list as it is filtered, whole, as a CSV file."""
        staff(request, *self.readers)
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            messages.warning(request, NOT_UNDERSTOOD)
            return _queue()
        lines = (
            (
                *(election.submitted_name, election.performance_year, election.status_at_desk),
                *(self.received_at(election), self.age(election), str(election.reviewer or "")),
                *(self.attention(election), submission.representative_name, submission.representative_email),
            )
            for election in changelist.get_queryset(request)
            for submission in [submission_of(election)]
        )
        return csv_file(f"elections-{clock.today()}", CSV_COLUMNS, lines)


def submission_of(election: Election) -> Submission:
    """Return the election's last submission. Raises LookupError for a draft."""
    if election.last_submission is None:
        raise LookupError("A draft has no packet.")
    return election.last_submission


def _queue(filters: str = "") -> HttpResponse:
    """Lead to the list with these filters; without any, to what needs a decision."""
    return redirect(f"{reverse(QUEUE)}?{filters}" if filters else queue_with())
