"""Loads at the same time, and who reads meanwhile; on connections of their own."""

import threading
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection

from eligibility.loads import determinations, runs
from eligibility.loads.report import LoadRefused
from eligibility.models import DeterminationPractice, LoadRun
from tests.conftest import PINNED
from tests.factories.load_files import clinician, practice, write
from tests.threads import at_once, beside

from .conftest import patients_shown, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_second_load_is_refused_and_the_site_reads_the_run_before(tmp_path) -> None:
    def files(number: str):
        practices = write(tmp_path / f"p{number}.csv", [practice(patients=number)])
        return practices, write(tmp_path / "c.csv", [clinician()])

    determinations.load(*files("1"), by=None, now=PINNED)
    arrived, go_on = threading.Event(), threading.Event()

    def hold(name: str, rows: int, done: int, size: int) -> None:
        arrived.set()
        assert go_on.wait(30)

    first = beside(lambda: determinations.load(*files("2"), by=None, now=PINNED, progress=hold))
    assert arrived.wait(30)
    with pytest.raises(LoadRefused, match="Another load of Determinations is running"):
        determinations.load(*files("3"), by=None, now=PINNED)
    assert (patients_shown(), statuses()) == (1, ["active", "loading"])
    go_on.set()
    assert (first.result(30).result, patients_shown()) == ("loaded", 2)
    assert statuses() == ["superseded", "active"]
    assert determinations.load(*files("3"), by=None, now=PINNED).result == "loaded"


def test_two_loads_released_together_leave_one_run_whole(tmp_path) -> None:
    files = [
        (write(tmp_path / f"p{n}.csv", [practice(patients=str(n))]), write(tmp_path / f"c{n}.csv", [clinician()]))
        for n in range(1, 5)
    ]

    def run(paths) -> str:
        try:
            return determinations.load(*paths, by=None, now=PINNED).result
        except LoadRefused:
            return "refused"

    results = at_once(*(partial(run, paths) for paths in files))
    assert len(results) == 4
    assert set(results) <= {"loaded", "refused"}
    assert LoadRun.objects.filter(status="active").count() == 1
    assert DeterminationPractice.objects.count() == min(results.count("loaded"), 2)
    assert LoadRun.objects.exclude(status__in=["active", "superseded"]).count() == 0


def test_the_lock_is_given_back_after_a_refusal(tmp_path) -> None:
    bad = write(tmp_path / "p.csv", [practice(tin="1")]), write(tmp_path / "c.csv", [clinician()])
    for _ in range(2):
        with pytest.raises(LoadRefused, match="Nothing was loaded"):
            determinations.load(*bad, by=None, now=PINNED)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database AS held_in ON held_in.oid = database"
            " WHERE locktype = 'advisory' AND objid = ANY(%s) AND datname = current_database()",
            [list(runs.LOCK.values())],
        )
        assert cursor.fetchone() == (0,)


def test_of_two_runs_put_to_use_at_once_one_is_active_and_nobody_fails(tmp_path) -> None:
    for number in "123":
        practices = write(tmp_path / f"p{number}.csv", [practice(patients=number)])
        clinicians = write(tmp_path / "c.csv", [clinician()])
        determinations.load(practices, clinicians, by=None, now=PINNED, activate=number != "3")
    before, active, staged = LoadRun.objects.order_by("pk")

    def put_to_use(run: LoadRun) -> None:
        with suppress(LoadRefused):  # its rows went with the other's success
            runs.activate(run, now=PINNED)

    for _ in range(20):
        for run, status in ((before, "superseded"), (active, "superseded"), (staged, "staged"), (active, "active")):
            LoadRun.objects.filter(pk=run.pk).update(status=status, rows_kept=True)
        at_once(partial(put_to_use, before), partial(put_to_use, staged))
        assert LoadRun.objects.filter(status="active").count() == 1
