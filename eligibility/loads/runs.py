"""The life of a load: one at a time, all of it or nothing, the run before kept to go back to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from ground import clock
from ground.sql import hold_lock

from ..models import DeterminationPractice, LoadKind, LoadRun
from .files import SourceFile
from .report import LoadFileUnreadable, LoadRefused, Report

LOCK = {LoadKind.DETERMINATIONS: 414_1315_1, LoadKind.NPPES: 414_1315_2}  # pg_advisory_lock; any fixed numbers
HELD = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND (classid, objid, objsubid) = (0, %s, 1)
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""
ACTIVATION_LOCK = 414_1315_3  # of whatever changes which runs are staged and active
INTERRUPTED = "The load was interrupted before its end. Nothing changed. Load the files again."
Status = LoadRun.Status


class Loaded(NamedTuple):
    """What a load came to: `unchanged` where these very files are loaded already."""

    run: LoadRun
    result: Literal["loaded", "activated", "unchanged"]


@contextmanager
def only_load(kind: LoadKind) -> Iterator[None]:
    """Hold the lock of all loads of this kind; raise LoadRefused where another one holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK[kind]])
        if not cursor.fetchone()[0]:
            raise LoadRefused(f"Another load of {kind.label} is running. Nothing changed. Load again when it is over.")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK[kind]])


