"""What staff see of CMS data: the windows, and who asks too much; loads are in run_admin.py. The data have no page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import Role
from accounts.staff_pages import ReadOnlyAdmin, has_role
from ground import clock
from ground.ssn_guard import Guarded
from ground.templatetags.et import et_closing

from .data import disclosure, windows
from .law import calendar, parameters
from .models import ElectionWindow, Probe

NOT_OF_ITS_YEAR = "A window for {} opens in {} or later, and closes by the end of {}."
PAST_THE_LAW = "This window closes after December 31, the last day the law allows. Correct the date, or check this box."
OVER_ALREADY = "This window is already over, so drafts will lapse within minutes. Correct the date, or check this box."


class DataAdmin(ReadOnlyAdmin):
    """Pages that data stewards and auditors may read."""

    readers = (Role.DATA_STEWARD, Role.AUDITOR)
    show_facets = admin.ShowFacets.NEVER


class DayAndTime(forms.SplitDateTimeWidget):
    """A day and a time as the browser asks for them: Django's own speak of the server's time, and ours is Eastern."""

    def __init__(self) -> None:
        super().__init__(date_format="%Y-%m-%d", time_format="%H:%M")
        self.widgets[0].input_type, self.widgets[1].input_type = "date", "time"


class ElectionWindowForm(Guarded, forms.ModelForm):  # type: ignore[type-arg]
    """A new window for a performance year whose rules are known."""

    past_the_law = forms.BooleanField(
        label="Allow a closing time after December 31",
        required=False,
        help_text="Check this only if CMS itself said so (42 CFR 414.1315(b)). Name its notice below, and change the "
        "closing time above.",
    )

    at_once = forms.BooleanField(
        label="Allow a closing time in the past",
        required=False,
        help_text="Check this only if elections must end now. Also set the closing time to a time that has passed. "
        "Drafts lapse within minutes, and we email everyone who has one.",
    )
    reason = forms.CharField(max_length=2_000, widget=forms.Textarea)

    class Meta:
        model = ElectionWindow
        fields = ["performance_year", "opens_at", "closes_at", "reason", "citation"]
        widgets = {name: DayAndTime() for name in ("opens_at", "closes_at")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, verb in (("opens_at", "opens"), ("closes_at", "closes")):
            if name in self.fields:  # one label would have to do for two fields
                day, time = self.fields[name].widget.widgets
                day.attrs["aria-label"], time.attrs["aria-label"] = f"Day it {verb}", f"Time it {verb}, Eastern Time"

    def clean_performance_year(self) -> int:
        year: int = self.cleaned_data["performance_year"]
        if year not in parameters.PERFORMANCE_YEARS:
            first, last = parameters.PERFORMANCE_YEARS[0], parameters.PERFORMANCE_YEARS[-1]
            raise forms.ValidationError(f"We have rules for performance years {first} to {last}. Type one of these.")
        return year

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        year, opens, closes = (given.get(name) for name in ("performance_year", "opens_at", "closes_at"))
        if not (year and opens and closes):
            return given
        if not windows.is_of_its_year(year, opens, closes):
            self.add_error("closes_at", NOT_OF_ITS_YEAR.format(year, year - 1, year))
        elif windows.closes_after_the_law(year, closes) and not given.get("past_the_law"):
            self.add_error("past_the_law", PAST_THE_LAW)
        elif closes <= clock.now() and not given.get("at_once"):
            self.add_error("at_once", OVER_ALREADY)
        return given


@admin.register(ElectionWindow)
class ElectionWindowAdmin(DataAdmin):
    """The windows that hold, and those that staff set; a new row replaces the one before, and all of them stay."""

    place = ("CMS data", 2)
    intro = "When elections for each performance year open and close, and what staff changed."
    if_empty = "Staff have set no window yet."
    form = ElectionWindowForm
    stock_pages = {"changelist", "add", "change"}
    list_display = ["performance_year", "opens_at", "closes", "reason", "citation", "set_by", "set_at"]
    list_select_related = ["set_by"]
    fields = ["performance_year", "opens_at", "closes_at", "past_the_law", "at_once", "reason", "citation"]
    change_list_template = "admin/eligibility/electionwindow/change_list.html"

    @admin.display(description="closes", ordering="closes_at")
    def closes(self, window: ElectionWindow) -> str:
        return et_closing(window.closes_at)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        told = {"title": "Election windows", "held_windows": windows.held_windows()}
        return super().changelist_view(request, told | (extra_context or {}))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the window that holds: of the year that was asked for, or of the next election."""
        asked = request.GET.get("performance_year", "")
        is_known = asked in map(str, parameters.PERFORMANCE_YEARS)
        year = int(asked) if is_known else calendar.next_known_year(clock.now())
        window = windows.window_for(year)
        return {"performance_year": year, "opens_at": window.opens, "closes_at": window.closes}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request, Role.DATA_STEWARD)

    def get_fields(self, request: HttpRequest, obj: ElectionWindow | None = None) -> Any:
        return [*self.list_display] if obj else self.fields

    def save_model(self, request: HttpRequest, obj: ElectionWindow, form: Any, change: bool) -> None:
        assert request.user.is_authenticated
        row = windows.set_window(
            obj.performance_year,
            opens=obj.opens_at,
            closes=obj.closes_at,
            reason=obj.reason,
            citation=obj.citation,
            by=request.user,
            now=clock.now(),
        )
        obj.pk = row.pk


@admin.register(Probe)
class ProbeAdmin(DataAdmin):
    """The NPIs, accounts and addresses that were over the limit on a day; which TINs they asked about is not shown."""

    title, place = "Lookups over the limit", ("CMS data", 3)
    intro = (
        "NPIs, accounts and IP addresses that were used to look up too many TINs, or too many NPIs under one TIN, in a "
        "day. We answered “Cannot tell yet”."
    )
    if_empty = "No one went over the limit yet."
    stock_pages = {"changelist"}
    list_display = ["day", "asker", "subject", "misses"]
    list_display_links = None
    list_filter = ["asker"]
    ordering = ["-day", "asker", "subject"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Probe]:
        return disclosure.over_limit()

    @admin.display(description="lookups without a match")
    def misses(self, probe: Any) -> int:
        count: int = probe.misses
        return count
