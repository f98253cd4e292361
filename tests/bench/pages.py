"""What people wait for, with the country's data loaded: a large ledger, the sandbox page."""

import gc
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from elections.content import PracticeEntry
from elections.readiness import Audience, judge
from elections.sandbox import store as sandbox_store
from ground import clock, links
from launcher import gunicorn_conf
from tests.factories.people import signed_in
from tests.factories.practices import FictionalPractice
from tests.proof import crowd

from . import groups
from .measuring import Row, median_seconds

LEDGER_LIMIT = 3.0
MOST_QUERIES = 6
ELECTION_PRACTICES = 20
TASKS_SHOWN = 5
PAGE_LIMIT = 2.5
FINDINGS_SHOWN = 3 * 9 + 3  # of three practices and of the whole
ROWS = Template("<table>{% for row in rows %}<tr><td>{{ row }}</td><td>{{ row }}</td></tr>{% endfor %}</table>")


def measure() -> Iterator[Row]:
    """Judge a group of 100 practices, open the sandbox with three and an election with twenty."""
    gc.collect()
    gc.freeze()  # what the benchmarks before left is no load of these
    gc.set_threshold(gunicorn_conf.GARBAGE)  # as where the site is served
    listed = groups.practices(100)
    entries = [_entry(made) for made in listed]
    yield _ledger(entries)
    yield _sandbox_page([_entry(made) for made in groups.practices(3, **groups.EXCEEDING)])  # no opt-in is asked about
    yield _election_page(groups.practices(ELECTION_PRACTICES, **groups.EXCEEDING))


def _entry(made: FictionalPractice) -> PracticeEntry:
    return sandbox_store.entry_of(made.name, made.kind, made.tin, made.npis)


def _ledger(entries: list[PracticeEntry]) -> Row:
    snapshot = sandbox_store.snapshot_of(entries, 2027)

    def ledger() -> object:
        return judge(snapshot, election_id=None, at=clock.now(), by=Audience.CMS)

    found = judge(snapshot, election_id=None, at=clock.now(), by=Audience.CMS)
    if any(practice.data is None for practice in found.proposal.practices):
        raise RuntimeError("A practice of the ledger has no CMS data.")
    statements = _statements(ledger)
    if len(statements) > MOST_QUERIES:
        raise RuntimeError(f"The ledger took {len(statements)} queries; {MOST_QUERIES} are allowed.")
    taken, baseline = median_seconds(ledger, lambda: _run(statements))
    return Row("ledger_100", "the bare SQL that fetches its facts", taken, baseline, len(entries), limit=LEDGER_LIMIT)


def _sandbox_page(entries: list[PracticeEntry]) -> Row:
    token = links.new_token()
    for entry in entries:
        sandbox_store.put(token, None, entry, now=clock.now())
    client = Client()
    client.cookies[sandbox_store.COOKIE] = token
    return _page("page_sandbox", client, "/check/", FINDINGS_SHOWN, "finding__word", of=len(entries))


def _election_page(listed: list[FictionalPractice]) -> Row:
    """Open a draft's first page; the bare page is for somebody signed in too."""
    someone = crowd.people(1)[0]
    [election] = crowd.drafts([(someone.user, listed)])
    client = signed_in(someone.user)
    address = reverse("election", args=[election.pk])
    return _page("page_election", client, address, TASKS_SHOWN, "tasks__name", of=len(listed), limit=PAGE_LIMIT)


def _page(name: str, client: Client, address: str, rows: int, mark: str, *, of: int, limit: float | None = None) -> Row:
    """Time a page that shows so many rows, each with this mark, against a bare one."""
    shown = client.get(address)
    if shown.content.decode().count(mark) != rows:
        raise RuntimeError(f"{address} does not show its rows: {shown}")
    with override_settings(ROOT_URLCONF=_bare_page([], rows)):
        own = _statements(lambda: client.get("/bare"))  # of the middleware: who is signed in
    more = [statement for statement in _statements(lambda: client.get(address)) if statement not in own]
    with override_settings(ROOT_URLCONF=_bare_page(more, rows)):
        taken, baseline = median_seconds(lambda: client.get(address), lambda: client.get("/bare"))
    return Row(name, "a bare page of the same SQL and rows", taken, baseline, of, limit=limit)


def _statements(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured.captured_queries]


def _run(statements: Sequence[str]) -> list[Any]:
    """Run the SQL and fetch all rows."""
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            rows += cursor.fetchall()
    return rows


class _Urls:
    """The addresses of the site, and of one page more."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponse]) -> None:
        self.urlpatterns = [path("bare", view), *import_module("config.urls").urlpatterns]


def _bare_page(statements: Sequence[str], rows: int) -> Any:
    @login_not_required
    def bare(request: HttpRequest) -> HttpResponse:
        bool(request.user.is_authenticated)
        _run(statements)
        return HttpResponse(ROWS.render(Context({"rows": range(rows)})))

    return _Urls(bare)
