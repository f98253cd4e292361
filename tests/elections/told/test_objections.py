"""What a signer says isn't right stays open until a reviewer settles it, and everyone it concerns sees it."""

from typing import Any

import pytest
from django.test import Client

from elections.desk import decisions
from elections.desk.actions import start_review
from elections.desk.objections import settle_objections
from elections.models import Election, Event
from elections.objections import NO_LONGER_NAMED, open_objections
from elections.practices.members import remove_member, save_member
from elections.signers import untold_elsewhere
from elections.verbs import Refused, record
from ground import clock
from tests.elections.steps import approve, desk, queue
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, complete, submit, take_effect
from tests.factories.people import ReviewerFactory, UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER, SOLO
from tests.factories.signing import acknowledge
from tests.factories.told import newly_told
from tests.pages import text

from .test_sign_election import SOL, WORDS, objecting, opened

pytestmark = pytest.mark.django_db

GWEN = "gwen@example.org"
NOTE = "Sam Okafor called back: the practice does take part."
LATER = "2026-12-01T13:00:00-05:00"


@pytest.fixture
def staff(reviewer) -> Client:
    """Alex Reviewer's browser."""
    return signed_in(reviewer)


@pytest.fixture(scope="module")
def objected_once(told_once: Election) -> Election:
    """The election in review, and the signer of its first practice said that something isn't right."""
    start_review(told_once.pk, by=ReviewerFactory(), now=clock.now())
    objecting(*opened())
    return told_once


@pytest.fixture
def objected(objected_once: Election, db: None) -> Election:
    """The same as it was then; what a test changes is taken back."""
    return Election.objects.get(pk=objected_once.pk)


def settle(staff: Client, election: Election, **fields: object) -> str:
    sent: dict[str, object] = {"objections": [one.pk for one in open_objections()], "note": NOTE}
    return text(staff.post(desk(election, "settle-objection/"), sent | fields, follow=True))


def rename(election: Election, by) -> None:
    """Submit again with a change to the other practice alone."""
    [_, group] = election.members.order_by("position")
    save_member(election.pk, group.pk, name="New Lake Clinic", by=by, now=clock.now())
    submit(election)


def test_another_submission_about_something_else_leaves_it_open(objected, staff, reviewer, representative, set_clock):
    set_clock(LATER)
    rename(objected, representative)
    start_review(objected.pk, by=reviewer, now=clock.now())
    packet = text(staff.get(desk(objected)))
    assert "“This isn’t right,” says Sam Okafor for Quiet Harbor Medicine" in packet
    assert "Check these first" in packet
    assert "Nothing to decide" not in packet
    assert queue(staff, status="open", attention="objected") == ["Harbor Group"]


def test_it_is_settled_when_the_last_submission_no_longer_names_the_practice(
    objected, staff, representative, set_clock
):
    objecting(*opened(GWEN), "The list is wrong.")
    remove_member(objected.pk, objected.members.get(name=SOLO.name).pk, now=clock.now(), by=representative)
    acknowledge(objected)
    complete(objected, OTHER)
    submit(objected)
    assert [one.details["practice"] for one in open_objections()] == ["Lakeside Family Practice"]
    settled = Event.objects.get(verb="settle_objection")
    assert (settled.who, settled.details["reason"]) == ("this site", NO_LONGER_NAMED)
    set_clock(LATER)
    objecting(*opened(), "We did not agree to leave.")
    rename(objected, representative)
    assert "We did not agree to leave." in text(staff.get(desk(objected)))


def leave_out(election: Election, by) -> None:
    """Submit again without the first practice."""
    remove_member(election.pk, election.members.get(name=SOLO.name).pk, now=clock.now(), by=by)
    complete(election, *[] if election.members.filter(name=OTHER.name) else [OTHER])
    submit(election)


def name_again(election: Election) -> dict[str, list[str]]:
    """Submit again with the first practice, without an address of its signer; return who was told."""
    complete(election, SOLO)
    with newly_told() as heard:
        submit(election)
    return heard


def test_it_is_open_again_and_its_signer_told_once_the_practice_is_named_again(
    objected, staff, reviewer, representative
):
    browser, link = opened()
    [said] = open_objections()
    for _ in range(2):
        leave_out(objected, representative)
        assert list(open_objections()) == []
        assert "This was settled on" in text(browser.get(f"{link}/election"))
        assert name_again(objected)[SOL] == ["signer_submitted"]
        assert list(open_objections()) == [said]
    assert [entry.name for _, entry in untold_elsewhere(Election.objects.get(pk=objected.pk))] == [OTHER.name]
    assert "The representative and CMS have it." in text(browser.get(f"{link}/election"))
    start_review(objected.pk, by=reviewer, now=clock.now())
    with pytest.raises(Refused, match="Say first what became of it"):
        decisions.approve(objected.pk, by=reviewer, now=clock.now(), submission_number=5)
    assert "isn’t right is open again: Quiet Harbor Medicine · this site" in text(staff.get(desk(objected)))


def test_what_a_reviewer_settled_stays_settled_when_the_practice_is_named_again(objected, staff, representative):
    settle(staff, objected)
    leave_out(objected, representative)
    name_again(objected)
    assert list(open_objections()) == []


