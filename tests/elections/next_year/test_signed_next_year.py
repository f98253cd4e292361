"""Signatures in the next year: void, but where the agreement's own term covers it and nothing of it changed."""

import pytest
from django.test import Client

from agreements.models import Document, SigningRequest
from elections.content import Snapshot
from elections.models import Election, UpdateKind
from elections.next_year.actions import start_next_year
from elections.next_year.copying import copy_election
from elections.people import naming
from elections.practices import members
from elections.signing.signing_emails import ask_again, tell_executed_due
from elections.submission.actions import withdraw
from elections.upkeep import actions as upkeep_actions
from notices.models import Notice
from tests.factories.elections import ElectionFactory, approve, submit
from tests.factories.practices import GROUP, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.factories.signing import ask_to_sign, link_to, opened, sign_all, signed_and_approved, signing, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(representative, set_clock):
    """Return how an election of 2026 is signed here, its agreement lasting through a year, and approved."""
    set_clock("2025-11-20T10:00:00-05:00")
    load_cms_data(performance_year=2026)
    load_cms_data(performance_year=2027)

    def signed(last_year: str) -> Election:
        return signed_and_approved(by=representative, last_year=last_year)

    return signed


def entries(election):
    return Snapshot.of_working_copy(Election.objects.get(pk=election.pk)).practices


def start(election, by, set_clock):
    return start_next_year(election.pk, by=by, now=set_clock("2026-12-01T10:00:00-05:00"))


def test_a_term_of_one_year_is_signed_anew(signed, representative, set_clock):
    draft = start(signed("0"), representative, set_clock)
    assert not draft.agreement.is_signed_here
    assert [entry.executed_on for entry in entries(draft)] == [None, None]


def test_a_term_that_goes_on_counts_without_asking_anybody(client, signed, representative, set_clock):
    draft = start(signed("2027"), representative, set_clock)
    assert [(str(entry.executed_on), entry.signer_name) for entry in entries(draft)] == [
        ("2025-11-20", "Sol Harbor"),
        ("2025-11-20", "Gwen Lake"),
    ]
    said = text(client.get(f"/elections/{draft.pk}/signing"))
    assert "2 of 2 practices signed." in said
    assert said.count("That was for 2026. The agreement’s own term covers 2027") == 2
    assert "We sent no links" in text(client.post(f"/elections/{draft.pk}/signing", {"ask": "yes"}, follow=True))
    client.post(f"/elections/{draft.pk}/agreement", {"acknowledged": "on"})
    submission = submit(draft)
    assert submission.document.kind == "executed"


def test_only_those_whose_schedule_changed_are_asked(client, signed, representative, set_clock):
    election = signed("2028")
    now = set_clock("2026-06-01T10:00:00-04:00")
    left = {"kind": UpdateKind.LEFT, "practice": 1, "npi": GROUP.npis[0], "effective_on": now.date()}
    upkeep_actions.report_clinician(election.pk, **left, by=representative, now=now)
    draft = start(election, representative, set_clock)
    assert [(entry.name, entry.void) for entry in entries(draft)] == [(SOLO.name, ()), (GROUP.name, ("schedule",))]
    said = text(client.post(f"/elections/{draft.pk}/signing", {"ask": "yes"}, follow=True))
    assert "An email with the link is on the way." in said
    assert "Since it signed: the practice’s own schedule of clinicians changed." in said
    assert [one.email for one in SigningRequest.objects.filter(party__agreement=draft.agreement)] == [
        "gwen@example.org"
    ]


@pytest.mark.parametrize("change", ["text", "party"])
def test_another_text_or_party_asks_all(client, signed, representative, set_clock, change):
    draft = start(signed("2027"), representative, set_clock)
    if change == "text":
        client.post(f"/elections/{draft.pk}/agreement/text", {"quality": "We meet each month."})
    else:
        client.post(f"/elections/{draft.pk}/practices/{draft.members.get(position=1).pk}/remove")
    assert all(entry.void for entry in entries(draft))


