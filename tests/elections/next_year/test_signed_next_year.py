"""Signatures in the next year: void, but where the agreement's own term covers it and nothing of it changed."""

import pytest

from agreements.models import SigningRequest
from elections.models import Election, UpdateKind
from elections.next_year.actions import start_next_year
from elections.next_year.copying import copy_election
from elections.people import naming
from elections.signing.signing_emails import ask_again, tell_executed_due
from elections.submission.actions import withdraw
from elections.upkeep import actions as upkeep_actions
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory, approve, submit
from tests.factories.practices import GROUP, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.factories.signing import (
    Signer,
    acknowledge,
    ask_another,
    ask_to_sign,
    change_practice,
    change_text,
    link_to,
    make_executed,
    sign_all,
    sign_and_submit,
    signed_and_approved,
    stands,
    to_be_signed,
)
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db]


@pytest.fixture
def signed(election_of_2026):
    """Return how an election of 2026 is signed here, its agreement lasting through a year, and approved."""
    load_cms_data()

    def signed(last_year: str) -> Election:
        return signed_and_approved(election_of_2026, last_year=last_year)

    return signed


@pytest.fixture
def start(set_clock):
    """Return how the election for 2027 is started from one of 2026."""

    def start(election: Election) -> Election:
        now = set_clock("2026-12-01T10:00:00-05:00")
        return start_next_year(election.pk, by=election.started_by, now=now)

    return start


@pytest.fixture
def draft(signed, start):
    """The election for 2027 after one whose agreement lasts through that year."""
    return start(signed("2027"))


def entries(election):
    return stands(election).practices


def signers(election):
    return [entry.signer_name for entry in entries(election)]


def test_a_term_of_one_year_is_signed_anew(signed, start):
    draft = start(signed("0"))
    assert not draft.agreement.is_signed_here
    assert [entry.executed_on for entry in entries(draft)] == [None, None]


def test_a_term_that_goes_on_counts_without_asking_anybody(client, draft):
    assert [(str(entry.executed_on), entry.signer_name) for entry in entries(draft)] == [
        ("2025-11-20", "Sol Harbor"),
        ("2025-11-20", "Gwen Lake"),
    ]
    said = text(client.get(f"/elections/{draft.pk}/signing"))
    assert "2 of 2 practices signed." in said
    assert said.count("That was for 2026. The agreement’s own term covers 2027") == 2
    assert "We sent no links" in text(client.post(f"/elections/{draft.pk}/signing", {"ask": "yes"}, follow=True))
    acknowledge(draft)
    assert submit(draft).document.kind == "executed"


def test_only_those_whose_schedule_changed_are_asked(client, signed, start, representative, set_clock):
    election = signed("2028")
    now = set_clock("2026-06-01T10:00:00-04:00")
    left = {"kind": UpdateKind.LEFT, "practice": 1, "npi": GROUP.npis[0], "effective_on": now.date()}
    upkeep_actions.report_clinician(election.pk, **left, by=representative, now=now)
    draft = start(election)
    assert [(entry.name, entry.void) for entry in entries(draft)] == [(SOLO.name, ()), (GROUP.name, ("schedule",))]
    client.post(f"/elections/{draft.pk}/signing", {"ask": "yes"})
    said = text(client.post(f"/elections/{draft.pk}/signing/send", follow=True))
    assert "An email with the link is on the way." in said
    assert "Since it signed: the list of this practice’s clinicians changed." in said
    assert SigningRequest.objects.get(party__agreement=draft.agreement).email == "gwen@example.org"


@pytest.mark.parametrize("change", ["text", "party"])
def test_another_text_or_party_asks_all(client, draft, change):
    if change == "text":
        change_text(draft, quality="We meet each month.")
    else:
        client.post(f"/elections/{draft.pk}/practices/{draft.members.get(position=1).pk}/remove")
    assert all(entry.void for entry in entries(draft))


def test_an_opt_in_is_asked_for_anew(client, draft):
    """Who is asked for this year's opt-in signs anew; what they signed the year before counts until then."""
    answer = ask_another(client, draft, "Sol Harbor", "sol@example.org")
    assert "A new link is on its way to sol@example.org." in text(answer)
    sol = Signer("sol@example.org")
    assert "3. Sign" in sol.reads()
    assert "You have signed for" in text(sol.sign())
    assert [str(entry.executed_on) for entry in entries(draft)] == ["2026-12-01", "2025-11-20"]


def test_who_a_request_was_forwarded_to_sees_no_figures_in_the_next_year_either(client, election_of_2026, start):
    load_cms_data()
    change_text(election_of_2026, last_year="2027")
    ask_to_sign(election_of_2026)
    Signer("sol@example.org").post("forward", {"name": "Sue Harbor", "email": "sue@example.org"})
    acknowledge(election_of_2026)
    sign_all(election_of_2026)
    draft = start(approve(election_of_2026))
    assert signers(draft) == ["Sue Harbor", "Gwen Lake"]
    ask_another(client, draft, "Sue Harbor", "sue@example.org")
    said = Signer("sue@example.org").reads()
    assert "We don’t show its Medicare figures here, because the request was forwarded to you." in said
    assert "I’m not the person" not in said


