"""The practices of an election, each with what the regulation says of it."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.addresses import client_address
from agreements.models import Agreement
from eligibility import nppes
from eligibility.identifiers import is_valid_npi, normalise

from ..access import election_for, may_edit, person
from ..actions import drafting
from ..actions.verbs import Refused
from ..forms.guard import typed
from ..forms.practice import LONGEST_LIST, PracticeForm
from ..ledger import groups, overrides_of
from ..models import Election, Member
from ..outcomes import done, say
from ..progress import GROUP_RULES, lacks_opt_in, practice_problems, to_mend
from .frame import GET_OR_POST, SAVED, closed_to_changes, judge_for, page


@require_safe
def practices(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """List the practices, those that need attention first."""
    election = election_for(person(request), election_id)
    judgement = judge_for(request, election)
    members = list(election.members.prefetch_related("clinicians"))
    found = groups(judgement.findings, judgement.snapshot)
    rows = [
        (member, to_mend(judgement, position), not found[position].unsettled, lacks_opt_in(judgement, position))
        for position, member in enumerate(members)
    ]
    rows.sort(key=lambda row: (-len(row[1]), not row[3]))
    return page(
        request,
        "practices",
        election,
        rows=rows,
        problems=practice_problems(judgement),
        findings=[finding for finding in judgement.for_practice(None) if finding.rule in GROUP_RULES],
    )


@require_http_methods(GET_OR_POST)
def practice_add(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Add a practice."""
    election = election_for(person(request), election_id, edit=True)
    if closed := closed_to_changes(request, election):
        return closed
    form = _form(request, election)
    if request.method == "POST" and form.is_valid():
        member = _save_practice(request, election, None, form)
        if member:
            messages.success(request, f"{SAVED} Below is what the regulation says of this practice.")
            _ask_to_acknowledge_anew(request, election)
            return redirect("practice", election.pk, member.pk)
    return page(request, "practice_add", election, form=form)


@require_http_methods(GET_OR_POST)
def practice(request: HttpRequest, election_id: uuid.UUID, member_id: int) -> HttpResponse:
    """Show one practice: its findings, and its fields to those who may change them."""
    user = person(request)
    changes = request.method == "POST"
    election = election_for(user, election_id, edit=changes)
    member = get_object_or_404(election.members.prefetch_related("clinicians"), pk=member_id)
    if changes and (closed := closed_to_changes(request, election)):
        return closed
    form = _form(request, election, member)
    if changes and form.is_valid() and _save_practice(request, election, member, form):
        messages.success(request, SAVED)
        _ask_to_acknowledge_anew(request, election)
        return redirect("practice", election.pk, member.pk)
    judgement = judge_for(request, election)
    listed = list(election.members.values_list("pk", flat=True))
    if member.pk not in listed:  # somebody removed it while this was typed, and the message says so
        return redirect("practices", election.pk)
    npis = [clinician.npi for clinician in member.clinicians.all()]
    names = nppes.names(npis)
    return page(
        request,
        "practice",
        election,
        member=member,
        form=form if may_edit(user, election) else None,
        group=groups(judgement.findings, judgement.snapshot, overrides_of(election, judgement.snapshot))[
            listed.index(member.pk)
        ],
        clinicians=[(npi, names.get(npi)) for npi in npis],
    )


@require_http_methods(GET_OR_POST)
def practice_remove(request: HttpRequest, election_id: uuid.UUID, member_id: int) -> HttpResponse:
    """Ask, then take a practice out of the working copy."""
    election = election_for(person(request), election_id, edit=True)
    if closed := closed_to_changes(request, election):
        return closed
    member = election.members.filter(pk=member_id).first()
    if member is None and request.method != "POST":
        raise Http404
    if request.method == "POST":
        remove = partial(drafting.remove_member, election.pk, member_id, now=clock.now())
        if done(request, remove, f"{member or 'The practice'} was removed."):
            _ask_to_acknowledge_anew(request, election)
        return redirect("practices", election.pk)
    return page(request, "practice_remove", election, member=member)


@require_POST
def clinician_names(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Answer, while NPIs are typed, with the names NPPES has for them: a fragment of the practice page."""
    election_for(person(request), election_id, edit=True)
    lines = request.POST.get("npis", "")[:LONGEST_LIST].replace(",", "\n").splitlines()
    npis = list(dict.fromkeys(npi for npi in map(normalise, lines) if is_valid_npi(npi)))[:100]
    names = nppes.names(npis)
    return render(request, "elections/clinician_names.html", {"clinicians": [(npi, names.get(npi)) for npi in npis]})


def _form(request: HttpRequest, election: Election, member: Member | None = None) -> PracticeForm:
    return PracticeForm(
        typed(request),
        performance_year=election.performance_year,
        by=person(request),
        address=client_address(request),
        initial=PracticeForm.initial_of(member) if member else None,
    )


def _save_practice(
    request: HttpRequest, election: Election, member: Member | None, form: PracticeForm
) -> Member | None:
    """Keep what the form says; None where that was refused, which the page says."""
    try:
        return drafting.save_member(
            election.pk,
            member.pk if member else None,
            **form.cleaned_data,
            by=person(request),
            now=clock.now(),
            address=client_address(request),
        )
    except Refused as refused:
        say(request, refused)
        return None


def _ask_to_acknowledge_anew(request: HttpRequest, before: Election) -> None:
    """Say so where the change took the acknowledgement of the agreement back: its parties are others now."""
    if before.agreement.acknowledged and not Agreement.objects.get(pk=before.agreement_id).acknowledged:
        messages.warning(
            request,
            "The parties of the agreement changed, so have all practices sign it again, and then acknowledge it again.",
        )
