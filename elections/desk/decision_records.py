"""What reviewers decided, for auditors: the list of all decisions, and what became of each."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from ..models import Decision
from .audit import OF_SUBMISSION, ElectionRecords, RecordFilter, RecordYearFilter, StaffFilter, masked
from .ended_decisions import end_in_words, with_end


class ResultFilter(RecordFilter):
    """How it was decided."""

    title, parameter_name = "decision", "outcome"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        yield from ((str(value), str(label)) for value, label in Decision.ReviewResult.choices)

    def condition(self, value: str) -> Q:
        return Q(outcome=value)


@admin.register(Decision)
class DecisionAdmin(ElectionRecords):
    """What reviewers decided."""

    place, intro = ("Audit", 2), "Every approval and rejection, with its reasons."
    if_empty = "No decision yet."
    election_path, person_path, date_hierarchy = "submission__election", "decided_by", "decided_at"
    unread = ("ledger", *OF_SUBMISSION)
    list_display = ["when", "group", "year", "number", "decision", "since", "who", "reasons_given"]
    list_filter = [RecordYearFilter, ResultFilter, StaffFilter]
    search_fields = ["submission__virtual_group_name", "decided_by__name", "decided_by__email", "reasons"]
    search_help_text = "Search by group, person or reasons"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return with_end(super().get_queryset(request))

    @admin.display(description="submission")
    def number(self, decision: Decision) -> str:
        return str(decision.submission.number)

    @admin.display(description="decision")
    def decision(self, decision: Decision) -> str:
        return decision.get_outcome_display()

    @admin.display(description="what became of it")
    def since(self, decision: Any) -> str:
        return end_in_words(decision, self.election(decision))

    @admin.display(description="reasons")
    def reasons_given(self, decision: Decision) -> str:
        return masked(decision.reasons)
