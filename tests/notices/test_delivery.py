"""Sending what is owed to a real mail server, that accepts, refuses, is busy or is gone."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection

from ground import clock, vault
from notices import tasks
from notices.answers import meaning_of
from notices.delivery import HARD_LIMIT, LEASE, SOFT_LIMIT, SWEEP_SECONDS, WAITS, deliver, due, resend, sweep
from notices.endings import with_end
from notices.models import Notice, NoticeState
from notices.return_addresses import return_address, sending_of
from tests.factories.notices import NoticeFactory
from tests.smtp import html_of, text_of

pytestmark = pytest.mark.django_db


def row(notice, *names):
    return Notice.objects.values_list(*names).get(pk=notice.pk)


def test_sent(mail_server):
    notice = NoticeFactory(subject="Élection reçue")
    now = clock.now()
    assert deliver(notice.pk, now=now) == NoticeState.SENT
    assert row(notice, "state", "attempts", "sent_at", "locked_until", "server_answer") == ("sent", 1, now, None, "")
    [message] = mail_server.messages
    assert (message["To"], message["From"], message["Subject"]) == (
        "dana@example.org",
        "Virtual Group Elections <no-reply@localhost>",
        "Élection reçue",
    )
    assert (message["Message-ID"], message["Auto-Submitted"]) == (notice.message_id, "auto-generated")
    assert message["Date"].datetime == now
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert text_of(message) == Notice.objects.get().body == with_end("Your receipt code is AAAA-BBBB.\n")
    assert "Your receipt code is AAAA-BBBB.</p>" in html_of(message)


def test_replies_go_where_the_notice_says(mail_server):
    notice = NoticeFactory(reply_to="dana@example.org", to="sol@example.org")
    deliver(notice.pk, now=clock.now())
    deliver(NoticeFactory().pk, now=clock.now())
    assert [message["Reply-To"] for message in mail_server.messages] == ["dana@example.org", None]


def test_a_sender_with_a_name_of_its_own_keeps_it(mail_server, settings):
    settings.DEFAULT_FROM_EMAIL = "CMS elections <elections@cms.example>"
    deliver(NoticeFactory().pk, now=clock.now())
    assert mail_server.messages[0]["From"] == "CMS elections <elections@cms.example>"


def test_sent_once(mail_server):
    notice = NoticeFactory()
    assert [deliver(notice.pk, now=clock.now()), deliver(notice.pk, now=clock.now())] == [NoticeState.SENT, None]
    assert len(mail_server.messages) == 1


def test_not_before_it_is_due(mail_server):
    notice = NoticeFactory(now=clock.now() + timedelta(seconds=1))
    assert deliver(notice.pk, now=clock.now()) is None
    assert mail_server.messages == []


def test_a_claim_holds_for_its_lease_alone(mail_server):
    notice = NoticeFactory()
    now = clock.now()
    Notice.objects.filter(pk=notice.pk).update(locked_until=now + LEASE, attempts=1)  # a worker died with it
    assert sweep(now=now + LEASE - timedelta(seconds=1)) == 0
    assert sweep(now=now + LEASE) == 1
    assert row(notice, "state", "attempts") == ("sent", 2)
    assert [message["Message-ID"] for message in mail_server.messages] == [notice.message_id]


@pytest.mark.parametrize(
    ("refuse", "state", "kind"),
    [
        ({"recipients": {"dana@example.org": "550 5.1.1 No such mailbox"}}, "bounced", "recipient"),
        ({"recipients": {"dana@example.org": "451 4.7.1 Try again later"}}, "queued", "deferred"),
        ({"content": "554 5.6.0 Content refused"}, "failed", "content"),
        ({"content": "452 4.3.1 Insufficient storage"}, "queued", "deferred"),
        ({"sender": "550 5.7.1 Sender refused"}, "queued", "sender"),
        ({"sender": "451 4.7.1 Try again later"}, "queued", "deferred"),
        ({"hangs": {"dana@example.org"}}, "queued", "no_answer"),
    ],
)
def test_the_answer_says_which_kind_it_is(mail_server, settings, refuse, state, kind):
    settings.EMAIL_TIMEOUT = 0.5
    for name, answer in refuse.items():
        setattr(mail_server, name, answer)
    notice = NoticeFactory()
    now = clock.now()
    assert deliver(notice.pk, now=now) == state
    assert row(notice, "state", "answer_kind", "attempts") == (state, kind, 1)
    assert row(notice, "failed_at") == (None if state == "queued" else now,)
    assert mail_server.messages == []


def test_a_server_that_wants_a_sign_in_it_does_not_offer(mail_server, settings):
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "someone"
    notice = NoticeFactory()
    assert deliver(notice.pk, now=clock.now()) == NoticeState.QUEUED
    assert row(notice, "answer_kind") == ("no_answer",)


def test_what_failed_for_want_of_an_answer_says_so(mail_server):
    mail_server.stop()
    notice, now = NoticeFactory(), clock.now()
    for _ in WAITS:
        deliver(notice.pk, now=now)
        [now] = row(notice, "next_attempt_at")
    assert deliver(notice.pk, now=now) == NoticeState.FAILED
    assert row(notice, "answer_kind", "failed_at") == ("no_answer", now)


def test_one_that_is_put_off_or_hangs_does_not_hold_up_the_rest(mail_server, settings):
    settings.EMAIL_TIMEOUT = 0.5
    mail_server.recipients["later@example.org"] = "451 4.7.1 Greylisted"
    mail_server.hangs = {"hangs@example.org"}
    for address in ("later@example.org", "hangs@example.org", "dana@example.org"):
        NoticeFactory(to=address)
    assert sweep(now=clock.now()) == 1
    assert list(Notice.objects.order_by("pk").values_list("answer_kind", "attempts")) == [
        ("deferred", 1),
        ("no_answer", 1),
        ("", 1),
    ]


def test_an_answer_that_quotes_the_message_is_kept_without_its_link_and_numbers(mail_server):
    link = "http://localhost:8000/sign/k3J9xQvT2mWb7ZrY5nLp8cHs4dFg6aEu1oIi0UyTqRw"
    mail_server.content = f"554 5.7.1 Blocked: {link} of 078-05-1120"
    notice = NoticeFactory(body=f"Sign here:\n{link}\n")
    deliver(notice.pk, now=clock.now())
    assert row(notice, "server_answer") == ("554 5.7.1 Blocked: … of •••",)


def test_each_sending_has_a_return_address_of_its_own(mail_server, settings):
    settings.BOUNCE_ADDRESS = "bounces@elections.example.gov"
    notice = NoticeFactory()
    deliver(notice.pk, now=clock.now())
    resend(notice.pk, now=clock.now())
    deliver(notice.pk, now=clock.now())
    first, second = mail_server.returns
    assert first != second
    assert [sending_of(address.upper()) for address in mail_server.returns] == [(notice.pk, 1), (notice.pk, 2)]
    assert {message["From"] for message in mail_server.messages} == {"Virtual Group Elections <no-reply@localhost>"}
    with pytest.raises(ValueError, match="not ours"):
        sending_of(first.replace(f"+{notice.pk}.", f"+{notice.pk + 1}."))


def test_a_return_address_of_an_earlier_key_is_still_ours(mail_server, settings):
    settings.BOUNCE_ADDRESS = "bounces@elections.example.gov"
    notice = NoticeFactory()
    address = return_address(notice)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert sending_of(address) == (notice.pk, 1)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="not ours"):
        sending_of(address)


def test_without_an_address_for_bounces_mail_returns_to_its_sender(mail_server):
    deliver(NoticeFactory().pk, now=clock.now())
    assert mail_server.returns == ["no-reply@localhost"]
    assert sending_of("bounces+1.1.aaaa@localhost") is None


def test_a_refused_recipient_bounces(mail_server):
    mail_server.recipients["dana@example.org"] = "550 5.1.1 No such mailbox"
    notice = NoticeFactory()
    assert deliver(notice.pk, now=clock.now()) == NoticeState.BOUNCED
    assert row(notice, "state", "server_answer", "sent_at") == ("bounced", "550 5.1.1 No such mailbox", None)
    assert not due(clock.now() + timedelta(days=9)).exists()


def test_a_refused_message_fails(mail_server):
    mail_server.content = "554 5.6.0 Content refused"
    notice = NoticeFactory()
    assert deliver(notice.pk, now=clock.now()) == NoticeState.FAILED
    assert row(notice, "state", "server_answer") == ("failed", "554 5.6.0 Content refused")


@pytest.mark.parametrize("address", ["nobody", "a@example.org, b@example.org", "dana@example.org Bcc: x@example.org"])
def test_a_bad_address_fails(mail_server, address):
    notice = NoticeFactory(to=address)
    assert deliver(notice.pk, now=clock.now()) == NoticeState.FAILED
    assert row(notice, "server_answer") == ("Not sent: ['Enter a valid email address.']",)
    assert mail_server.messages == []


def test_a_busy_server_is_asked_again_in_growing_waits(mail_server):
    mail_server.recipients["dana@example.org"] = "451 4.7.1 Try again later"
    notice = NoticeFactory()
    now = clock.now()
    waits = []
    for _ in WAITS:
        assert deliver(notice.pk, now=now) == NoticeState.QUEUED
        assert row(notice, "server_answer", "locked_until") == ("451 4.7.1 Try again later", None)
        [following] = row(notice, "next_attempt_at")
        waits.append(following - now)
        now = following
    assert tuple(waits) == WAITS
    assert deliver(notice.pk, now=now) == NoticeState.FAILED
    assert row(notice, "state", "attempts", "server_answer") == ("failed", 8, "451 4.7.1 Try again later")


def test_a_message_put_off_waits(mail_server):
    mail_server.content = "452 4.3.1 Insufficient storage"
    notice = NoticeFactory()
    assert deliver(notice.pk, now=clock.now()) == NoticeState.QUEUED
    assert row(notice, "server_answer") == ("452 4.3.1 Insufficient storage",)


def test_a_server_that_is_gone_is_asked_once_a_sweep(mail_server):
    notices = NoticeFactory.create_batch(3)
    now = clock.now()
    mail_server.stop()
    assert sweep(now=now) == 0
    assert [row(notice, "attempts")[0] for notice in notices] == [1, 0, 0]
    assert row(notices[0], "state", "next_attempt_at") == ("queued", now + WAITS[0])
    mail_server.start()
    assert sweep(now=now) == 2
    assert sweep(now=now + WAITS[0]) == 1
    assert len(mail_server.messages) == 3


def test_one_refusal_does_not_hold_up_the_rest(mail_server):
    mail_server.recipients["gone@example.org"] = "550 No"
    NoticeFactory(key="a", to="gone@example.org")
    NoticeFactory(key="b")
    assert sweep(now=clock.now()) == 1
    assert list(Notice.objects.order_by("key").values_list("state", flat=True)) == ["bounced", "sent"]


def test_resend_sends_a_bounced_notice_again(mail_server):
    mail_server.recipients["dana@example.org"] = "550 No such mailbox"
    notice = NoticeFactory()
    deliver(notice.pk, now=clock.now())
    mail_server.recipients.clear()
    assert resend(notice.pk, now=clock.now()) is True
    assert resend(notice.pk, now=clock.now()) is False
    assert sweep(now=clock.now()) == 1
    assert row(notice, "state", "attempts", "server_answer") == ("sent", 1, "")


def test_a_text_that_cannot_be_opened_fails_by_itself_and_delays_no_other(mail_server):
    """The key it was written with is gone: it says so, also on the staff's page."""
    broken = NoticeFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_notice SET body = %s WHERE id = %s", [vault.encrypt("x", "another.field"), broken.pk]
        )
    other = NoticeFactory(to="ina@example.org")
    assert sweep(now=clock.now()) == 1
    states = dict(Notice.objects.values_list("pk", "state"))
    assert states == {broken.pk: NoticeState.FAILED, other.pk: NoticeState.SENT}
    assert row(broken, "server_answer") == ("Not sent: the key that encrypts its text is missing.",)


