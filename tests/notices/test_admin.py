"""The staff pages that show notices."""

import re

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from ground import clock, vault
from notices.delivery import deliver
from notices.models import Notice
from notices.watch import REASONS
from tests.factories.notices import NoticeFactory
from tests.pages import text

LIST = "admin:notices_notice_changelist"


@pytest.fixture(autouse=True)
def _no_demo(settings):
    settings.DEMO = False


def change(notice):
    return reverse("admin:notices_notice_change", args=[notice.pk])


@pytest.mark.parametrize(
    ("roles", "status"), [*(([role], 200 if role != Role.ADMINISTRATOR else 403) for role in Role), ([], 403)]
)
def test_notices_are_for_staff(staff, roles, status):
    notice = NoticeFactory()
    client = staff(*roles)
    assert client.get(reverse(LIST)).status_code == status
    assert client.get(change(notice)).status_code == status


@pytest.mark.parametrize("rows", [1, 3])
def test_notices_list(staff, rows, django_assert_num_queries):
    client = staff(Role.AUDITOR)
    for number in range(rows):
        NoticeFactory(subject=f"Received {number}")
    with django_assert_num_queries(11):
        response = client.get(reverse(LIST))
    content = response.content.decode()
    assert [f"Received {number}" in content for number in range(4)] == [number < rows for number in range(4)]


@pytest.mark.parametrize(
    ("listed", "columns"),
    [
        (LIST, ["subject", "delivered", "election", "recipient", "kind", "created"]),
        ("admin:notices_unmatchedbounce_changelist", ["title_of", "problem", "sender", "read"]),
    ],
)
def test_what_became_of_it_is_beside_what_it_is(staff, listed, columns):
    """On a phone only two columns are in sight."""
    assert list(staff(Role.DATA_STEWARD).get(reverse(listed)).context["cl"].list_display) == columns


def test_every_kind_of_email_has_a_name_of_its_own(staff):
    folders = [settings.BASE_DIR / "templates" / name / "email" for name in ("account", "mfa")]
    names = [path.name.removesuffix("_subject.txt") for folder in folders for path in folder.glob("*_subject.txt")]
    mails = [path.stem for path in (settings.BASE_DIR / "templates/elections/mail").glob("*.txt")]
    reasons = [f"account_{name}" for name in names] + [f"election {name.replace('_', ' ')}" for name in mails]
    reasons += REASONS.values()
    for reason in reasons:
        NoticeFactory(reason=reason)
    [kinds] = [
        spec for spec in staff(Role.AUDITOR).get(reverse(LIST)).context["cl"].filter_specs if spec.title == "kind"
    ]
    words = dict(kinds.lookup_choices)
    assert (len(words), len(set(words.values()))) == (len(reasons), len(reasons))
    assert [word for reason, word in words.items() if reason.startswith("account") and word[:9] != "Account: "] == []


def test_notices_list_says_what_the_server_answered(staff, mail_server):
    mail_server.recipients["dana@example.org"] = "550 5.1.1 No such mailbox"
    deliver(NoticeFactory().pk, now=clock.now())
    content = staff(Role.DATA_STEWARD).get(reverse(LIST)).content.decode()
    assert "550 5.1.1 No such mailbox" in content
    assert "Bounced" in content


@pytest.mark.parametrize("role", [Role.DATA_STEWARD, Role.AUDITOR])
def test_nobody_edits_a_notice(staff, role):
    notice = NoticeFactory()
    client = staff(role)
    assert client.post(change(notice), {"subject": "Another"}).status_code == 403
    assert Notice.objects.values_list("subject", flat=True).get() == "We received your election"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
@pytest.mark.parametrize("reason", ["submitted", "account_password_reset_key", "election ask to sign"])
def test_staff_see_no_text_and_no_link(staff, role, reason):
    notice = NoticeFactory(reason=reason, body="Dear Dana, open https://example.org/secret/abc123")
    client = staff(role)
    for page in ("change", "resend", "changelist"):
        args = [] if page == "changelist" else [notice.pk]
        content = client.get(reverse(f"admin:notices_notice_{page}", args=args)).content.decode()
        assert [word for word in ("Dear Dana", "example.org/", "abc123", "Only in the demo") if word in content] == []
    said = text(client.get(change(notice)))
    assert "We received your election" in said
    assert "Its text is for the person it was sent to." in said


def test_the_demo_shows_the_text_and_says_that_it_is_the_demo(staff, settings):
    settings.DEMO = True
    notice = NoticeFactory(body="See https://example.org/secret/abc123")
    said = text(staff(Role.DATA_STEWARD).get(change(notice)))
    assert (
        "Only in the demo: the email’s text, as its reader got it. Staff of the real site never see it."
        " Text: See https://example.org/secret/abc123"
    ) in said
    assert "Its text is for the person" not in said


def test_resend_asks_first_and_is_logged(staff, mail_server):
    notice = NoticeFactory()
    deliver(notice.pk, now=clock.now())
    client = staff(Role.DATA_STEWARD)
    page = reverse("admin:notices_notice_resend", args=[notice.pk])
    assert page in client.get(change(notice)).content.decode()
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


def test_filters_stay_over_a_verb(staff, mail_server):
    deliver(NoticeFactory().pk, now=clock.now())
    client, listed = staff(Role.DATA_STEWARD), f"{reverse(LIST)}?state__exact=sent"
    address = listed
    for page in ("change", "resend"):
        found = re.search(rf'href="(/staff/notices/notice/\d+/{page}/\?[^"]+)"', client.get(address).content.decode())
        assert found, page
        address = found[1].replace("&amp;", "&")
    after = client.post(address, follow=True)
    assert "is queued. We’ll send it in a moment." in text(after)
    assert f'<a href="{listed}">Emails</a>' in after.content.decode()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD_REVIEWER, Role.AUDITOR])
def test_resend_is_for_the_data_steward(staff, mail_server, role):
    notice = NoticeFactory()
    deliver(notice.pk, now=clock.now())
    client = staff(role)
    page = reverse("admin:notices_notice_resend", args=[notice.pk])
    assert page not in client.get(change(notice)).content.decode()
    assert [client.get(page).status_code, client.post(page).status_code] == [403, 403]
    assert Notice.objects.get().state == "sent"


def test_resend_of_a_notice_that_is_not_there(staff):
    assert staff(Role.DATA_STEWARD).get(reverse("admin:notices_notice_resend", args=[1])).status_code == 404


def test_a_text_that_is_not_shown_cannot_be_guessed_by_filtering(staff):
    NoticeFactory(reason="account_password_reset_key", body="Open https://localhost/accounts/password/reset/key/1-abc/")
    client = staff(Role.REVIEWER)
    assert client.get(reverse(LIST), {"state__exact": "queued"}).status_code == 200
    assert client.get(reverse(LIST), {"body__contains": "1-abc"}).status_code == 400


@pytest.mark.parametrize("demo", [True, False])
def test_a_text_that_cannot_be_opened_is_said_and_closes_no_page(staff, settings, demo):
    settings.DEMO = demo
    notice = NoticeFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET body = %s", [vault.encrypt("x", "another.field")])
    client = staff(Role.DATA_STEWARD)
    assert client.get(reverse(LIST)).status_code == 200
    said = client.get(change(notice)).content.decode()
    assert ("We can’t open this message, because the key that encrypts it is missing." in said) is demo
