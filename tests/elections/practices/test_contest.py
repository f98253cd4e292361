"""Contesting what data say of a practice, over HTTP: where, by whom, and what it changes."""

from dataclasses import replace

import pytest

from elections.content import Snapshot
from elections.models import Election, Event, Member
from elections.readiness import judge
from eligibility.models import DeterminationPractice
from tests.elections.steps import confirm
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, save_practice, submit
from tests.factories.people import signed_in
from tests.factories.practices import BELOW, GROUP, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.factories.proposals import NPIS
from tests.pages import text

pytestmark = pytest.mark.django_db

RULE = "low-volume-threshold"
SAID = "Robin Hale joined on Jan 5, 2026; the data hold none of the claims of that year."


def member_of(election: Election, position: int = 0) -> Member:
    return list(election.members.all())[position]


def page_of(election: Election, rule: str = RULE, position: int = 0) -> str:
    return f"/elections/{election.pk}/practices/{member_of(election, position).pk}/contest/{rule}"


def practice_of(election: Election) -> str:
    return f"/elections/{election.pk}/practices/{member_of(election).pk}"


def test_a_contested_finding_is_submitted_with_what_was_said(election, client, below):
    assert page_of(election) in client.get(practice_of(election)).content.decode()
    assert page_of(election) in client.get(f"/elections/{election.pk}/review").content.decode()

    answer = client.post(page_of(election), {"statement": SAID}, follow=True)
    assert answer.redirect_chain == [(practice_of(election), 302)]
    assert f"Contested by the representative: {SAID}" in text(answer)
    ledger = text(client.get(f"/elections/{election.pk}/ledger"))
    assert "23 met, 1 contested. These results are from Dec 1, 2026" in ledger

    submission = submit(election)
    assert Snapshot.of_submission(submission).practices[0].contests == ((RULE, SAID),)
    assert SAID in text(client.get(f"/elections/{election.pk}/receipt/1"))
    assert [(event.verb, event.details) for event in Event.objects.filter(verb="contest")] == [
        ("contest", {"practice": "Quiet Harbor Medicine", "rule": RULE})
    ]


def test_a_contest_taken_back_stops_the_election_again(election, client, below):
    client.post(page_of(election), {"statement": SAID})
    assert client.get(page_of(election)).context["form"].initial == {"statement": SAID}
    for _ in range(2):
        client.post(page_of(election), {"statement": SAID, "take_back": "yes"})
    assert member_of(election).contests == {}
    assert Event.objects.filter(verb="take_contest_back").count() == 1
    assert "Nothing was submitted. Fix the items below, then submit again." in text(confirm(client, election))
    assert not election.submissions.exists()


def test_who_counts_is_said_with_its_dates(election, client, below):
    assert (
        "name anyone who did not bill under this TIN from Oct 1, 2025 to Sep 30, 2026. "
        "Someone who left still counts if they billed under it then."
    ) in text(client.get(page_of(election)))


def test_what_nobody_contests_leaves_the_fingerprint_as_it_was(election, client, below):
    before = Snapshot.of_working_copy(election).sha256
    client.post(page_of(election), {"statement": SAID})
    contested = Snapshot.of_working_copy(election).sha256
    client.post(page_of(election), {"statement": SAID, "take_back": "yes"})
    assert contested != before
    assert Snapshot.of_working_copy(election).sha256 == before


@pytest.mark.parametrize("statement", ["", "Her number is 457-55-5462."])
def test_a_statement_is_needed_and_holds_no_ssn(election, client, below, statement):
    answer = client.post(page_of(election), {"statement": statement})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["statement"]
    assert member_of(election).contests == {}
    assert "457-55-5462" not in answer.content.decode()


@pytest.mark.parametrize(
    "rule",
    [
        *("tin-format", "npi-format", "determination-available", "opt-in-accepted", "one-virtual-group"),
        *("election-window", "agreement-executed", "representative-named", "nonsense"),
    ],
)
def test_what_no_data_say_cannot_be_contested(election, client, below, rule):
    assert client.get(page_of(election, rule)).status_code == 404
    assert client.post(page_of(election, rule), {"statement": SAID}).status_code == 404
    assert member_of(election).contests == {}


def test_what_is_met_cannot_be_contested(election, client, below):
    led_back = client.get(page_of(election, "practice-size"), follow=True)
    assert "There is nothing to contest. This finding isn’t “Not met” now." in text(led_back)
    refused = client.post(page_of(election, "practice-size"), {"statement": SAID}, follow=True)
    assert "Nothing was saved. You can’t contest this finding now." in text(refused)
    assert member_of(election).contests == {}


def test_who_may_not_know_the_finding_cannot_contest_it(election, client, below):
    """CMS data say not met, but nobody listed bills under the TIN: the answer is `cannot tell`, and stays that."""
    save_practice(election, replace(SOLO, npis=("1922002005",)), member_of(election).pk)
    assert "/contest/" not in client.get(practice_of(election)).content.decode()
    client.post(page_of(election), {"statement": SAID})
    assert member_of(election).contests == {}


