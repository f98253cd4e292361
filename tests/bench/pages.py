"""What people wait for, with the country's data loaded: a large ledger, the sandbox page."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from accounts import clock
from elections import sandbox
from elections.readiness import Asker, judge
from elections.snapshots import PracticeEntry
from eligibility.models import DeterminationClinician, LoadRun

from .measuring import Row, median_seconds

LEDGER_LIMIT = 3.0
MOST_QUERIES = 6
FINDINGS_SHOWN = 3 * 9 + 3  # of three practices and of the whole
ROWS = Template("<table>{% for row in rows %}<tr><td>{{ row }}</td><td>{{ row }}</td></tr>{% endfor %}</table>")


def measure() -> Iterator[Row]:
    """Judge a group of 100 practices, and open the sandbox with three."""
    gc.collect()
    gc.freeze()  # what the benchmarks before left is no load of these
    entries = _entries(100)
    yield _ledger(entries)
    yield _page(entries[:3])


def _entries(count: int) -> list[PracticeEntry]:
    """Return practices that CMS data show, as somebody would have typed them."""
    run = LoadRun.objects.get(kind=LoadRun.Kind.DETERMINATIONS, status=LoadRun.Status.ACTIVE)
    rows = run.practices.filter(tin_kind="EIN").order_by("pk")[:count]
    npis: dict[int, list[str]] = {row.pk: [] for row in rows}
    for clinician in DeterminationClinician.objects.filter(practice__in=list(npis)).order_by("npi"):
        npis[clinician.practice_id].append(clinician.npi)
    return [
        sandbox.entry_of(row.name, "EIN", str(100_000_000 + int(row.name.rpartition(" ")[2])), npis[row.pk])
        for row in rows
    ]


def _ledger(entries: list[PracticeEntry]) -> Row:
    snapshot = sandbox.snapshot_of(entries, 2027)

    def ledger() -> object:
        return judge(snapshot, election_id=None, at=clock.now(), by=Asker.CMS)

    found = judge(snapshot, election_id=None, at=clock.now(), by=Asker.CMS)
    if any(practice.data is None for practice in found.proposal.practices):
        raise RuntimeError("A practice of the ledger has no CMS data.")
    bare, count = _bare(ledger)
    if count > MOST_QUERIES:
        raise RuntimeError(f"The ledger took {count} queries; {MOST_QUERIES} are allowed.")
    taken, baseline = median_seconds(ledger), median_seconds(bare)
    return Row("ledger_100", "the bare SQL that fetches its facts", taken, baseline, len(entries), limit=LEDGER_LIMIT)


def _page(entries: list[PracticeEntry]) -> Row:
    token = sandbox.new_token()
    for entry in entries:
        sandbox.put(token, None, entry, now=clock.now())
    client = Client()
    client.cookies[sandbox.COOKIE] = token
    if client.get("/check/").content.decode().count("finding__word") != FINDINGS_SHOWN:
        raise RuntimeError("The sandbox does not show its practices.")
    queries, _ = _bare(lambda: client.get("/check/"))
    bare_page = _bare_page(queries, FINDINGS_SHOWN)
    with override_settings(ROOT_URLCONF=bare_page):
        baseline = median_seconds(lambda: client.get("/bare"))
    taken = median_seconds(lambda: client.get("/check/"))
    return Row("page_sandbox", "a bare page of the same SQL and rows", taken, baseline, len(entries))


def _bare(act: Callable[[], object]) -> tuple[Callable[[], list[Any]], int]:
    """Return what runs the SQL of a call and fetches all rows, and how many statements that is."""
    with CaptureQueriesContext(connection) as captured:
        act()
    statements = [query["sql"] for query in captured.captured_queries]

    def run() -> list[Any]:
        rows: list[Any] = []
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                rows += cursor.fetchall()
        return rows

    return run, len(statements)


class _Urls:
    """The addresses of a site of one page."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponse]) -> None:
        self.urlpatterns = [path("bare", view)]


def _bare_page(queries: Callable[[], list[Any]], rows: int) -> Any:
    @login_not_required
    def bare(request: HttpRequest) -> HttpResponse:
        queries()
        return HttpResponse(ROWS.render(Context({"rows": range(rows)})))

    return _Urls(bare)
