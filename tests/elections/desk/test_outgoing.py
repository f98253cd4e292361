"""Emails and documents name the election that they are about, and lead to it those who read packets."""

import re

import pytest

from agreements.models import Document, DocumentKind
from elections.submission.receipt_actions import request_receipts
from ground import clock
from notices.models import Notice
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory
from tests.factories.notices import NoticeFactory
from tests.factories.people import StewardFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER
from tests.pages import text

pytestmark = pytest.mark.django_db
NOTICES, DOCUMENTS = "/staff/notices/notice/", "/staff/agreements/document/"
TAG = re.compile(r'<span class="usa-tag [^"]*">(.*?)</span>')
TECHNICAL = ("notice:", "message id", "locked until", "__str__", ">notice")


def heads(page: str) -> list[str]:
    """Return what the columns of a list are called."""
    [row] = re.findall(r"<thead>(.*?)</thead>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", head).split()) for head in re.findall(r"<th.*?</th>", row, re.DOTALL)]


@pytest.fixture
def pages(submitted) -> list[str]:
    """The lists of emails and documents, and the page of one of each."""
    request_receipts(now=clock.now())
    notice, document = Notice.objects.get(), Document.objects.get(kind=DocumentKind.RECEIPT)
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


def test_lists_say_what_they_have_in_words_and_states_as_tags(client, submitted, pages):
    emails, email, documents, document = (client.get(page).content.decode() for page in pages)
    assert heads(emails) == [*("Subject", "State", "Election", "To", "Kind", "Created")]
    assert heads(documents) == [
        *("Document", "State", "Election", "Requested", "Ready", "Next attempt", "What went wrong")
    ]
    assert TAG.findall(emails) == TAG.findall(email) == ["Queued"]
    assert TAG.findall(documents) == 2 * TAG.findall(document) == 2 * ["Waiting to start"]
    assert ">Emails</a>" in email
    assert "<h1>Received: 2027 election for Harbor Group, to dana@example.org</h1>" in email
    for page in (emails, email, documents, document):
        assert [word for word in TECHNICAL if word in page.lower()] == []


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (NOTICES, "No email yet. You’ll see an email here as soon as the site has one to send."),
        (DOCUMENTS, "No document yet. You’ll see a PDF here as soon as someone asks for it."),
    ],
)
def test_an_empty_list_says_what_will_appear_there(client, listed, said):
    assert said in text(client.get(listed))
    assert "Nothing matches. Clear the filters" in text(client.get(f"{listed}?state__exact=failed"))


def test_a_kind_of_email_that_there_is_not_is_not_understood(client, submitted):
    answer = client.get(f"{NOTICES}?reason=nonsense", follow=True)
    assert "We didn’t understand the filters in this address, so this list shows everything." in text(answer)
    assert client.get(f"{NOTICES}?reason=election+submitted").context["cl"].result_count == 1


def test_what_cms_has_not_received_is_not_named(client, election):
    page = client.get(DOCUMENTS).content.decode() + client.get(NOTICES).content.decode()
    assert "Harbor Group" not in page
    assert desk(election) not in page


@pytest.mark.parametrize(
    ("listed", "words", "found"),
    [(NOTICES, "harbor group", "1 match"), (DOCUMENTS, "harbor", "2 matches"), (NOTICES, "DANA@", "1 match")],
)
def test_they_are_found_by_a_search_that_posts(client, submitted, listed, words, found):
    NoticeFactory(to="someone@example.org", subject="Something else")
    ElectionFactory(by__email="mia@example.org", practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    request_receipts(now=clock.now())
    answer = client.post(listed, {"q": words}, follow=True)
    assert f"{found} for “" in text(answer)
    hidden = text(client.get(listed, {"state__exact": "failed", "q": words}))
    assert f"0 matches for “{words}” within your filters. Show {found} outside your filters" in hidden
    assert [str(row.pk) for row in answer.context["cl"].result_list]
    refused = client.post(f"{listed}?state__exact=queued", {"q": "961-00-0001 961000001"}, follow=True)
    assert refused.redirect_chain == [(f"{listed}?state__exact=queued", 302)]
    assert "Search by words. No row of this list has a full TIN or NPI." in text(refused)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_whatever_they_show(client, submitted, rows, django_assert_num_queries):
    for _ in range(rows - 1):
        ElectionFactory(by__email="mia@example.org", practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    for listed, queries in ((NOTICES, 8), (DOCUMENTS, 6)):
        client.get(listed)
        with django_assert_num_queries(queries):
            client.get(listed)
