"""Overriding a finding at the desk, and what the packet says of findings that changed since the submission."""

from datetime import date

import pytest
from django.db import Error, transaction

from elections.models import Decision, Election, Event, Override, UpdateKind
from elections.practices import contests
from eligibility.models import DeterminationClinician, LoadRun
from ground import clock
from tests.elections.steps import approve, desk
from tests.factories.elections import ElectionFactory, complete, report_clinician, start_review, submit
from tests.factories.people import signed_in
from tests.factories.practices import BELOW, BY_SSN, GROUP, OTHER, SOLO, load_cms_data
from tests.pages import text

from ..practices.test_contest import RULE, SAID, member_of

pytestmark = pytest.mark.django_db

WHY = "The practice sent its claims of 2026; they exceed all three limits."


def contest(election: Election) -> Election:
    """Contest the solo practice's low volume."""
    member, by = member_of(election), election.started_by
    contests.contest(election.pk, member.pk, rule=RULE, statement=SAID, by=by, now=clock.now())
    return election


@pytest.fixture
def contested(election, below) -> Election:
    """An election in review in which the solo practice's low volume is contested."""
    start_review(contest(election))
    return Election.objects.get()


def overriding(**changed: object) -> dict[str, object]:
    return {"submission_number": 1, "finding": f"0:{RULE}", "justification": WHY} | changed


def test_a_contested_finding_is_not_approved_without_an_override(client, contested, lead, representative):
    assert "23 met, 1 contested" in text(client.get(desk(contested))).lower()
    assert SAID in text(client.get(desk(contested)))
    page = text(client.get(desk(contested, "approve/")))
    assert "You cannot approve this election now Quiet Harbor Medicine: A practice must exceed" in page
    assert "A lead reviewer can override a finding that is not met, if the data are wrong." in page
    approve(client, contested)
    assert Election.objects.get().status == "in_review"

    done = signed_in(lead).post(desk(contested, "override/"), overriding(), follow=True)
    assert done.redirect_chain == [(desk(contested), 302)]
    assert "23 met, 1 set aside by CMS" in text(done)
    assert f"CMS set this finding aside, Dec 1, 2026, 10:00 a.m. ET: {WHY}" in text(done)
    assert list(Override.objects.values_list("rule", "practice_name", "justification", "overridden_by__email")) == [
        (RULE, "Quiet Harbor Medicine", WHY, "lead@cms.example")
    ]
    assert approve(client, contested).status_code == 302
    assert Election.objects.get().status == "approved"
    assert Decision.objects.get().ledger["overridden"] == [[0, RULE]]
    for page in ("ledger", "receipt/1"):
        assert WHY in text(signed_in(representative).get(f"/elections/{contested.pk}/{page}"))


def test_rules_have_names_at_the_desk_and_none_on_the_representative_s_pages(client, contested, lead, representative):
    packet = text(client.get(desk(contested)))
    assert "Not met · Low-volume threshold" in packet
    assert "What the representative can do: " in packet
    assert "What you can do: " not in packet
    asked = text(signed_in(lead).get(desk(contested, "override/")))
    assert "Quiet Harbor Medicine, Low-volume threshold: " in asked
    for page in ("ledger", "receipt/1"):
        assert "Low-volume threshold" not in text(signed_in(representative).get(f"/elections/{contested.pk}/{page}"))


def test_an_override_counts_for_the_next_submission_of_the_election_and_no_other(client, contested, lead):
    signed_in(lead).post(desk(contested, "override/"), overriding())
    complete(contested, OTHER)
    start_review(contested)
    assert "You cannot approve this election now" not in text(client.get(desk(contested, "approve/")))

    member_of(contested).delete()
    other = ElectionFactory(by__email="robin@example.org", practices=(SOLO, BY_SSN), name="Mill Group")
    start_review(contest(other))
    assert "You cannot approve this election now" in text(client.get(desk(other, "approve/")))


@pytest.mark.parametrize(
    "changed",
    [
        {"finding": "0:practice-size"},
        {"finding": f"1:{RULE}"},
        {"finding": "0:one-virtual-group"},
        {"finding": ""},
        {"justification": ""},
        {"justification": "Her number is 457-55-5462."},
        {"submission_number": 2},
        {"submission_number": "x"},
    ],
)
def test_what_cannot_be_overridden_is_not(contested, lead, changed):
    answer = signed_in(lead).post(desk(contested, "override/"), overriding(**changed))
    assert answer.status_code == 200
    assert not Override.objects.exists()
    assert not Event.objects.filter(verb="override").exists()


def test_twice_is_once(contested, lead):
    client = signed_in(lead)
    client.post(desk(contested, "override/"), overriding())
    again = client.post(desk(contested, "override/"), overriding())
    assert "There is nothing to override" in text(again)
    assert Override.objects.count() == 1


def test_a_reviewer_who_does_not_lead_and_a_lead_with_a_part_do_not_override(client, contested, lead):
    assert client.post(desk(contested, "override/"), overriding()).status_code == 403
    contested.roles.create(user=lead, kind="viewer")
    refused = signed_in(lead).post(desk(contested, "override/"), overriding())
    assert "You have a role in this election or in one that affects it, so someone else reviews it." in text(refused)
    assert not Override.objects.exists()


def test_only_an_election_in_review_is_overridden(election, below, lead):
    submit(contest(election))
    assert "There is nothing to override" in text(signed_in(lead).get(desk(election, "override/")))
    signed_in(lead).post(desk(election, "override/"), overriding())
    assert not Override.objects.exists()


def test_an_override_is_never_changed(contested, lead):
    signed_in(lead).post(desk(contested, "override/"), overriding())
    for change in (lambda rows: rows.update(justification="Another."), lambda rows: rows.delete()):
        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
            change(Override.objects.all())


def changed(client, election: Election) -> list[tuple[str, str, str, str, tuple[str, ...]]]:
    found = client.get(desk(election)).context["differences"]
    return [(one.practice, one.now.rule, one.before.outcome, one.now.outcome, one.why) for one in found]


def test_the_packet_says_what_changed_by_another_run_of_cms_data(client, in_review):
    assert changed(client, in_review) == []
    before = LoadRun.objects.get()
    LoadRun.objects.update(status="superseded")
    now = load_cms_data()
    DeterminationClinician.objects.filter(practice__run=now, npi=SOLO.npis[0]).update(**BELOW)
    why = (f"CMS data: run {before.pk} then, run {now.pk} now.",)
    assert changed(client, in_review) == [("Quiet Harbor Medicine", RULE, "met", "not_met", why)]
    packet = text(client.get(desk(in_review)))
    assert why[0] in packet
    assert "Now: 23 met, 1 not met When it was submitted: 24 met" in packet


def test_the_packet_says_what_changed_by_the_roster(client, approved, set_clock):
    set_clock("2027-03-01T10:00:00-05:00")
    report_clinician(approved, GROUP.npis[0], UpdateKind.LEFT, on=date(2027, 3, 1))
    why = ("Roster: 0 joined and 1 left, as reported since then.",)
    assert changed(client, approved) == [("Lakeside Family Practice", "roster-complete", "met", "not_met", why)]


def test_the_packet_says_what_changed_by_a_claim(client, cms_data, representative):
    first = ElectionFactory(practices=(SOLO, OTHER), state="submitted")
    election = ElectionFactory(by__email="robin@example.org", state="in_review")
    signed_in(representative).post(f"/elections/{first.pk}/withdraw", {"sure": "on"})
    why = ("Claim: another election claimed the TIN or released it.",)
    assert changed(client, election) == [("Quiet Harbor Medicine", "one-virtual-group", "not_met", "met", why)]
