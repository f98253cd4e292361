"""A form of the desk is done once, however often its button is pressed."""

import re
from functools import partial

import pytest

from agreements.models import Document, DocumentKind
from elections import tasks
from elections.models import Decision, Election, Event, ReviewNote, SentForm
from notices.models import Notice
from tests.elections.steps import desk, hidden
from tests.factories.elections import ElectionFactory
from tests.factories.people import ReviewerFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER, load_cms_data
from tests.pages import text
from tests.threads import at_once

pytestmark = pytest.mark.django_db

AGAIN = "You already sent this form. Nothing was done again."


def test_a_note_a_pdf_and_a_reviewer_are_done_once_by_one_page_and_again_by_the_next(
    client, in_review, lead, set_clock, media
):
    Notice.objects.all().delete()
    sent = {"note/": {"text": "Called Dana."}, "pdf/": {}, "assign/": {"reviewer": lead.pk}}
    pages = {"note/": "", "pdf/": "", "assign/": "assign/"}
    counts = (
        lambda: ReviewNote.objects.count(),
        lambda: Document.objects.filter(kind=DocumentKind.PACKET).count(),
        lambda: Notice.objects.count(),
    )
    for moment, times in (("10:00:00", 1), ("10:05:00", 2)):
        keys = {page: client.get(desk(in_review, shown)).context["once"] for page, shown in pages.items()}
        for second in range(3):
            set_clock(f"2026-12-01T{moment[:-1]}{second}-05:00")
            for page, fields in sent.items():
                answer = client.post(desk(in_review, page), fields | {"once": keys[page], "in_place": "on"})
                assert answer.headers["Location"] == desk(in_review, page if page == "pdf/" else "")
            assert (AGAIN in text(client.get("/staff/"))) is (second > 0)
        assert [count() for count in counts] == [times, times, 1]


def test_the_next_one_is_taken_once_by_one_click(client, cms_data, reviewer):
    ElectionFactory(state="submitted")
    ElectionFactory(by__email="rae@example.org", practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    key = re.findall(r'name="once" value="([0-9a-f]{32})"', client.get("/staff/").content.decode())
    assert len(key) == 1
    answers = [client.post("/staff/elections/election/take-next/", {"once": key[0]}) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {desk(Election.objects.get(reviewer=reviewer))}


def test_a_form_that_was_refused_is_sent_again_from_the_same_page(client, in_review):
    key = {"once": client.get(desk(in_review, "note/")).context["once"]}
    assert "Type your note first." in text(client.post(desk(in_review, "note/"), key))
    assert client.post(desk(in_review, "note/"), key | {"text": "Called Dana."}).status_code == 302
    assert ReviewNote.objects.count() == 1


def test_who_goes_back_to_the_page_and_types_something_else_sends_that(client, in_review):
    key = {"once": client.get(desk(in_review, "note/")).context["once"]}
    for words in ("Called Dana.", "Called Dana.", "She called back.", "She called back."):
        client.post(desk(in_review, "note/"), key | {"text": words})
    assert set(ReviewNote.objects.values_list("text", flat=True)) == {"Called Dana.", "She called back."}
    assert ReviewNote.objects.count() == 2


def test_a_decision_sent_twice_says_that_it_was_done(client, in_review):
    page = client.get(desk(in_review))
    [form] = re.findall(rf'action="{desk(in_review, "approve/")}".*?</form>', page.content.decode(), re.DOTALL)
    [key] = re.findall(r'name="once" value="([0-9a-f]{32})"', form)
    fields = hidden(page) | {"once": key}
    for said in ("Approved. It takes effect in one minute", AGAIN):
        answer = client.post(desk(in_review, "approve/"), fields, follow=True)
        assert said in text(answer)
        assert "Nothing was changed" not in text(answer)
    assert Decision.objects.count() == Event.objects.filter(verb="approve").count() == 1


def test_another_person_s_key_and_one_that_is_none_stop_nothing(client, in_review, lead):
    key = client.get(desk(in_review, "note/")).context["once"]
    for browser, once in ((client, key), (signed_in(lead), key), (client, "x"), (client, "x")):
        browser.post(desk(in_review, "note/"), {"text": "Called Dana.", "once": once})
    assert ReviewNote.objects.count() == 4


def test_the_keys_are_forgotten_after_thirty_days(client, in_review, set_clock):
    key = client.get(desk(in_review, "note/")).context["once"]
    client.post(desk(in_review, "note/"), {"text": "Called Dana.", "once": key})
    for moment, left in (("2026-12-31T09:59:00-05:00", 1), ("2026-12-31T10:00:01-05:00", 0)):
        set_clock(moment)
        tasks.forget_sandboxes()
        assert SentForm.objects.count() == left


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_one_moment_writes_one_note():
    load_cms_data()
    election, alex = ElectionFactory(state="in_review"), ReviewerFactory()
    key = signed_in(alex).get(desk(election, "note/")).context["once"]
    sent = {"text": "Called Dana.", "once": key}
    browsers = [signed_in(alex) for _ in range(3)]
    answers = at_once(*(partial(browser.post, desk(election, "note/"), sent) for browser in browsers))
    assert {answer.headers["Location"] for answer in answers} == {desk(election)}
    assert ReviewNote.objects.count() == 1
