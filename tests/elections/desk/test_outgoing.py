"""Emails and documents name the election that they are about, and lead to it those who read packets."""

import pytest

from agreements.models import Document
from notices.models import Notice
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory
from tests.factories.notices import NoticeFactory
from tests.factories.people import StewardFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER
from tests.pages import text

pytestmark = pytest.mark.django_db
NOTICES, DOCUMENTS = "/staff/notices/notice/", "/staff/agreements/document/"


@pytest.fixture
def pages(submitted) -> list[str]:
    """The lists of emails and documents, and the page of one of each."""
    notice, document = Notice.objects.get(), Document.objects.get()
    return [NOTICES, f"{NOTICES}{notice.pk}/change/", DOCUMENTS, f"{DOCUMENTS}{document.pk}/change/"]


def test_they_lead_a_reviewer_to_the_packet(client, submitted, pages):
    for page in pages:
        assert f'<a href="{desk(submitted)}">Harbor Group, 2027</a>' in client.get(page).content.decode(), page


def test_a_data_steward_reads_the_name_alone(submitted, pages):
    steward = signed_in(StewardFactory())
    for page in pages:
        answer = steward.get(page)
        assert "Harbor Group, 2027" in text(answer), page
        assert desk(submitted) not in answer.content.decode(), page


def test_what_cms_has_not_received_is_not_named(client, election):
    page = client.get(DOCUMENTS).content.decode() + client.get(NOTICES).content.decode()
    assert "Harbor Group" not in page
    assert desk(election) not in page


@pytest.mark.parametrize(("listed", "words"), [(NOTICES, "harbor group"), (DOCUMENTS, "harbor"), (NOTICES, "DANA@")])
def test_they_are_found_by_a_search_that_posts(client, submitted, listed, words):
    NoticeFactory(to="someone@example.org", subject="Something else")
    ElectionFactory(by__email="mia@example.org", practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    answer = client.post(listed, {"q": words}, follow=True)
    assert "1 found by" in text(answer)
    assert [str(row.pk) for row in answer.context["cl"].result_list]
    refused = client.post(f"{listed}?state__exact=queued", {"q": "961-00-0001 961000001"}, follow=True)
    assert refused.redirect_chain == [(f"{listed}?state__exact=queued", 302)]
    assert "Search by words. No row of this list has a full TIN or NPI." in text(refused)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_whatever_they_show(client, submitted, rows, django_assert_num_queries):
    for _ in range(rows - 1):
        ElectionFactory(by__email="mia@example.org", practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    for listed, queries in ((NOTICES, 9), (DOCUMENTS, 7)):
        client.get(listed)
        with django_assert_num_queries(queries):
            client.get(listed)
