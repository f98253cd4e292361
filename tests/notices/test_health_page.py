"""How every part is: the staff page, and the command that health checks run."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from ground import clock
from notices import heartbeats
from notices.delivery import deliver
from notices.models import Notice
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db

HEALTH = "/staff/health/"
ALL = ("mail", "papers", "celery", "beat")
GOOD = {
    "Email worker": "Works",
    "PDF worker": "Works",
    "Worker for everything else": "Works",
    "Scheduler": "Works",
    "Emails that wait": "On time",
    "Room for documents": "Enough",
    "Receipts as PDFs": "On time",
    "Broker": "Works",
    "Emails that failed": "None",
}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Have a broker of files that is there, and a disk with room."""
    settings.CELERY_BROKER_URL, settings.BROKER_DIR = "filesystem://", tmp_path
    settings.MEDIA_ROOT, settings.LEAST_FREE_DISK_MB = tmp_path / "not made yet" / "media", 0


def cells(page: str) -> dict[str, list[str]]:
    """Return what the page says about each part: its state, what it means, and what to do."""
    rows = re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", page, re.DOTALL)
    words = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    plain = [[unescape(" ".join(re.sub(r"<[^>]+>", "", cell).split())) for cell in row] for row in words]
    return {name: rest for name, *rest in plain}


def shown(client) -> dict[str, list[str]]:
    return cells(client.get(HEALTH).content.decode())


def states(client) -> dict[str, str]:
    return {name: state for name, (state, *_) in shown(client).items()}


def beat(*names: str, seconds: int = 0) -> None:
    heartbeats.write(names, now=clock.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize(("roles", "status"), [*(([role], 200) for role in Role), ([], 403)])
def test_it_is_for_every_staff_role(staff, roles, status):
    assert staff(*roles).get(HEALTH).status_code == status


def test_all_parts_work(staff):
    beat(*ALL)
    client = staff(Role.DATA_STEWARD)
    assert states(client) == GOOD
    page = client.get(HEALTH).content.decode()
    assert "All 9 parts work." in page
    assert shown(client)["Emails that wait"] == ["On time", "No email is waiting to be sent.", "Nothing."]
    assert f'href="{HEALTH}"' in client.get("/staff/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_database_as_often_however_much_there_is(staff, rows, django_assert_num_queries):
    beat(*ALL[:rows])
    for notice in NoticeFactory.create_batch(rows):
        Notice.objects.filter(pk=notice.pk).update(state="failed")
    NoticeFactory.create_batch(rows)
    client = staff(Role.DATA_STEWARD)
    client.get(HEALTH)  # the first page of a session writes down when it was
    with django_assert_num_queries(6):
        client.get(HEALTH)


@pytest.mark.parametrize(("seconds", "state"), [(60, "Works"), (61, "Not working"), (None, "Not working")])
def test_a_worker_that_is_late_and_one_that_never_came(staff, seconds, state):
    beat("papers", "celery", "beat")
    if seconds is not None:
        beat("mail", seconds=seconds)
    client = staff(Role.AUDITOR)
    assert states(client) == GOOD | {"Email worker": state}
    meaning, what_to_do = shown(client)["Email worker"][1:]
    assert meaning == "It sends emails. " + {
        60: "It answered less than a minute ago.",
        61: "It last answered on Dec 1, 2026, 9:58 a.m. ET, 1 minute ago.",
        None: "It has never answered.",
    }.get(seconds, "")
    assert ("no warning to you" in what_to_do) is (state == "Not working")


@pytest.mark.parametrize(("seconds", "state"), [(300, "On time"), (301, "Late")])
def test_an_email_that_waits_too_long(staff, seconds, state):
    beat(*ALL)
    NoticeFactory(now=clock.now() - timedelta(seconds=seconds))
    client = staff(Role.AUDITOR)
    assert states(client) == GOOD | {"Emails that wait": state}
    assert shown(client)["Emails that wait"][1] == "The oldest waiting email was due 5 minutes ago."


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (1, "1 email waits for another try, the next on Dec 1, 2026, 10:01 a.m. ET."),
        (3, "3 emails wait for another try, the next on Dec 1, 2026, 10:01 a.m. ET."),
    ],
)
def test_emails_that_were_put_off_wait(staff, mail_server, rows, said):
    beat(*ALL)
    mail_server.recipients["dana@example.org"] = "450 4.2.1 Try again later"
    for minutes in range(rows):
        deliver(NoticeFactory().pk, now=clock.now() + timedelta(minutes=minutes))
    client = staff(Role.AUDITOR)
    assert states(client) == GOOD
    assert shown(client)["Emails that wait"] == ["On time", said, "Nothing."]


