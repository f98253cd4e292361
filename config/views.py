"""The pages open to everyone: the first, the help, and the law, traced."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eligibility.data.windows import of_next_election
from eligibility.law import calendar, parameters
from eligibility.law.parameters import Parameter
from ground import clock

from .law_index import ROWS

NUMBERS: dict[str, Parameter[int]] = {  # of the law, as the help's template names them
    "most_clinicians": parameters.MOST_CLINICIANS,
    "charges": parameters.CHARGES_LIMIT,
    "patients": parameters.PATIENTS_LIMIT,
    "services": parameters.SERVICES_LIMIT,
    "small_practice": parameters.SMALL_PRACTICE,
    "share": parameters.STATUS_SHARE,
    "readmission_cases": parameters.READMISSION_CASES,
    "adjustment": parameters.ADJUSTMENT_PERCENT,
    "scaling": parameters.SCALING_MOST,
}


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what a virtual group election is, until when it can be made, and where to begin."""
    performance_year, window = of_next_election(clock.now())
    return render(request, "config/home.html", {"performance_year": performance_year, "window": window})


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer in plain words what practices ask, with the numbers and dates of the next performance year."""
    now = clock.now()
    year, (next_year, window) = calendar.next_known_year(now), of_next_election(now)
    numbers = {name: parameter.for_year(year) for name, parameter in NUMBERS.items()}
    years = {
        "performance_year": year,
        "next_year": next_year,
        "window": window,
        "adjustment_is_projected": parameters.ADJUSTMENT_PERCENT.is_projected(year),
        "payment_year": year + parameters.PAYMENT_YEAR.for_year(year),
    }
    return render(request, "config/help.html", {"period": calendar.determination_period(year), **years, **numbers})


@login_not_required
@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """Show for each paragraph of the regulation what does it here, on which page, and which test holds it."""
    return render(request, "config/law.html", {"rows": ROWS})
