"""The toolkit: what an election needs and holds, a sample of its agreement, and one that is finished."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.text.provisions import PROVISIONS
from agreements.text.reading import shown
from eligibility.data.windows import held_windows, of_next_election
from eligibility.law.calendar import determination_period, next_known_year
from eligibility.law.parameters import MOST_CLINICIANS
from ground import clock

from ..agreement.pdfs import pdf_answer
from ..ledger import groups
from . import example, sample


@login_not_required
@require_safe
def toolkit(request: HttpRequest) -> HttpResponse:
    """Say what an election contains and what one needs for it, and lead to the samples."""
    now = clock.now()
    year = next_known_year(now)
    next_year, window = of_next_election(now)
    context = {
        "performance_year": year,
        "next_year": next_year,
        "window": window,
        "period": determination_period(year),
        "most_clinicians": MOST_CLINICIANS.for_year(year),
        "provisions": PROVISIONS,
        "has_pdf": sample.is_made(year),
    }
    return render(request, "elections/toolkit/toolkit.html", context)


@login_not_required
@require_safe
def toolkit_example(request: HttpRequest) -> HttpResponse:
    """Show a finished election of fictional practices as CMS sees one.

    It is for the newest year whose window has opened, submitted now or in its last minute: nothing is yet to come.
    """
    now = clock.now()
    year, window = next((year, window) for year, window, _ in held_windows() if window.opens <= now)
    submitted = min(now, window.closes - timedelta(minutes=1))
    election = example.snapshot(year, submitted)
    *of_practices, whole = groups(example.findings(election, submitted, window), election)
    practices = [
        (entry, group, [(npi, example.NAMES[npi]) for npi in entry.npis])
        for entry, group in zip(election.practices, of_practices, strict=True)
    ]
    context = {"snapshot": election, "submitted": submitted, "practices": practices, "whole": whole}
    return render(request, "elections/toolkit/toolkit_example.html", context)


@login_not_required
@require_safe
def toolkit_agreement(request: HttpRequest) -> HttpResponse:
    """Show the agreement's text as practices sign it, with fictional parties."""
    now = clock.now()
    agreement = shown(sample.sample_agreement(next_known_year(now)), now)
    return render(request, "elections/toolkit/toolkit_agreement.html", agreement)


@login_not_required
@require_safe
def toolkit_agreement_pdf(request: HttpRequest) -> HttpResponse:
    """Hand out the same as a PDF; 404 until the worker has made it."""
    year = next_known_year(clock.now())
    if not sample.is_made(year):
        raise Http404
    return pdf_answer(sample.open_pdf(year), f"sample-agreement-{year}.pdf")
