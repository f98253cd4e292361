"""Staff are emailed about a part that has not worked for some minutes, and once it works again."""

from datetime import timedelta

import pytest

from ground import clock
from notices import heartbeats, watch
from notices.endings import split_end
from notices.models import Notice
from tests.factories.people import AdministratorFactory, ReviewerFactory, StewardFactory

pytestmark = pytest.mark.django_db

ALL = ("mail", "papers", "celery", "beat")
BOTH = ["ruth@cms.example", "steward@cms.example"]


@pytest.fixture(autouse=True)
def _people(settings, tmp_path):
    settings.MEDIA_ROOT, settings.LEAST_FREE_DISK_MB = tmp_path, 0
    for factory in (StewardFactory, AdministratorFactory, ReviewerFactory):
        factory()


def look(*bad_before: str, alive=ALL) -> set[str]:
    """Look as a worker does, with heartbeats of those that are alive, and no email that waits."""
    heartbeats.write(alive, now=clock.now())
    Notice.objects.filter(state="queued").update(state="sent", sent_at=clock.now())
    return set(watch.look(bad_before, now=clock.now()))


def emails() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("to", "subject"))


def both(*subjects: str) -> list[tuple[str, str]]:
    return sorted((to, subject) for to in BOTH for subject in subjects)


def test_what_works_is_no_news():
    assert look() == set()
    assert emails() == []


def test_what_is_bad_once_is_a_restart_and_twice_is_told():
    assert look(alive=ALL[:3]) == {"beat"}
    assert emails() == []
    assert look("beat", alive=ALL[:3]) == {"beat"}
    assert emails() == both("Not working: Scheduler")
    notice = Notice.objects.earliest("pk")
    assert notice.reason == "staff part not working"
    assert split_end(notice.body)[0] == (
        "Scheduler: Not working. It tells the workers what is due. It has never answered.\n\n"
        "What to do: Start the service beat again, and read its log. "
        "Until then, decisions, reminders, and repeated emails wait.\n\n"
        "See how every part is now:\nhttp://localhost:8000/staff/health/"
    )


def test_it_is_told_once_a_day_and_once_when_it_works_again(set_clock):
    for moment in ("2026-12-01T10:00:00-05:00", "2026-12-01T23:59:00-05:00"):
        set_clock(moment)
        look("beat", alive=ALL[:3])
    assert emails() == both("Not working: Scheduler")
    set_clock("2026-12-02T00:01:00-05:00")
    look("beat", alive=ALL[:3])
    assert emails() == both("Not working: Scheduler", "Not working: Scheduler")
    for _ in range(2):
        look("beat")
    assert emails() == both("Not working: Scheduler", "Not working: Scheduler", "Fixed: Scheduler")
    look("beat")
    set_clock("2026-12-02T08:00:00-05:00")  # bad again on a day that was told of
    assert look("beat", alive=()) == set(ALL)
    assert len(emails()) == 6


def test_each_part_is_told_by_itself(settings):
    settings.LEAST_FREE_DISK_MB = 10**9
    heartbeats.write(["mail"], now=clock.now() - timedelta(minutes=7))
    assert look("mail", "disk", alive=ALL[1:]) == {"mail", "disk"}
    assert emails() == both("Not working: Email worker", "Low: Room for documents")


def test_it_is_an_error_in_the_log_as_long_as_it_lasts(caplog):
    for _ in range(2):
        look(alive=("papers", "celery", "beat"))
    assert [record.levelname for record in caplog.records if "part_not_working" in str(record.msg)] == ["ERROR"] * 2
