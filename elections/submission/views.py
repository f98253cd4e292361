"""Review and submit, and what can be done with an election afterwards."""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eligibility.law.determination import Finding, Outcome
from eligibility.law.low_volume import opt_in_means
from ground import clock
from ground.addresses import client_address

from ..access import election_for, is_representative, may_edit, person
from ..agreement.paper_dates import outdated
from ..content import Snapshot
from ..corrections.answers import hindrances, open_correction
from ..frame import GET_OR_POST, arrived_at, judge_for_viewer, of_election, page
from ..frame_forms import typed
from ..ledger import groups, open_opt_ins, overrides_of, verdict
from ..models import Election
from ..outcomes import done, say
from ..practices.duplicates import mergers
from ..practices.other_tins import signer_questions
from ..readiness import ACKNOWLEDGED, OPT_IN, lacks
from ..states import ElectionStatus, Verb, transition
from ..verbs import Refused
from ..working_copy import may_be_edited
from . import actions
from .actions import NotReady
from .differences import differences, is_submitted_as_it_stands
from .forms import ConfirmForm, WithdrawForm
from .last_hours import last_hours


@require_http_methods(GET_OR_POST)
def submit_page(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Show everything as CMS will see it; submit it when the representative types CONFIRM."""
    posted = request.method == "POST"
    user = person(request)
    form = ConfirmForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            submission = actions.submit(
                election_id,
                by=user,
                arrived_at=arrived_at(request),
                fingerprint=form.cleaned_data["fingerprint"],
                acknowledged=form.cleaned_data.get("acknowledged", False),
                address=client_address(request),
            )
        except Election.DoesNotExist:
            raise Http404 from None
        except NotReady as hindered:
            closed, fix = "The election window is not open.", "Fix the items below, then submit again."
            messages.error(request, f"Nothing was submitted. {closed if hindered.is_only_closed else fix}")
        except Refused as refused:
            say(request, refused)
        else:
            return redirect("receipt", election_id, submission.number)
    return _submit_page(request, election_for(user, election_id, represent=posted), form)


@never_cache
@require_http_methods(GET_OR_POST)
@of_election(edit=True)
def full_tins(request: HttpRequest, election: Election) -> HttpResponse:
    """Show the same page with full TINs: all to the representative, to others who edit those that they typed.

    They ask for them each time, and in no address. Who comes back after signing in again has not asked: they see the
    page without.
    """
    whose = _tins_to_show(request, election)
    if not whose and not is_representative(person(request), election):
        raise PermissionDenied("The representative can see full TINs here. Others can see the TINs that they typed.")
    if request.method != "POST":
        return redirect("submit_page", election.pk)
    return _submit_page(request, election, ConfirmForm(), full_tins=whose)


def _tins_to_show(request: HttpRequest, election: Election) -> frozenset[int]:
    """Return the practices whose full TINs this person may see on the page to review."""
    user = person(request)
    if not may_edit(user, election):
        return frozenset()
    members = election.members.exclude(tin_last4="")
    if not is_representative(user, election):
        members = members.filter(tin_typed_by=user)
    return frozenset(members.values_list("pk", flat=True))


def _submit_page(
    request: HttpRequest, election: Election, form: ConfirmForm, *, full_tins: frozenset[int] = frozenset()
) -> HttpResponse:
    judged_election = judge_for_viewer(request, election)
    snapshot = judged_election.snapshot
    proposed = replace(snapshot, agreement_acknowledged=True)  # what is submitted from this page
    is_known = snapshot.agreement_acknowledged
    findings = [finding for finding in judged_election.findings if is_known or finding.rule != ACKNOWLEDGED]
    blocking = [finding for finding in judged_election.blocking if finding.rule != ACKNOWLEDGED]
    *of_practices, whole = groups(findings, snapshot, overrides_of(election, snapshot))
    standing, lacking, correction = election.last_submission, lacks(snapshot), open_correction(election)
    questions = list(signer_questions(snapshot).values())
    unanswered = hindrances(election, proposed, correction, at=clock.now()) if correction else []
    return page(
        request,
        "submission/submit_page",
        election,
        form=_form_to_show(request, form, proposed, asks=not is_known),
        snapshot=snapshot,
        judged_election=judged_election,
        blocking=blocking,
        lacks=lacking,
        signer_questions=questions,
        practices=[
            (entry, group, [(npi, judged_election.names.get(npi)) for npi in entry.npis], pk)
            for pk, entry, group in zip(snapshot.member_ids, snapshot.practices, of_practices, strict=True)
        ],
        whole=whole,
        duplicates=mergers(election, snapshot),
        full_tins=full_tins,
        may_ask_tins=is_representative(person(request), election) or bool(_tins_to_show(request, election)),
        **_what_it_means(snapshot, findings),
        is_submitted=is_submitted_as_it_stands(election, snapshot),
        gives_up_approval=election.public_status == ElectionStatus.APPROVED,
        may_submit=transition(Verb.SUBMIT, election.public_status) is not None,
        differences=differences(Snapshot.of_submission(standing), proposed) if standing else [],
        correction=correction,
        last_hours=last_hours(election, snapshot, now=clock.now()),
        older_dates=[snapshot.practice_names[place] for place in outdated(election.agreement, snapshot)],
        unanswered=unanswered,
        asked=open_opt_ins(judged_election) if may_be_edited(election, clock.now()) else [],
        ready=not (blocking or lacking or questions or unanswered),
        only_closed=not (lacking or questions or unanswered) and actions.is_only_closed(blocking),
    )


def _what_it_means(snapshot: Snapshot, findings: list[Finding]) -> dict[str, Any]:
    """Return what the page says of the signatures, and of opt-ins unless CMS data show that no practice can opt in."""
    return {
        "all_signed": bool(snapshot.practices) and all(entry.executed_on for entry in snapshot.practices),
        "opting_in": [entry.name for entry in snapshot.practices if entry.opt_in_accepted],
        "opt_in_means": opt_in_means(snapshot.performance_year),
        "has_opt_in": any(one.rule == OPT_IN and one.outcome != Outcome.NOT_APPLICABLE for one in findings),
    }


def _form_to_show(request: HttpRequest, form: ConfirmForm, proposed: Snapshot, *, asks: bool) -> ConfirmForm:
    """Return the form with what was typed of what still stands, if that is what was wrong; else an empty one."""
    fresh = ConfirmForm(asks=asks, initial={"fingerprint": proposed.sha256})
    if not form.is_bound or form.errors.keys().isdisjoint({"acknowledged", "confirm"}):
        return fresh
    if form.data.get("fingerprint") != proposed.sha256:  # a box that was ticked meant what was on the page then
        messages.error(request, actions.CHANGED)
        return fresh
    return form if form.fields.keys() == fresh.fields.keys() else fresh


@require_safe
@of_election()
def ledger(request: HttpRequest, election: Election) -> HttpResponse:
    """Show every finding of the working copy as judged now, with its paragraph, facts, source and remedy."""
    judged_election = judge_for_viewer(request, election)
    listed = groups(
        judged_election.findings, judged_election.snapshot, overrides_of(election, judged_election.snapshot)
    )
    return page(
        request,
        "submission/ledger",
        election,
        ledger=listed,
        verdict=verdict(listed),
        judged_at=judged_election.judged_at,
    )


@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def withdraw(request: HttpRequest, election: Election) -> HttpResponse:
    """Say what withdrawing gives up, then withdraw."""
    form = WithdrawForm(typed(request))
    if request.method == "POST" and form.is_valid():
        said = "The election is withdrawn."
        done(request, actions.withdraw, said, election.pk, by=person(request), now=arrived_at(request))
        return redirect("election", election.pk)
    if transition(Verb.WITHDRAW, election.public_status) is None:
        messages.warning(request, "This election can no longer be withdrawn.")
        return redirect("election", election.pk)
    return page(request, "submission/withdraw", election, form=form, claims=election.claims.exclude(state="released"))


@require_POST
@of_election(represent=True)
def revive(request: HttpRequest, election: Election) -> HttpResponse:
    """Make a lapsed election a draft again, where the window is open again."""
    said = "This election is a draft again. It is not submitted yet."
    done(request, actions.revive, said, election.pk, by=person(request), now=arrived_at(request))
    return redirect("election", election.pk)
