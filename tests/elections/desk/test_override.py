"""Overriding a finding at the desk, and what the packet says of findings that changed since the submission."""

from datetime import date

import pytest
from django.db import Error, transaction

from elections.models import Decision, Election, Event, Override, UpdateKind
from elections.practices import contests
from elections.upkeep import actions as upkeep_actions
from eligibility.models import DeterminationClinician, LoadRun
from ground import clock
from tests.factories.elections import ElectionFactory, complete, start_review, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, load_cms_data
from tests.pages import text

from ..practices.test_contest import BELOW, RULE, SAID, member_of

pytestmark = pytest.mark.django_db

WHY = "The practice sent its claims of 2026; they exceed all three limits."


@pytest.fixture
def contested(cms_data, representative) -> Election:
    """An election in review in which the solo practice's low volume is contested."""
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(**BELOW)
    election = ElectionFactory()
    contests.contest(election.pk, member_of(election).pk, rule=RULE, statement=SAID, by=representative, now=clock.now())
    start_review(election)
    return Election.objects.get(pk=election.pk)


def desk(election: Election, page: str = "") -> str:
    return f"/staff/elections/election/{election.pk}/{page}"


def overriding(**changed: object) -> dict[str, object]:
    return {"submission_number": 1, "finding": f"0:{RULE}", "justification": WHY} | changed


def test_a_contested_finding_is_not_approved_without_an_override(client, contested, lead, representative):
    assert "23 met, 1 contested" in text(client.get(desk(contested))).lower()
    assert SAID in text(client.get(desk(contested)))
    assert "You cannot approve this election now" in text(client.get(desk(contested, "approve/")))
    client.post(desk(contested, "approve/"), {"submission_number": 1})
    contested.refresh_from_db()
    assert contested.status == "in_review"

    done = signed_in(lead).post(desk(contested, "override/"), overriding(), follow=True)
    assert done.redirect_chain == [(desk(contested), 302)]
    assert "23 met, 1 overridden" in text(done)
    assert f"Overridden by CMS, Dec 1, 2026, 10:00 a.m. ET: {WHY}" in text(done)
    assert list(Override.objects.values_list("rule", "practice_name", "justification", "overridden_by__email")) == [
        (RULE, "Quiet Harbor Medicine", WHY, "lead@cms.example")
    ]
    assert client.post(desk(contested, "approve/"), {"submission_number": 1}).status_code == 302
    contested.refresh_from_db()
    assert contested.status == "approved"
    assert Decision.objects.get().ledger["overridden"] == [[0, RULE]]
    assert WHY in text(signed_in(representative).get(f"/elections/{contested.pk}/ledger"))
    assert WHY in text(signed_in(representative).get(f"/elections/{contested.pk}/receipt/1"))


def test_an_override_counts_for_the_next_submission_of_the_election_and_no_other(client, contested, lead):
    signed_in(lead).post(desk(contested, "override/"), overriding())
    complete(contested, OTHER)
    start_review(contested)
    assert "You cannot approve this election now" not in text(client.get(desk(contested, "approve/")))

    member_of(contested).delete()
    robin = UserFactory(email="robin@example.org")
    other = ElectionFactory(by=robin, practices=(SOLO, BY_SSN), name="Mill Group")
    contests.contest(other.pk, member_of(other).pk, rule=RULE, statement=SAID, by=robin, now=clock.now())
    start_review(other)
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
    assert "You have a role in this election, so someone else must decide it." in text(refused)
    assert not Override.objects.exists()


def test_only_an_election_in_review_is_overridden(cms_data, representative, lead):
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(**BELOW)
    election = ElectionFactory()
    contests.contest(election.pk, member_of(election).pk, rule=RULE, statement=SAID, by=representative, now=clock.now())
    submit(election)
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


def test_the_packet_says_what_changed_by_another_run_of_cms_data(client, cms_data):
    election = ElectionFactory(state="in_review")
    assert changed(client, election) == []
    before = LoadRun.objects.get()
    LoadRun.objects.update(status="superseded")
    now = load_cms_data()
    DeterminationClinician.objects.filter(practice__run=now, npi=SOLO.npis[0]).update(**BELOW)
    why = (f"CMS data: run {before.pk} then, run {now.pk} now.",)
    assert changed(client, election) == [("Quiet Harbor Medicine", RULE, "met", "not_met", why)]
    assert why[0] in text(client.get(desk(election)))


def test_the_packet_says_what_changed_by_the_roster(client, cms_data, representative):
    election = ElectionFactory(state="approved")
    upkeep_actions.report_clinician(
        election.pk,
        kind=UpdateKind.LEFT,
        practice=1,
        npi=GROUP.npis[0],
        effective_on=date(2027, 3, 1),
        by=representative,
        now=clock.now(),
    )
    assert changed(client, election) == [
        (
            "Lakeside Family Practice",
            "roster-complete",
            "met",
            "not_met",
            ("Roster: 0 joined and 1 left, as reported since then.",),
        )
    ]


def test_the_packet_says_what_changed_by_a_claim(client, cms_data, representative):
    ElectionFactory(practices=(SOLO, OTHER), name="First", state="submitted")
    election = ElectionFactory(by=UserFactory(email="robin@example.org"), name="Second", state="in_review")
    first = Election.objects.get(virtual_group__name="First")
    signed_in(representative).post(f"/elections/{first.pk}/withdraw", {"sure": "on"})
    assert changed(client, election) == [
        (
            "Quiet Harbor Medicine",
            "one-virtual-group",
            "not_met",
            "met",
            ("Claim: another election claimed the TIN or released it.",),
        )
    ]
