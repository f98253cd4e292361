"""A lead reviewer reopens a decision that has taken effect."""

import pytest

from elections.models import Claim, Election
from notices.models import Notice
from tests.elections.steps import approve, desk, hidden, reject
from tests.factories.elections import ElectionFactory, submit, take_effect
from tests.factories.people import signed_in
from tests.factories.practices import OTHER, SOLO
from tests.pages import text

pytestmark = pytest.mark.django_db

WHY = {"submission_number": 1, "reason": "PECOS was wrong about Lakeside."}


@pytest.fixture
def theirs(lead):
    """Lee Lead's browser."""
    return signed_in(lead)


@pytest.fixture
def rejected(client, in_review):
    reject(client, in_review, "Lakeside has 12 clinicians.")
    take_effect(in_review)
    return in_review


def reopened(theirs, election):
    """Reopen it as its page shows; return what is answered."""
    shown = theirs.post(desk(election, "reopen/"), WHY)
    return theirs.post(desk(election, "reopen/"), WHY | hidden(shown), follow=True)


def test_an_approved_election_keeps_its_identifier_for_the_next_approval(client, theirs, in_review, reviewer):
    approve(client, in_review)
    take_effect(in_review)
    identifier = Election.objects.get().virtual_group_identifier
    Notice.objects.all().delete()
    shown = theirs.post(desk(in_review, "reopen/"), WHY)
    assert (Election.objects.get().status, Notice.objects.count()) == ("approved", 0)
    assert "Reopened. The emails are on their way." in text(reopened(theirs, in_review))
    election = Election.objects.get()
    assert (election.status, election.reviewer, election.virtual_group_identifier) == (
        "in_review",
        reviewer,
        identifier,
    )
    mails = {mail.to: mail for mail in Notice.objects.all()}
    assert {to: mail.subject for to, mail in mails.items()} == {
        "dana@example.org": "Reopened: 2027 election for Harbor Group",
        reviewer.email: "Reopened after your decision for 2027: Harbor Group",
    }
    assert [(mail.to, mail.body) for mail in shown.context["mails"]] == [
        (("dana@example.org",), mails["dana@example.org"].body),
        ((reviewer.email,), mails[reviewer.email].body),
    ]
    assert (
        "When you select “Reopen and send the emails”, we send what you see above right away. You cannot undo it."
    ) in text(shown)
    assert f"Leave this empty to keep {identifier}." in text(client.get(desk(in_review, "approve/")))
    approve(client, in_review)
    take_effect(in_review)
    assert Election.objects.get().virtual_group_identifier == identifier


def test_a_rejected_election_gets_its_tins_back(theirs, rejected):
    assert set(Claim.objects.values_list("state", flat=True)) == {"released"}
    reopened(theirs, rejected)
    assert Election.objects.get().status == "in_review"
    assert sorted(Claim.objects.values_list("practice_name", "state")) == [
        ("Lakeside Family Practice", "held"),
        ("Lakeside Family Practice", "released"),
        ("Quiet Harbor Medicine", "held"),
        ("Quiet Harbor Medicine", "released"),
    ]


def test_it_is_refused_where_another_election_has_a_tin_by_now(theirs, rejected):
    submit(ElectionFactory(by__email="robin@example.org", practices=(SOLO, OTHER), name="Mill Group"))
    told = text(reopened(theirs, rejected))
    assert "Another election now holds the TIN of Quiet Harbor Medicine, so this election cannot be reopened." in told
    assert "Mill Group" not in told
    assert Election.objects.get(pk=rejected.pk).status == "rejected"
    assert Claim.objects.filter(election=rejected).exclude(state="released").count() == 0


def test_a_decision_that_waits_is_undone_and_not_reopened(client, theirs, in_review):
    approve(client, in_review)
    said = "This decision has not taken effect yet. The reviewer who made it can still undo it."
    assert said in text(reopened(theirs, in_review))
    assert Election.objects.get().status == "approved"


def test_a_reviewer_reopens_nothing(client, rejected):
    assert "Reopen</a>" not in client.get(desk(rejected)).content.decode()
    assert client.post(desk(rejected, "reopen/"), WHY).status_code == 403


def test_a_reason_is_asked_for(theirs, rejected):
    answer = theirs.post(desk(rejected, "reopen/"), WHY | {"reason": " "})
    assert "Enter your reason. The representative reads it in the email." in text(answer)


@pytest.mark.parametrize("after", ["reopened", "undone"])
def test_a_page_from_before_does_not_decide_again(client, theirs, in_review, after):
    """Someone goes back in the browser, or sends the page again."""
    page = hidden(client.get(desk(in_review, "approve/")))
    client.post(desk(in_review, "approve/"), page)
    if after == "reopened":
        take_effect(in_review)
        reopened(theirs, in_review)
        said = "Reopened by Lee Lead on Dec 1, 2026, 10:00:00 a.m. ET, after you opened this page."
    else:
        client.post(desk(in_review, "take-back/"))
        said = "Decision undone by Alex Reviewer on Dec 1, 2026, 10:00:00 a.m. ET, after you opened this page."
    again = client.post(desk(in_review, "approve/"), page)
    assert f"{said} Nothing was decided yet. Read the packet again before you decide." in text(again)
    assert Election.objects.get().status == "in_review"
