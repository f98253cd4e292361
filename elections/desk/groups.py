"""Who was in which group: the approved virtual groups of a performance year, with their practices, as of a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.staff_site import StaffPage
from eligibility.law.identifiers import mask_tin
from ground import clock

from ..models import Election
from ..roster_history import roster_day
from ..upkeep.approved import ApprovedGroup, approved_groups
from .desk import DeskAdmin, staff
from .exports import day_field, received_years, year_field
from .figures import own_elections
from .forms import DeskForm

TITLE = "Who was in which group"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One approved group as of a day: its practices by name with their masked TINs, and how many clinicians it had."""

    group: ApprovedGroup
    practices: list[tuple[str, str]]
    clinicians: int


class GroupsForm(DeskForm):
    """Which performance year, and as of which day."""

    performance_year = year_field()
    as_of = day_field("The day in the performance year.")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["performance_year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Show the approved groups of a performance year, with the practices and the number of clinicians of a day."""
    by = staff(request, *DeskAdmin.readers)
    years = received_years()
    form = GroupsForm({"performance_year": years[0], "as_of": clock.today()} | request.GET.dict(), years=years)
    shown: dict[str, Any] = {"title": TITLE, "form": form}
    if form.is_valid():
        year, asked = form.cleaned_data["performance_year"], form.cleaned_data["as_of"]
        day = roster_day(asked, year)
        own = own_elections(by)
        lines = [_line(group, day) for group in approved_groups(year, among=Election.objects.exclude(pk__in=own))]
        shown |= {"year": year, "day": day, "is_moved": day != asked, "lines": lines, "leaves_out_own": bool(own)}
    return TemplateResponse(request, "admin/elections/groups.html", admin.site.each_context(request) | shown)


def _line(group: ApprovedGroup, day: date) -> GroupLine:
    masked = [mask_tin(entry.tin_kind, entry.tin[-4:]) for entry in group.snapshot.practices]
    present = {stay.npi for stay in group.stays if stay.is_in_on(day)}
    return GroupLine(group, list(zip(group.names_on(day), masked, strict=True)), len(present))


PAGES = (
    StaffPage(
        "groups",
        "groups/",
        groups,
        "elections",
        TITLE,
        DeskAdmin.readers,
        ("Look up", 4),
        "The approved virtual groups of a year, their practices, and how many clinicians each had on a day.",
    ),
)
