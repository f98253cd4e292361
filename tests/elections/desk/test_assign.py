"""Whose election it is at the desk, over HTTP: taken, handed over, given back."""

import pytest

from accounts.models import Role
from elections.models import Election, Event
from notices.endings import with_end
from notices.models import Notice
from tests.elections.steps import approve, desk
from tests.factories.corrections import ask_for_correction
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import UserFactory, signed_in
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db]


def assign(client, election, user, **fields):
    return client.post(desk(election, "assign/"), {"reviewer": user.pk if user else ""} | fields, follow=True)


def events() -> list[dict[str, str]]:
    return list(Event.objects.filter(verb="assign").values_list("details", flat=True))


def test_a_reviewer_takes_an_election_hands_it_over_and_gives_it_back(client, cms_data, reviewer, lead):
    election = ElectionFactory(state="submitted")
    said = text(assign(client, election, reviewer))
    assert "You’re now the reviewer of this election. We didn’t email anyone." in said
    assert "reviewer: Alex Reviewer ( change the reviewer )" in said
    assign(client, election, reviewer)
    said = text(assign(client, election, lead))
    assert "Lee Lead is now the reviewer of this election. The email is on its way." in said
    said = text(assign(client, election, lead))
    assert "Lee Lead is now the reviewer of this election. We didn’t email anyone." in said
    said = text(assign(client, election, None, in_place="on"))
    assert "This election has no reviewer now. The email is on its way." in said
    assert Election.objects.get().status == "submitted"
    assert events() == [
        {"before": "", "after": "Alex Reviewer"},
        {"before": "Alex Reviewer", "after": "Lee Lead"},
        {"before": "Lee Lead", "after": ""},
    ]


def test_one_released_in_review_is_taken_from_the_queue_by_review(client, cms_data, reviewer, lead):
    election = ElectionFactory(state="in_review")
    button = desk(election, "start-review/")
    assert button not in client.get("/staff/elections/election/").content.decode(), "it has a reviewer"
    assign(client, election, None)
    theirs = signed_in(lead)
    assert button in theirs.get("/staff/elections/election/").content.decode()
    taken = theirs.post(button, follow=True)
    assert taken.redirect_chain == [(desk(election), 302)]
    assert "You’re now the reviewer of this election. We didn’t email anyone." in text(taken)
    assert (Election.objects.get().status, Election.objects.get().reviewer) == ("in_review", lead)
    refused = text(client.post(button, follow=True))
    assert "This election is now in review, so you can no longer do that." in refused
    assert Election.objects.get().reviewer == lead


def test_who_decides_one_without_a_reviewer_becomes_it(client, cms_data, reviewer, set_clock):
    election = ElectionFactory(state="in_review")
    assign(client, election, None)
    assert approve(client, election).status_code == 302
    assert Election.objects.get().reviewer == reviewer
    undone = text(client.post(desk(election, "take-back/"), follow=True))
    assert "Undone. The election is in your review again." in undone
    assert "reviewer: Alex Reviewer ( change the reviewer )" in undone


def test_the_mail_shown_is_the_one_the_colleague_gets_and_no_one_else(client, cms_data, lead):
    election = ElectionFactory(state="in_review")
    page = client.get(f"/staff/elections/election/{election.pk}/assign/").content.decode()
    Notice.objects.all().delete()
    assign(client, election, lead)
    [mail] = Notice.objects.all()
    assert (mail.to, mail.subject) == ("lead@cms.example", "You are now the reviewer for 2027: Harbor Group")
    assert mail.body == with_end(
        "Alex Reviewer made you the reviewer of Harbor Group for performance year 2027.\n\n"
        f"Open the election:\nhttp://localhost:8000/staff/elections/election/{election.pk}/\n"
    )
    assert mail.subject in page
    assert mail.body.strip() in page


def test_who_has_a_role_in_it_or_reviews_nothing_is_not_its_reviewer(client, cms_data, lead):
    election = ElectionFactory(state="submitted")
    ElectionRoleFactory(election=election, user=lead)
    assert "Lee Lead has a role in this election, so someone else must review it." in text(
        assign(client, election, lead)
    )
    assert "Select a valid choice" in text(assign(client, election, UserFactory()))
    assert (Election.objects.get().reviewer, events()) == (None, [])


def test_a_decided_election_keeps_its_reviewer(client, cms_data, reviewer, lead):
    election = ElectionFactory(state="approved")
    assert "This election no longer needs a decision, so its reviewer stays." in text(assign(client, election, lead))
    assert Election.objects.get().reviewer == reviewer
    assert "change the reviewer" not in client.get(f"/staff/elections/election/{election.pk}/").content.decode()