def test_an_opt_in_is_asked_for_anew(client, signed, representative, set_clock):
    """Who is asked for this year's opt-in signs anew; what they signed the year before counts until then."""
    draft = start(signed("2027"), representative, set_clock)
    member = draft.members.get(name=SOLO.name)
    answer = client.post(
        f"/elections/{draft.pk}/signing/{member.pk}", {"name": "Sol Harbor", "email": "sol@example.org"}, follow=True
    )
    assert "A new link is on its way to sol@example.org." in text(answer)
    link = link_to("sol@example.org")
    browser = opened(link)
    assert "3. Sign" in text(browser.get(f"{link}/room"))
    assert "You have signed for" in text(signing(browser, link))
    assert [str(entry.executed_on) for entry in entries(draft)] == ["2026-12-01", "2025-11-20"]


@pytest.mark.proof
def test_an_agreement_executed_elsewhere_goes_on_by_its_own_term_too(client, representative, set_clock):
    set_clock("2025-11-20T10:00:00-05:00")
    load_cms_data(performance_year=2026)
    election = ElectionFactory(year=2026)
    client.post(f"/elections/{election.pk}/agreement/text", {"last_year": "2027"})
    client.post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    election = approve(election)
    draft = start(election, representative, set_clock)
    assert [str(entry.executed_on) for entry in entries(draft)] == ["2025-11-10", "2025-11-10"]


@pytest.mark.proof
def test_a_copy_of_a_withdrawn_election_keeps_what_was_signed(client, cms_data, representative, set_clock):
    election = to_be_signed()
    client.post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    sign_all(election)
    submit(election)
    now = set_clock("2026-12-02T10:00:00-05:00")
    withdraw(election.pk, by=representative, now=now)
    draft = copy_election(election.pk, by=representative, now=now)
    assert [entry.signer_name for entry in entries(draft)] == ["Sol Harbor", "Gwen Lake"]


def test_what_was_changed_after_approval_and_never_submitted_voids_nothing(client, signed, representative, set_clock):
    """The last submission stands: what it was signed over goes on, whatever the working copy says since."""
    election = signed("2027")
    address = f"/elections/{election.pk}/agreement/text"
    client.post(address, {"last_year": "2027", "quality": "We meet each month."})
    assert [entry.void for entry in entries(election)] == [("text",), ("text",)]
    draft = start(election, representative, set_clock)
    assert [entry.signer_name for entry in entries(draft)] == ["Sol Harbor", "Gwen Lake"]


def test_a_name_typed_wrong_for_a_moment_and_a_renaming_void_nothing_for_good(signed, representative, set_clock):
    draft = start(signed("2027"), representative, set_clock)
    member, now = draft.members.get(name=SOLO.name), draft.changed_at
    members.save_member(draft.pk, member.pk, name="Quiet", by=representative, now=now)
    naming.save_group(draft.pk, name="Bay Group", by=representative, now=now)
    members.save_member(draft.pk, member.pk, name=SOLO.name, by=representative, now=now)
    assert [entry.signer_name for entry in entries(draft)] == ["Sol Harbor", "Gwen Lake"]


def test_who_declined_is_not_bound_by_a_copy(client, signed, representative, set_clock):
    """What the practice said no to came back by taking a change back: it stays unsigned in a copy, too."""
    election = signed("2026")
    address = f"/elections/{election.pk}/agreement/text"
    client.post(address, {"last_year": "2026", "quality": "We meet each month."})
    now = set_clock("2025-11-21T10:00:00-05:00")
    assert ask_again(election, by=representative, now=now) == 2
    link = link_to("sol@example.org")
    opened(link).post(f"{link}/decline", {"reason": "Not with these words, nor others."})
    client.post(address, {"last_year": "2026", "quality": ""})
    assert [entry.signer_name for entry in entries(election)] == ["", "Gwen Lake"]
    withdraw(election.pk, by=representative, now=now)
    copied = copy_election(election.pk, by=representative, now=now)
    assert [entry.signer_name for entry in entries(copied)] == ["", "Gwen Lake"]


