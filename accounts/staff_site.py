"""The admin site for CMS staff: a role, and a second factor, or nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR
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

from .models import Role
from .staff_pages import has_role

METHODS = ("GET", "HEAD", "POST")  # a view would take any other for a GET
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
    """A page that is no model's own, as apps above add it: its address, and its place among the lists of an app.

    `title` is how the lists call it; empty for an address that they do not lead to, such as that of a file.
    """

    name: str
    route: str
    view: Callable[..., HttpResponseBase]
    app_label: str = ""
    title: str = ""
    readers: tuple[Role, ...] = ()

    def as_listed(self) -> dict[str, Any]:
        """Return its line among the models of an app, in the form that the admin's templates read."""
        seen = {"add": False, "change": False, "delete": False, "view": True}
        address = reverse(f"admin:{self.name}")
        named = {"name": self.title, "object_name": self.name, "admin_url": address}
        return named | {"add_url": None, "view_only": True, "perms": seen}


class StaffSite(AdminSite):
    """Django's admin, closed to everyone without a staff role and, where that is set, a second factor."""

    site_header = site_title = "Virtual Group Elections: CMS staff"
    index_title = "Work"
    panels: ClassVar[list[Callable[[HttpRequest], str]]] = []  # what apps above show first of what waits for a person
    pages: ClassVar[list[StaffPage]] = []

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what waits for the person, and then all lists."""
        return super().index(request, {"panels": [panel(request) for panel in self.panels]} | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the lists of each app and, among them, the pages that the person may read."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            listed = [page for page in self.pages if page.title and page.app_label == app["app_label"]]
            app["models"] += [page.as_listed() for page in listed if has_role(request, *page.readers)]
            app["models"].sort(key=lambda model: model["name"])
        return apps

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
