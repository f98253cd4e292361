"""The admin site for CMS staff: a role, and a second factor, or nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR
from itertools import groupby
from typing import Any, ClassVar
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.views import logout
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import slugify

from .models import Role
from .staff_pages import RecordAdmin, has_role

METHODS = ("GET", "HEAD", "POST")  # a view would take any other for a GET
GROUPS = ("Review", "Look up", "Audit", "CMS data", "People")  # of all lists, in this order
STOCK_PAGES = {"changelist", "add", "history", "delete", "change"}
NEEDED_PAGES = {"changelist", "change"}  # a model's admin that needs others names all of its own in `stock_pages`


def used_second_factor(request: HttpRequest) -> bool:
    """Say whether the person proved a second factor in this session, and still has it."""
    if not request.user.is_authenticated:
        return False
    used = [record["id"] for record in get_authentication_records(request, request.user) if record["method"] == "mfa"]
    return bool(used) and Authenticator.objects.filter(user=request.user, pk__in=used).exists()


class OfferedFilters:
    """Put before a model's admin: its list takes no filter but those it offers.

    Django's own takes a lookup on any column of the model, shown or not: with `?body__contains=` one could read a link
    that signs its reader in letter by letter, and with `?password__startswith=` a password's hash.
    """

    def get_changelist_instance(self: Any, request: HttpRequest) -> Any:
        """Return the list. Raises IncorrectLookupParameters also for a year that has no day after it or before it."""
        with suppress(ValueError):  # Django itself refuses what is not a number
            if not MINYEAR < int(request.GET.get(f"{self.date_hierarchy}__year", "")) < MAXYEAR:
                raise IncorrectLookupParameters
        return super().get_changelist_instance(request)  # type: ignore[misc]  # the admin it is put before

    def lookup_allowed(self: Any, lookup: str, value: str, request: HttpRequest) -> bool:
        """Say whether the list may be filtered so."""
        offered = [name if isinstance(name, str) else name.parameter_name for name in self.get_list_filter(request)]
        if self.date_hierarchy and lookup in [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]:
            return True
        return any(lookup in (name, f"{name}__exact", f"{name}__isnull") for name in offered)


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page that is no model's own, as apps above add it: its address, and its place among the lists.

    `title` is how the lists call it; empty for an address that they do not lead to, such as that of a file.
    """

    name: str
    route: str
    view: Callable[..., HttpResponseBase]
    app_label: str = ""
    title: str = ""
    readers: tuple[Role, ...] = ()
    place: tuple[str, int] = ("Look up", 9)
    intro: str = ""

    def as_listed(self) -> dict[str, Any]:
        """Return its line among the lists, in the form that the admin's templates read."""
        address = reverse(f"admin:{self.name}")
        named = {"name": self.title, "object_name": self.name, "admin_url": address}
        return named | {"add_url": None, "view_only": True, "place": self.place, "intro": self.intro}


def pages_of(records: RecordAdmin, app_label: str) -> tuple[StaffPage, StaffPage]:
    """Return the pages of records that are no model's own list: the list, and its file."""
    route = f"{records.stem.replace('_', '/', 1)}/"
    listed = (records.title, records.readers, records.place, records.intro)
    return (
        StaffPage(f"{records.stem}_changelist", route, records.changelist_view, app_label, *listed),
        StaffPage(f"{records.stem}_csv", f"{route}csv/", records.csv),
    )


class StaffSite(AdminSite):
    """Django's admin, closed to everyone without a staff role and, where that is set, a second factor."""

    site_header = site_title = "Virtual Group Elections: CMS staff"
    index_title = "Work"
    panels: ClassVar[list[Callable[[HttpRequest], str]]] = []  # what apps above show first of what waits for a person
    pages: ClassVar[list[StaffPage]] = []

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what waits for the person, and then all lists."""
        return super().index(request, {"panels": [panel(request) for panel in self.panels]} | (extra_context or {}))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the lists of one app; nothing leads there, as lists are grouped by what they are for."""
        return super().app_index(request, app_label, {"title": "Lists"} | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the lists and pages that the person may read, grouped by what they are for.

        `app_label` keeps those of one app. Each group has the form of an app, as the admin's templates read it.
        """
        lists = [listed for app in super().get_app_list(request, app_label) for listed in app["models"]]
        for listed in lists:
            model_admin: Any = self._registry[listed["model"]]
            listed |= {"name": model_admin.title, "place": model_admin.place, "intro": model_admin.intro}
        pages = [page for page in self.pages if page.title and app_label in (None, page.app_label)]
        lists += [page.as_listed() for page in pages if has_role(request, *page.readers)]
        lists.sort(key=lambda listed: (GROUPS.index(listed["place"][0]), listed["place"][1]))
        return [
            {"name": name, "app_label": slugify(name), "models": list(models)}
            for name, models in groupby(lists, key=lambda listed: listed["place"][0])
        ]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register a model's pages, whose list offers what it can be filtered by, and nothing else."""
        admin_class = admin_class or ModelAdmin
        closed = type(admin_class.__name__, (OfferedFilters, admin_class), {"__module__": admin_class.__module__})
        super().register(model_or_iterable, closed, **options)

    def get_urls(self) -> list[Any]:
        """Return the admin's addresses without the stock pages that nobody here needs: each would be one more door."""
        urls = [url for url in super().get_urls() if getattr(url, "name", "") not in ("autocomplete", "view_on_site")]
        for model in (url for url in urls if isinstance(url, URLResolver)):
            model.url_patterns[:] = [
                page for page in model.url_patterns if getattr(page, "name", "") not in self._unneeded()
            ]
        return [*(path(page.route, self.admin_view(page.view), name=page.name) for page in self.pages), *urls]

    def _unneeded(self) -> set[str | None]:
        """Return the names of the stock pages that models do without; None is that of an old form of address."""
        names: set[str | None] = {None}
        for model, model_admin in self._registry.items():
            stem = f"{model._meta.app_label}_{model._meta.model_name}"
            names |= {f"{stem}_{page}" for page in STOCK_PAGES - getattr(model_admin, "stock_pages", NEEDED_PAGES)}
        return names

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may open staff pages, in this session."""
        if not (request.user.is_authenticated and request.user.is_staff):
            return False
        return not settings.STAFF_SECOND_FACTOR or used_second_factor(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Return the view behind the door: sign-in for nobody, 403 for a stranger, help with the second factor."""
        inner = super().admin_view(view, cacheable)

        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                return self.login(request)
            return inner(request, *args, **kwargs) if request.method in METHODS else HttpResponseNotAllowed(METHODS)

        door.__dict__.update(inner.__dict__)
        return door

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send a person who may not pass to the page that helps, and from there back to where they wanted to go."""
        wanted = request.GET.get("next") or request.get_full_path()
        if wanted.startswith(reverse("admin:login")):
            wanted = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not request.user.is_staff:
            raise PermissionDenied("These pages are for CMS staff.")
        if self.has_permission(request):
            return redirect("admin:index")
        return HttpResponseRedirect(f"{reverse('staff_second_factor')}?{urlencode({'next': wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out as everywhere else."""
        return logout(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send the person to the one page that changes passwords."""
        return redirect("account_change_password")

    password_change_done = password_change
