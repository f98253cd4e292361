"""What signers say isn't right is found in the queue and in the morning, until CMS answers it."""

from typing import Any

import pytest

from elections.desk import decisions, reopening
from elections.models import Election
from elections.submission import actions as submission
from elections.verbs import record
from ground import clock
from tests.elections.steps import desk, queue
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.people import UserFactory
from tests.factories.practices import PracticeFactory
from tests.pages import text

pytestmark = pytest.mark.django_db

QUEUE = "/staff/elections/election/"
NOON, LATER = "2026-12-01T12:00:00-05:00", "2026-12-01T13:00:00-05:00"
SAID = {"signer": "Sol Harbor", "practice": "Quiet Harbor Medicine", "reason": "We did not agree."}


def object_to(election: Election, number: int = 1) -> None:
    record(election, "object", by=None, now=clock.now(), link=1, submission=number, **SAID)


def objected(client) -> list[str]:
    """Return what the queue lists as objected to, of any status; the morning counts the same."""
    listed = queue(client, status="all", attention="objected")
    assert f"Objections from signers ({len(listed)})" in text(client.get("/staff/"))
    return listed


def reads(client) -> str:
    return str(client.get(f"{QUEUE}?status=all").content.decode())


def test_an_objection_is_counted_in_its_row_and_led_to(client, in_review):
    assert objected(client) == []
    assert queue(client, attention="nothing") == ["Harbor Group"]
    object_to(in_review)
    assert objected(client) == ["Harbor Group"]
    assert '<td class="field-attention">Objection from a signer</td>' in reads(client)
    object_to(in_review)
    assert '<td class="field-attention">2 objections from signers</td>' in reads(client)
    assert "2 objections from signers" in client.get(f"{QUEUE}csv/?status=open").content.decode()
    assert queue(client, attention="nothing") == []


def test_a_rejection_answers_it_and_one_undone_or_reopened_does_not(client, in_review, reviewer, lead, set_clock):
    object_to(in_review)
    set_clock(NOON)
    said: dict[str, Any] = {"submission_number": 1, "reasons": "A signer objects."}
    decisions.reject(in_review.pk, by=reviewer, now=clock.now(), **said)
    assert objected(client) == []
    client.post(desk(in_review, "take-back/"))
    assert objected(client) == ["Harbor Group"]
    decisions.reject(in_review.pk, by=reviewer, now=clock.now(), **said)
    take_effect(in_review)
    assert objected(client) == []
    set_clock(LATER)
    reopening.reopen(in_review.pk, by=lead, now=clock.now(), submission_number=1, reason="A signer objects.")
    assert objected(client) == ["Harbor Group"]


def test_one_that_comes_after_the_decision_is_open(client, approved, set_clock):
    set_clock(NOON)
    object_to(approved)
    assert objected(client) == ["Harbor Group"]
    assert "Sol Harbor for Quiet Harbor Medicine" in text(client.get(desk(approved)))


def test_a_withdrawn_election_needs_no_answer(client, in_review):
    object_to(in_review)
    submission.withdraw(in_review.pk, by=in_review.started_by, now=clock.now())
    object_to(in_review)
    assert objected(client) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_with_objections_take_no_more_queries(client, cms_data, rows, django_assert_num_queries):
    for number in range(rows):
        by = UserFactory(email=f"by{number}@example.org", name="Robin")
        made = ElectionFactory(by=by, practices=PracticeFactory.build_batch(2), name=f"G {number}", state="submitted")
        for _ in range(rows):
            object_to(made)
    client.get("/staff/")
    for address, queries in (
        (f"{QUEUE}?status=open", 7),
        (f"{QUEUE}?status=all&attention=objected", 7),
        ("/staff/", 8),
    ):
        with django_assert_num_queries(queries):
            client.get(address)