def test_another_tin_is_contested_anew(election, client, below):
    client.post(page_of(election), {"statement": SAID})
    for tin, contests in ((SOLO.tin, {RULE: SAID}), (OTHER.tin, {})):
        save_practice(election, replace(SOLO, tin=tin), member_of(election).pk)
        assert member_of(election).contests == contests


def test_a_contest_speaks_of_its_own_practice_alone(election, client, below, representative):
    DeterminationPractice.objects.filter(name=GROUP.name).update(**BELOW)
    client.post(page_of(election), {"statement": SAID})
    stands = Snapshot.of_working_copy(election)
    judged = judge(stands, election_id=election.pk, at=election.changed_at, by=representative)
    assert [(finding.practice, finding.rule) for finding in judged.blocking] == [(1, RULE)]


def test_only_the_representative_contests(election, below):
    client = signed_in(ElectionRoleFactory(election=election, kind="collaborator").user)
    assert "/contest/" not in client.get(practice_of(election)).content.decode()
    assert client.post(page_of(election), {"statement": SAID}).status_code == 403


def test_nothing_is_contested_after_the_window(election, client, below, set_clock):
    page = page_of(election)
    set_clock("2027-01-01T00:00:00-05:00")
    assert client.post(page, {"statement": SAID}).status_code == 302
    assert member_of(election).contests == {}


def test_what_there_is_not_is_not_found_in_a_closed_election_either(election, client, below, set_clock):
    set_clock("2027-01-01T00:00:00-05:00")
    practices = f"/elections/{election.pk}/practices"
    for path in (f"{practices}/999999/contest/{RULE}", page_of(election, "no-such-rule")):
        assert client.get(path).status_code == client.post(path).status_code == 404
    assert client.post(f"{practices}/999999").status_code == 404
    assert client.post(practice_of(election)).status_code == 302


def test_a_copied_election_keeps_what_was_said(election, client, below):
    client.post(page_of(election), {"statement": SAID})
    submit(election)
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    client.post(f"/elections/{election.pk}/copy")
    copied = Election.objects.get(copied_from=election)
    assert [member.contests for member in copied.members.all()] == [{RULE: SAID}, {}]


TWELVE = FictionalPractice("Oak Harbor", "961000009", NPIS[:12])
TOO_LARGE = (
    "If CMS’s list is wrong, contest it and say who did not bill under this TIN from Oct 1, 2025 to Sep 30, 2026."
    " Otherwise, leave this practice out of the election."
)


def test_a_practice_of_twelve_is_told_one_thing_to_do_and_it_works(client):
    load_cms_data((SOLO, TWELVE))
    listed = replace(TWELVE, npis=NPIS[:10])
    election = ElectionFactory(practices=(SOLO, listed))
    base = f"/elections/{election.pk}"
    practice = f"{base}/practices/{member_of(election, 1).pk}"
    findings = [found for found in client.get(practice).context["group"].unsettled if found.outcome == "not_met"]
    assert {found.rule: found.remedy for found in findings} == dict.fromkeys(
        ("roster-complete", "practice-size"), TOO_LARGE
    )
    too_many = f"Your list and CMS data together show 12 clinicians. {AT_MOST} {TOO_LARGE}"
    for page in (practice, f"{base}/roster"):
        assert too_many in text(client.get(page))
    assert client.get(f"{base}/roster").context["fixes"] == []
    for found in findings:
        client.post(page_of(election, found.rule, 1), {"statement": "Two of them never billed here."})
    assert too_many not in text(client.get(f"{base}/roster"))
    submit(election)
    assert Election.objects.get().status == "submitted"


AT_MOST = "A practice in a virtual group can have at most 10."


def test_an_eleventh_whom_cms_data_do_not_show_is_no_reason_to_contest(client):
    load_cms_data((SOLO, replace(TWELVE, npis=NPIS[:10])))
    election = ElectionFactory(practices=(SOLO, replace(TWELVE, npis=NPIS[:11])))
    told = text(client.get(f"/elections/{election.pk}/roster"))
    assert (
        f"Your list and CMS data together show 11 clinicians. {AT_MOST} Remove only people who don’t bill under "
        "this TIN now and did not bill under it from Oct 1, 2025 to Sep 30, 2026."
    ) in told
    assert "contest" not in told.lower()


def test_eleven_listed_before_there_are_data_may_be_contested(client):
    election = ElectionFactory(practices=(SOLO, replace(TWELVE, npis=NPIS[:11])))
    told = text(client.get(f"/elections/{election.pk}/roster"))
    assert (
        f"Your list shows 11 clinicians. {AT_MOST} If some of them did not bill under this TIN from Oct 1, 2025 to"
        " Sep 30, 2026, contest this and say who. Otherwise, leave this practice out of the election."
    ) in told