@pytest.mark.proof
def test_an_agreement_executed_elsewhere_goes_on_by_its_own_term_too(election_of_2026, start):
    change_text(election_of_2026, last_year="2027")
    acknowledge(election_of_2026)
    draft = start(approve(election_of_2026))
    assert [str(entry.executed_on) for entry in entries(draft)] == ["2025-11-10", "2025-11-10"]


def copied(election):
    """Withdraw an election, and return a copy of it."""
    by, now = election.started_by, clock.now()
    withdraw(election.pk, by=by, now=now)
    return copy_election(election.pk, by=by, now=now)


@pytest.mark.proof
def test_a_copy_of_a_withdrawn_election_keeps_what_was_signed(cms_data, set_clock):
    election = to_be_signed()
    sign_and_submit(election)
    set_clock("2026-12-02T10:00:00-05:00")
    assert signers(copied(election)) == ["Sol Harbor", "Gwen Lake"]


def test_what_was_changed_after_approval_and_never_submitted_voids_nothing(signed, start):
    """The last submission stands: what it was signed over goes on, whatever the working copy says since."""
    election = signed("2027")
    change_text(election, last_year="2027", quality="We meet each month.")
    assert [entry.void for entry in entries(election)] == [("text",), ("text",)]
    assert signers(start(election)) == ["Sol Harbor", "Gwen Lake"]


def test_a_name_typed_wrong_for_a_moment_and_a_renaming_void_nothing_for_good(draft, representative):
    member = draft.members.get(name=SOLO.name)
    change_practice(draft, member, name="Quiet")
    naming.save_group(draft.pk, name="Bay Group", by=representative, now=draft.changed_at)
    change_practice(draft, member, name=SOLO.name)
    assert signers(draft) == ["Sol Harbor", "Gwen Lake"]


def test_who_declined_is_not_bound_by_a_copy(signed, representative, set_clock):
    """What the practice said no to came back by taking a change back: it stays unsigned in a copy, too."""
    election = signed("2026")
    change_text(election, last_year="2026", quality="We meet each month.")
    assert ask_again(election, by=representative, now=set_clock("2025-11-21T10:00:00-05:00")) == 2
    Signer("sol@example.org").post("decline", {"reason": "Not with these words, nor others."})
    change_text(election, last_year="2026", quality="")
    assert signers(election) == ["", "Gwen Lake"]
    assert signers(copied(election)) == ["", "Gwen Lake"]


def test_two_whose_numbers_end_alike_each_keep_their_own_signer(representative, set_clock):
    set_clock("2025-11-20T10:00:00-05:00")
    alpha = FictionalPractice("Ann Alpha, MD", "667788", ("1558598797",), kind="SSN")
    beta = FictionalPractice("Bob Beta, MD", "667788", ("1003001041",), kind="SSN")
    election = ask_to_sign(ElectionFactory(practices=(alpha, beta), year=2026))
    acknowledge(election)
    sign_all(election, opt_in="yes")
    submit(election)
    copy = copied(election)
    assert [(entry.name, entry.signer_name) for entry in entries(copy)] == [
        ("Ann Alpha, MD", "Signer of Ann Alpha, MD"),
        ("Bob Beta, MD", "Signer of Bob Beta, MD"),
    ]
    assert list(copy.members.order_by("position").values_list("party__signer_email", flat=True)) == [
        "signer1@example.org",
        "signer2@example.org",
    ]


def test_a_copy_with_half_a_tin_is_a_copy(signed):
    election = signed("2026")
    change_practice(election, SOLO, tin="9610")
    practices = copied(election).members.order_by("position")
    assert [(str(one.tin), one.party.continues is None) for one in practices] == [("9610", True), (GROUP.tin, False)]


def test_who_signed_last_year_is_told_of_schedules_and_gets_what_was_executed(client, signed, start, representative):
    draft = start(signed("2028"))
    now = draft.changed_at
    change_practice(draft, GROUP, npis=GROUP.npis[1:])
    ask_another(client, draft, "Gwen Lake", "gwen@example.org", GROUP)
    gwen = Signer("gwen@example.org")
    gwen.sign()
    Notice.objects.all().delete()
    change_practice(draft, GROUP, npis=GROUP.npis)
    assert ask_again(draft, by=representative, now=now) == 1
    assert told() == [("gwen@example.org", "election sign again"), ("sol@example.org", "election schedule changed")]
    gwen.sign()
    make_executed(draft, now)
    Notice.objects.all().delete()
    assert tell_executed_due(now=now) == 2
    assert told() == [("gwen@example.org", "election executed signer"), ("sol@example.org", "election executed signer")]
    said = Signer("sol@example.org").reads()
    assert "All practices have signed. Sol Harbor signed for Quiet Harbor Medicine on Nov 20, 2025" in said
    assert tell_executed_due(now=now) == 0


def told():
    return sorted(Notice.objects.values_list("to", "reason"))


def test_a_tin_that_was_changed_and_set_back_leaves_its_signer_with_a_link(cms_data, visitor):
    """The link is closed while another TIN stands there; what was signed counts again, and what is executed comes."""
    election = to_be_signed()
    sign_all(election)
    for tin in (OTHER.tin, SOLO.tin):
        change_practice(election, SOLO, tin=tin)
    assert signers(election) == ["Sol Harbor", "Gwen Lake"]
    make_executed(election, election.changed_at)
    Notice.objects.all().delete()
    assert tell_executed_due(now=election.changed_at) == 2
    assert "Download the executed agreement" in text(visitor.get(link_to("sol@example.org")))
