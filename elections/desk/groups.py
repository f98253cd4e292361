"""Who was in which group: the approved virtual groups of a performance year as of a day, and the people of each."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.staff_site import StaffPage
from eligibility.data import nppes
from eligibility.law.identifiers import mask_tin
from ground import clock

from ..access import holds_a_role
from ..models import Election
from ..roster_history import endings_by, roster_day
from ..upkeep.approved import ApprovedGroup, approved_groups
from .desk import OWN_PART, DeskAdmin, staff
from .exports import YearForm, day_field, years_to_choose
from .figures import own_elections
from .forms import DeskForm

TITLE = "Who was in which group"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One approved group as of a day: its practices with their masked TINs, and how many clinicians it had."""

    group: ApprovedGroup
    practices: list[str]
    clinicians: int


class DayForm(DeskForm):
    """As of which day."""

    as_of = day_field("Leave it empty for today. If today isn’t in that year, you’ll see the nearest day that is.")


class GroupsForm(DayForm, YearForm):
    """Which performance year, and as of which day."""


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Show the approved groups of a performance year, with the practices and the number of clinicians of a day."""
    by, years = staff(request, *DeskAdmin.readers), years_to_choose()
    form = GroupsForm({"performance_year": years[0]} | request.GET.dict(), years=years)
    shown: dict[str, Any] = {"title": TITLE, "form": form}
    if form.is_valid():
        year, own = form.cleaned_data["performance_year"], own_elections(by)
        shown |= _day_shown(form, year)
        found = approved_groups(year, among=Election.objects.exclude(pk__in=own))
        page = Paginator(found, DeskAdmin.list_per_page).get_page(request.GET.get("p"))
        lines = [_line(group, shown["day"]) for group in page]
        shown |= {"year": year, "page": page, "lines": lines, "leaves_out_own": bool(own)}
    return TemplateResponse(request, "admin/elections/groups.html", admin.site.each_context(request) | shown)


@require_safe
def group(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Show the people of one approved group as of a day: its practices, and the clinicians of each."""
    by = staff(request, *DeskAdmin.readers)
    election = get_object_or_404(Election, pk=election_id)
    if holds_a_role(by, election):
        raise PermissionDenied(OWN_PART)
    found = approved_groups(election.performance_year, among=Election.objects.filter(pk=election.pk))
    if not found:
        raise Http404
    form = DayForm(request.GET)
    shown: dict[str, Any] = {"title": found[0].snapshot.virtual_group_name, "form": form, "group": found[0]}
    if form.is_valid():
        shown |= _day_shown(form, election.performance_year)
        shown["practices"] = _people(found[0], shown["day"])
    asked = {"performance_year": election.performance_year, "as_of": shown.get("day", "")}
    shown |= {
        "election": election,
        "list_title": TITLE,
        "list_address": f"{reverse('admin:groups')}?{urlencode(asked)}",
    }
    return TemplateResponse(request, "admin/elections/group.html", admin.site.each_context(request) | shown)


def _day_shown(form: DayForm, year: int) -> dict[str, Any]:
    """Return the day of a performance year that is asked for, and whether another one was chosen."""
    asked = form.cleaned_data["as_of"]
    day = roster_day(asked or clock.today(), year)
    return {"day": day, "is_moved": asked not in (None, day)}


def _line(group: ApprovedGroup, day: date) -> GroupLine:
    present = {stay.npi for stay in group.stays if stay.is_in_on(day)}
    return GroupLine(group, _practices(group, day), len(present))


def _practices(group: ApprovedGroup, day: date) -> list[str]:
    """Return the practices by the names of a day, with their masked TINs."""
    masked = [mask_tin(entry.tin_kind, entry.tin[-4:]) for entry in group.snapshot.practices]
    return [f"{name}, {tin}" for name, tin in zip(group.names_on(day), masked, strict=True)]


def _people(group: ApprovedGroup, day: date) -> list[tuple[Any, ...]]:
    """Return each practice with what ended it by a day, and who was in it on that day, as NPPES names them now."""
    present = [stay for stay in group.stays if stay.is_in_on(day)]
    names, ended = nppes.names({stay.npi for stay in present}), endings_by(group.updates, day)
    return [
        (name, ended.get(at), [(stay, names.get(stay.npi)) for stay in present if stay.practice == at])
        for at, name in enumerate(_practices(group, day))
    ]


PAGES = (
    StaffPage(
        "groups",
        "groups/",
        groups,
        "elections",
        TITLE,
        DeskAdmin.readers,
        ("Look up", 4),
        "The approved virtual groups of a year, their practices, and who was in each on a day.",
    ),
    StaffPage("group", "groups/<uuid:election_id>/", group),
)
