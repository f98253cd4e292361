"""Bounces: each marks the notice it is about, and whatever else comes changes nothing and is shown to staff."""

import mailbox
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Role
from ground import clock
from notices.bounces import READ_AT_MOST, read_bounces
from notices.delivery import deliver, resend
from notices.models import Notice, UnmatchedBounce
from notices.return_addresses import return_address
from tests.factories.bounces import SECRET, original, put, report, sent_notice, vacation
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, mail_server):
    settings.BOUNCE_ADDRESS = "bounces@elections.example.gov"
    settings.BOUNCE_MAILDIR = str(tmp_path / "bounces")
    return put(tmp_path / "bounces")


def read(folder, *messages):
    """Have these messages come and be read; return what is kept of those that are about no notice."""
    put(folder, *messages)
    assert read_bounces(now=clock.now()) == len(messages)
    assert len(mailbox.Maildir(str(folder))) == 0
    return list(UnmatchedBounce.objects.order_by("pk").values_list("problem", flat=True))


def row(notice, *names):
    return Notice.objects.values_list(*names).get(pk=notice.pk)


def test_a_bounce_marks_its_notice_and_no_other(folder, set_clock):
    notice, other = sent_notice(), sent_notice(to="ina@example.org")
    sent_at = notice.sent_at
    now = set_clock("2026-12-01T10:05:00-05:00")
    assert read(folder, report(notice)) == []
    said = ("bounced", "returned", "550 5.1.1 No such mailbox", now, sent_at)
    assert row(notice, "state", "answer_kind", "server_answer", "failed_at", "sent_at") == said
    assert row(other, "state", "failed_at") == ("sent", None)


@pytest.mark.parametrize(
    ("said", "is_wrong"),
    [
        ("550 5.1.1 No such mailbox", True),
        ("550 5.7.1 Message refused by policy", False),
        ("552 5.2.2 Mailbox full", False),
    ],
)
def test_a_bounce_says_whether_the_address_is_to_be_checked(folder, said, is_wrong):
    notice = sent_notice()
    read(folder, report(notice, status=said.split()[1], said=said))
    assert Notice.objects.get(pk=notice.pk).may_have_wrong_address is is_wrong


def test_a_bounce_that_came_twice_is_read_once(folder, set_clock):
    notice = sent_notice()
    read(folder, report(notice))
    set_clock("2026-12-01T11:00:00-05:00")
    assert read(folder, report(notice, said="550 Another")) == []
    assert row(notice, "server_answer", "failed_at") == ("550 5.1.1 No such mailbox", notice.sent_at)


def test_mail_that_was_forwarded_bounces_for_another_address(folder):
    notice = sent_notice()
    assert read(folder, report(notice, recipient="dana.private@example.net")) == []
    assert row(notice, "state") == ("bounced",)


def test_a_bounce_that_comes_before_the_worker_wrote_that_it_was_sent(folder):
    notice = sent_notice()
    Notice.objects.filter(pk=notice.pk).update(state="queued", sent_at=None, locked_until=clock.now())
    read(folder, report(notice))
    assert row(notice, "state", "locked_until") == ("bounced", None)


@pytest.mark.parametrize("quoted", [True, False])
def test_old_forms_count_if_they_name_the_address(folder, quoted):
    notice = sent_notice()
    text = f"""From: MAILER-DAEMON@mail.example.org
To: {return_address(notice)}
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{notice.to if quoted else "someone.else@example.org"}>:
550 mailbox unavailable

--- Below this line is a copy of the message.

{original(notice)}"""
    assert read(folder, text.encode()) == ([] if quoted else ["unknown"])
    said = ("bounced", "550 mailbox unavailable") if quoted else ("sent", "")
    assert row(notice, "state", "server_answer") == said


@pytest.mark.parametrize(
    "message",
    [
        lambda notice: report(notice, action="delayed", status="4.4.7", said="451 Try again later"),
        lambda notice: report(notice, action="delivered", status="2.0.0", said="250 OK"),
        vacation,
        lambda notice: (  # our own mail, sent to a return address of ours
            original(notice).replace(f"To: {notice.to}", f"To: {return_address(notice)}").encode()
        ),
    ],
)
def test_a_delay_a_vacation_and_our_own_mail_change_nothing(folder, message):
    notice = sent_notice()
    before = Notice.objects.values().get(pk=notice.pk)
    assert read(folder, message(notice)) == []
    assert Notice.objects.values().get(pk=notice.pk) == before


def test_what_cannot_be_matched_changes_nothing_and_is_kept(folder):
    notice, other = sent_notice(), sent_notice(to="ina@example.org")
    never_sent = NoticeFactory(to="ines@example.org")
    address = return_address(notice)
    guess = return_address(notice).replace(f"+{notice.pk}.1.", f"+{other.pk}.1.")
    states = list(Notice.objects.order_by("pk").values())
    problems = read(
        folder,
        report(notice, to=guess),
        report(notice, to=f"bounces+{notice.pk}.1.aaaaaaaaaaaaaaaaaaaaaaaa@elections.example.gov"),
        report(notice, to=f"{address}, {return_address(other)}"),
        report(notice, returns=other),
        report(notice, to="bounces@elections.example.gov"),
        report(notice, to="bounces+9999999999999999999.1.aa@elections.example.gov"),
        b"",
        b"\0\0\0",
        b"no header at all, 078-05-1120 and more",
        f"To: {address}\nSubject: Who are you?\n\nWrong person.".encode(),
    )
    assert Counter(problems) == {"forged": 2, "other": 2, "no_address": 5, "unknown": 1}
    assert list(Notice.objects.order_by("pk").values()) == states
    assert row(never_sent, "state", "attempts") == ("queued", 0)