def test_the_representative_does_not_read_who_reviews(client, cms_data, reviewer, representative):
    election = ElectionFactory(state="submitted")
    assign(client, election, reviewer)
    told = signed_in(representative).get(f"/elections/{election.pk}/").content.decode()
    assert ("Reviewer changed" in told, "Alex Reviewer" in told) == (False, False)


def test_the_mail_to_the_colleague_passed_over_is_shown_for_the_choice(client, cms_data, reviewer, lead):
    election = ElectionFactory(state="in_review")
    assert client.get(desk(election, "assign/")).context["passed_over"] is None
    theirs = signed_in(lead)
    for chosen, name in ((lead, "Lee Lead"), (None, "No one")):
        page = desk(election, "assign/")
        shown = theirs.get(page) if chosen == lead else theirs.post(page, {"reviewer": ""})  # not in place yet
        Notice.objects.all().delete()
        assert f"If you choose “{name}”, it is this one:" in text(shown)
        assert "The email to the reviewer until now To: reviewer@cms.example Subject: You no longer" in text(shown)
        assign(theirs, election, chosen, in_place="on")
        [mail] = Notice.objects.filter(to=reviewer.email)
        assert (mail.subject, mail.body) == (shown.context["passed_over"].subject, shown.context["passed_over"].body)
        assert mail.body.strip() in shown.content.decode().replace("&#x27;", "'")
        assign(theirs, election, reviewer)
    kept = theirs.post(desk(election, "assign/"), {"reviewer": "0"})
    assert kept.status_code == 200
    assert Election.objects.get().reviewer == reviewer


TAKEN = {  # by the page on which Lee Lead takes Alex Reviewer's election: what else is sent, and what Alex is told
    "assign/": ("You no longer review for 2027: Harbor Group", "Lee Lead is now the reviewer of Harbor Group for"),
    "start-review/": (
        "Your colleague started the review of Harbor Group",
        "in your place. Lee Lead is the reviewer of this election now.",
    ),
    "resume/": (
        "Your colleague continued the review of Harbor Group",
        "in your place. Lee Lead is the reviewer of this election now.",
    ),
}


@pytest.mark.parametrize("page", TAKEN)
def test_who_takes_a_colleague_s_election_is_asked_first_and_the_colleague_is_told(
    client, cms_data, reviewer, lead, page
):
    election = ElectionFactory(state="in_review" if page == "resume/" else "submitted")
    if page == "resume/":
        ask_for_correction(election, by=reviewer)
    else:
        assign(client, election, reviewer)
    Notice.objects.all().delete()
    colleague, sent = signed_in(lead), {"reviewer": lead.pk} if page == "assign/" else {}
    before = Election.objects.values("status", "reviewer").get()

    asked = colleague.post(desk(election, page), sent)

    assert asked.status_code == 200
    assert "Do this in place of Alex Reviewer" in text(asked)
    assert "Alex Reviewer is the reviewer. Check the box to do this in their place." in text(asked)
    assert (Election.objects.values("status", "reviewer").get(), Notice.objects.count()) == (before, 0)
    for _ in range(2):
        assert colleague.post(desk(election, page), sent | {"in_place": "on"}).status_code == 302
    assert Election.objects.get().reviewer == lead
    subject, body = TAKEN[page]
    mail = Notice.objects.get(to=reviewer.email)
    assert mail.subject == subject
    assert body in mail.body
    assert Notice.objects.exclude(pk=mail.pk).count() == (page == "resume/")  # the representative's


def test_who_hands_a_colleague_s_election_to_a_third_tells_both(client, cms_data, reviewer, lead):
    third = UserFactory(email="third@cms.example", name="Toni Third", roles=[Role.REVIEWER])
    election = ElectionFactory(state="in_review")
    Notice.objects.all().delete()
    answer = assign(signed_in(lead), election, third, in_place="on")
    assert "Toni Third is now the reviewer of this election. The emails are on their way." in text(answer)
    assert {mail.to: mail.subject for mail in Notice.objects.all()} == {
        "third@cms.example": "You are now the reviewer for 2027: Harbor Group",
        reviewer.email: "You no longer review for 2027: Harbor Group",
    }
    assert "Lee Lead made Toni Third the reviewer of Harbor Group" in Notice.objects.get(to=reviewer.email).body
