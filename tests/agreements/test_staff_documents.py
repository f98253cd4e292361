"""Staff see which documents are stuck, and have them tried again; never what they say."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from tests.factories.agreements import DocumentFactory

pytestmark = pytest.mark.django_db
SECRETS = ("Lakeside", "961234567", "96-1234567", "908172", "1234567893", "Rivera", "signer")


@pytest.fixture
def document(db):
    return DocumentFactory(state="failed")


def test_only_documents_are_registered():
    registered = [model.__name__ for model in admin.site._registry if model._meta.app_label == "agreements"]
    assert registered == ["Document"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_staff_see_state_and_fingerprint_and_nothing_it_says(document, staff, role):
    client = staff(role)
    for page in (
        reverse("admin:agreements_document_changelist"),
        reverse("admin:agreements_document_change", args=[document.pk]),
    ):
        answer = client.get(page)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "The renderer stopped." in text
        assert [secret for secret in SECRETS if secret in text] == []
    assert document.snapshot_sha256 in text
    assert ("Try again" in text) is (role == Role.DATA_STEWARD)
    gone = ("add/", f"{document.pk}/delete/")
    assert [client.get(f"/staff/agreements/document/{page}").status_code for page in gone] == [404, 404]


def test_the_data_steward_has_it_tried_again(document, staff):
    client = staff(Role.DATA_STEWARD)
    again = reverse("admin:agreements_document_retry", args=[document.pk])
    assert client.get(again).status_code == 405
    page = client.post(again, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        f"Agreement {document.pk} is queued. We’ll make it in a moment."
    ]
    document.refresh_from_db()
    assert (document.state, document.attempts, document.failure) == ("queued", 0, "")
    page = client.post(again, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        f"Agreement {document.pk} has not failed. Nothing was changed."
    ]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD_REVIEWER, Role.AUDITOR])
def test_others_may_look_and_not_touch(document, staff, role):
    assert staff(role).post(reverse("admin:agreements_document_retry", args=[document.pk])).status_code == 403
    document.refresh_from_db()
    assert document.state == "failed"


def test_an_administrator_does_not_see_documents(document, staff):
    assert staff(Role.ADMINISTRATOR).get(reverse("admin:agreements_document_changelist")).status_code == 403


def test_the_list_asks_the_database_as_often_for_three_as_for_one(document, staff):
    client, page, asked = staff(Role.AUDITOR), reverse("admin:agreements_document_changelist"), []
    client.get(page)
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        asked.append(len(queries))
        DocumentFactory()
    assert asked == [asked[0]] * 3
    assert not [query for query in queries.captured_queries if '"snapshot"' in query["sql"]]
