"""Receipts whose PDF cannot be requested: the others are, and staff hear of them."""

import pytest
from django.core.cache import cache

from accounts.models import Role
from elections.models import Receipt
from elections.submission import late_receipts, receipt_actions
from elections.submission.receipt_actions import request_receipts
from ground import clock
from ground.vault import CannotDecrypt
from notices import watch
from notices.models import Notice
from tests.factories.elections import ElectionFactory, submit
from tests.pages import text

pytestmark = pytest.mark.usefixtures("media")


def test_those_that_always_fail_are_tried_again_later_and_staff_hear_of_them(cms_data, staff, monkeypatch, set_clock):
    oldest, *_ = (submit(ElectionFactory()) for _ in range(3))
    make = receipt_actions.make_receipt

    def make_the_oldest(submission, **asked):
        if submission != oldest:
            raise CannotDecrypt
        return make(submission, **asked)

    monkeypatch.setattr(receipt_actions, "make_receipt", make_the_oldest)
    monkeypatch.setattr(receipt_actions, "SWEEP_LIMIT", 2)
    assert [request_receipts(now=clock.now()) for _ in range(3)] == [0, 1, 0]
    assert Receipt.objects.get().submission == oldest

    assert late_receipts.part(set_clock("2026-12-01T10:10:00-05:00")).is_good
    set_clock("2026-12-01T10:10:01-05:00")
    health = text(staff(Role.DATA_STEWARD).get("/staff/health/"))
    assert "Receipts as PDFs Late 2 submissions have no PDF of the receipt yet." in health
    assert "The oldest was received Dec 1, 2026, 10:00 a.m. ET. Read “receipt_not_requested” in the log" in health
    for bad_before in ((), ("receipts",)):
        assert "receipts" in watch.look(bad_before, now=clock.now())
    assert Notice.objects.filter(subject="Late: Receipts as PDFs").count() == 1, "the data steward"

    monkeypatch.setattr(receipt_actions, "make_receipt", make)
    assert request_receipts(now=clock.now()) == 0
    cache.clear()  # ten minutes later
    assert request_receipts(now=clock.now()) == 2
    assert late_receipts.part(clock.now()).is_good
