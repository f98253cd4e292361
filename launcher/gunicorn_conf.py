"""How gunicorn serves the site, out of the box and in the container; the address comes on the command line."""

import contextlib
import gc
from typing import Any

from gunicorn import util
from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName, ParseException
from gunicorn.workers.gthread import ThreadWorker

OURS = (InvalidResponseHeader, InvalidResponseHeaderName)  # our own mistakes, though they count as the request's

POOLED = 2  # database connections of a process: more that are at work at once take longer, all in all
GARBAGE = 10_000  # objects made since the last look: some of a request's own go by themselves, and many more are made


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Threads that do not repeat a request they cannot read: gunicorn's own error page quotes it."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer 400 to what is no HTTP request, and leave the rest to gunicorn."""
        if isinstance(exc, OURS) or not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Invalid request: %s", type(exc).__name__)
        with contextlib.suppress(OSError):  # who sent it has gone
            util.write_error(client, 400, "Bad Request", "We can't read this HTTP request.")


def when_ready(_: Any) -> None:
    """Leave what was loaded once and stays to itself: the garbage collector would look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


worker_class = Worker
workers = 2
threads = 4
raw_env = [f"POOLED={POOLED}"]  # settings.DB_POOL_SIZE, unless the environment says otherwise
preload_app = True
control_socket_disable = True
timeout = 30
graceful_timeout = 8
keepalive = 5
forwarded_allow_ips = ""  # settings.TRUSTED_PROXY decides whom to believe, not gunicorn