def test_a_reviewer_says_what_became_of_it(objected, staff):
    page = text(staff.get(desk(objected, "settle-objection/")))
    assert WORDS in page
    assert "Sam Okafor for Quiet Harbor Medicine, Dec 1, 2026, 10:00 a.m. ET" in page
    with newly_told() as heard:
        packet = settle(staff, objected)
    assert heard == {}
    assert "Settled. Your note is in the history." in packet
    assert "Nothing to decide" in packet
    assert f"What a signer said isn’t right was settled: Quiet Harbor Medicine · Alex Reviewer ({NOTE})" in packet
    assert queue(staff, status="all", attention="objected") == []
    again = text(staff.get(desk(objected, "settle-objection/"), follow=True))
    assert "No objection is open in this election. Nothing was changed." in again


def test_only_what_is_chosen_is_settled_and_a_note_is_needed(objected, staff):
    objecting(*opened(GWEN), "The list is wrong.")
    first, second = open_objections().order_by("pk")
    wrong: list[dict[str, object]] = [{"note": " "}, {"objections": []}, {"objections": [0]}]
    for fields in wrong:
        settle(staff, objected, **fields)
        assert set(open_objections()) == {first, second}
    settle(staff, objected, objections=[second.pk])
    assert list(open_objections()) == [first]


def test_what_another_reviewer_settled_meanwhile_is_refused(objected, reviewer, lead):
    [one] = open_objections()
    said: dict[str, Any] = {"objections": [one.pk], "note": NOTE, "now": clock.now()}
    settle_objections(objected.pk, by=lead, **said)
    with pytest.raises(Refused, match="Nothing was settled"):
        settle_objections(objected.pk, by=reviewer, **said)
    assert Event.objects.filter(verb="settle_objection").count() == 1


def test_no_approval_passes_over_it(objected, staff, reviewer):
    page = text(staff.get(desk(objected, "approve/")))
    assert "You cannot approve this election now" in page
    assert WORDS in page
    said = "Sam Okafor says for Quiet Harbor Medicine: “This isn’t right.” Say first what became of it."
    with pytest.raises(Refused, match=said):
        decisions.approve(objected.pk, by=reviewer, now=clock.now(), submission_number=1)
    assert WORDS in text(staff.get(desk(objected, "reject/")))
    settle(staff, objected)
    approve(staff, objected)
    assert Election.objects.get(pk=objected.pk).status == "approved"


def test_those_who_can_correct_it_read_it_on_the_page_of_the_election(objected, client, staff):
    address = f"/elections/{objected.pk}/"
    page = text(client.get(address))
    assert "Signers say that something isn’t right" in page
    assert WORDS in page
    assert "If something is wrong, correct it below and submit again by" in page
    viewer = UserFactory(email="vic@example.org")
    ElectionRoleFactory(election=objected, user=viewer, kind="viewer")
    assert WORDS not in text(signed_in(viewer).get(address))
    settle(staff, objected)
    settled = text(client.get(address))
    assert WORDS not in settled
    assert "What a signer said isn’t right was settled: Quiet Harbor Medicine" in settled
    assert NOTE not in settled
    assert "Alex" not in settled


def test_a_decision_that_has_no_effect_yet_changes_nothing_for_the_group(objected, client, reviewer):
    decisions.reject(objected.pk, by=reviewer, now=clock.now(), submission_number=1, reasons="Too large.")
    assert WORDS in text(client.get(f"/elections/{objected.pk}/"))


def test_what_a_decision_answered_is_no_longer_shown_and_what_came_since_is(objected, client, reviewer, set_clock):
    page = f"/elections/{objected.pk}/"
    decisions.reject(objected.pk, by=reviewer, now=clock.now(), submission_number=1, reasons="Too large.")
    take_effect(objected)
    assert WORDS not in text(client.get(page))
    set_clock(LATER)
    objecting(*opened(GWEN), "We still do not agree.")
    said = text(client.get(page))
    assert "We still do not agree." in said
    assert "submit again by" not in said
    assert [one.details["reason"] for one in open_objections()] == ["We still do not agree."]


def test_what_settles_one_of_another_election_settles_nothing_here(objected):
    [one] = open_objections()
    other = ElectionFactory(name="Other Group", practices=(OTHER, BY_SSN))
    record(other, "settle_objection", by=None, now=clock.now(), objection=one.pk, practice=SOLO.name, reason=NOTE)
    assert list(open_objections()) == [one]


def test_the_signer_finds_what_they_said_and_when_it_was_settled(objected, staff, set_clock):
    browser, link = opened()
    said = text(browser.get(f"{link}/election"))
    assert f"You said on Dec 1, 2026, 10:00 a.m. ET: {WORDS} The representative and CMS have it." in said
    other, others_link = opened(GWEN)
    assert WORDS not in text(other.get(f"{others_link}/election"))
    set_clock(LATER)
    settle(staff, objected)
    settled = text(browser.get(f"{link}/election"))
    assert "This was settled on Dec 1, 2026, 1:00 p.m. ET." in settled
    assert NOTE not in settled
