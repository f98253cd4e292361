"""Staff pages that show and never change a row: who may read them."""

import re
from copy import copy
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

from ground import clock
from ground.csv_cells import csv_file
from ground.private_numbers import stands_in_address

from .models import Role, User

LONGEST_SEARCH = 200
NOT_UNDERSTOOD = "We didn’t understand the filters in this address, so this list shows everything."


def has_role(request: HttpRequest, *roles: Role) -> bool:
    """Say whether the person holds at least one of these roles; nobody does who is not signed in."""
    return isinstance(request.user, User) and request.user.has_role(*roles)


def has_number(words: str) -> bool:
    """Say whether a search holds a number that no address may hold, a long one or a TIN in any dress."""
    return bool(re.search(r"\d{9}", words)) or stands_in_address(words)


def typed_search(request: HttpRequest) -> str:
    """Return the words that someone searches by, without NUL, which no address may hold."""
    return request.POST.get(SEARCH_VAR, "").replace("\0", "").strip()[:LONGEST_SEARCH]


class StaffList(ChangeList):
    """A list for staff, which counts the rows that words find and its filters hide."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows and, where words are searched for within filters, count what they find beside them."""
        super().get_results(request)
        self.outside = 0
        if self.query and self.get_filters_params() != self.everything:
            found, _ = self.model_admin.get_search_results(request, self.root_queryset, self.query)
            self.outside = found.order_by().values("pk").distinct().count() - self.result_count

    @property
    def address_of_all(self) -> str:
        """The address of all that the words find."""
        return f"?{urlencode(self.everything | {SEARCH_VAR: self.query}, doseq=True)}"

    @property
    def everything(self) -> dict[str, list[str]]:
        """The filters under which the list hides no row."""
        return cast(ReadOnlyAdmin, self.model_admin).everything


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[type-arg]
    """A model's pages for staff with one of the roles in `readers`; what is done there is a verb with a page.

    An administrator sees what is about people alone, where `readers` says so. The search is a form that posts: what is
    typed there may be a number that no address may hold.
    """

    readers: ClassVar[tuple[Role, ...]] = tuple(role for role in Role if role != Role.ADMINISTRATOR)
    place: ClassVar[tuple[str, int]] = ("Look up", 9)  # the group that lists it, and its rank there
    intro: ClassVar[str] = ""  # what the list has, in a sentence
    if_empty: ClassVar[str] = "Nothing here yet."
    no_numbers: ClassVar[str] = "Search by words. No row of this list has a full TIN or NPI."
    everything: ClassVar[dict[str, list[str]]] = {}  # the filters under which the list hides no row
    actions = None
    list_per_page = 50
    show_full_result_count = False

    @property
    def title(self) -> str:
        """What the list is called."""
        return str(capfirst(self.opts.verbose_name_plural))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StaffList

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request, *self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list as it is filtered, all of it where a filter is not understood; search by POST."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST" and self.search_fields:
            return self.searched(request)
        if ERROR_FLAG in request.GET:
            messages.warning(request, NOT_UNDERSTOOD)
            return redirect(request.path)
        return super().changelist_view(request, {"title": self.title} | (extra_context or {}))

    def name_of(self, row: Any) -> str:
        """Return what a row is called on its pages."""
        return str(row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one row under its own name: Django's heading says “View” and the model."""
        response: Any = super().change_view(request, object_id, form_url, extra_context)
        if row := getattr(response, "context_data", {}).get("original"):
            response.context_data |= {"title": self.name_of(row), "subtitle": None}
        return cast(HttpResponse, response)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what staff did about one row."""
        response: Any = super().history_view(request, object_id, extra_context)
        if row := getattr(response, "context_data", {}).get("object"):
            name = self.name_of(row)
            response.context_data |= {"title": f"Log of what staff did: {name}", "row_name": name}
        return cast(HttpResponse, response)

    def frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        """Return what a page of our own shows around its content, as stock pages do."""
        kept = self.get_preserved_filters(request)
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts, "preserved_filters": kept}

    def back_to(self, request: HttpRequest, page: str, *args: Any) -> HttpResponse:
        """Lead to a stock page, from which the list goes on as it was filtered."""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)
        kept: dict[str, Any] = {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}
        return redirect(add_preserved_filters(kept, address))

    def searched(self, request: HttpRequest) -> HttpResponse:
        """Lead to the list that shows what the words are part of; a number that no address may hold is left out."""
        words = typed_search(request)
        query: Any = copy(request.GET)
        for name in (SEARCH_VAR, PAGE_VAR):
            query.pop(name, None)
        if has_number(words):
            messages.warning(request, self.no_numbers)
        elif words:
            query[SEARCH_VAR] = words
        return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)


class RecordAdmin(ReadOnlyAdmin):
    """A list of what happened, for those who look into it later: searched, filtered, downloaded, never changed.

    Its columns are methods that return text, for the page and for the file alike.
    """

    stock_pages = {"changelist"}
    change_list_template = "admin/record_list.html"
    list_display_links: Any = None
    preserve_filters = False
    show_facets = admin.ShowFacets.NEVER

    @property
    def stem(self) -> str:
        """What the names of its addresses begin with."""
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def get_urls(self) -> list[URLPattern]:
        """Return the list and its file."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name=f"{self.stem}_changelist"),
            path("csv/", view(self.csv), name=f"{self.stem}_csv"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, with the way to its file."""
        told = {"csv_address": reverse(f"admin:{self.stem}_csv")}
        return super().changelist_view(request, told | (extra_context or {}))

    def csv(self, request: HttpRequest) -> HttpResponse:
        """Send the list as it is filtered, whole, as a CSV file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            messages.warning(request, NOT_UNDERSTOOD)
            return redirect(reverse(f"admin:{self.stem}_changelist"))
        columns = [str(column) for column in self.get_list_display(request)]
        head = [str(label_for_field(column, self.model, self)) for column in columns]
        rows = changelist.get_queryset(request).iterator(chunk_size=2_000)
        lines = ([getattr(self, column)(row) for column in columns] for row in rows)
        return csv_file(f"{self.title.lower().replace(' ', '-')}-{clock.today()}", head, lines)
