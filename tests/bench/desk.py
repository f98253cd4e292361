"""The desk with a year of 1,000 elections and 8,000 members: the queue, and the dashboard."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db import connection
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path

from accounts.models import Role
from elections.models import Election, Member
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.many import Copy, copies_of
from tests.factories.people import UserFactory, signed_in
from tests.proof import crowd

from . import groups
from .measuring import Row, median_seconds

COUNT, PRACTICES = 1_000, 8
LIMIT, TIMES = 3.0, 25
AGAINST = "a bare admin list of the same rows"
QUEUE, DASHBOARD, BARE = "/staff/elections/election/?status=open", "/staff/dashboard/", "/bare/elections/election/"
PER_PAGE = 50
STATUSES = [*["submitted"] * 7, *["in_review"] * 3, *["approved"] * 7, *["rejected"] * 2, "withdrawn"]  # of 20


class BareAdmin(ModelAdmin):  # type: ignore[type-arg]
    """As little as a list of elections can be."""

    change_list_template = "admin/change_list.html"
    list_display = (
        *("virtual_group", "performance_year", "status", "changed_at"),
        *("representative_name", "representative_email", "reviewer"),
    )
    list_select_related = ("virtual_group", "reviewer")
    list_per_page = PER_PAGE
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def measure() -> Iterator[Row]:
    """Time both pages against the bare list, by turns; what was made for it is gone afterwards."""
    _year()
    client = signed_in(UserFactory(email="desk@cms.example", name="Alex Desk", roles=[Role.REVIEWER]))
    with override_settings(STAFF_SECOND_FACTOR=False, ROOT_URLCONF=_with_bare_list()):
        for name, address, mark in (("queue_1000", QUEUE, "field-election"), ("dashboard_1000", DASHBOARD, "<svg")):
            yield _row(name, client, address, mark)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE elections_election CASCADE")


def _row(name: str, client: Client, address: str, mark: str) -> Row:
    if mark not in client.get(address).content.decode():
        raise RuntimeError(f"{address} does not show what it should.")
    if client.get(BARE).content.decode().count("field-performance_year") != PER_PAGE:
        raise RuntimeError("The bare list does not show its rows.")
    taken, baseline = median_seconds(lambda: client.get(address), lambda: client.get(BARE), times=TIMES)
    return Row(name, AGAINST, taken, baseline, COUNT, limit=LIMIT)


def _year() -> None:
    """Make the year: half needs a decision, a tenth was rejected, some are contested."""
    now, [someone] = clock.now(), crowd.people(1, called="desk")
    practices = groups.practices(PRACTICES, **groups.EXCEEDING)
    pattern = ElectionFactory(by=someone.user, practices=practices, name="Group 0", state="submitted")
    reviewers = [UserFactory(email=f"desk{n}@cms.example", roles=[Role.REVIEWER], password=None) for n in range(10)]
    copies = [
        Copy(
            received_at=now - timedelta(days=number % 40, hours=number % 24),
            status=STATUSES[number % len(STATUSES)],
            reviewer=None if STATUSES[number % len(STATUSES)] == "submitted" else reviewers[number % len(reviewers)],
            waited=timedelta(days=number % 14),
            not_met=("practice-size",) if STATUSES[number % len(STATUSES)] == "rejected" or number % 9 == 0 else (),
        )
        for number in range(COUNT - 1)
    ]
    copies_of(pattern, copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    listed = Election.objects.exclude(last_submission=None)
    if (listed.count(), Member.objects.filter(election__in=listed).count()) != (COUNT, COUNT * PRACTICES):
        raise RuntimeError("The year is not as large as it should be.")


class _Urls:
    """The addresses of the site, and of a bare admin beside it."""

    def __init__(self, bare: AdminSite) -> None:
        self.urlpatterns = [path("bare/", bare.urls), *import_module("config.urls").urlpatterns]


def _with_bare_list() -> Any:
    bare = AdminSite(name="bare")
    bare.register(Election, BareAdmin)
    return _Urls(bare)
