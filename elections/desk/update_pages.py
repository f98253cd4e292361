"""What representatives reported after the approval: the list, and the page on which a reviewer acknowledges or asks."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, Prefetch, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join

from accounts.models import Role
from accounts.staff_pages import typed_search
from ground import clock
from ground.templatetags.et import et_datetime
from ground.templatetags.tags import tag

from ..access import holds_a_role, person
from ..content import Snapshot
from ..frame_forms import typed
from ..models import Submission, Update, UpdateKind, UpdateState
from ..outcomes import done
from ..receipt_codes import typed_receipt_code
from ..reported import practice_of
from ..standing import update_in_words
from ..upkeep.days import is_late, is_told_late, told_within
from ..upkeep.steps import OPEN, question_mail
from ..verbs import Refused
from .audit import RecordFilter, RecordYearFilter
from .desk import OWN_PART, DeskAdmin, sends, show_mail, staff
from .filters import AmongFilter
from .log import logged
from .number_search import log_search, typed_number
from .packet import LEDGERS, LONG
from .pages import BY_BUTTON
from .seen import seen
from .sent_forms import once
from .unsent_forms import kept
from .update_question_form import UpdateQuestionForm
from .updates import acknowledge_update, ask_about_update, in_state, updates_of_others, waiting_updates

ACKNOWLEDGED = "Acknowledged. We didn’t email anyone."
NONE_WAITS = "No updates are waiting for CMS."
ASKED = "Your question is on its way. The update comes back to you with the answer."
LATE = "Reported after data submission had started"
TOLD_LATE = "Reported more than {} days after the change"
TONES = {UpdateState.RECORDED: "active", UpdateState.QUESTION_ASKED: "unsure", UpdateState.ACKNOWLEDGED: "good"}
RANK = Case(
    When(in_state(UpdateState.RECORDED), then=Value(0)),
    When(in_state(UpdateState.QUESTION_ASKED), then=Value(1)),
    default=Value(2),
)
OLDEST_FIRST = Case(When(in_state(UpdateState.RECORDED), then=F("reported_at")))  # of those that wait for CMS


class StateFilter(RecordFilter):
    """How far updates are with CMS."""

    title, parameter_name = "state", "state"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        yield from ((str(value), str(label)) for value, label in UpdateState.choices)

    def condition(self, value: str) -> Q:
        return in_state(value)


class UpdateKindFilter(RecordFilter):
    """What updates change."""

    title, parameter_name = "kind", "kind"

    def offered(self, records: Any) -> Iterator[tuple[str, str]]:
        yield from ((str(value), str(label)) for value, label in UpdateKind.choices)

    def condition(self, value: str) -> Q:
        return Q(kind=value)


class AmongUpdates(AmongFilter):
    """The updates that a search by NPI found. Each has a letter before its number, so that none is taken for a TIN."""

    template = "admin/elections/update/among.html"

    def key(self, text: str) -> int:
        return int(text.removeprefix("u"))


@admin.register(Update)
class UpdateAdmin(DeskAdmin):
    """The updates: those that wait for CMS first, the oldest of them at the top; of the others, the newest."""

    place = ("Review", 3)
    intro = "What representatives reported after the approval. Updates that wait for CMS come first."
    if_empty = "No update yet. You’ll see here what representatives report after the approval."
    election_path = "submission__election"
    list_display = ["kind", "state", "group", "what", "late", "reported"]
    list_filter = [StateFilter, UpdateKindFilter, RecordYearFilter, AmongUpdates]
    search_fields = ["submission__virtual_group_name", "submission__election__virtual_group_identifier"]
    search_help_text = "Search by group, identifier, receipt code or NPI. We log each search by an NPI."
    no_numbers = (
        "We did not search for that number. Type only words, or only one NPI (10 digits). "
        "You can’t search this list by TIN."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Update]:
        submissions = Submission.objects.select_related("election").defer(*LEDGERS)
        return updates_of_others(person(request)).prefetch_related(Prefetch("submission", submissions))

    def get_ordering(self, request: HttpRequest) -> tuple[str | Combinable, ...]:
        """Return the order: by what Django can check no `ordering`, as it is none of the table's own columns."""
        return (RANK.asc(), OLDEST_FIRST.asc(), "-reported_at")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Update], search_term: str
    ) -> tuple[QuerySet[Update], bool]:
        """Return what the words are part of, or the one update with this receipt code."""
        try:
            return queryset.filter(receipt_code=typed_receipt_code(search_term)), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)

    def searched(self, request: HttpRequest) -> HttpResponse:
        """Search by an NPI, which is logged and stands in no address, or by words."""
        number = typed_number(typed_search(request))
        if number is None or number.kind != "NPI":
            return super().searched(request)
        by = person(request)
        found = log_search(number, _pks(updates_of_others(by).filter(npi=number.digits)), by=by)
        if not found:
            messages.warning(request, f"No update is about the {number}.")
            return redirect(request.path)
        if len(found) == 1:
            return self.back_to(request, "change", found[0])
        among = {AmongUpdates.parameter_name: ",".join(f"u{pk}" for pk in found)}
        return redirect(f"{request.path}?{urlencode(among)}")

    @admin.display(description="reported", ordering="reported_at")
    def reported(self, update: Update) -> str:
        return et_datetime(update.reported_at)

    @admin.display(description="virtual group", ordering="submission__virtual_group_name")
    def group(self, update: Update) -> str:
        return f"{update.submission.virtual_group_name}, {update.submission.election.performance_year}"

    @admin.display(description="what changed")
    def what(self, update: Update) -> str:
        sentences = [update_in_words(update, practice_of(update)), *update.details.get("notes", [])]
        lines = format_html_join("", "{}<br>", [(sentence,) for sentence in sentences])
        return format_html('<span class="breakable">{}</span>', lines)

    @admin.display(description="state")
    def state(self, update: Update) -> str:
        return tag(update.state.label, TONES.get(update.state, ""))

    @admin.display(description="late")
    def late(self, update: Update) -> str:
        return format_html_join("", "{}<br>", [(mark,) for mark in marks_of(update)]) or "No"

    def get_urls(self) -> list[URLPattern]:
        """Return the list, the page of one update, and the button that acknowledges it."""
        view, one, named = self.admin_site.admin_view, "<int:update_id>/", "elections_update"
        return [
            path("", view(self.changelist_view), name=f"{named}_changelist"),
            path(one, kept(self.update, view, self.may_type), name=f"{named}_change"),
            path(f"{one}acknowledge/", view(once(self.acknowledge)), name=f"{named}_acknowledge"),
        ]

    def one(self, request: HttpRequest, update_id: int, *roles: Role) -> Update:
        """Return the update to staff with one of the roles, who have no part in its election."""
        user = staff(request, *roles)
        last = "submission__election__last_submission"
        updates = Update.objects.select_related(last, "submission__election__virtual_group", "reported_by")
        unread = (*(f"submission__{name}" for name in LEDGERS), *(f"{last}__{name}" for name in LONG))
        update = get_object_or_404(updates.defer(*unread), pk=update_id)
        if holds_a_role(user, update.submission.election):
            raise PermissionDenied(OWN_PART)
        return update

    def may_type(self, request: HttpRequest, update_id: int) -> None:
        """Raise what the page answers to one who may not ask; Refused where no one can now."""
        update = self.one(request, update_id, Role.REVIEWER)
        if update.state != UpdateState.RECORDED:
            raise Refused("CMS can’t ask about this update now. Reload the page to see why.")

    def update(self, request: HttpRequest, update_id: int) -> HttpResponse:
        """Show one update and what came of it; a reviewer asks about it, and sees the mail before it is sent."""
        asks, user, now = request.method == "POST", person(request), clock.now()
        update = self.one(request, update_id, *((Role.REVIEWER,) if asks else self.readers))
        election, form, mail = update.submission.election, UpdateQuestionForm(typed(request)), None
        if asks and form.is_valid():
            values = form.cleaned_data | {"by": user, "now": now}
            is_over = update.state != UpdateState.RECORDED  # then the verb says why
            if (sends(request) or is_over) and done(
                request, logged(ask_about_update), ASKED, election.pk, update.pk, **values
            ):
                return self.back_to(request, "change", update.pk)
            mail = question_mail(election, update, values["text"])
            show_mail(form, {"mail_seen": seen(election, mail)})
        may_act = user.has_role(Role.REVIEWER)
        return self.page(
            request,
            "update",
            f"{update.get_kind_display()}: {election.as_submitted}",
            update=update,
            of=election,
            practice_names=Snapshot.of_submission(update.submission).practice_names,
            steps=update.steps.select_related("by"),
            marks=marks_of(update),
            form=form,
            mail=mail,
            waiting=None if update.state == UpdateState.RECORDED or not may_act else _pks(waiting_updates(user)),
            may_acknowledge=may_act and update.state in OPEN,
            may_ask=may_act and update.state == UpdateState.RECORDED,
        )

    def acknowledge(self, request: HttpRequest, update_id: int) -> HttpResponse:
        """Acknowledge an update with one click, and lead to the next that waits if that is asked for."""
        user, update = person(request), self.one(request, update_id, Role.REVIEWER)
        if request.method != "POST":
            messages.warning(request, BY_BUTTON)
            return self.back_to(request, "change", update.pk)
        given = {"by": user, "now": clock.now()}
        verb = logged(acknowledge_update)
        if not done(request, verb, ACKNOWLEDGED, update.submission.election_id, update.pk, **given):
            return self.back_to(request, "change", update.pk)
        if "next" not in request.POST:
            return self.back_to(request, "change", update.pk)
        if (following := waiting_updates(user).first()) is None:
            messages.info(request, NONE_WAITS)
            return redirect("admin:elections_update_changelist")
        return self.back_to(request, "change", following.pk)


def _pks(updates: QuerySet[Update]) -> list[int]:
    return list(updates.values_list("pk", flat=True))


def marks_of(update: Update) -> list[str]:
    """Return in words what of an update came late; it counts all the same."""
    year = update.submission.election.performance_year
    late = {LATE: is_late(update, year), TOLD_LATE.format(told_within(year)): is_told_late(update, year)}
    return [mark for mark, stands in late.items() if stands]
