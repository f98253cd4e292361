"""Owing a message."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from ground import vault
from notices.endings import with_end
from notices.models import Notice, NoticeState
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db


def test_owe_keeps_a_row(set_clock):
    now = set_clock("2026-12-02T09:00:00-05:00")
    notice = Notice.objects.get(pk=NoticeFactory().pk)
    assert (notice.state, notice.attempts, notice.created_at, notice.next_attempt_at) == (
        NoticeState.QUEUED,
        0,
        now,
        now,
    )
    assert (notice.to, notice.subject) == ("dana@example.org", "We received your election")
    assert notice.message_id.startswith("<")
    assert notice.message_id.endswith("@localhost>")


def test_owing_a_key_twice_owes_it_once():
    first = NoticeFactory(key="submitted:1")
    again = NoticeFactory(key="submitted:1", subject="Something else")
    assert again.pk == first.pk
    assert Notice.objects.values_list("subject", flat=True).get() == "We received your election"


def test_a_key_that_is_too_long_begins_as_it_is_and_is_one_of_its_own():
    long = f"submitted:1:{'s' * 250}"
    first, other = NoticeFactory(key=f"{long}@a.example"), NoticeFactory(key=f"{long}@b.example")
    assert {notice.key[:15] for notice in (first, other)} == {"submitted:1:sss"}
    assert NoticeFactory(key=f"{long}@a.example").pk == first.pk != other.pk


def test_owing_in_a_transaction_that_is_rolled_back_owes_nothing():
    with transaction.atomic():
        NoticeFactory()
        transaction.set_rollback(True)
    assert Notice.objects.count() == 0


def test_line_breaks_never_reach_a_header():
    notice = NoticeFactory(subject="Hello\r\nBcc: all@example.org", to="dana@example.org\nBcc: x@example.org")
    assert notice.subject == "Hello Bcc: all@example.org"
    assert notice.to == "dana@example.org Bcc: x@example.org"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("dana@example.org", "dana@example.org"),
        ("", ""),
        ("nobody", ""),
        ("dana@example.org, x@example.org", ""),
        ("dana@example.org\nBcc: x@example.org", ""),
        ('"a, b"@example.org', ""),
    ],
)
def test_replies_go_to_one_address_or_to_the_sender(given, kept):
    notice = NoticeFactory(reply_to=given)
    assert Notice.objects.values_list("reply_to", flat=True).get() == kept
    said = "If you reply to this email, your reply goes to dana@example.org.\n"
    assert notice.body.endswith(said) is bool(kept)


def test_every_mail_ends_with_the_site_and_the_service_center_once():
    body = NoticeFactory(body="Your receipt code is AAAA-BBBB.\n").body
    assert body == (
        "Your receipt code is AAAA-BBBB.\n\nVirtual Group Elections\n"
        "Questions: Quality Payment Program Service Center, 1-866-288-8292 "
        "(TRS: 711; Monday to Friday, 8 a.m. to 8 p.m. ET), QPP@cms.hhs.gov\n"
    )
    assert NoticeFactory(body=body).body == body


def test_a_long_subject_is_cut():
    assert NoticeFactory(subject="Received: " + "Long " * 20).subject == f"Received:{' Long' * 10}…"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("notice_state_known", {"state": "lost"}),
        ("notice_sent_has_its_moment", {"state": "sent", "sent_at": None}),
        ("notice_headers_one_line", {"subject": "a\nb"}),
        ("notice_headers_one_line", {"to": "a\rb"}),
        ("notice_reply_to_one_address", {"reply_to": "dana@example.org\nBcc: x@example.org"}),
        ("notice_reply_to_one_address", {"reply_to": "dana@example.org,x@example.org"}),
        ("notice_key_and_reason", {"key": ""}),
        ("notice_key_and_reason", {"reason": ""}),
    ],
)
def test_the_database_refuses(constraint, change):
    notice = NoticeFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**change)


LINK = "https://localhost/sign/a-token-that-signs"


def stored_body(notice):
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM notices_notice WHERE id = %s", [notice.pk])
        return cursor.fetchone()[0]


def test_the_database_holds_no_link_that_its_reader_could_follow():
    notice = NoticeFactory(body=f"Please sign: {LINK}\n")
    assert Notice.objects.get().body == with_end(f"Please sign: {LINK}\n")
    assert "sign" not in stored_body(notice)
    assert vault.decrypt(stored_body(notice), "notices.Notice.body") == with_end(f"Please sign: {LINK}\n")


def test_bodies_of_before_are_sealed_by_the_migration_and_opened_by_going_back():
    notice = NoticeFactory()
    before = MigrationExecutor(connection).loader.project_state([("notices", "0001_initial")]).apps
    before.get_model("notices", "Notice").objects.update(body=f"Please sign: {LINK}\n")
    migration = import_module("notices.migrations.0002_sealed_bodies")
    migration.seal(before, None)
    assert Notice.objects.get().body == f"Please sign: {LINK}\n"
    assert LINK not in stored_body(notice)
    migration.unseal(before, None)
    assert stored_body(notice) == f"Please sign: {LINK}\n"