@contextmanager
def soft_limit(seconds: float) -> Iterator[None]:
    """End what runs as Celery's pool does: a signal raises in the middle of it."""

    def end(*_: object) -> None:
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_server_that_says_line_after_line_is_left_when_the_task_s_time_is_over(mail_server):
    """No step of it takes EMAIL_TIMEOUT. The others of the sweep are sent, and it is tried again as any other."""
    mail_server.drips = {"drips@example.org"}
    slow, other = NoticeFactory(to="drips@example.org"), NoticeFactory()
    now = clock.now()
    with soft_limit(0.5):
        assert sweep(now=now) == 1
    assert row(slow, "state", "attempts", "answer_kind") == ("queued", 1, "no_answer")
    assert row(slow, "server_answer", "locked_until", "next_attempt_at") == (
        "No answer: the email server took too long.",
        None,
        now + WAITS[0],
    )
    assert row(other, "state") == ("sent",)
    mail_server.drips.clear()
    assert [sweep(now=now), sweep(now=now + WAITS[0])] == [0, 1]
    assert [message["Message-ID"] for message in mail_server.messages] == [other.message_id, slow.message_id]


def test_what_the_server_took_is_sent_though_it_never_says_goodbye(mail_server):
    mail_server.stays = True
    notice = NoticeFactory()
    now = clock.now()
    with soft_limit(0.5):
        assert deliver(notice.pk, now=now) == NoticeState.SENT
    assert row(notice, "state", "attempts", "locked_until") == ("sent", 1, None)
    assert sweep(now=now + LEASE) == 0
    assert len(mail_server.messages) == 1


