"""Exports of approved virtual groups: making one here, and the list of all that were made."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.models import Role, User
from accounts.staff_pages import RecordAdmin, has_role
from eligibility.law import calendar
from ground import clock
from ground.clock import EASTERN
from ground.templatetags.et import et_date, et_datetime

from ..access import part_of, person
from ..frame_forms import typed
from ..models import Election, Export, ExportFormat
from ..upkeep.export import ExportRequest, export
from .audit import RecordYearFilter, StaffFilter
from .desk import staff
from .filters import received_years
from .forms import DeskForm

MAKERS = (Role.LEAD_REVIEWER, Role.DATA_STEWARD)
TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.JSONL: "application/x-ndjson"}
OWN_PART = (
    "You have a role in an election for {} or in one that affects it, so someone else must make this export. "
    "It has every practice’s full TIN."
)


def years_to_choose() -> list[int]:
    """Return the performance years of which CMS received elections, newest first; without any, the next one."""
    return received_years() or [calendar.next_known_year(clock.now())]


def day_field(help_text: str) -> forms.DateField:
    """Return the field of the day whose roster is asked for."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label="As of", widget=widget, help_text=help_text, required=False)


class YearForm(DeskForm):
    """Which performance year, of `years`."""

    performance_year = forms.TypedChoiceField(label="Performance year", coerce=int)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["performance_year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


def _moment(label: str, help_text: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=f"{help_text} Eastern Time, for example 2027-07-01 00:00.",
        required=False,
        error_messages={"invalid": "Enter a date and a time, for example 2027-07-01 00:00."},
    )


class ExportForm(YearForm):
    """What a file is made of; `asked` once it is valid."""

    as_of = day_field(
        "Everyone who was in a group by this day, also those who had left. Leave empty for everyone of the year."
    )
    recorded_by = _moment(
        "As recorded on or before", "Include only what was recorded by then. Leave empty to include everything."
    )
    changed_since = _moment("Changed since", "Only the rows that changed after this moment. Leave it empty for all.")
    format = forms.ChoiceField(label="Format", choices=ExportFormat.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, years=years_to_choose(), **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        self.asked = ExportRequest(**given | {"format": ExportFormat(given["format"])})
        for name, problem in self.asked.problems(clock.now()).items():
            self.add_error(name, problem)
        of_year = Election.objects.filter(last_submission__isnull=False, performance_year=self.asked.performance_year)
        if of_year.filter(part_of(self.by)).exists():
            self.add_error(None, OWN_PART.format(self.asked.performance_year))
        return given


@admin.register(Export)
class ExportAdmin(RecordAdmin):
    """Every file with approved virtual groups that was made, here and from the command line."""

    place, intro = (
        ("Audit", 6),
        "Files with approved virtual groups and their TINs: who made them, when, and what they asked for.",
    )
    if_empty = "No export yet."
    readers = (*MAKERS, Role.AUDITOR)
    change_list_template = "admin/elections/export/change_list.html"
    person_path, listed = "by", Q()
    date_hierarchy = "at"
    list_display = ["when", "who", "year", "asked_for", "file_format", "rows", "fingerprint"]
    list_filter = [RecordYearFilter, StaffFilter]
    list_select_related = ["by"]
    search_fields = ["by__name", "by__email"]
    search_help_text = "Search by person"

    def get_urls(self) -> list[URLPattern]:
        """Return the list, its file, and the page that makes one."""
        make = self.admin_site.admin_view(self.make)
        return [path("make/", make, name=f"{self.stem}_make"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Export]:
        return super().get_queryset(request).defer("identifiers")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, with the way to make one."""
        return super().changelist_view(request, {"may_make": has_role(request, *MAKERS)} | (extra_context or {}))

    def make(self, request: HttpRequest) -> HttpResponse:
        """Make a file of what is asked for, and hand it out."""
        user = staff(request, *MAKERS)
        form = ExportForm(typed(request), by=user, initial={"format": ExportFormat.CSV})
        if request.method == "POST" and form.is_valid():
            return _file(form.asked, export(form.asked, by=person(request), now=clock.now())[1])
        told = self.frame(request, "Make an export") | {"form": form}
        return TemplateResponse(request, "admin/elections/export/make.html", told)

    @admin.display(description="when")
    def when(self, made: Export) -> str:
        return et_datetime(made.at, "seconds")

    @admin.display(description="who")
    def who(self, made: Export) -> str:
        return str(made.by or "Command line")

    @admin.display(description="performance year")
    def year(self, made: Export) -> str:
        return str(made.performance_year)

    @admin.display(description="asked for")
    def asked_for(self, made: Export) -> str:
        words = {"as_of": "as of", "recorded_by": "as recorded by", "changed_since": "changed since"}
        said = "; ".join(f"{words[name]} {_in_words(given)}" for name, given in made.arguments.items())
        return said or "everything so far"

    @admin.display(description="format")
    def file_format(self, made: Export) -> str:
        return made.get_format_display()

    @admin.display(description="rows")
    def rows(self, made: Export) -> str:
        return str(made.row_count)

    @admin.display(description="SHA-256")
    def fingerprint(self, made: Export) -> str:
        return made.sha256


def _in_words(given: str) -> str:
    """Return a day or a moment of an export's arguments as people read it."""
    moment = datetime.fromisoformat(given)
    return et_datetime(moment, "seconds") if moment.tzinfo else et_date(moment.date())


def _file(asked: ExportRequest, content: bytes) -> HttpResponse:
    """Return the file under a name that says what was asked for; of everything so far, the day it was made."""
    response = HttpResponse(content, content_type=TYPES[asked.format])
    limits = [f"{name.replace('_', '-')}-{_in_name(given)}" for name, given in asked.arguments.items()]
    name = "-".join([f"virtual-groups-{asked.performance_year}", *(limits or [str(clock.today())])])
    response["Content-Disposition"] = f'attachment; filename="{name}.{asked.format}"'
    return response


def _in_name(given: str) -> str:
    """Return a day, or a moment in Eastern Time, of an export's arguments as a file's name has it."""
    moment = datetime.fromisoformat(given)
    return f"{moment.astimezone(EASTERN):%Y-%m-%d-%H%M%S}" if moment.tzinfo else f"{moment:%Y-%m-%d}"
