"""A worker killed (-9) at twenty moments of a load, and the database once: the old run whole, or the new one whole.

Somebody reads throughout, and never sees half a run.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.test import Client

from eligibility.data import cms_data
from eligibility.loads import jobs as loads
from eligibility.loads import runs
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadRun
from tests.bench.files import CLINICIAN_COLUMNS, PRACTICE_COLUMNS
from tests.conftest import PINNED
from tests.factories.load_files import listed
from tests.factories.numbers import npi
from tests.factories.people import StewardFactory, signed_in
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof, pytest.mark.alone]

KILLS, MOST_LOADS = 20, 60
PRACTICES, EACH = 6_000, 3
READ = [listed("EIN", str(960_000_000 + number), [npi(EACH * number)]) for number in range(0, PRACTICES, 60)]


def files_of(version: int) -> dict[str, SimpleUploadedFile]:
    """A load in which every practice and clinician has so many patients."""
    practices, clinicians = [PRACTICE_COLUMNS], [CLINICIAN_COLUMNS]
    for number in range(PRACTICES):
        start = f"2027,{960_000_000 + number},EIN,"
        practices.append(f"{start}Practice {number},90000.50,{version},300")
        for place in range(EACH):
            rest = f"Last,First,physician,N,none,30000,{version},100,N,N,N,N"
            clinicians.append(f"{start}{npi(EACH * number + place)},{rest}")
    return {
        name: SimpleUploadedFile(f"{name}.csv", "\n".join(lines).encode() + b"\n")
        for name, lines in (("practices", practices), ("clinicians", clinicians))
    }


def send(client: Client, version: int) -> LoadRun:
    assert client.post("/staff/eligibility/loadrun/upload/determinations/", files_of(version)).status_code == 302
    return LoadRun.objects.latest("pk")


def status(run: LoadRun) -> str:
    return LoadRun.objects.values_list("status", flat=True).get(pk=run.pk)


def is_taken(run: LoadRun) -> bool:
    return status(run) != "waiting"


def assert_whole() -> None:
    """Every run that has rows has all of them, also one whose rows are to be forgotten, and one is active."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # the worker goes on meanwhile
        practices = Counter(DeterminationPractice.objects.values_list("run", flat=True))
        clinicians = Counter(DeterminationClinician.objects.values_list("practice__run", flat=True))
        kept = set(LoadRun.objects.filter(rows_kept=True).values_list("pk", flat=True))
        active = LoadRun.objects.filter(status="active").count()
    assert practices == dict.fromkeys(practices, PRACTICES)
    assert clinicians == dict.fromkeys(practices, PRACTICES * EACH)
    assert kept <= set(practices)
    assert active == 1


class Reader(threading.Thread):
    """Reads the same practices over and over, on a connection of its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over, self.down = threading.Event(), threading.Event()
        self.seen: Counter[tuple[int | None, ...]] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            try:
                found = {data.patients if data else None for data in cms_data.practice_data(2027, READ)}
                self.seen[tuple(found)] += 1
            except DatabaseError as error:
                if not self.down.is_set():
                    self.failures.append(type(error).__name__)
                connection.close()
                time.sleep(0.1)
        connection.close()


@contextmanager
def reading():
    reader = Reader()
    reader.start()
    try:
        yield reader
    finally:
        reader.over.set()
        reader.join(30)


@pytest.fixture
def steward(db, settings) -> Client:
    settings.STAFF_SECOND_FACTOR = False
    return signed_in(StewardFactory())


def finish(run: LoadRun) -> None:
    """Have what a killed worker left done again, as beat does every half minute, and put it to use."""
    loads.sweep()
    wait_until(lambda: status(run) not in loads.UNFINISHED, seconds=120)
    assert status(run) == "staged"
    runs.activate(LoadRun.objects.get(pk=run.pk), now=PINNED)


def commit_durably() -> None:
    """Have the server write what is committed, as in production; the tests' own puts that off, for speed."""
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit TO on')
    connection.close()


@pytest.mark.parametrize("broker", ["files"], indirect=True)
def test_always_one_run_whole(jobs, steward, say):
    commit_durably()
    chance = random.Random(414_1315)
    jobs.start()
    for version in (1, 2):  # the first loads what the worker imports, so the second says how long a load takes
        run = send(steward, version)
        wait_until(lambda: status(LoadRun.objects.latest("pk")) == "staged", seconds=120)
        runs.activate(LoadRun.objects.get(pk=run.pk), now=PINNED)
    run.refresh_from_db()
    assert run.finished_at
    took = (run.finished_at - run.started_at).total_seconds()
    killed_within = 0
    with reading() as reader:
        while killed_within < KILLS:
            version += 1
            assert version <= MOST_LOADS, "killed too late too often to prove anything"
            run = send(steward, version)
            wait_until(partial(is_taken, run), seconds=120)
            time.sleep(chance.uniform(0, took))
            jobs.kill()
            killed_within += status(run) == "loading"
            assert_whole()
            jobs.start()
            finish(run)
            assert_whole()
        before = LoadRun.objects.get(status="active")
        run = send(steward, version + 1)
        wait_until(lambda: status(run) == "loading", seconds=120)
        reader.down.set()
        kill_the_database()
        reader.down.clear()
        assert LoadRun.objects.get(status="active") == before
        assert_whole()
        finish(run)
        assert_whole()
    assert reader.failures == []
    versions = set(reader.seen)
    assert all(len(version) == 1 for version in versions), "half a run was seen"
    assert {seen for [seen] in versions} <= set(range(2, version + 2))
    say(
        f"{version - 2} kills, {KILLS} of them within the load ({took:.1f} s), the database once;"
        f" {sum(reader.seen.values())} reads of {len(READ)} practices saw {len(versions)} runs, each whole"
    )


def copying() -> list[int]:
    """Return the database's processes that copy a load's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY eligibility_%%' AND state = 'active'")
        return [pid for [pid] in cursor.fetchall()]


def kill_the_database() -> None:
    """Kill the process that serves the load (-9): the server drops all connections and recovers from its log."""
    wait_until(copying)  # a load is one for a moment before it copies
    pids = copying()
    if not pids:
        pytest.fail("the load was over before the database was killed")
    os.kill(pids[0], signal.SIGKILL)
    time.sleep(0.5)
    wait_until(answers, seconds=60)


def answers() -> bool:
    try:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return False
    return True
