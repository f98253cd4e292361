"""Updates at the desk, over HTTP: which wait, who may read and who may act, and what a question sends."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Role
from elections.models import Election, Event, Update, UpdateKind, UpdateStep
from elections.upkeep import actions as upkeep
from elections.upkeep import steps
from ground import clock
from tests.elections.desk.test_morning import counts
from tests.elections.steps import desk, hidden
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER, PracticeFactory
from tests.factories.told import last_mail, newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

LIST = "/staff/elections/update/"
JUNE = "2027-06-01T10:00:00-04:00"
JOINED = "The clinician with NPI 2000000002 joined Lakeside Family Practice on Apr 1, 2027."
TOLD_LATE = "Reported more than 30 days after the change"


def page_of(update: Update, page: str = "") -> str:
    return f"{LIST}{update.pk}/{page}"


def report(
    election: Election,
    kind: str = "joined",
    on: str = "2027-04-01",
    npi: str = "2000000002",
    now: datetime | None = None,
) -> Update:
    """Report today, or at another moment, what a clinician of the second practice did on a day."""
    given: dict[str, Any] = {"kind": UpdateKind(kind), "npi": npi, "effective_on": date.fromisoformat(on)}
    by, now = election.started_by, now or clock.now()
    return upkeep.report_clinician(election.pk, practice=1, **given, by=by, now=now)


def nothing(election: Election) -> Update:
    return upkeep.report_nothing(election.pk, by=election.started_by, now=clock.now())


def listed(client: Client, query: str = "") -> list[Update]:
    """Return the updates of the list, in its order."""
    return list(client.get(f"{LIST}{query}").context["cl"].result_list)


@pytest.fixture
def approved(approved_once: Election, db: None) -> Election:
    return Election.objects.get(pk=approved_once.pk)


@pytest.fixture(scope="module")
def reported_once(approved_once: Election) -> Update:
    """A clinician joined on April 1, and the practice said so on June 1."""
    return report(approved_once, now=datetime.fromisoformat(JUNE))


@pytest.fixture
def update(reported_once: Update, db: None, set_clock) -> Update:
    """The update as it was reported; what a test changes is taken back. It is now June 1."""
    set_clock(JUNE)
    return Update.objects.get(pk=reported_once.pk)


def test_the_list_says_what_was_reported_and_how_far_it_is(client, update):
    page = client.get(LIST)
    row = text(page).split("Late", 1)[1]
    for words in ("Jun 1, 2027", "Harbor Group, 2027", "Clinician joined", JOINED, "Waiting for CMS", TOLD_LATE):
        assert words in row
    assert f'href="/staff/elections/update/{update.pk}/"' in page.content.decode()


def test_what_waits_for_cms_comes_first_and_the_oldest_of_it(client, reviewer, update, set_clock):
    election = update.submission.election
    set_clock("2027-06-02T10:00:00-04:00")
    asked, acknowledged = nothing(election), report(election, "left", "2027-05-30")
    set_clock("2027-06-03T10:00:00-04:00")
    undone, last = report(election, npi="1003001041", on="2027-06-01"), nothing(election)
    steps.ask(election.pk, asked.pk, text="Is that so?", by=reviewer, now=clock.now())
    steps.acknowledge(election.pk, acknowledged.pk, by=reviewer, now=clock.now())
    steps.undo(election.pk, undone.pk, by=election.started_by, now=clock.now())
    assert listed(client) == [update, last, asked, undone, acknowledged]
    by_state = {state: listed(client, f"?state={state}") for state in ("recorded", "question_asked", "undone")}
    assert by_state == {"recorded": [update, last], "question_asked": [asked], "undone": [undone]}
    assert listed(client, "?state=acknowledged") == [acknowledged]
    assert listed(client, "?kind=nothing&year=2027") == [last, asked]
    assert "We didn’t understand the filters" in text(client.get(f"{LIST}?state=lost", follow=True))
    steps.answer(election.pk, asked.pk, text="It is.", by=election.started_by, now=clock.now())
    assert listed(client, "?state=recorded") == [update, asked, last]
    assert counts(client)["Updates"] == 3


def test_a_group_an_identifier_or_a_receipt_code_is_searched_by_and_no_tin(client, approved):
    mill = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", by__email="rae@example.org", state="approved")
    nothing(approved)
    other = nothing(mill)
    for words in ("mill", other.receipt_code.lower(), str(mill.virtual_group_identifier).lower()):
        found = client.post(LIST, {"q": words}, follow=True)
        assert list(found.context["cl"].result_list) == [other], words
    refused = client.post(LIST, {"q": "961000002"}, follow=True)
    assert refused.redirect_chain == [(LIST, 302)]
    assert "We did not search for that number. Type only words, or only one NPI (10 digits)." in text(refused)


def test_an_npi_is_searched_by_and_logged_without_it(client, reviewer, update):
    alone = client.post(LIST, {"q": "2000000002"})
    assert alone["Location"] == page_of(update)
    left = report(update.submission.election, "left", "2027-05-01")
    nothing(update.submission.election)
    both = client.post(LIST, {"q": " 2000 000 002"}, follow=True)
    assert both.redirect_chain == [(f"{LIST}?among=u{update.pk}%2Cu{left.pk}", 302)]
    assert sorted(row.pk for row in both.context["cl"].result_list) == [update.pk, left.pk]
    assert "These updates are about the clinician whose NPI you searched by. Show all updates" in text(both)
    none = client.post(LIST, {"q": "1558598797"}, follow=True)
    assert none.redirect_chain == [(LIST, 302)]
    assert "No update is about the NPI ending in 8797." in text(none)
    said = [entry.change_message for entry in LogEntry.objects.filter(user=reviewer).order_by("pk")]
    assert said == [
        *(f"Searched by the NPI ending in 0002. Found: {number}." for number in (1, 2)),
        "Searched by the NPI ending in 8797. Found: 0.",
    ]
    for wrong in ("u", "lost", f"u{update.pk},"):
        assert "We didn’t understand the filters" in text(client.get(f"{LIST}?among={wrong}", follow=True)), wrong
    assert listed(client, f"?among=u{'9' * 30}") == []


def test_an_npi_does_not_find_what_one_has_a_part_in(client, reviewer, update):
    ElectionRoleFactory(election=update.submission.election, user=reviewer)
    assert "No update is about the NPI ending in 0002." in text(client.post(LIST, {"q": "2000000002"}, follow=True))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_queries_whatever_it_holds(client, update, rows, set_clock, django_assert_num_queries):
    set_clock("2026-12-02T10:00:00-05:00")
    for number in range(1, rows):
        by, pair = UserFactory(email=f"by{number}@example.org"), PracticeFactory.build_batch(2)
        nothing(ElectionFactory(by=by, practices=pair, name=f"Group {number}", state="approved"))
    client.get(LIST)
    with django_assert_num_queries(6):
        assert len(listed(client)) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_whatever_came_of_it(client, update, reviewer, rows, django_assert_num_queries):
    election = update.submission.election
    for number in range(rows):
        steps.ask(election.pk, update.pk, text=f"Question {number}?", by=reviewer, now=clock.now())
        steps.answer(election.pk, update.pk, text="Yes.", by=election.started_by, now=clock.now())
    client.get(page_of(update))
    with django_assert_num_queries(6):
        page = text(client.get(page_of(update)))
    assert page.count("Question answered") == rows


def test_the_page_has_all_that_is_known_of_it(client, update, reviewer):
    election = update.submission.election
    steps.ask(election.pk, update.pk, text="Which day was it?", by=reviewer, now=clock.now())
    page = text(client.get(page_of(update)))
    for words in (
        *("Clinician joined: Harbor Group, 2027", JOINED, "CMS has a question", "Apr 1, 2027"),
        *("Jun 1, 2027, 10:00:00 a.m. ET, by Dana Rivera (dana@example.org)", f"Late: {TOLD_LATE.lower()}."),
        *("Question asked Jun 1, 2027, 10:00:00 a.m. ET, by Alex Reviewer Which day was it?",),
    ):
        assert words in page
    assert "counts from" not in page
    assert "Your question" not in page, "one question at a time"
    assert f'href="{desk(election)}"' in client.get(page_of(update)).content.decode()


def test_a_day_before_the_year_counts_from_january_1(client, approved):
    update = report(approved, on="2026-12-01", npi="1003001041")
    assert "Dec 1, 2026 (it counts from Jan 1, 2027, when the performance year begins)" in text(
        client.get(page_of(update))
    )


def test_one_click_acknowledges_and_tells_no_one(client, update, reviewer):
    with newly_told() as told:
        answer = client.post(page_of(update, "acknowledge/"), follow=True)
    assert told == {}
    assert answer.redirect_chain == [(page_of(update), 302)]
    assert "Acknowledged. We didn’t email anyone." in text(answer)
    assert "Acknowledge and take the next one" not in text(answer)
    assert [(step.kind, step.by) for step in UpdateStep.objects.all()] == [("acknowledged", reviewer)]
    history = text(client.get(desk(update.submission.election, "history/")))
    assert "CMS acknowledged an update" in history


def test_the_next_one_is_the_oldest_that_waits(client, update, set_clock):
    set_clock("2027-06-02T10:00:00-04:00")
    last = nothing(update.submission.election)
    following = client.post(page_of(update, "acknowledge/"), {"next": "yes"}, follow=True)
    assert following.redirect_chain == [(page_of(last), 302)]
    over = client.post(page_of(last, "acknowledge/"), {"next": "yes"}, follow=True)
    assert over.redirect_chain == [(LIST, 302)]
    assert "No updates are waiting for CMS." in text(over)


def test_the_page_of_an_update_that_is_dealt_with_leads_to_the_next(client, update, set_clock):
    election = update.submission.election
    set_clock("2027-06-02T10:00:00-04:00")
    first, last = nothing(election), report(election, "left", "2027-06-01")
    assert "waiting for CMS." not in text(client.get(page_of(update)))
    after = client.post(page_of(update, "acknowledge/"), follow=True)
    assert "2 updates are waiting for CMS. Go to the next update" in text(after)
    assert f'href="{page_of(first)}"' in after.content.decode()
    shown = client.post(page_of(first), {"text": "Is that so?"})
    after = client.post(page_of(first), hidden(shown) | {"text": "Is that so?"}, follow=True)
    assert "1 update is waiting for CMS. Go to the next update" in text(after)
    assert f'href="{page_of(last)}"' in after.content.decode()
    after = client.post(page_of(last, "acknowledge/"), follow=True)
    assert "No updates are waiting for CMS." in text(after)
    auditor = signed_in(UserFactory(roles=[Role.AUDITOR]))
    assert "other update waits" not in text(auditor.get(page_of(last)))


def test_what_was_undone_meanwhile_is_not_acknowledged(client, update):
    election = update.submission.election
    steps.undo(election.pk, update.pk, by=election.started_by, now=clock.now())
    refused = text(client.post(page_of(update, "acknowledge/"), {"next": "yes"}, follow=True))
    assert "Nothing was changed. This update was already undone." in refused
    asked = text(client.post(page_of(update), {"text": "Which day was it?"}))
    assert "Nothing was changed. This update was already undone." in asked
    assert "Preview the email" not in asked
    assert [step.kind for step in UpdateStep.objects.all()] == ["undone"]


def test_a_question_is_sent_as_it_was_shown(client, update):
    asked = {"text": "Which day was it?"}
    shown = client.post(page_of(update), asked)
    mail = shown.context["mail"]
    assert (mail.to, mail.subject) == (("dana@example.org",), "CMS has a question: Harbor Group, 2027")
    assert "> Which day was it?" in text(shown)
    assert "When you select “Ask and send the email”, we send what you see above right away." in text(shown)
    assert UpdateStep.objects.count() == 0
    with newly_told() as told:
        answer = client.post(page_of(update), hidden(shown) | asked, follow=True)
    assert told == {"dana@example.org": ["update_question"]}
    assert last_mail("dana@example.org").body == mail.body
    assert "Your question is on its way." in text(answer)
    assert Update.objects.get().state == "question_asked"
    assert Event.objects.filter(verb="ask_about_update").count() == 1


def test_another_mail_than_was_shown_is_not_sent(client, update):
    shown = client.post(page_of(update), {"text": "Which day was it?"})
    with newly_told() as told:
        again = client.post(page_of(update), hidden(shown) | {"text": "Who was it?"})
    assert "The email below is not the one you read before" in text(again)
    assert "> Who was it?" in text(again)
    assert (told, UpdateStep.objects.count()) == ({}, 0)
    empty = text(client.post(page_of(update), {"text": " "}))
    assert "Type your question first." in empty


def test_a_question_half_typed_is_there_again(client, update, lead):
    kept = client.post(page_of(update), {"text": "Which"}, headers={"X-Autosave": "yes"}).json()
    assert kept["refused"] == []
    page = client.get(page_of(update))
    assert page.context["form"]["text"].value() == "Which"
    assert signed_in(lead).get(page_of(update)).context["form"]["text"].value() is None
    steps.acknowledge(update.submission.election_id, update.pk, by=lead, now=clock.now())
    late = client.post(page_of(update), {"text": "Which day"}, headers={"X-Autosave": "yes"}).json()
    assert late["refused"] == ["CMS can’t ask about this update now. Reload the page to see why."]


def test_an_auditor_reads_and_others_have_no_such_pages(update):
    auditor = signed_in(UserFactory(roles=[Role.AUDITOR]))
    assert listed(auditor) == [update]
    page = text(auditor.get(page_of(update)))
    assert JOINED in page
    assert "Acknowledge and" not in page
    assert "Ask about it" not in page
    for who, reads in ((auditor, 200), (signed_in(UserFactory(roles=[Role.DATA_STEWARD])), 403)):
        assert [who.get(LIST).status_code, who.get(page_of(update)).status_code] == [reads] * 2
        for sent in ("", "acknowledge/"):
            assert who.post(page_of(update, sent), {"text": "Why?"}).status_code == 403
    assert UpdateStep.objects.count() == 0


def test_who_has_a_part_in_the_election_has_none_in_its_updates(client, reviewer, update):
    ElectionRoleFactory(election=update.submission.election, user=reviewer)
    assert listed(client) == []
    assert counts(client)["Updates"] == 0
    for answer in (client.get(page_of(update)), client.post(page_of(update, "acknowledge/"))):
        assert answer.status_code == 403
        assert "You have a role in this election or in one that affects it" in text(answer)
    assert UpdateStep.objects.count() == 0


def test_the_packet_leads_to_each_update_and_says_its_state(client, update):
    election = update.submission.election
    contact = {"name": "Dana R. Rivera", "email": "dana@example.org", "phone": "555-0199-00"}
    wrong = upkeep.report_contact(election.pk, **contact, by=election.started_by, now=clock.now())
    assert "555-0199-00" in text(client.get(desk(election))).split("Changed since the approval")[1]
    steps.undo(election.pk, wrong.pk, by=election.started_by, now=clock.now())
    packet = client.get(desk(election))
    section = text(packet).split("Changed since the approval")[1]
    assert f"Waiting for CMS Clinician joined . {JOINED}" in section
    assert "Undone Contact details changed" in section
    for one in (update, wrong):
        assert f'href="{page_of(one)}"' in packet.content.decode()
    now = {contact.label: contact.now for contact in packet.context["contacts"]}
    assert "Dana R. Rivera" not in now.values(), "what was undone is no one's name"
