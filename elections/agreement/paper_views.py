"""An agreement that is signed on paper: printed, and when and by whom each practice signed it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from eligibility.law.determination import Outcome
from ground import clock

from ..access import person
from ..drafts.saving import saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, judge_for_viewer, of_election, page
from ..frame_forms import typed
from ..models import Election
from ..outcomes import done
from ..signers import untold_elsewhere
from . import executed
from .attached_views import attach_or_lead_on
from .executed_forms import PartyForm
from .paper_dates import keep_dates, outdated, version
from .text import opt_in_findings
from .ways import sign_on_paper


@require_POST
@of_election(edit=True, open=True)
def paper_begin(request: HttpRequest, election: Election) -> HttpResponse:
    """Have the agreement signed on paper from now on."""
    begin = partial(sign_on_paper, election.pk, by=person(request), now=clock.now())
    is_begun = done(request, begin, "The practices sign on paper. You can change this later.")
    return redirect("agreement_paper" if is_begun else "agreement", election.pk)


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def agreement_paper(request: HttpRequest, election: Election) -> HttpResponse:
    """Say when and by whom each practice signed; where they sign here, that is to be stopped first."""
    if election.agreement.is_signed_here and request.method != "POST":
        return redirect("signing_end", election.pk)
    judged_election = judge_for_viewer(request, election)
    listed = judged_election.snapshot.member_ids
    members = election.members.select_related("party__signature_page").in_bulk(listed)
    parties = [
        (PartyForm(typed(request), member=members[pk], asks_opt_in=opt_in.outcome != Outcome.NOT_APPLICABLE), opt_in)
        for pk, opt_in in zip(listed, opt_in_findings(judged_election), strict=True)
        if pk in members  # somebody may remove one in this moment
    ]
    forms = [party for party, _ in parties]

    def save() -> None:
        sign_on_paper(election.pk, by=person(request), now=clock.now())
        executed.save_agreement(
            election.pk,
            parties={form.member.pk: form.sound() for form in forms},
            was={name: shown for form in forms for name, shown in form.was().items()},
            by=person(request),
            now=clock.now(),
        )

    if saved := saving_page(request, forms, save, then=lambda: _go_on(request, election)):
        return saved
    signed = [entry.executed_on is not None for entry in judged_election.snapshot.practices]
    older = outdated(election.agreement, judged_election.snapshot)
    finding = next(finding for finding in judged_election.findings if finding.rule == "agreement-executed")
    return page(
        request,
        "agreement/agreement_paper",
        election,
        says_unsent=True,
        parties=parties,
        members=[form.member for form in forms],
        signed=sum(signed),
        wrong=[form for form in forms if form.errors],
        older=[listed[place] for place in older],
        version=version(election.agreement, judged_election.snapshot) if older else "",
        executed_finding=finding if signed and all(signed) and not older else None,
        own=election.agreement.own,
        untold=untold_elsewhere(election),
    )


def _go_on(request: HttpRequest, election: Election) -> HttpResponse:
    """Keep the dates that are older than the agreement, if that is what was pressed; else lead on."""
    if "dates" not in request.POST:
        return attach_or_lead_on(request, election)
    keep = partial(keep_dates, election.pk, request.POST["dates"], by=person(request), now=clock.now())
    done(request, keep, "The dates count for the agreement as it is now.")
    return redirect("agreement_paper", election.pk)
