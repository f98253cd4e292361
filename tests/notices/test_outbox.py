"""Owing a message."""

import pytest
from django.db import IntegrityError, transaction

from notices.models import Notice, State


def test_owe_keeps_a_row(owed, set_clock):
    now = set_clock("2026-12-02T09:00:00-05:00")
    notice = Notice.objects.get(pk=owed().pk)
    assert (notice.state, notice.attempts, notice.created_at, notice.next_attempt_at) == (State.QUEUED, 0, now, now)
    assert (notice.to, notice.subject) == ("dana@example.org", "We received your election")
    assert notice.message_id.startswith("<")
    assert notice.message_id.endswith("@localhost>")


def test_owing_a_key_twice_owes_it_once(owed):
    first = owed()
    again = owed(subject="Something else")
    assert again.pk == first.pk
    assert Notice.objects.values_list("subject", flat=True).get() == "We received your election"


def test_owing_in_a_transaction_that_is_rolled_back_owes_nothing(owed):
    with transaction.atomic():
        owed()
        transaction.set_rollback(True)
    assert Notice.objects.count() == 0


def test_line_breaks_never_reach_a_header(owed):
    notice = owed(subject="Hello\r\nBcc: all@example.org", to="dana@example.org\nBcc: x@example.org")
    assert notice.subject == "Hello Bcc: all@example.org"
    assert notice.to == "dana@example.org Bcc: x@example.org"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("notice_state_known", {"state": "lost"}),
        ("notice_sent_has_its_moment", {"state": "sent", "sent_at": None}),
        ("notice_headers_one_line", {"subject": "a\nb"}),
        ("notice_headers_one_line", {"to": "a\rb"}),
        ("notice_key_and_reason", {"key": ""}),
        ("notice_key_and_reason", {"reason": ""}),
    ],
)
def test_the_database_refuses(owed, constraint, change):
    notice = owed()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**change)
