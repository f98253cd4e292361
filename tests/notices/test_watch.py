"""Staff are emailed about a part that has not worked for some minutes, and once it works again."""

from datetime import timedelta

import pytest

from ground import clock
from notices import heartbeats, watch
from notices.endings import split_end
from notices.models import BounceProblem, Notice, UnmatchedBounce
from tests.factories.notices import NoticeFactory
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


def emails_to(address: str) -> list[str]:
    return list(Notice.objects.filter(to=address).order_by("pk").values_list("subject", flat=True))


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


def lose(state: str = "failed", **fields: object) -> None:
    Notice.objects.filter(pk=NoticeFactory().pk).update(state=state, failed_at=clock.now(), attempts=1, **fields)


def test_lost_emails_are_told_once_to_who_can_send_them_again(set_clock):
    lose()
    lose("bounced")
    assert look() == set()
    assert emails_to("steward@cms.example") == [], "a worker may still be writing down that one failed"
    set_clock("2026-12-01T10:03:00-05:00")
    for _ in range(3):
        assert look() == set()
    assert emails_to("steward@cms.example") == ["2 emails did not arrive"]
    assert emails_to("ruth@cms.example") == []
    notice = Notice.objects.get(to="steward@cms.example")
    assert notice.reason == "staff emails lost"
    assert split_end(notice.body)[0] == (
        "2 emails failed or bounced. The people who should get them may not know what we wrote.\n\n"
        "What to do: Read what the email server said about each one. You can send an email again from its page.\n\n"
        "Emails that failed:\nhttp://localhost:8000/staff/notices/notice/?state__exact=failed\n\n"
        "Emails that bounced:\nhttp://localhost:8000/staff/notices/notice/?state__exact=bounced\n\n"
        "We send this email at most once a day."
    )


def test_lost_emails_are_told_at_most_once_a_day_and_each_of_them_once(set_clock):
    news = ["1 email did not arrive"]
    for moment, is_lost, told in (
        ("2026-12-01T10:00:00-05:00", True, []),
        ("2026-12-01T10:02:00-05:00", False, news),
        ("2026-12-02T00:01:00-05:00", False, []),  # the same one is no news on another day
        ("2026-12-02T09:00:00-05:00", True, []),
        ("2026-12-02T09:02:00-05:00", False, news),
        ("2026-12-02T15:00:00-05:00", True, []),  # on a day that was told of
        ("2026-12-02T23:59:00-05:00", False, []),
        ("2026-12-03T00:00:00-05:00", False, news),
        ("2026-12-03T23:59:00-05:00", False, []),
    ):
        set_clock(moment)
        before = len(emails_to("steward@cms.example"))
        if is_lost:
            lose()
        look()
        assert (moment, emails_to("steward@cms.example")[before:]) == (moment, told)


def come() -> None:
    """Have something come to the mailbox for bounces that is about no email."""
    number = UnmatchedBounce.objects.count()
    UnmatchedBounce.objects.create(
        file_name=f"{number}.mail",
        received_at=clock.now(),
        sender="ina@example.org",
        subject="Please stop",
        problem=BounceProblem.UNKNOWN,
        excerpt="Please stop writing to me.",
    )


@pytest.mark.parametrize(("count", "subject"), [(1, "1 bounce or reply to read"), (2, "2 bounces or replies to read")])
def test_what_came_back_without_an_email_is_counted_and_not_repeated(set_clock, count, subject):
    for _ in range(count):
        come()
    set_clock("2026-12-01T10:03:00-05:00")
    for _ in range(2):
        look()
    assert emails_to("steward@cms.example") == [subject]
    assert emails_to("ruth@cms.example") == []
    body = split_end(Notice.objects.get(to="steward@cms.example").body)[0]
    came = "1 message came to the mailbox for bounces, and we couldn't match it with an email. It"
    if count == 2:
        came = "2 messages came to the mailbox for bounces, and we couldn't match them with an email. Each"
    assert body == (
        f"{came} may be a reply that a person wrote.\n\n"
        "Read what came:\nhttp://localhost:8000/staff/notices/unmatchedbounce/?read=week\n\n"
        "We send this email at most once a day."
    )


def test_lost_emails_and_what_came_back_are_told_together(set_clock):
    lose()
    come()
    set_clock("2026-12-01T10:03:00-05:00")
    look()
    assert emails_to("steward@cms.example") == ["1 email did not arrive"]
    body = Notice.objects.get(to="steward@cms.example").body
    assert "1 email failed or bounced." in body
    assert "1 message came to the mailbox for bounces" in body
    assert "Please stop" not in body


def test_a_lost_email_about_lost_emails_is_not_told_of(set_clock):
    lose(reason="staff emails lost")
    lose(reason="staff part not working")
    set_clock("2026-12-01T10:05:00-05:00")
    look()
    assert emails_to("steward@cms.example") == []


def test_each_part_is_told_by_itself(settings):
    settings.LEAST_FREE_DISK_MB = 10**9
    heartbeats.write(["mail"], now=clock.now() - timedelta(minutes=7))
    assert look("mail", "disk", alive=ALL[1:]) == {"mail", "disk"}
    assert emails() == both("Not working: Email worker", "Low: Room for documents")


def test_it_is_an_error_in_the_log_as_long_as_it_lasts(caplog):
    for _ in range(2):
        look(alive=("papers", "celery", "beat"))
    assert [record.levelname for record in caplog.records if "part_not_working" in str(record.msg)] == ["ERROR"] * 2