def test_a_bounce_of_an_earlier_sending_does_not_touch_the_new_one(folder):
    notice = sent_notice()
    old = report(notice)
    resend(notice.pk, now=clock.now())
    assert read(folder, old) == []
    assert row(notice, "state", "attempts") == ("queued", 0)
    deliver(notice.pk, now=clock.now())
    assert read(folder, old) == []
    assert row(notice, "state") == ("sent",)
    notice.refresh_from_db()
    read(folder, report(notice))
    assert row(notice, "state") == ("bounced",)


def test_a_resend_forgets_the_bounce(folder):
    notice = sent_notice()
    read(folder, report(notice))
    assert resend(notice.pk, now=clock.now())
    assert row(notice, "state", "failed_at", "sent_at", "reported_at") == ("queued", None, None, None)


def test_of_a_large_bounce_the_beginning_is_read(folder):
    notice = sent_notice()
    large = report(notice).replace(b"--x--", b"A" * 76 + b"\n") + b"0123456789ab\n" * (20 * 1024 * 1024 // 13)
    assert len(large) > 20_000_000 > READ_AT_MOST
    assert read(folder, large) == []
    assert row(notice, "state") == ("bounced",)


@pytest.mark.parametrize(
    "message",
    [
        b"a" * 200_000,
        b"To: " + b"a@b.org, " * 20_000,
        b"Subject: =?utf-8?b?////?=\nFrom: =?x?q?=00?=\nTo: \xff\xfe\n\n\xff\xfe\0",
        b"Content-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 3_000,
        b"Content-Type: text/plain; charset=none\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"Your message to:\n" + b"a" * 120_000 + b"\n" + b"@" * 9_000,
        b"Content-Type: message/delivery-status\n\nAction: failed\nFinal-Recipient: rfc822\n",
    ],
)
def test_what_no_one_can_read_is_kept_and_holds_up_no_other(folder, message):
    notice = sent_notice()
    assert len(read(folder, message, report(notice))) == 1
    assert row(notice, "state") == ("bounced",)
    assert "\0" not in UnmatchedBounce.objects.get().excerpt


def test_what_is_kept_has_no_link_no_part_of_one_and_no_number(folder):
    notice = sent_notice()
    encoded = f"https://localhost/sign/{SECRET[:20]}=\n{SECRET[20:]} and {SECRET} or localhost:8000/sign/{SECRET}"
    head = "From: Dana 078-05-1120 <dana@example.org>\nSubject: Re 078051120\nTo: x@example.org"
    text = f"{head}\n\n{encoded} 078-05-\n1120"
    read(folder, text.encode(), report(notice, said=f"554 {encoded.replace(chr(10), ' ')} 078-05-1120"))
    kept = str(UnmatchedBounce.objects.values("sender", "subject", "excerpt").get()) + str(row(notice, "server_answer"))
    assert [part for part in (SECRET, SECRET[:20], SECRET[20:], "1120", "078") if part in kept] == []
    assert "Dana ••• <dana@example.org>" in kept


def test_a_file_is_deleted_only_after_the_commit(folder, django_db_blocker):
    notice = sent_notice()
    put(folder, report(notice))
    with django_db_blocker.block(), pytest.raises(RuntimeError):
        read_bounces(now=clock.now())
    assert len(mailbox.Maildir(str(folder))) == 1
    assert read_bounces(now=clock.now()) == 1


def test_a_file_that_is_read_twice_is_kept_once(folder):
    put(folder, b"To: x@example.org\n\nHello")
    [key] = mailbox.Maildir(str(folder)).keys()
    UnmatchedBounce.objects.create(file_name=key, received_at=clock.now(), problem="unknown")
    assert read_bounces(now=clock.now()) == 1
    assert UnmatchedBounce.objects.count() == 1


def test_a_mailbox_that_is_not_there_is_none(folder, settings):
    settings.BOUNCE_MAILDIR = str(folder / "nowhere")
    assert read_bounces(now=clock.now()) == 0
    settings.BOUNCE_MAILDIR = ""
    assert read_bounces(now=clock.now()) == 0


def test_the_command_reads(folder, settings, capsys):
    put(folder, report(sent_notice()))
    call_command("read_bounces")
    assert capsys.readouterr().out == "1 read.\n"
    settings.BOUNCE_MAILDIR = ""
    with pytest.raises(CommandError, match="Set BOUNCE_MAILDIR"):
        call_command("read_bounces")


@pytest.mark.parametrize("rows", [1, 3])
def test_staff_see_what_could_not_be_matched(staff, rows, django_assert_num_queries):
    for number in range(rows):
        UnmatchedBounce.objects.create(
            file_name=str(number), received_at=clock.now(), subject=f"Returned {number}", problem="forged"
        )
    client = staff(Role.DATA_STEWARD)
    with django_assert_num_queries(9):
        listed = client.get(reverse("admin:notices_unmatchedbounce_changelist")).content.decode()
    assert [f"Returned {number}" in listed for number in range(4)] == [number < rows for number in range(4)]
    bounce = UnmatchedBounce.objects.latest("pk")
    page = reverse("admin:notices_unmatchedbounce_change", args=[bounce.pk])
    assert "Return address with a wrong signature" in client.get(page).content.decode()
    assert client.post(page, {"subject": "Another"}).status_code == 403
    for role in (Role.REVIEWER, Role.LEAD_REVIEWER, Role.ADMINISTRATOR):
        assert staff(role).get(page).status_code == 403