def test_two_whose_numbers_end_alike_each_keep_their_own_signer(client, representative, set_clock):
    set_clock("2025-11-20T10:00:00-05:00")
    alpha = FictionalPractice("Ann Alpha, MD", "667788", ("1558598797",), kind="SSN")
    beta = FictionalPractice("Bob Beta, MD", "667788", ("1003001041",), kind="SSN")
    election = ask_to_sign(ElectionFactory(practices=(alpha, beta), year=2026))
    client.post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    for request in SigningRequest.objects.all():
        signing(opened(f"/sign/{request.token}"), f"/sign/{request.token}", name=request.name, opt_in="yes")
    copied = copied_from(election, representative)
    assert [(entry.name, entry.signer_name) for entry in entries(copied)] == [
        ("Ann Alpha, MD", "Signer of Ann Alpha, MD"),
        ("Bob Beta, MD", "Signer of Bob Beta, MD"),
    ]
    assert list(copied.members.order_by("position").values_list("party__signer_email", flat=True)) == [
        "signer1@example.org",
        "signer2@example.org",
    ]


def test_a_copy_with_half_a_tin_is_a_copy(signed, representative):
    election = signed("2026")
    member, now = election.members.get(name=SOLO.name), election.changed_at
    members.save_member(election.pk, member.pk, tin="9610", by=representative, now=now)
    withdraw(election.pk, by=representative, now=now)
    copied = copy_election(election.pk, by=representative, now=now)
    assert [(str(one.tin), one.party.continues is None) for one in copied.members.order_by("position")] == [
        ("9610", True),
        (GROUP.tin, False),
    ]


def copied_from(election, by):
    submit(election, by=by)
    withdraw(election.pk, by=by, now=election.changed_at)
    return copy_election(election.pk, by=by, now=election.changed_at)


def test_who_signed_last_year_is_told_of_schedules_and_gets_what_was_executed(
    client, signed, representative, set_clock
):
    draft = start(signed("2028"), representative, set_clock)
    member, now = draft.members.get(name=GROUP.name), draft.changed_at
    members.save_member(draft.pk, member.pk, npis=GROUP.npis[1:], by=representative, now=now)
    client.post(f"/elections/{draft.pk}/signing/{member.pk}", {"name": "Gwen Lake", "email": "gwen@example.org"})
    link = link_to("gwen@example.org")
    signing(opened(link), link, name="Gwen Lake")
    Notice.objects.all().delete()
    members.save_member(draft.pk, member.pk, npis=GROUP.npis, by=representative, now=now)
    assert ask_again(draft, by=representative, now=now) == 1
    assert told() == [("gwen@example.org", "election sign again"), ("sol@example.org", "election schedule changed")]
    signing(opened(link), link, name="Gwen Lake")
    Document.objects.filter(kind="executed", agreement=draft.agreement_id).update(
        state="ready", file="x", file_sha256="0" * 64, pages=9, ready_at=now
    )
    Notice.objects.all().delete()
    assert tell_executed_due(now=now) == 2
    assert told() == [("gwen@example.org", "election executed signer"), ("sol@example.org", "election executed signer")]
    link = link_to("sol@example.org")
    said = text(opened(link).get(f"{link}/room"))
    assert "All practices have signed. Sol Harbor signed for Quiet Harbor Medicine on Nov 20, 2025" in said
    assert tell_executed_due(now=now) == 0


def told():
    return sorted(Notice.objects.values_list("to", "reason"))


def test_a_tin_that_was_changed_and_set_back_leaves_its_signer_with_a_link(signed, representative, set_clock):
    """The link is closed while another TIN stands there; what was signed counts again, and what is executed comes."""
    election = to_be_signed()
    sign_all(election)
    member, now = election.members.get(name=SOLO.name), election.changed_at
    for tin in (OTHER.tin, SOLO.tin):
        members.save_member(election.pk, member.pk, tin=tin, by=representative, now=now)
    assert [entry.signer_name for entry in entries(election)] == ["Sol Harbor", "Gwen Lake"]
    Document.objects.filter(kind="executed", agreement=election.agreement_id).update(
        state="ready", file="x", file_sha256="0" * 64, pages=9, ready_at=now
    )
    Notice.objects.all().delete()
    assert tell_executed_due(now=now) == 2
    link = link_to("sol@example.org")
    assert "Download the executed agreement" in text(Client().get(link))
