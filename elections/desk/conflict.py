"""Conflicts over a TIN, settled by a lead reviewer."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from accounts.models import Role
from ground import clock

from ..access import holds_a_role, person
from ..frame_forms import typed
from ..models import Conflict
from ..outcomes import done
from ..verbs import Refused
from .audit import RecordFilter
from .conflict_sides import SIDES, side_of
from .conflicts import mark_of, settle_conflict, settlement
from .desk import DeskAdmin, sends, show_mail, staff
from .filters import conflicts_of_others
from .forms import SettleForm
from .log import logged
from .unsent_forms import kept

SETTLED = "The conflict is settled. The emails are on their way."

OPEN = "Open"


class OutcomeFilter(RecordFilter):
    """Which conflicts: open ones, or those settled one way."""

    title, parameter_name = "outcome", "outcome"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        yield "open", OPEN
        yield from ((str(value), str(label)) for value, label in Conflict.Settlement.choices)

    def condition(self, value: str) -> Q:
        return Q(outcome="" if value == "open" else value)


@admin.register(Conflict)
class ConflictAdmin(DeskAdmin):
    """Two elections, one TIN: open ones first."""

    place = ("Review", 2)
    intro = (
        "When 2 elections list the same TIN for a year, a lead reviewer settles the conflict. "
        "Open conflicts come first."
    )
    if_empty = "No conflict yet. You’ll see one here when 2 elections list the same TIN."
    list_display = ["practice", "holding", "waits", "opened_at", "result"]
    list_filter = [OutcomeFilter]
    ordering = ["-closed_at", "opened_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conflict]:
        return conflicts_of_others(person(request)).select_related(*SIDES, "settled_by")

    @admin.display(description="practice")
    def practice(self, conflict: Conflict) -> str:
        return f"{conflict.waiting.practice_name}, TIN ending in {conflict.waiting.tin_last4}"

    @admin.display(description="TIN held by")
    def holding(self, conflict: Conflict) -> str:
        return conflict.holder.election.as_submitted

    @admin.display(description="waiting for the TIN")
    def waits(self, conflict: Conflict) -> str:
        return conflict.waiting.election.as_submitted

    @admin.display(description="outcome", ordering="outcome")
    def result(self, conflict: Conflict) -> str:
        return conflict.result or OPEN

    def get_urls(self) -> list[URLPattern]:
        """Return the list, and the page of one conflict."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="elections_conflict_changelist"),
            path("<int:conflict_id>/", kept(self.conflict, view, self.may_type), name="elections_conflict_change"),
        ]

    def one(self, request: HttpRequest, conflict_id: int, *roles: Role) -> Conflict:
        """Return the conflict to staff with one of the roles, who have no part in either election."""
        user = staff(request, *roles)
        conflict = get_object_or_404(Conflict.objects.select_related(*SIDES, "settled_by"), pk=conflict_id)
        if any(holds_a_role(user, side) for side in (conflict.holder.election, conflict.waiting.election)):
            raise PermissionDenied("You have a role in one of these elections, so someone else settles this.")
        return conflict

    def may_type(self, request: HttpRequest, conflict_id: int) -> None:
        """Raise what the page answers to one who may not settle it; Refused if it is settled."""
        if self.one(request, conflict_id, Role.LEAD_REVIEWER).closed_at:
            raise Refused("This conflict is settled, so you cannot do that now.")

    def conflict(self, request: HttpRequest, conflict_id: int) -> HttpResponse:
        """Show both sides; a lead reviewer with no part in either settles it with a reason."""
        changes, user = request.method == "POST", person(request)
        roles = (Role.LEAD_REVIEWER,) if changes else (Role.REVIEWER, Role.AUDITOR)
        conflict = self.one(request, conflict_id, *roles)
        may_settle = user.has_role(Role.LEAD_REVIEWER)
        form, settled = SettleForm(typed(request), conflict=conflict), None
        if changes and form.is_valid():
            values = form.cleaned_data | {"by": user, "now": clock.now()}
            if sends(request) and done(request, logged(settle_conflict), SETTLED, conflict, **values):
                return self.back_to(request, "changelist")
            settled = settlement(conflict, values["outcome"], now=clock.now())
            show_mail(form, {"mail_seen": mark_of(conflict, settled)})
        return self.page(
            request,
            "conflict",
            f"Conflict: {self.practice(conflict)}",
            conflict=conflict,
            sides=[side_of(claim) for claim in (conflict.holder, conflict.waiting)],
            form=form,
            settled=settled,
            settles=f"Give the TIN to {settled.won.election.as_submitted} and send the emails" if settled else "",
            may_settle=may_settle and conflict.closed_at is None,
        )
