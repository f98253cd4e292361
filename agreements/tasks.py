"""What the worker does for agreements."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task

from ground import clock

from .papers import documents


@shared_task(
    name=documents.TASK, soft_time_limit=documents.SECONDS, time_limit=int(documents.LEASE.total_seconds()) - 5
)
def render(document_id: int) -> None:
    """Make one document's file."""
    with memory_limit(documents.MEGABYTES):
        documents.render_document(document_id, now=clock.now())


@shared_task(name="agreements.sweep")
def sweep() -> None:
    """Have made what a nudge missed, what has waited long enough, and what a stopped worker left."""
    documents.sweep(now=clock.now())


@contextmanager
def memory_limit(megabytes: int) -> Iterator[None]:
    """Let this process use no more memory than this for now; more raises MemoryError."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1024 * 1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
