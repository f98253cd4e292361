"""What a signer sees by their link after the submission, and how they object."""

from datetime import date, timedelta

import pytest
from django.test import Client

from agreements.models import SigningRequest
from elections.desk import decisions
from elections.desk.actions import start_review
from elections.models import Election, ElectionRole, Event, UpdateKind
from elections.practices.members import remove_member
from elections.signing.objections import object_to
from elections.submission import actions
from elections.verbs import Refused
from ground import clock
from notices.mail_html import html_of
from tests.elections.steps import desk
from tests.factories.elections import complete, report_clinician, submit, take_effect
from tests.factories.people import LeadFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import acknowledge
from tests.factories.told import last_mail, newly_told
from tests.pages import text

pytestmark = pytest.mark.django_db

SOL, DANA, LEE, ALEX = "sol@example.org", "dana@example.org", "lead@cms.example", "reviewer@cms.example"
MARKED = "- We never agreed.\nFee:  100 dollars\n1. Stop\n\nCall us here:\nhttps://cms.gov/x\n> Or not."
WORDS = "We did not agree to take part."


@pytest.fixture
def told(told_once: Election, db: None) -> Election:
    """The election as its signers were told of it; what a test changes is taken back."""
    return Election.objects.get(pk=told_once.pk)


def link_of(email: str) -> str:
    return f"/sign/{SigningRequest.objects.filter(email=email).latest('pk').token}"


def opened(email: str = SOL) -> tuple[Client, str]:
    browser, link = Client(), link_of(email)
    assert browser.post(f"{link}/election").headers["Location"] == f"{link}/election"
    return browser, link


def objecting(browser: Client, link: str, words: str = WORDS, follow: bool = False):
    return browser.post(f"{link}/objection", {"text": words}, follow=follow)


def test_opening_shows_a_button_then_the_practice_alone(told):
    browser, link = Client(), link_of(SOL)
    before = text(browser.get(f"{link}/election"))
    assert "The election that names Quiet Harbor Medicine" in before
    assert "••-•••0001" not in before
    assert "What isn’t right?" not in text(browser.get(f"{link}/objection"))
    browser.post(f"{link}/election")
    said = text(browser.get(f"{link}/election"))
    for words in (
        "Quiet Harbor Medicine in Harbor Group",
        "EIN ••-•••0001",
        SOLO.npis[0],
        "Submitted",
        "This isn’t right",
    ):
        assert words in said
    for hidden in (GROUP.name, *GROUP.npis, "961000001"):
        assert hidden not in said


def test_what_isnt_right_reaches_the_representative_and_the_lead_reviewers(told, lead):
    with newly_told() as heard:
        said = text(objecting(*opened(), follow=True))
    assert "We emailed the representative and CMS what you wrote." in said
    assert heard == {DANA: ["objection"], LEE: ["objection_at_desk"]}
    assert last_mail(DANA).subject == "This isn't right, says Quiet Harbor Medicine: Harbor Group"
    for address in (DANA, LEE):
        assert WORDS in last_mail(address).body
        assert "/sign/" not in last_mail(address).body
    event = Event.objects.get(verb="object")
    assert (event.who, event.sentence) == (
        "Sam Okafor",
        "A signer said that something isn’t right: Quiet Harbor Medicine",
    )
    assert (event.from_status, event.to_status) == ("", "")


def test_it_reaches_the_reviewer_where_there_is_one_and_stands_first_in_the_packet(told, lead, reviewer):
    staff = signed_in(reviewer)
    staff.post(desk(told, "start-review/"))
    approve = staff.get(desk(told, "approve/"))
    with newly_told() as heard:
        objecting(*opened())
    assert heard == {DANA: ["objection"], ALEX: ["objection_at_desk"]}
    packet = text(staff.get(desk(told)))
    assert "“This isn’t right,” says Sam Okafor for Quiet Harbor Medicine" in packet
    assert f"isn’t right: Quiet Harbor Medicine (submission 1) · Sam Okafor ({WORDS})" in packet
    assert "Nothing to decide" not in packet
    form = approve.context["form"]
    hidden = {name: form[name].value() for name in form.fields if form[name].is_hidden}
    refused = text(staff.post(desk(told, "approve/"), hidden, follow=True))
    assert "A signer said that something isn’t right: Quiet Harbor Medicine by Sam Okafor" in refused
    assert Election.objects.get(pk=told.pk).status == "in_review"


def test_staff_with_a_part_in_the_election_are_not_written_to(told, lead):
    ElectionRole.objects.create(election=told, user=lead, kind="viewer")
    LeadFactory(email="lou@cms.example", name="Lou Lead")
    with newly_told() as heard:
        objecting(*opened())
    assert heard == {DANA: ["objection"], "lou@cms.example": ["objection_at_desk"]}


def test_at_most_one_in_five_minutes(told, lead, set_clock):
    browser, link = opened()
    objecting(browser, link)
    with newly_told() as heard:
        assert "Nothing was sent now. You wrote to them a few minutes ago." in text(
            objecting(browser, link, "Again.", follow=True)
        )
        objecting(*opened("gwen@example.org"))  # another signer's own
    assert heard == {DANA: ["objection"], LEE: ["objection_at_desk"]}
    set_clock("2026-12-01T10:05:01-05:00")
    with newly_told() as later:
        objecting(browser, link, "Again.")
    assert later == {DANA: ["objection"], LEE: ["objection_at_desk"]}