def is_loading(kind: LoadKind) -> bool:
    """Say whether a load of this kind is running: a killed one holds the lock no longer, and has changed nothing."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [LOCK[kind]])
        return bool(cursor.fetchone()[0])


def loaded_before(kind: LoadKind, files: list[dict[str, Any]]) -> LoadRun | None:
    """Return the active or staged run of these very files, the active one first."""
    same: dict[str, Any] = {f"files__{place}__sha256": file["sha256"] for place, file in enumerate(files)}
    runs = LoadRun.objects.filter(kind=kind, status__in=(Status.ACTIVE, Status.STAGED), **same)
    return runs.order_by("status", "-pk").first()


def begin(kind: LoadKind, files: list[dict[str, Any]], *, by: User | None, started_by: str, now: datetime) -> LoadRun:
    """Return the run to load into, under the lock of its kind: one that still says it is loading was interrupted.

    An uploaded one is left alone, for the worker takes it up again.
    """
    LoadRun.objects.filter(kind=kind, status=Status.LOADING, upload__isnull=True).update(
        status=Status.FAILED, finished_at=now, error_count=1, errors=[_whole(INTERRUPTED)]
    )
    return LoadRun.objects.create(
        kind=kind, files=files, by=by, started_by=started_by or (by.email if by else ""), started_at=now
    )


def load_files(
    kind: LoadKind,
    paths: Sequence[str | Path],
    load_into: Callable[[LoadRun, list[SourceFile]], None],
    *,
    by: User | None,
    started_by: str,
    now: datetime,
    activating: bool = True,
) -> Loaded:
    """Load files into a new run, unless they are loaded already; raise LoadRefused."""
    try:
        with ExitStack() as stack:
            files = [stack.enter_context(SourceFile(path, zipped=kind == LoadKind.NPPES)) for path in paths]
            stack.enter_context(only_load(kind))
            fingerprints = [file.fingerprint() for file in files]
            if same := loaded_before(kind, fingerprints):
                if same.status == Status.ACTIVE or not activating:
                    return Loaded(same, "unchanged")
                return Loaded(activate(same, now=now), "activated")
            run = begin(kind, fingerprints, by=by, started_by=started_by, now=now)
            load_into(run, files)
    except LoadFileUnreadable as problem:
        raise LoadRefused(str(problem)) from None
    forget_rows()
    return Loaded(run, "loaded")


@contextmanager
def all_or_nothing(run: LoadRun, report: Report) -> Iterator[None]:
    """Undo everything within unless all of it succeeds and the report is empty.

    A run that was refused or interrupted is kept, with its problems; of refusal LoadRefused is raised. Where the
    database itself went away the run still says that it is loading.
    """
    try:
        with transaction.atomic():
            yield
            if report.count:
                raise _Refused
            run.finished_at = clock.now()
            run.save(update_fields=["performance_year", "status", "counts", "finished_at", "activated_at", "rows_kept"])
    except _Refused:
        _keep_refused(run, report.count, report.first(), report.counted())
        problems = "1 problem" if report.count == 1 else f"{report.count:,} problems"
        raise LoadRefused(f"Nothing was loaded and nothing changed: {problems} in the files.", run) from None
    except BaseException:
        if connection.connection is not None and not connection.connection.closed:
            refuse(run, INTERRUPTED)
        raise


def refuse(run: LoadRun, sentence: str) -> None:
    """Keep a run as one of which nothing was loaded, for this one reason."""
    _keep_refused(run, 1, [_whole(sentence)], [])


class _Refused(Exception):
    """The report is not empty."""


@contextmanager
def problems_of(file: SourceFile, report: Report) -> Iterator[None]:
    """Turn what makes a file unreadable into a problem of the report, and stop there."""
    try:
        yield
    except LoadFileUnreadable as problem:
        report.add(file.name, problem.line, problem.column, str(problem))
        raise _Refused from None


def may_be_activated(run: LoadRun) -> bool:
    """Say whether a run can be made active: a staged one, or the one before the active one."""
    return run.rows_kept and run.status in (Status.STAGED, Status.SUPERSEDED)


def put_to_use(run: LoadRun, *, now: datetime) -> None:
    """Make a complete run the active one of its kind and year; the one before is kept, older ones lose their rows.

    Within the caller's transaction. `run` may be the one just loaded, a staged one, or one to go back to.
    """
    hold_lock(ACTIVATION_LOCK)
    others = LoadRun.objects.filter(kind=run.kind, performance_year=run.performance_year).exclude(pk=run.pk)
    others.filter(status=Status.ACTIVE).update(status=Status.SUPERSEDED)
    run.status, run.activated_at = Status.ACTIVE, now
    run.save(update_fields=["status", "performance_year", "activated_at"])
    superseded = others.filter(status=Status.SUPERSEDED, rows_kept=True).order_by("-activated_at", "-pk")
    LoadRun.objects.filter(pk__in=[old.pk for old in superseded[1:]]).update(rows_kept=False)


def stage(run: LoadRun) -> None:
    """Keep a complete run for later; what was staged for the same year before it loses its rows."""
    hold_lock(ACTIVATION_LOCK)
    staged = LoadRun.objects.filter(kind=run.kind, performance_year=run.performance_year, status=Status.STAGED)
    staged.exclude(pk=run.pk).update(status=Status.SUPERSEDED, rows_kept=False)
    run.status = Status.STAGED


def activate(run: LoadRun, *, now: datetime) -> LoadRun:
    """Make a staged run the active one, or go back to the run before; raise LoadRefused for any other."""
    with transaction.atomic():
        hold_lock(ACTIVATION_LOCK)
        run = LoadRun.objects.select_for_update().get(pk=run.pk)
        if not may_be_activated(run):
            raise LoadRefused("You can activate only a staged run or the previously active run.", run)
        put_to_use(run, now=now)
    return run


def forget_rows() -> None:
    """Delete the rows of determinations to which nobody can go back; their runs stay, as history.

    Apart from what made them so: over a million rows take longer than a page may.
    """
    of_run = DeterminationPractice.objects.filter(run=OuterRef("pk"))
    for run in LoadRun.objects.filter(Exists(of_run), rows_kept=False):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM eligibility_determinationclinician c USING eligibility_determinationpractice p"
                " WHERE c.practice_id = p.id AND p.run_id = %s",
                [run.pk],
            )
            cursor.execute("DELETE FROM eligibility_determinationpractice WHERE run_id = %s", [run.pk])


def _keep_refused(run: LoadRun, count: int, first: list[dict[str, Any]], counted: list[dict[str, Any]]) -> None:
    run.status, run.finished_at, run.counts = Status.FAILED, clock.now(), {}
    run.activated_at, run.rows_kept = None, False
    run.error_count, run.errors, run.error_counts = count, first, counted
    run.save()


def _whole(sentence: str) -> dict[str, Any]:
    return {"file": None, "line": None, "column": None, "problem": sentence}
