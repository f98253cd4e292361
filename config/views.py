"""The first page, open to everyone."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what a virtual group election is, until when it can be made, and where to begin."""
    return render(request, "config/home.html", {"performance_year": performance_year_elected_at(clock.now())})


def performance_year_elected_at(moment: datetime) -> int:
    """Return the performance year people elect for at this moment: the calendar year after it in ET (414.1315(b))."""
    return moment.astimezone(clock.EASTERN).year + 1
