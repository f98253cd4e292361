"""Uploaded loads, carried out by the worker: each ends finished, or as if it had never begun.

The row says that it waits or is loading, and the folder holds its files. A worker that dies rolls its transaction back
and lets go of the lock of all loads of that kind; the next sweep has the load done again, from the same files.
"""

import json
import shutil
import uuid
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from accounts.models import User
from ground import clock
from notices.nudge import nudge

from ..data.cms_data import active_run
from ..models import LoadKind, LoadRun
from . import determinations, nppes, runs
from .differences import compared
from .files import Progress, SourceFile
from .pace import paced
from .report import LoadFileUnreadable, LoadRefused
from .tins import Hashed

TASK = "eligibility.load"
MOST_ATTEMPTS = 3
STOPPED_EACH_TIME = "The server was stopped 3 times during this load. Nothing changed. Upload the files again."
LOADED_ALREADY = "Run {pk} already loaded these files. Nothing changed."
FORGOTTEN_AFTER = timedelta(days=1)  # a folder that no run knows: of an upload that was broken off
FILES = {  # the files of each kind, in the order of LoadRun.files
    LoadKind.DETERMINATIONS: ("practices", "clinicians"),
    LoadKind.NPPES: ("nppes",),
}
Status = LoadRun.Status
UNFINISHED = (Status.WAITING, Status.LOADING)

logger = structlog.get_logger(__name__)


def folder_of(upload: uuid.UUID) -> Path:
    """Return the folder of an upload's files."""
    return Path(settings.MEDIA_ROOT) / "loads" / str(upload)


def ask(kind: LoadKind, upload: uuid.UUID, files: list[dict[str, Any]], *, by: User, now: datetime) -> LoadRun:
    """Have the worker load the files in the upload's folder; return the run by which they are loaded already, if so."""
    if same := runs.loaded_before(kind, files):
        return same
    run = LoadRun.objects.create(
        kind=kind, status=Status.WAITING, upload=upload, files=files, by=by, started_by=by.email, started_at=now
    )
    nudge(TASK, run.pk)
    return run


def carry_out(run_id: int, *, now: datetime) -> None:
    """Load what was uploaded, and whatever else of its kind waits, in the order in which it was sent.

    Where another load of the kind is running, that one goes on with it.
    """
    kind = LoadKind(LoadRun.objects.values_list("kind", flat=True).get(pk=run_id))
    with suppress(LoadRefused), runs.only_load(kind):  # refused: another is running
        while run := _take_next(kind):
            _load(run, now)
    _forget_folders()


def sweep() -> None:
    """Have done what waits or was left by a worker that died, and remove what nobody needs any more."""
    waiting = LoadRun.objects.filter(status__in=UNFINISHED, upload__isnull=False).order_by("kind", "pk")
    for run_id in waiting.distinct("kind").values_list("pk", flat=True):
        nudge(TASK, run_id, by_sweep=True)
    _forget_folders()
    runs.forget_rows()


def progress_of(run: LoadRun) -> dict[str, Any]:
    """Return a load's progress: `words`, and `percent` of the file that is read; empty before it begins."""
    try:
        told: dict[str, Any] = json.loads(_progress_file(run).read_text())
    except (OSError, ValueError):
        return {}
    return told


def _take_next(kind: LoadKind) -> LoadRun | None:
    """Note another attempt at the oldest load of the kind that is not over, under the lock; None where all are."""
    waiting = LoadRun.objects.filter(kind=kind, status__in=UNFINISHED, upload__isnull=False).order_by("pk")
    for run in waiting:
        run.status, run.attempts = Status.LOADING, run.attempts + 1
        run.save(update_fields=["status", "attempts"])
        if run.attempts <= MOST_ATTEMPTS:
            return run
        runs.refuse(run, STOPPED_EACH_TIME)
    return None


def _load(run: LoadRun, now: datetime) -> None:
    """Load one upload, or keep why not: in the run, for whoever sent it."""
    try:
        if same := runs.loaded_before(LoadKind(run.kind), run.files):
            raise LoadFileUnreadable(LOADED_ALREADY.format(pk=same.pk))
        _load_files(run, now)
    except LoadRefused:
        pass  # with its problems
    except LoadFileUnreadable as problem:
        runs.refuse(run, str(problem))
    logger.info("load_over", run=run.pk, status=run.status)


def _load_files(run: LoadRun, now: datetime) -> None:
    assert run.upload
    with ExitStack() as stack:
        files = []
        for name, sent in zip(FILES[LoadKind(run.kind)], run.files, strict=True):
            csv, zipped = (folder_of(run.upload) / f"{name}{end}" for end in (".csv", ".zip"))
            file = stack.enter_context(SourceFile(zipped if zipped.exists() else csv, zipped=True))
            file.name = sent["name"]  # and not what it is called in the folder
            files.append(file)
        if run.kind == LoadKind.NPPES:
            return nppes.load_into(run, files, now=now, progress=_noted(run))
        determinations.load_into(run, files, tins=Hashed(), now=now, activate=False, progress=_noted(run))
    if active := active_run(run.performance_year or 0):
        compared(active, run)  # which the page that shows it need not wait for
    return None


def _noted(run: LoadRun) -> Progress:
    """Return a function that notes the load's progress beside its files: its own transaction is not visible yet."""

    def note(words: str, done: int, size: int) -> None:
        file = _progress_file(run)
        told = {"words": words, "percent": 100 * done // size if size else 100}
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(told))
        beside.replace(file)

    return paced(note)


def _progress_file(run: LoadRun) -> Path:
    assert run.upload
    return folder_of(run.upload) / "progress.json"


def _forget_folders() -> None:
    """Remove the files of loads that are over, and after a day those that no load knows."""
    uploads = LoadRun.objects.filter(upload__isnull=False).values_list("upload", "status")
    status_of = {str(upload): status for upload, status in uploads}
    before = (clock.real_now() - FORGOTTEN_AFTER).timestamp()
    root = Path(settings.MEDIA_ROOT) / "loads"
    for folder in root.iterdir() if root.is_dir() else ():
        status = status_of.get(folder.name)
        if status in UNFINISHED:
            continue
        with suppress(FileNotFoundError):  # a request may remove its own meanwhile
            if status or folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
