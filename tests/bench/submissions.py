"""200 representatives submit in the last minute of the window, to the site as gunicorn serves it in production."""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import override_settings

from elections.models import Submission
from eligibility.data import windows
from eligibility.models import ElectionWindow
from ground import clock
from tests.proof import crowd
from tests.proof.web import Post, Web

from . import bare, groups
from .measuring import Row, seconds

COUNT, ROUNDS, PRACTICES = 200, 5, 3
LIMIT = 5.0  # times a bare insert
LAST_MINUTE = timedelta(seconds=59)
BEFORE = timedelta(hours=1)  # the close of the window as shipped, when the first round begins


def measure() -> Iterator[Row]:
    """Time rounds of both by turns, after one that is not counted; the window closes 59 seconds after each began."""
    ahead = windows.window_for(crowd.YEAR).closes - BEFORE - datetime.now(UTC)
    with override_settings(CLOCK_SHIFT=ahead), tempfile.TemporaryDirectory() as folder:
        people = crowd.people(COUNT, called="representative")
        rounds = [_posts(people, round_) for round_ in range(ROUNDS + 1)]
        insert = [Post("/bare", person.session, {"confirm": "CONFIRM"}) for person in people]
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {bare.TABLE} (id bigserial PRIMARY KEY, by_id bigint, said text)")
        with (
            _served(Path(folder, "site")) as site,
            _served(Path(folder, "bare"), DJANGO_SETTINGS_MODULE=bare.__name__) as other,
        ):
            baseline, taken = [], []
            for posts in rounds:
                _read(site, posts)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")  # as PostgreSQL does by itself: the rounds come faster than a minute
                baseline.append(seconds(partial(_send, other, insert, ["/bare/done"] * COUNT)))
                receipts = [post.path.replace("review", "receipt/1") for post in posts]
                closes = _close_in_a_minute(people[0])
                taken.append(seconds(partial(_send, site, posts, receipts)))
                _refuse_unless_all_received(len(taken) * COUNT, closes)
    yield Row(
        "submit_200",
        "one INSERT, one commit, in a bare view",
        statistics.median(taken[1:]),
        statistics.median(baseline[1:]),
        COUNT,
        limit=LIMIT,
    )


def _posts(people: Sequence[crowd.Someone], round_: int) -> list[Post]:
    """Return a complete draft of each person, about to be submitted."""
    practices = groups.practices(COUNT * PRACTICES, first=COUNT * PRACTICES * round_, **groups.EXCEEDING)
    lists = [practices[PRACTICES * place : PRACTICES * (place + 1)] for place in range(COUNT)]
    drafts = crowd.drafts([(person.user, listed) for person, listed in zip(people, lists, strict=True)])
    return [crowd.confirming(draft, person.session) for draft, person in zip(drafts, people, strict=True)]


def _read(web: Web, posts: Sequence[Post]) -> None:
    """Have everybody read what they will confirm, as nobody can confirm without it."""
    with ThreadPoolExecutor(8) as browsers:
        if set(browsers.map(lambda post: web.get(post.path, post.session), posts)) != {200}:
            raise RuntimeError(f"Not every page was shown. {web.log()}")


def _send(web: Web, posts: Sequence[Post], leading_to: Sequence[str]) -> None:
    answers = web.post_together(posts)
    if [(answer.status, answer.location) for answer in answers] != [(302, address) for address in leading_to]:
        raise RuntimeError(f"Not every post was taken: {answers}. {web.log()}")


def _close_in_a_minute(someone: crowd.Someone) -> datetime:
    """Let the window close soon, as staff may set it, and return when."""
    closes = clock.now() + LAST_MINUTE
    ElectionWindow.objects.create(
        performance_year=crowd.YEAR,
        opens_at=closes - timedelta(days=60),
        closes_at=closes,
        reason="benchmark",
        set_by=someone.user,
        set_at=clock.now(),
    )
    return closes


def _refuse_unless_all_received(expected: int, closes: datetime) -> None:
    """Each has one receipt, of a moment in the window."""
    received = Submission.objects.filter(received_at__lt=closes)
    elections = set(received.values_list("election", flat=True))
    if not received.count() == Submission.objects.count() == len(elections) == expected:
        raise RuntimeError("A submission is missing, doubled or late.")


@contextmanager
def _served(folder: Path, **environment: Any) -> Iterator[Web]:
    folder.mkdir()
    web = Web(folder / "web.log", processes=2, threads=4, BROKER_DIR=str(folder / "broker"), **environment)
    try:
        yield web
    finally:
        web.stop()
