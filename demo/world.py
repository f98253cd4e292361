"""The demo world, whole: real data, accounts, elections; made once, and left alone from then on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from accounts.models import User
from eligibility.law import calendar
from eligibility.loads import determinations, nppes, runs
from eligibility.models import LoadRun, NppesRecord

from . import cast, people, source, story, year_after
from .files import PERFORMANCE_YEAR, write_files
from .made_up import Maker

LOADED_BEFORE = timedelta(days=28)  # the elections come after the data they are judged by
STORY_TAKES = timedelta(days=35)

Say = Callable[[str], None]


class WrongMomentError(Exception):
    """The clock stands at a moment at which the elections of the demo cannot be told."""


def exists() -> bool:
    """Say whether the demo world was made before."""
    return User.objects.filter(email=people.DANA.email).exists()


def make(data: source.RealData, *, now: datetime, say: Say) -> None:
    """Make the whole world: all of it or nothing. Raises WrongMomentError.

    After the window its last month is told: the clock has gone on since then.
    """
    window = calendar.window(PERFORMANCE_YEAR)
    if now < window.opens + STORY_TAKES:
        raise WrongMomentError(
            f"The demo's elections are for {PERFORMANCE_YEAR} and were written in the weeks before the demo's date. "
            f"That date must be {window.opens + STORY_TAKES:%b %d, %Y} or later. "
            "Set DEMO_NOW, for example to 2026-12-01T10:00:00-05:00."
        )
    if now >= window.closes:
        now = window.closes - timedelta(days=30)
    with transaction.atomic():
        accounts = people.make_accounts(now=now - STORY_TAKES)
        say(f"Accounts: {len(accounts)}")
        load(data, by=accounts[people.MEI], now=now - LOADED_BEFORE, say=say)
        maker = Maker(data)
        real = {one.id: maker.practice(one) for one in data.practices if one.id in cast.ALL}
        year_after.tell(accounts)
        story.tell(accounts, real, now=now)
        people.give_a_role_that_waits(accounts, now=now)
        say("Elections: one in every status")


def load(data: source.RealData, *, by: User | None, now: datetime, say: Say) -> None:
    """Load NPPES and the made-up determinations of these data, as a data steward does."""
    with TemporaryDirectory() as folder:
        files = write_files(data, Path(folder))
        for loaded in (
            nppes.load(files.nppes, by=by, now=now),
            determinations.load(files.practices, files.clinicians, by=by, now=now),
        ):
            _date_back(loaded, now)
            counts = ", ".join(f"{count:,} {what}" for what, count in loaded.run.counts.items() if count)
            say(f"{loaded.run.get_kind_display()}: {counts}")


def _date_back(loaded: runs.Loaded, now: datetime) -> None:
    """Let the run end when it would have, had it begun at `now`: loads end, and name clinicians, by the clock.

    The demo's clinicians never had other names, so that last year's exports have them, too.
    """
    run = loaded.run
    if loaded.result == "loaded" and run.finished_at:
        LoadRun.objects.filter(pk=run.pk).update(finished_at=now + timedelta(seconds=2))
        NppesRecord.objects.filter(run=run).update(named_at=None)
