"""Whose election it is at the desk, over HTTP: taken, handed over, given back."""

import pytest

from elections.models import Election, Event
from notices.models import Notice
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import UserFactory, signed_in
from tests.pages import text

pytestmark = pytest.mark.django_db


def assign(client, election, user):
    path = f"/staff/elections/election/{election.pk}/assign/"
    return client.post(path, {"reviewer": user.pk if user else ""}, follow=True)


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
    said = text(assign(client, election, None))
    assert "This election has no reviewer now. We didn’t email anyone." in said
    assert Election.objects.get().status == "submitted"
    assert events() == [
        {"before": "", "after": "Alex Reviewer"},
        {"before": "Alex Reviewer", "after": "Lee Lead"},
        {"before": "Lee Lead", "after": ""},
    ]


def test_the_mail_shown_is_the_one_the_colleague_gets_and_no_one_else(client, cms_data, lead):
    election = ElectionFactory(state="in_review")
    page = client.get(f"/staff/elections/election/{election.pk}/assign/").content.decode()
    Notice.objects.all().delete()
    assign(client, election, lead)
    [mail] = Notice.objects.all()
    assert (mail.to, mail.subject) == ("lead@cms.example", "You review Harbor Group, 2027")
    assert mail.body == (
        "Alex Reviewer made you the reviewer of Harbor Group for performance year 2027.\n\n"
        f"Open it here: http://localhost:8000/staff/elections/election/{election.pk}/\n"
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
