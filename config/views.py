"""The pages open to everyone: the first, and the law, traced."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eligibility.data.windows import window_for
from eligibility.law import calendar
from eligibility.law.parameters import (
    CHARGES_LIMIT,
    MOST_CLINICIANS,
    PATIENTS_LIMIT,
    PERFORMANCE_YEARS,
    SERVICES_LIMIT,
    UnknownPerformanceYearError,
)
from ground import clock

from .law_index import ROWS


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what a virtual group election is, until when it can be made, and where to begin."""
    performance_year = calendar.next_performance_year(clock.now())
    try:
        window = window_for(performance_year)
    except UnknownPerformanceYearError:
        window = None
    return render(request, "config/home.html", {"performance_year": performance_year, "window": window})


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Say in plain words what a virtual group is, whom it binds and to what, and whom to ask."""
    year = PERFORMANCE_YEARS[-1]
    limits = {
        "limit": MOST_CLINICIANS.for_year(year),
        "charges": CHARGES_LIMIT.for_year(year),
        "patients": PATIENTS_LIMIT.for_year(year),
        "services": SERVICES_LIMIT.for_year(year),
    }
    return render(request, "config/help.html", limits)


@login_not_required
@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """Show for each paragraph of the regulation what does it here, on which page, and which test holds it."""
    return render(request, "config/law.html", {"rows": ROWS})