def test_at_most_five_a_day_by_one_link_and_another_can_still_say_so(told, lead):
    theirs, other = (SigningRequest.objects.get(email=email) for email in (SOL, "gwen@example.org"))
    for number in range(5):
        object_to(theirs, text=WORDS, now=clock.now() + number * timedelta(minutes=6))
    later = clock.now() + timedelta(minutes=30)
    with pytest.raises(Refused, match="You wrote 5 times in one day"):
        object_to(theirs, text=WORDS, now=later)
    object_to(other, text=WORDS, now=later)
    object_to(theirs, text=WORDS, now=later + timedelta(days=1))
    assert Event.objects.filter(verb="object").count() == 7


def test_nine_digits_are_refused_and_not_kept(told, lead):
    with newly_told() as heard:
        answer = objecting(*opened(), "My number is 123-45-6789.")
    assert "123-45-6789" not in answer.content.decode()
    assert heard == {}
    assert not Event.objects.filter(verb="object").exists()


def test_it_works_after_the_window_closed_and_after_a_withdrawal(told, lead, representative, set_clock):
    actions.withdraw(told.pk, by=representative, now=clock.now())
    set_clock("2027-01-05T10:00:00-05:00")
    browser, link = opened()
    assert "Withdrawn" in text(browser.get(f"{link}/election"))
    with newly_told() as heard:
        objecting(browser, link)
    assert heard == {DANA: ["objection"], LEE: ["objection_at_desk"]}
    assert "The election was withdrawn, so no one has to settle this." in last_mail(LEE).body


def test_a_practice_that_left_can_still_say_so(told, lead, representative):
    solo = told.members.get(name=SOLO.name)
    browser, link = opened()
    remove_member(told.pk, solo.pk, now=clock.now(), by=representative)
    acknowledge(told)

    complete(told, OTHER)
    submit(told)
    assert "The election no longer names Quiet Harbor Medicine." in text(browser.get(f"{link}/election"))
    with newly_told() as heard:
        objecting(browser, link)
    assert heard == {DANA: ["objection"], LEE: ["objection_at_desk"]}


def test_a_link_that_is_over_or_replaced_shows_nothing(told, client, set_clock):
    browser, link = opened()
    client.post(f"/elections/{told.pk}/told/0", {"name": "Sue Harbor", "email": "sue@example.org", "submission": 1})
    closed = browser.get(f"{link}/election")
    assert (closed.status_code, "This link no longer works." in text(closed)) == (410, True)
    assert browser.post(f"{link}/objection", {"text": WORDS}).status_code == 410
    newer, link = opened("sue@example.org")
    set_clock("2027-03-01T10:00:00-05:00")
    assert newer.get(f"{link}/election").status_code == 410


def test_nothing_is_signed_by_the_link_of_a_practice_that_signed_somewhere_else(told):
    answer = Client().get(link_of(SOL))
    assert answer.status_code == 410
    assert "The practices now sign this agreement somewhere else" in text(answer)
    assert "See what was submitted for your practice" in text(answer)


def test_what_was_typed_when_the_session_was_over_waits_behind_the_button(told, lead):
    browser, link = Client(), link_of(SOL)
    with newly_told() as heard:
        waits = browser.post(f"{link}/objection", {"text": WORDS})
        assert "nothing was sent yet" in text(waits)
        again = browser.post(f"{link}/objection", {"text": WORDS, "shown-again": "yes"})
    assert WORDS in again.content.decode()
    assert heard == {}


def test_updates_of_its_own_practice_alone_are_shown(told, reviewer, set_clock):
    start_review(told.pk, by=reviewer, now=clock.now())
    decisions.approve(told.pk, by=reviewer, now=clock.now(), submission_number=1)
    browser, link = opened()
    assert "In review" in text(browser.get(f"{link}/election"))
    take_effect(told)
    set_clock("2027-03-01T10:00:00-05:00")
    report_clinician(told, "2000000002", UpdateKind.JOINED, on=date(2027, 3, 1))
    own, other = (text(one.get(f"{link}/election")) for one, link in (opened("gwen@example.org"), opened(SOL)))
    assert sorted(("2000000002" in own, "2000000002" in other)) == [False, True]
    identifier = Election.objects.get(pk=told.pk).virtual_group_identifier
    assert identifier
    assert identifier in own


def test_their_words_are_a_quotation_in_both_forms_of_the_mail(told, lead):
    objecting(*opened(), MARKED)
    mail = last_mail(DANA)
    assert "\n> - We never agreed.\n> Fee:  100 dollars\n> 1. Stop\n>\n> Call us here:\n> " in mail.body
    page = html_of(mail.subject, mail.body)
    quoted = page.partition("<blockquote")[2].partition("</blockquote>")[0]
    assert "- We never agreed.<br>Fee:  100 dollars<br>1. Stop<br><br>Call us here:<br>" in quoted
    assert "&gt; Or not." in quoted
    assert "href" not in quoted
    assert [tag for tag in ("<li", "<th") if tag in page] == []


def test_the_representative_replies_to_the_signer_who_wrote(told, lead, reviewer):
    start_review(told.pk, by=reviewer, now=clock.now())
    objecting(*opened())
    assert (last_mail(DANA).reply_to, last_mail(ALEX).reply_to) == (SOL, "")


@pytest.mark.parametrize("length", [2001, 10_000])
def test_a_text_that_is_too_long_is_refused_whole_and_stays_in_the_field(told, lead, length):
    browser, link = opened()
    page = browser.get(f"{link}/objection").content.decode()
    assert "At most 2,000 characters." in page
    assert "maxlength" not in page
    with newly_told() as heard:
        answer = objecting(browser, link, "x" * length)
    assert f"At most 2,000 characters fit here, and this has {length}. Make it shorter." in text(answer)
    assert "x" * length in answer.content.decode()
    assert heard == {}
    assert "You said" in text(objecting(browser, link, "x" * 2000, follow=True))
