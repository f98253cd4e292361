"""The staff pages that show notices."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from ground import clock, vault
from notices.delivery import deliver
from notices.models import Notice
from tests.factories.people import UserFactory, signed_in

LIST = "admin:notices_notice_changelist"


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.STAFF_SECOND_FACTOR = False
    settings.DEMO = False


@pytest.fixture
def sign_in(client, db):
    def as_(role):
        return signed_in(UserFactory(roles=[role] if role else ()))

    return as_


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.DATA_STEWARD, 200), (Role.REVIEWER, 200), (Role.LEAD_REVIEWER, 200), (Role.AUDITOR, 200), (None, 403)],
)
def test_notices_are_for_staff(sign_in, owed, role, status):
    notice = owed()
    client = sign_in(role)
    assert client.get(reverse(LIST)).status_code == status
    assert client.get(reverse("admin:notices_notice_change", args=[notice.pk])).status_code == status


@pytest.mark.parametrize("rows", [1, 3])
def test_notices_list(sign_in, owed, rows, django_assert_num_queries):
    client = sign_in(Role.AUDITOR)
    for number in range(rows):
        owed(key=f"submitted:{number}", subject=f"Received {number}")
    with django_assert_num_queries(9):
        response = client.get(reverse(LIST))
    content = response.content.decode()
    assert [f"Received {number}" in content for number in range(4)] == [number < rows for number in range(4)]


def test_notices_list_says_what_the_server_answered(sign_in, owed, mail_server):
    mail_server.recipients["dana@example.org"] = "550 5.1.1 No such mailbox"
    deliver(owed().pk, now=clock.now())
    content = sign_in(Role.DATA_STEWARD).get(reverse(LIST)).content.decode()
    assert "550 5.1.1 No such mailbox" in content
    assert "Bounced" in content


@pytest.mark.parametrize("role", [Role.DATA_STEWARD, Role.AUDITOR])
def test_nobody_edits_a_notice(sign_in, owed, role):
    notice = owed()
    client = sign_in(role)
    change = reverse("admin:notices_notice_change", args=[notice.pk])
    assert client.post(change, {"subject": "Another"}).status_code == 403
    assert Notice.objects.values_list("subject", flat=True).get() == "We received your election"


@pytest.mark.parametrize(
    ("demo", "reason", "shown"),
    [
        (False, "submitted", "See https://example.org/…"),
        (False, "account_password_reset_key", "Not shown, because it lets its reader sign in."),
        (True, "submitted", "See https://example.org/secret/abc123"),
        (True, "account_password_reset_key", "See https://example.org/secret/abc123"),
    ],
)
def test_links_are_shown_in_the_demo_alone(sign_in, owed, settings, demo, reason, shown):
    settings.DEMO = demo
    notice = owed(reason=reason, body="See https://example.org/secret/abc123")
    content = sign_in(Role.DATA_STEWARD).get(reverse("admin:notices_notice_change", args=[notice.pk])).content.decode()
    assert shown in content
    assert ("abc123" in content) == demo


def test_resend_asks_first_and_is_logged(sign_in, owed, mail_server):
    notice = owed()
    deliver(notice.pk, now=clock.now())
    client = sign_in(Role.DATA_STEWARD)
    page = reverse("admin:notices_notice_resend", args=[notice.pk])
    assert page in client.get(reverse("admin:notices_notice_change", args=[notice.pk])).content.decode()
    assert "dana@example.org" in client.get(page).content.decode()
    assert Notice.objects.get().state == "sent"
    response = client.post(page, follow=True)
    assert "is queued. We’ll send it in a moment." in response.content.decode()
    assert Notice.objects.get().state == "queued"
    assert list(LogEntry.objects.values_list("object_id", "change_message")) == [
        (str(notice.pk), "Queued to be sent again.")
    ]
    assert "Nothing was changed" in client.post(page, follow=True).content.decode()
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD_REVIEWER, Role.AUDITOR])
def test_resend_is_for_the_data_steward(sign_in, owed, mail_server, role):
    notice = owed()
    deliver(notice.pk, now=clock.now())
    client = sign_in(role)
    page = reverse("admin:notices_notice_resend", args=[notice.pk])
    assert page not in client.get(reverse("admin:notices_notice_change", args=[notice.pk])).content.decode()
    assert [client.get(page).status_code, client.post(page).status_code] == [403, 403]
    assert Notice.objects.get().state == "sent"


def test_resend_of_a_notice_that_is_not_there(sign_in):
    assert sign_in(Role.DATA_STEWARD).get(reverse("admin:notices_notice_resend", args=[1])).status_code == 404


def test_a_text_that_is_not_shown_cannot_be_guessed_by_filtering(sign_in, owed):
    owed(reason="account_password_reset_key", body="Open https://localhost/accounts/password/reset/key/1-abc/")
    client = sign_in(Role.REVIEWER)
    assert client.get(reverse(LIST), {"state__exact": "queued"}).status_code == 200
    assert client.get(reverse(LIST), {"body__contains": "1-abc"}).status_code == 400


def test_a_text_that_cannot_be_opened_is_said_and_closes_no_page(sign_in, owed):
    notice = owed()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET body = %s", [vault.encrypt("x", "another.field")])
    client = sign_in(Role.DATA_STEWARD)
    assert client.get(reverse(LIST)).status_code == 200
    said = client.get(reverse("admin:notices_notice_change", args=[notice.pk])).content.decode()
    assert "We can’t open this message, because the key that encrypts it is missing." in said
