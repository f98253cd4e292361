"""With the broker unreachable, submitting answers within two seconds, and what was owed goes out when it is back."""

import pytest

from agreements.models import Document
from elections.models import Submission
from notices.models import Notice, WorkerHeartbeat
from tests.conftest import PINNED
from tests.factories.practices import load_cms_data
from tests.workers import wait_until

from . import crowd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof, pytest.mark.alone]

SECONDS = 2.0


def test_submitting_answers_and_what_was_owed_goes_out(serve, jobs, broker, mail_server, set_clock, say):
    set_clock(PINNED.isoformat())
    people = crowd.people(3)
    practices = [crowd.practice(number, number) for number in range(6)]
    load_cms_data(practices)
    elections = crowd.drafts([(each.user, practices[2 * n : 2 * n + 2]) for n, each in enumerate(people)])
    web = serve(processes=1, threads=2, **broker.environment)
    jobs.start()
    wait_until(WorkerHeartbeat.objects.exists)
    broker.stop()
    answers = [
        web.post(crowd.confirming(election, someone.session))
        for election, someone in zip(elections, people, strict=True)
    ]
    assert [(answer.status, answer.location) for answer in answers] == [
        (302, f"/elections/{election.pk}/receipt/1") for election in elections
    ]
    slowest = max(answer.seconds for answer in answers)
    assert slowest < SECONDS
    assert Submission.objects.count() == 3
    assert list(Notice.objects.values_list("state", "attempts")) == [("queued", 0)] * 3
    assert list(Document.objects.values_list("state", "attempts")) == [("queued", 0)] * 3, "receipts come later"
    broker.start()
    wait_until(lambda: Notice.objects.filter(state="sent").count() == 3, seconds=120)
    wait_until(lambda: Document.objects.filter(state="ready").count() == 6, seconds=120)
    assert sorted(str(message["To"]) for message in mail_server.messages) == [each.user.email for each in people]
    say(f"{broker.name}: the slowest of three answers without a broker took {slowest:.2f} s")
