"""200 notices, a mail server that refuses, defers, returns and hangs, and workers that are killed: none is lost.

Each is sent, or staff see what became of it. Each goes out under one Message-ID, twice only where a worker was killed
between the server's answer and our record of it.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from ground import clock
from notices.bounces import read_bounces
from notices.delivery import WAITS, sweep
from notices.models import Notice, UnmatchedBounce
from tests.factories.bounces import put, report
from tests.factories.notices import NoticeFactory
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof, pytest.mark.alone]

OWED = {"taken": 140, "refused": 20, "never": 15, "later": 8, "hangs": 4, "returned": 13}
LEASE_OVER, WAITED = 200, 3 * 60 * 60  # seconds: what a killed worker held, and what was put off, is due again
IN_FLIGHT = 2  # notices at most that one kill interrupts: a worker's two processes


def addresses(kind):
    return [f"{kind}{number}@example.org" for number in range(OWED[kind])]


def owe_all_kinds():
    """Owe the notices of all kinds in turn, as they would come."""
    people = sorted((number, f"{kind}{number}@example.org") for kind in OWED for number in range(OWED[kind]))
    return [NoticeFactory(to=address) for _, address in people]


def states():
    """Return how many notices of each kind are in which state."""
    rows = Notice.objects.values_list("to", "state")
    return Counter((to.partition("@")[0].rstrip("0123456789"), state) for to, state in rows)


def test_every_notice_is_sent_or_seen_by_staff(jobs, mail_server, staff, settings, tmp_path, say):
    bounces = {"BOUNCE_ADDRESS": "bounces@elections.example.gov", "BOUNCE_MAILDIR": str(put(tmp_path / "bounces"))}
    settings.BOUNCE_ADDRESS, settings.BOUNCE_MAILDIR = bounces.values()
    mail_server.recipients |= dict.fromkeys(addresses("refused"), "550 5.1.1 No such mailbox")
    mail_server.recipients |= dict.fromkeys(addresses("never") + addresses("later"), "451 4.7.1 Try again later")
    mail_server.hangs |= set(addresses("hangs"))
    notices = owe_all_kinds()

    jobs.start(**bounces)
    wait_until(lambda: len(mail_server.messages) >= 30)
    jobs.kill()
    jobs.start(ahead=LEASE_OVER, **bounces)
    wait_until(lambda: len(mail_server.messages) >= 60)
    kill_before_the_answer(jobs, mail_server)

    mail_server.hangs.clear()
    for address in addresses("later"):
        del mail_server.recipients[address]
    jobs.start(ahead=WAITED, **bounces)
    sendable = ("taken", "later", "hangs", "returned")
    wait_until(
        lambda: sum(states()[kind, "sent"] for kind in sendable) == sum(OWED[kind] for kind in sendable), seconds=180
    )
    jobs.kill()  # what is in flight now is never taken
    give_up_what_is_put_off()
    return_the_returned(tmp_path / "bounces", mail_server)

    assert states() == {
        **{(kind, "sent"): OWED[kind] for kind in ("taken", "later", "hangs")},
        **{(kind, "bounced"): OWED[kind] for kind in ("refused", "returned")},
        ("never", "failed"): OWED["never"],
    }
    arrived = Counter(message["Message-ID"] for message in mail_server.messages)
    assert set(arrived) == {notice.message_id for notice in notices if kind_of(notice) in sendable}
    twice = sum(arrived.values()) - len(arrived)
    assert twice <= 2 * IN_FLIGHT
    assert staff_see(staff, "bounced") == OWED["refused"] + OWED["returned"]
    assert staff_see(staff, "failed") == OWED["never"]
    say(f"{len(notices)} notices, 2 kills: {len(arrived)} arrived, {twice} of them twice; the others are seen by staff")


def kind_of(notice):
    return notice.to.partition("@")[0].rstrip("0123456789")


def kill_before_the_answer(jobs, server):
    """The message was taken; the worker does not know it."""
    server.answers = False
    taken = len(server.messages)
    wait_until(lambda: len(server.messages) > taken)
    jobs.kill()
    server.answers = True


def give_up_what_is_put_off():
    """Let the days pass in which what is put off is tried again."""
    now = clock.now() + timedelta(seconds=WAITED)
    for wait in WAITS:
        now += 2 * wait
        sweep(now=now)


def return_the_returned(folder, server):
    """Send back what was accepted, to the return address of each."""
    for message, address in zip(server.messages, server.returns, strict=True):
        if message["To"] in addresses("returned"):
            put(folder, report(Notice.objects.get(message_id=message["Message-ID"]), to=address))
    read_bounces(now=clock.now())
    assert not UnmatchedBounce.objects.exists()


def staff_see(staff, state):
    """Return how many notices in a state the staff's list shows."""
    listed = staff(Role.DATA_STEWARD).get(reverse("admin:notices_notice_changelist"), {"state__exact": state})
    return listed.context["cl"].result_count
