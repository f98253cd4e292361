"""Contesting one finding of one practice."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from eligibility.law.determination import Outcome
from eligibility.law.rules import CONTESTABLE
from ground import clock
from ground.addresses import client_address

from ..access import person
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, closed_to_changes, judge_for_viewer, of_election, page
from ..frame_forms import typed
from ..ledger import groups
from ..models import Election
from ..outcomes import done
from . import contests
from .contest_forms import ContestForm

CONTESTED = "Saved. This finding no longer stops you from submitting. A CMS reviewer will read your reason."


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(represent=True)
def contest(request: HttpRequest, election: Election, member_id: int, rule: str) -> HttpResponse:
    """Show one finding that data made, and keep what the representative says against it."""
    user = person(request)
    member = get_object_or_404(election.members, pk=member_id)
    if rule not in CONTESTABLE:
        raise Http404
    if closed := closed_to_changes(request, election):
        return closed
    initial = {"statement": member.contests.get(rule, "")}
    form = ContestForm(typed(request), performance_year=election.performance_year, initial=initial)
    if "take_back" in request.POST:
        take_back = partial(contests.take_contest_back, election.pk, member.pk, rule=rule, by=user, now=clock.now())
        done(request, take_back, "You’re no longer contesting this finding.")
        return redirect("practice", election.pk, member.pk)
    if request.method == "POST" and form.is_valid():
        keep = partial(contests.contest, election.pk, member.pk, rule=rule, by=user, now=clock.now())
        keep = partial(keep, address=client_address(request), **form.cleaned_data)
        done(
            request,
            keep,
            "Saved. This finding no longer stops you from submitting. A CMS reviewer will read your reason.",
        )
        return redirect("practice", election.pk, member.pk)
    judged_election = judge_for_viewer(request, election)
    listed = judged_election.snapshot.member_ids
    if member.pk not in listed:  # somebody removed it a moment ago
        raise Http404
    group = groups(judged_election.findings, judged_election.snapshot)[listed.index(member.pk)]
    finding = next(found for found in group.findings if found.rule == rule)
    if finding.outcome != Outcome.NOT_MET:
        messages.warning(request, "There is nothing to contest. This finding isn’t “Not met” now.")
        return redirect("practice", election.pk, member.pk)
    return page(
        request, "practices/contest", election, form=form, member=member, finding=finding, said=group.contests.get(rule)
    )
