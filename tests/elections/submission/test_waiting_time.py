"""What the receipt says about how long recent decisions took: from five on, of this performance year."""

from datetime import timedelta

import pytest

from elections.models import Election
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.many import Copy, copies_of
from tests.factories.practices import BY_SSN, OTHER, load_cms_data
from tests.pages import text

pytestmark = pytest.mark.django_db

READS = "We email you CMS’s decision."


def decide(pattern: Election, reviewer, *days: float) -> None:
    """Have the reviewer decide a copy for each number of days after its receipt; all were received 30 days ago."""
    received = clock.now() - timedelta(days=30)
    waits = [timedelta(days=each) for each in days]
    copies_of(pattern, [Copy(received, "approved", reviewer, waited=wait) for wait in waits])


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((1, 2, 3, 4), f"{READS} Until"),
        (
            (14, 2, 6, 7, 3),
            f"{READS} CMS made its last 5 decisions in 2 to 14 days. Half of them took 6 days or less. Until",
        ),
        (
            (0.5, 0.5, 0.9, 1, 1.5),
            f"{READS} CMS made its last 5 decisions in less than 1 day to 1 day. Half of them took less than 1 "
            f"day. Until",
        ),
        ((3, 3.5, 3, 3, 3, 3), f"{READS} CMS made its last 6 decisions in 3 days. Until"),
        (
            range(1, 31),
            f"{READS} CMS made its last 20 decisions in 11 to 30 days. Half of them took 20 days or less. Until",
        ),
    ],
)
def test_the_receipt_says_how_long_recent_ones_took(client, submission, reviewer, days, said):
    decide(submission.election, reviewer, *days)
    assert said in text(client.get(f"/elections/{submission.election_id}/receipt/1"))


def test_another_year_s_decisions_are_not_counted(client, submission, reviewer, representative, set_clock):
    set_clock("2025-11-20T10:00:00-05:00")
    load_cms_data(performance_year=2026)
    last_year = ElectionFactory(by=representative, practices=(OTHER, BY_SSN), year=2026, state="submitted")
    decide(last_year, reviewer, 1, 2, 3, 4, 5)
    set_clock("2026-12-01T10:04:31-05:00")
    decide(submission.election, reviewer, 1, 2, 3, 4)
    assert "CMS made its last" not in text(client.get(f"/elections/{submission.election_id}/receipt/1"))


def test_it_is_said_only_while_a_decision_is_awaited(client, submission, reviewer):
    decide(submission.election, reviewer, 1, 2, 3, 4, 5)
    client.post(f"/elections/{submission.election_id}/withdraw", {"sure": "on"})
    said = text(client.get(f"/elections/{submission.election_id}/receipt/1"))
    assert "Its status is now “Withdrawn”." in said
    assert "CMS made its last" not in said
