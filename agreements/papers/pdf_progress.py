"""How far the making of a PDF is, in words, as the layout engine tells it: which page it is at.

It is told in the cache: the document's own row stays free for what has to be kept, and no worker waits for it.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.core.cache import cache

TELLS = "weasyprint.progress"  # the engine's logger: a line for each step, and for each page
AT_PAGE = re.compile(r"Creating layout - Page (\d+)")
EVERY = 0.5  # seconds: nobody looks more often
WRITING = "Creating PDF"
RETENTION_SECONDS = 300


class _Listening(logging.Handler):
    """Tells no page again: the first is laid out once more when the pages of the contents are known."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell, self._told_at, self._furthest = tell, 0.0, 0

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        page = AT_PAGE.search(said)
        if WRITING in said:
            self._tell("Writing the file")
        elif page and int(page[1]) > self._furthest and time.monotonic() - self._told_at >= EVERY:
            self._told_at, self._furthest = time.monotonic(), int(page[1])
            self._tell(f"Laying out page {page[1]}")


@contextmanager
def followed(tell: Callable[[str], None]) -> Iterator[None]:
    """Call `tell` with how far the engine is, as often as somebody may look, while it works in this process."""
    logger, listening = logging.getLogger(TELLS), _Listening(tell)
    level, propagates = logger.level, logger.propagate
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(listening)
    try:
        yield
    finally:
        logger.removeHandler(listening)
        logger.setLevel(level)
        logger.propagate = propagates


def tell(document_id: int, words: str) -> None:
    """Let whoever waits see how far a document is; a cache that does not answer keeps nobody from making it."""
    with suppress(Exception):
        cache.set(_key(document_id), words, RETENTION_SECONDS)


def told(document_id: int) -> str:
    """Return a document's progress in words; empty if none was noted."""
    return str(cache.get(_key(document_id), ""))


def _key(document_id: int) -> str:
    return f"document-progress:{document_id}"
