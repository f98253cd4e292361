"""The dashboard: one performance year as a whole, in charts, tables, and files with the same figures."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.staff_site import StaffPage
from eligibility.data import windows
from eligibility.law import calendar, parameters
from eligibility.law.calendar import Window
from ground import clock
from ground.csv_cells import csv_file

from ..states import WITH_CMS
from . import tables
from .desk import DeskAdmin, staff
from .figures import made_decisions, own_elections, received_elections, requests_made
from .tables import Table

NO_ELECTIONS = "CMS received no elections for that performance year, so this page shows {}."


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures of one performance year; `oldest` is the age in days of what has waited longest for a decision.

    `leaves_out_own`: the person who looks has a part in elections, which are not counted.
    """

    performance_year: int
    years: list[int]
    window: Window | None
    received: int
    waiting: int
    oldest: int | None
    tables: list[Table]
    leaves_out_own: bool


def dashboard_of(asked: str | None, *, by: User, now: datetime) -> Dashboard:
    """Return the figures of the performance year asked for; of the newest one, if that year has no elections."""
    own = own_elections(by)
    everything = received_elections(own)
    years = sorted({election.performance_year for election in everything}, reverse=True)
    newest = years[0] if years else calendar.next_known_year(now)
    year = next((year for year in years if str(year) == asked), newest)
    elections = [election for election in everything if election.performance_year == year]
    waiting = [election for election in elections if election.status in WITH_CMS]
    decisions = made_decisions(year, own)
    window = windows.window_for(year) if year in parameters.PERFORMANCE_YEARS else None
    return Dashboard(
        performance_year=year,
        years=years or [year],
        window=window,
        received=len(elections),
        waiting=len(waiting),
        leaves_out_own=bool(own),
        oldest=max(((now - election.received_at).days for election in waiting), default=None),
        tables=[
            tables.by_status(elections, year),
            tables.ages(waiting, now),
            *([tables.by_day(elections, window, now)] if window else []),
            tables.waits(decisions, now),
            tables.rejections(decisions),
            tables.corrections(requests_made(year, own)),
            tables.loads(elections, decisions, year, by=by, now=now),
            tables.emails(by),
        ],
    )


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show one performance year as a whole."""
    by, asked = staff(request, *DeskAdmin.readers), request.GET.get("year")
    shown = dashboard_of(asked, by=by, now=clock.now())
    if asked not in (None, str(shown.performance_year)):
        messages.warning(request, NO_ELECTIONS.format(shown.performance_year))
        return redirect("admin:dashboard")
    told = {"title": f"Dashboard for {shown.performance_year}", "dashboard": shown}
    return TemplateResponse(request, "admin/elections/dashboard.html", admin.site.each_context(request) | told)


@require_safe
def dashboard_csv(request: HttpRequest, table: str) -> HttpResponse:
    """Send one table of the dashboard as a CSV file. Raises Http404 for a table or a year that there is not."""
    by, asked = staff(request, *DeskAdmin.readers), request.GET.get("year")
    shown = dashboard_of(asked, by=by, now=clock.now())
    found = next((each for each in shown.tables if each.name == table), None)
    if found is None or asked not in (None, str(shown.performance_year)):
        raise Http404
    return csv_file(f"{found.name}-{shown.performance_year}-{clock.today()}", found.head, found.lines)


PAGES = (
    StaffPage(
        "dashboard",
        "dashboard/",
        dashboard,
        "elections",
        "Dashboard",
        DeskAdmin.readers,
        ("Look up", 1),
        "A year’s elections in numbers: statuses, ages, waiting times, reasons and reviewers.",
    ),
    StaffPage("dashboard_csv", "dashboard/<slug:table>.csv", dashboard_csv),
)