def test_a_task_ends_before_another_worker_could_begin_with_its_notices():
    for task in (tasks.deliver, tasks.sweep):
        assert (task.soft_time_limit, task.time_limit) == (SOFT_LIMIT, HARD_LIMIT)
    assert SWEEP_SECONDS < SOFT_LIMIT < HARD_LIMIT < LEASE.total_seconds()


@pytest.mark.parametrize(
    ("answer", "state", "kind", "is_wrong"),
    [
        ("550 No such mailbox", "bounced", "recipient", True),
        ("550 5.1.1 No such mailbox", "bounced", "recipient", True),
        ("550 5.2.1 This mailbox is disabled", "bounced", "recipient", True),
        ("550 5.4.4 Host not found", "bounced", "recipient", True),
        ("550 5.1.8 Bad sender domain", "bounced", "recipient", False),
        ("552 5.2.2 Mailbox full", "bounced", "recipient", False),
        ("552 Mailbox full", "bounced", "recipient", False),
        ("550 5.7.1 Blocked by policy", "failed", "content", False),
        ("554 5.7.26 Not authenticated", "failed", "content", False),
    ],
)
def test_the_address_is_to_be_checked_only_if_the_server_spoke_of_it(mail_server, answer, state, kind, is_wrong):
    mail_server.recipients["dana@example.org"] = answer
    notice = NoticeFactory()
    deliver(notice.pk, now=clock.now())
    notice = Notice.objects.get(pk=notice.pk)
    assert (notice.state, notice.answer_kind, notice.may_have_wrong_address) == (state, kind, is_wrong)
    assert ("Check the address." in meaning_of(notice)) is is_wrong
    assert ("The address may be right." in meaning_of(notice)) is not is_wrong


def test_what_is_no_address_is_to_be_checked(mail_server):
    notice = NoticeFactory(to="dana at example.org")
    deliver(notice.pk, now=clock.now())
    assert "Check the address." in meaning_of(Notice.objects.get(pk=notice.pk))
