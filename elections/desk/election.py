"""One packet per election, and the verbs of a review."""

import uuid
from collections.abc import Callable
from copy import copy
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from accounts.models import Role, User
from ground import clock

from ..access import holds_a_role, person
from ..content import Snapshot
from ..frame_forms import typed
from ..ledger import frozen, groups, overrides_of, verdict
from ..mails import compose, concerned
from ..models import Claim, Conflict, Decision, Election, Submission
from ..outcomes import done
from ..states import UNDECIDED, ElectionStatus, Verb, transition
from . import actions, packet, reviewers
from .conflict import SIDES
from .desk import staff
from .filters import place_of, submitted_elections
from .forms import ApproveForm, IdentifierForm, OverrideForm, RejectForm, RevealForm, ReviewerForm
from .log import logged
from .morning import take_next
from .queue import Queue, submission_of
from .reveal import reveal

MADE_AT_APPROVAL = "(created when you approve)"


@admin.register(Election)
class ElectionAdmin(Queue):
    """The queue, the packet of each election, and the verbs of its review."""

    stock_pages = {"changelist", "change", "history"}

    def get_urls(self) -> list[URLPattern]:
        """Return the queue, the packet and its verbs; nothing of the stock pages but the list."""
        view, one, named = self.admin_site.admin_view, "<uuid:election_id>/", "elections_election"
        verbs = [self.start_review, self.assign, self.override, self.approve, self.reject, self.identifier, self.reveal]
        return [
            path("", view(self.changelist_view), name=f"{named}_changelist"),
            path("csv/", view(self.csv), name=f"{named}_csv"),
            path("take-next/", view(self.take_next), name=f"{named}_take_next"),
            path(one, view(self.packet), name=f"{named}_change"),
            path(f"{one}history/", view(self.history), name=f"{named}_history"),
            *(
                path(f"{one}{verb.__name__.replace('_', '-')}/", view(verb), name=f"{named}_{verb.__name__}")
                for verb in verbs
            ),
        ]

    def packet(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show everything about one election, what needs thought first."""
        user, election = person(request), self._election(request, election_id, Role.REVIEWER, Role.AUDITOR)
        submission = submission_of(election)
        snapshot = Snapshot.of_submission(submission)
        now = actions.judge_on_current_data(election, submission)
        ledger = groups(frozen(submission.ledger_for_cms), snapshot, overrides_of(election, snapshot))
        may_act = user.has_role(Role.REVIEWER) and not holds_a_role(user, election)
        involved = Conflict.objects.filter(Q(waiting__election=election) | Q(holder__election=election))
        conflicts = list(involved.select_related(*SIDES))
        practices, coverage = packet.practices(submission, snapshot), packet.coverage(submission)
        differences, later_dates = packet.differences(submission, now), packet.later_dates(now)
        is_open = any(conflict.closed_at is None for conflict in conflicts)
        clear = None if differences or later_dates or is_open or coverage.gaps else packet.all_clear(now, practices)
        decides = may_act and election.status == ElectionStatus.IN_REVIEW
        return self.page(
            request,
            "packet",
            election.as_submitted,
            election=election,
            submission=submission,
            snapshot=snapshot,
            verdict=verdict(ledger),
            ledger=ledger,
            place=place_of(election, request),
            practices=practices,
            coverage=coverage,
            differences=differences,
            later_dates=later_dates,
            clear=clear,
            form=ApproveForm(initial={"submission_number": submission.number}),
            mail=_approval_mail(election, submission) if clear and decides else None,
            claims=election.claims.exclude(state=Claim.State.RELEASED).prefetch_related("conflicts_waiting"),
            conflicts=conflicts,
            updates=packet.updates(election),
            events=election.events.select_related("by").order_by("-at", "-id"),
            decisions=Decision.objects.filter(submission__election=election).select_related("decided_by", "submission"),
            may_act=may_act,
            may_assign=may_act and election.status in UNDECIDED,
            may_override=may_act and user.has_role(Role.LEAD_REVIEWER) and bool(actions.overridable(election, now)),
        )

    def history(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show what staff did to the election, as Django's own log has it, unless the person has a part in it."""
        election = self._election(request, election_id, Role.REVIEWER, Role.AUDITOR)
        if holds_a_role(person(request), election):
            raise PermissionDenied("You have a role in this election, so you can’t see what staff did to it.")
        return self.history_view(request, str(election.pk))

    def take_next(self, request: HttpRequest) -> HttpResponse:
        """Start the review of the election that has waited longest, and open it."""
        by = staff(request, Role.REVIEWER)
        if request.method != "POST":
            return redirect("admin:index")
        if election := logged(take_next)(by=by, now=clock.now()):
            messages.success(request, "You’re now the reviewer of this election. We didn’t email anyone.")
            return _packet(election)
        messages.info(request, "No election waits without a reviewer.")
        return redirect("admin:index")

    def start_review(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Take the election on."""
        election = self._election(request, election_id, Role.REVIEWER)
        if request.method == "POST":
            said = "You’re now the reviewer of this election. We didn’t email anyone."
            done(request, logged(actions.start_review), said, election.pk, by=person(request), now=clock.now())
            return _packet(election)
        closed = _closed(request, election, Verb.START_REVIEW)
        return closed or self._page(request, "start_review", "Start review", election)

    def assign(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Take the election, hand it to a colleague, or give it back."""
        election, by = self._election(request, election_id, Role.REVIEWER), person(request)
        form = ReviewerForm(typed(request), initial={"reviewer": by})
        if _done(request, election, form, reviewers.assign, _assigned(form, by)):
            return _packet(election)
        subject, body = compose(election, reviewers.MAIL, by=by)
        mail = {"to": ["the colleague you choose"], "subject": subject, "body": body}
        return self._page(request, "assign", "Change the reviewer", election, form=form, mail=mail)

    def override(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Let a finding that is not met stand, with a justification."""
        election = self._election(request, election_id, Role.LEAD_REVIEWER)
        submission = submission_of(election)
        now = actions.judge_on_current_data(election, submission)
        findings = actions.overridable(election, now) if election.status == ElectionStatus.IN_REVIEW else []
        initial = {"submission_number": submission.number}
        form = OverrideForm(typed(request), initial=initial, findings=findings, snapshot=now.snapshot)
        said = "Overridden. Your justification appears on the ledger. We didn’t email anyone."
        if findings and _done(request, election, form, actions.override, said):
            return _packet(election)
        return self._page(request, "override", "Override a finding", election, form=form, findings=findings)

    def approve(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show the mail that goes out, then approve."""
        election = self._election(request, election_id, Role.REVIEWER)
        if closed := _closed(request, election, Verb.APPROVE):
            return closed
        submission = submission_of(election)
        form = ApproveForm(typed(request), initial={"submission_number": submission.number})
        if _done(request, election, form, actions.approve, "Approved. The email is on its way."):
            return _packet(election)
        return self._page(
            request,
            "approve",
            "Approve",
            election,
            form=form,
            mail=_approval_mail(election, submission),
            obstacles=actions.obstacles(election, actions.judge_on_current_data(election, submission)),
            open_conflicts=Conflict.objects.filter(holder__election=election, closed_at=None).select_related(*SIDES),
        )

    def reject(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Ask for reasons, show the mail with them, then reject."""
        election = self._election(request, election_id, Role.REVIEWER)
        if closed := _closed(request, election, Verb.REJECT):
            return closed
        submission = submission_of(election)
        form = RejectForm(typed(request), initial={"submission_number": submission.number})
        said = "Rejected. The email is on its way."
        if "send" in request.POST and _done(request, election, form, actions.reject, said):
            return _packet(election)
        mail = None
        if request.method == "POST" and form.is_valid():
            mail = _mail(election, "rejected", submission=submission, reasons=form.cleaned_data["reasons"])
        return self._page(request, "reject", "Reject", election, form=form, mail=mail)

    def identifier(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Replace the provisional identifier by the one CMS gave."""
        election = self._election(request, election_id, Role.REVIEWER)
        form = IdentifierForm(typed(request))
        said = "The identifier was replaced. The email is on its way."
        if _done(request, election, form, actions.replace_identifier, said):
            return _packet(election)
        return self._page(request, "identifier", "Identifier", election, form=form)

    def reveal(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show one TIN whole, once, for a reason that is kept."""
        election = self._election(request, election_id, Role.REVIEWER)
        snapshot = Snapshot.of_submission(submission_of(election))
        form = RevealForm(typed(request), snapshot=snapshot)
        entry = None
        if request.method == "POST" and form.is_valid():
            entry = snapshot.practices[form.cleaned_data["practice"]]
            reason = form.cleaned_data["reason"]
            logged(reveal)(election.pk, practice=entry.name, reason=reason, by=person(request), now=clock.now())
        response = self._page(request, "reveal", "Show the full TIN", election, form=form, entry=entry)
        response["Cache-Control"] = "private, no-store"
        return response

    def _election(self, request: HttpRequest, election_id: uuid.UUID, *roles: Role) -> Election:
        """Return the election to staff with one of the roles."""
        staff(request, *roles)
        return get_object_or_404(submitted_elections(), pk=election_id)

    def _page(self, request: HttpRequest, name: str, does: str, election: Election, **context: Any) -> HttpResponse:
        return self.page(request, name, f"{does}: {election.as_submitted}", election=election, **context)


def _packet(election: Election) -> HttpResponse:
    return redirect("admin:elections_election_change", election.pk)


def _done(request: HttpRequest, election: Election, form: Form, act: Callable[..., object], said: str) -> bool:
    """Do a verb with what was sent, and say so; False where nothing right was sent, or the verb refused."""
    if request.method != "POST" or not form.is_valid():
        return False
    return done(request, logged(act), said, election.pk, by=person(request), now=clock.now(), **form.cleaned_data)


def _assigned(form: ReviewerForm, by: User) -> str:
    """Return the sentence about who reviews the election now, and who is emailed."""
    chosen = form.cleaned_data.get("reviewer") if form.is_valid() else None
    if chosen is None:
        return "This election has no reviewer now. We didn’t email anyone."
    if chosen == by:
        return "You’re now the reviewer of this election. We didn’t email anyone."
    return f"{chosen} is now the reviewer of this election. The email is on its way."


def _approval_mail(election: Election, submission: Submission) -> dict[str, Any]:
    approved = copy(election)
    approved.virtual_group_identifier = election.virtual_group_identifier or MADE_AT_APPROVAL
    return _mail(approved, "approved", submission=submission)


def _mail(election: Election, template: str, **context: Any) -> dict[str, Any]:
    subject, body = compose(election, template, **context)
    return {"to": concerned(election), "subject": subject, "body": body}


def _closed(request: HttpRequest, election: Election, verb: Verb) -> HttpResponse | None:
    """Lead a page that is opened too late back to the packet; what was sent is judged, and answered, by the verb."""
    if request.method == "POST" or transition(verb, election.status):
        return None
    messages.info(request, f"This election is {election.get_status_display().lower()}, so you cannot do that now.")
    return _packet(election)
