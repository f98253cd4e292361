"""One packet per election, and the verbs of a review."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from accounts.models import Role
from ground import clock

from ..access import person
from ..content import Snapshot
from ..frame_forms import UnsavedFields, typed
from ..ledger import overrides_of
from ..models import Conflict, Election, Export, UnsentForm
from ..objections import open_objections
from ..outcomes import done, say
from ..states import DECIDED, UNDECIDED, ElectionStatus, Verb, transition
from ..verbs import Refused
from . import actions, decisions, looks, packet, reasons, unsent_forms
from .approval_form import approval_form, untold
from .conflict_sides import SIDES
from .desk import sends, show_mail
from .filters import place_of
from .forms import IdentifierForm, NoteForm, OverrideForm, RejectForm, ReopenForm, RevealForm
from .identifiers import NONE_YET, identifier_for, replace_identifier, replacement_mail, replacement_mail_to_signers
from .log import logged
from .objection_pages import ObjectionPages
from .pages import act_on, back_to_packet, closed, led_back, not_now
from .pdf_pages import PdfPages
from .queue import submission_of
from .reopening import reopen, reopening_mail_to_signers, reopening_mails
from .reveal import reveal
from .reviewer_pages import ReviewerPages
from .seen import seen
from .sent_forms import once
from .submission_pages import SubmissionPages
from .unsent_forms import kept

OWN_UNDONE = "Undone. You have a role in this election now, so someone else must decide it. We didn’t email anyone."
DECIDED_SO = "{}. It takes effect in one minute. We’ll send the email only after that. Until then you can undo it."
# The pages that save what is typed: for whom, and while which verb is possible.
TYPED_INTO: Mapping[str, tuple[Role, Verb | None]] = {
    "override": (Role.LEAD_REVIEWER, Verb.APPROVE),
    "ask": (Role.REVIEWER, Verb.ASK_FOR_CORRECTION),
    "note": (Role.REVIEWER, None),
    "settle_objection": (Role.REVIEWER, None),
    "approve": (Role.REVIEWER, Verb.APPROVE),
    "reject": (Role.REVIEWER, Verb.REJECT),
    "reopen": (Role.LEAD_REVIEWER, Verb.REOPEN),
}


@admin.register(Election)
class ElectionAdmin(ReviewerPages, SubmissionPages, ObjectionPages, PdfPages):
    """The queue, the packet of each election, and the verbs of its review."""

    stock_pages = {"changelist", "change", "history"}

    def get_urls(self) -> list[URLPattern]:
        """Return the queue, the packet and its verbs; nothing of the stock pages but the list."""
        view, one, named = self.admin_site.admin_view, "<uuid:election_id>/", "elections_election"
        typed_into = [getattr(self, name) for name in TYPED_INTO]
        others = [self.start_review, self.resume, self.take_back, self.reveal]
        verbs = [(verb, kept(verb, view, partial(self.may_type, verb.__name__))) for verb in typed_into]
        verbs += [(verb, view(once(verb))) for verb in (self.assign, self.identifier, self.pdf)]
        verbs += [(verb, view(verb)) for verb in others]
        return [
            path("", view(self.changelist_view), name=f"{named}_changelist"),
            path("csv/", view(self.csv), name=f"{named}_csv"),
            path("take-next/", view(once(self.take_next)), name=f"{named}_take_next"),
            path(one, view(self.packet), name=f"{named}_change"),
            path(f"{one}submission/<int:number>/", view(self.submission), name=f"{named}_submission"),
            path(f"{one}history/", view(self.history), name=f"{named}_history"),
            *(
                path(f"{one}{verb.__name__.replace('_', '-')}/", page, name=f"{named}_{verb.__name__}")
                for verb, page in verbs
            ),
        ]

    def may_type(self, name: str, request: HttpRequest, election_id: uuid.UUID) -> None:
        """Raise what the page of a verb answers to one who may not do it; Refused where no one can now."""
        role, verb = TYPED_INTO[name]
        election = self.one(request, election_id, role)
        if verb and transition(verb, election.status) is None:
            raise Refused(not_now(election))

    def packet(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show everything about one election, what needs thought first."""
        user, now = person(request), clock.now()
        elections = packet.elections_for(user)
        try:
            election: Any = self.one(request, election_id, Role.REVIEWER, Role.AUDITOR, elections=elections)
        except PermissionDenied:
            if own := self.own_decision(request, election_id):
                told = {"pending": own.pending_decision, "now": now, "may_act": True}
                return self.page_of(request, "undo", "Undo your decision", own, **told)
            raise
        parts = packet.parts(election, user)
        may_act, leads = user.has_role(Role.REVIEWER), user.has_role(Role.LEAD_REVIEWER)
        shown = None
        unsent_note, unsent = unsent_forms.forms_at(user, *(_address(election, verb) for verb in ("note", "approve")))
        if parts["clear"] and may_act and election.status == ElectionStatus.IN_REVIEW:
            shown = approval_form(request, election, _unsent(unsent))
            show_mail(shown.form, shown.hidden)
        if may_act:
            looks.keep_look(election, user, now)
        pending = election.pending_decision
        return self.page(
            request,
            "packet",
            election.as_submitted,
            **parts,
            election=election,
            place=place_of(election, request),
            form=shown and shown.form,
            mail=shown and shown.mail,
            to_signers=shown and shown.to_signers,
            note_form=NoteForm(_unsent(unsent_note)),
            unsent_note=unsent_note,
            unsent=unsent,
            pending=pending,
            now=now,
            is_due=pending and pending.takes_effect_at <= now,
            may_act=may_act,
            may_resend=user.has_role(Role.DATA_STEWARD),
            may_assign=may_act and election.status in UNDECIDED,
            may_reopen=leads and election.public_status in DECIDED,
            may_override=leads and bool(parts["overridable"]),
        )

    def history(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show what staff did to the election, as Django's own log has it."""
        election = self.one(request, election_id, Role.REVIEWER, Role.AUDITOR)
        return self.history_view(request, str(election.pk))

    def override(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Let a finding that is not met stand, with a justification."""
        election = self.one(request, election_id, Role.LEAD_REVIEWER)
        submission = submission_of(election)
        now = actions.judge_on_current_data(election, submission)
        findings = (
            actions.overridable(now, overrides_of(election, now.snapshot))
            if election.status == ElectionStatus.IN_REVIEW
            else []
        )
        initial = {"submission_number": submission.number}
        form = OverrideForm(typed(request), initial=initial, findings=findings, snapshot=now.snapshot)
        said = "Overridden. Your justification appears with the finding. We didn’t email anyone."
        if findings and act_on(request, election, form, actions.override, said):
            return back_to_packet(election)
        return self.page_of(request, "override", "Override a finding", election, form=form, findings=findings)

    def approve(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show the mail that goes out, then approve."""
        election = self.one(request, election_id, Role.REVIEWER)
        if too_late := closed(request, election, Verb.APPROVE):
            return too_late
        submission = submission_of(election)
        shown = approval_form(request, election, typed(request))
        said, shows = DECIDED_SO.format("Approved"), "preview" in request.POST
        if not shows and act_on(request, election, shown.form, decisions.approve, said):
            return back_to_packet(election)
        show_mail(shown.form, shown.hidden)
        now = actions.judge_on_current_data(election, submission)
        overridable = actions.overridable(now, overrides_of(election, now.snapshot))
        return self.page_of(
            request,
            "approve",
            "Approve",
            election,
            form=shown.form,
            mail=shown.mail,
            to_signers=shown.to_signers,
            obstacles=actions.obstacles(election, now),
            objections=open_objections().filter(election=election),
            is_overridable=bool(overridable),
            untold=untold(now),
            open_conflicts=Conflict.objects.filter(holder__election=election, closed_at=None).select_related(*SIDES),
        )

    def reject(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Ask for reasons, show the mail with them, then reject."""
        election = self.one(request, election_id, Role.REVIEWER)
        if too_late := closed(request, election, Verb.REJECT):
            return too_late
        submission = submission_of(election)
        now = actions.judge_on_current_data(election, submission)
        findings = {"offered": reasons.pickable(election, now), "findings": reasons.named_findings(now)}
        colleague = actions.colleague_of(election, person(request))
        initial = {"submission_number": submission.number}
        form = RejectForm(typed(request), colleague=colleague, initial=initial, **findings)
        if request.method != "POST":
            for sentence in form.gone:
                messages.warning(request, sentence)
        if sends(request) and act_on(request, election, form, decisions.reject, DECIDED_SO.format("Rejected")):
            return back_to_packet(election)
        mail = to_signers = None
        if request.method == "POST" and form.is_valid():
            named = reasons.chosen(**findings, picked=form.cleaned_data.get("picked", ()))
            words = reasons.in_words(named, form.cleaned_data["reasons"])
            mail = decisions.rejection_mail(election, submission, words)
            to_signers = decisions.rejection_mail_to_signers(election, submission, mail)
            show_mail(form, {"mail_seen": seen(election, mail)})
        shown = {"mail": mail, "to_signers": to_signers, "objections": open_objections().filter(election=election)}
        return self.page_of(request, "reject", "Reject", election, form=form, **shown)

    def reopen(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Ask for a reason, show the mail with it, then take the election into review again."""
        election = self.one(request, election_id, Role.LEAD_REVIEWER)
        if too_late := closed(request, election, Verb.REOPEN):
            return too_late
        submission = submission_of(election)
        form = ReopenForm(typed(request), initial={"submission_number": submission.number})
        if sends(request) and act_on(request, election, form, reopen, "Reopened. The emails are on their way."):
            return back_to_packet(election)
        mails, to_signers = [], None
        if request.method == "POST" and form.is_valid():
            mails = reopening_mails(election, submission, form.cleaned_data["reason"], by=person(request))
            to_signers = reopening_mail_to_signers(election, submission, mails)
            show_mail(form, {"mail_seen": seen(election, mails[0])})
        return self.page_of(request, "reopen", "Reopen", election, form=form, mails=mails, to_signers=to_signers)

    def take_back(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Undo one's own decision within its minute."""
        own = self.own_decision(request, election_id)
        election = own or self.one(request, election_id, Role.REVIEWER)
        if request.method != "POST":
            return led_back(request, election)
        typed = (
            " What you typed is still here." if unsent_forms.decision_forms(election, person(request)).exists() else ""
        )
        said = OWN_UNDONE if own else f"Undone. The election is in your review again. We didn’t email anyone.{typed}"
        done(request, logged(decisions.take_back), said, election.pk, by=person(request), now=clock.now())
        return redirect("admin:index") if own else back_to_packet(election)

    def note(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Keep a note for whoever reads the packet."""
        election = self.one(request, election_id, Role.REVIEWER)
        form = NoteForm(typed(request))
        if act_on(request, election, form, actions.write_note, "Your note was added. We didn’t email anyone."):
            return back_to_packet(election)
        return self.page_of(request, "note", "Add a note", election, form=form)

    def identifier(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Replace the provisional identifier by the one CMS gave."""
        election = self.one(request, election_id, Role.REVIEWER)
        if election.public_status != ElectionStatus.APPROVED:
            return led_back(request, election, NONE_YET)
        is_exported = Export.had(election.performance_year, election.virtual_group_identifier)
        form, mail, to_signers = IdentifierForm(typed(request), is_exported=is_exported), None, None
        said = "The identifier was replaced. The email is on its way."
        if sends(request) and act_on(request, election, form, replace_identifier, said):
            return back_to_packet(election)
        if request.method == "POST" and form.is_valid():
            try:
                given = identifier_for(election, form.cleaned_data["identifier"])
                mail = replacement_mail(election, given)
                to_signers = replacement_mail_to_signers(election, given, mail)
                show_mail(form, {"mail_seen": seen(election, mail)})
            except Refused as refused:
                if not sends(request):  # then the verb said it
                    say(request, refused)
        shown = {"form": form, "mail": mail, "to_signers": to_signers}
        return self.page_of(request, "identifier", "Identifier", election, **shown)

    def reveal(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Show one TIN whole, once, for a reason that is kept."""
        election = self.one(request, election_id, Role.REVIEWER)
        snapshot = Snapshot.of_submission(submission_of(election))
        form = RevealForm(typed(request), snapshot=snapshot)
        entry = None
        if request.method == "POST" and form.is_valid():
            position, reason = form.cleaned_data["practice"], form.cleaned_data["reason"]
            entry = snapshot.practices[position]
            shown = {"number": position + 1, "practice": entry.name, "reason": reason}
            logged(reveal)(election.pk, **shown, by=person(request), now=clock.now())
        response = self.page_of(request, "reveal", "Show the full TIN", election, form=form, entry=entry)
        response["Cache-Control"] = "private, no-store"
        return response


def _address(election: Election, verb: str) -> str:
    return reverse(f"admin:elections_election_{verb}", args=[election.pk])


def _unsent(form: UnsentForm | None) -> UnsavedFields | None:
    return UnsavedFields(form.typed) if form else None
