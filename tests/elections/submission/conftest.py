"""What tests of submissions, receipts and their checking share."""

import pytest

from accounts.models import User
from elections.models import Election, Submission
from elections.submission.receipt_actions import request_receipts
from ground import clock
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import UserFactory
from tests.factories.practices import OTHER, SOLO, FictionalPractice


@pytest.fixture
def submission(cms_data, set_clock) -> Submission:
    """Dana Rivera's submission, received at a time of day that nothing else has; a worker requested its receipt."""
    set_clock("2026-12-01T10:04:31-05:00")
    submission = submit(ElectionFactory())
    request_receipts(now=clock.now())
    return submission


@pytest.fixture
def robin(db) -> User:
    return UserFactory(email="other@example.org", name="Robin Other")


@pytest.fixture
def guessing(cms_data, robin) -> Election:
    """Robin's draft, which names somebody else's TIN and none of its NPIs, and so learns nothing of that TIN."""
    guessed = FictionalPractice("Guessed", SOLO.tin, ("1104237361",))
    return ElectionFactory(by=robin, practices=(guessed, OTHER), name="Mill Group")