def test_an_email_that_is_late_one_being_sent_and_one_put_off_are_told_apart(staff):
    beat(*ALL)
    now = clock.now()
    NoticeFactory(now=now - timedelta(minutes=6))
    put_off, _with_a_pdf = NoticeFactory(now=now + timedelta(minutes=30)), NoticeFactory(now=now + timedelta(seconds=9))
    Notice.objects.filter(pk=put_off.pk).update(attempts=1)
    sending = NoticeFactory(now=now - timedelta(minutes=8))
    Notice.objects.filter(pk=sending.pk).update(locked_until=now + timedelta(minutes=1))
    state, meaning, what_to_do = shown(staff(Role.AUDITOR))["Emails that wait"]
    assert state == "Late"
    assert meaning == (
        "The oldest waiting email was due 6 minutes ago. 1 email is being sent now. "
        "1 email leaves as soon as a PDF is ready, or a few seconds later without it. "
        "1 email waits for another try, the next on Dec 1, 2026, 10:30 a.m. ET."
    )
    assert what_to_do.startswith("Check the email worker")


def test_a_disk_without_room(staff, settings):
    beat(*ALL)
    settings.LEAST_FREE_DISK_MB = 10**9
    client = staff(Role.ADMINISTRATOR)
    assert states(client) == GOOD | {"Room for documents": "Low"}
    assert re.fullmatch(r"[\d.]+ of [\d.]+ GB are free where .*", shown(client)["Room for documents"][1])


def test_a_broker_that_is_gone(staff, broker, settings):
    settings.CELERY_BROKER_URL = broker.environment["BROKER_URL"]
    broker.folder.mkdir(exist_ok=True)
    beat(*ALL)
    client = staff(Role.AUDITOR)
    assert states(client) == GOOD
    broker.stop()
    assert states(client) == GOOD | {"Broker": "Not working"}


@pytest.mark.parametrize(("role", "led"), [(Role.REVIEWER, True), (Role.ADMINISTRATOR, False)])
def test_emails_that_failed_in_the_last_day(staff, role, led):
    beat(*ALL)
    for state, hours in (("failed", 1), ("bounced", 23), ("failed", 25), ("sent", 1)):
        at = clock.now() - timedelta(hours=hours)
        ended = {"sent_at" if state == "sent" else "failed_at": at}
        Notice.objects.filter(pk=NoticeFactory().pk).update(
            state=state, next_attempt_at=at - timedelta(days=2), **ended
        )  # a bounce can come days after it was sent
    client = staff(role)
    state, meaning, what_to_do = shown(client)["Emails that failed"]
    assert (state, meaning) == ("Some", "In the last 24 hours, 2 emails failed or bounced.")
    assert ("emails that bounced" in what_to_do) is led


def test_the_command_says_the_same_and_fails_if_a_named_part_is_bad(capsys):
    beat("mail")
    beat("papers", seconds=600)
    call_command("heartbeat", "mail", "due", "disk")
    assert capsys.readouterr().out.splitlines()[:2] == [
        "Email worker: Works. It sends emails. It answered less than a minute ago.",
        "Emails that wait: On time. No email is waiting to be sent.",
    ]
    with pytest.raises(CommandError, match="PDF worker: Start the service worker-papers again"):
        call_command("heartbeat", "mail", "papers")
    with pytest.raises(CommandError, match="Scheduler: Start the service beat again"):
        call_command("heartbeat")
    with pytest.raises(CommandError, match="There is no part mails"):
        call_command("heartbeat", "mails")
