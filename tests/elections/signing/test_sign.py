"""A practice signs by its personal link: what the signer sees and does, and what no link, role or id lets one do."""

import json
import re

import pytest
from django.test import Client

from agreements.models import Document, DocumentKind, KnownBy, Signature, SigningRequest
from agreements.papers import documents
from elections.content import Snapshot
from elections.models import Election, Event
from elections.people import naming
from elections.practices import members
from elections.signing.signing_emails import tell_executed_due
from elections.submission.actions import NotReady
from eligibility.models import DeterminationClinician
from notices.models import Notice
from tests.factories.elections import submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.factories.signing import (
    SAID,
    link_to,
    opened,
    shown_to_sign,
    sign_all,
    signed_and_approved,
    signing,
    to_be_signed,
)
from tests.pages import OPT_IN_MEANS, text

from ..asked import cms_data, election, representative

__all__ = ["cms_data", "election", "representative"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(election):
    return link_to("sol@example.org")


def snapshot(election):
    return Snapshot.of_working_copy(Election.objects.get(pk=election.pk))


def executed_by(election):
    return {entry.name: entry.signer_name for entry in snapshot(election).practices}


def test_opening_the_link_shows_a_button_and_does_nothing(election, link):
    scanner = Client()
    answer = scanner.get(link)
    assert answer.status_code == 200
    said = text(answer)
    assert f"An agreement to sign for {SOLO.name}" in said
    assert SOLO.npis[0] not in said
    for path in ("room", "correction", "decline", "agreement"):
        assert scanner.get(f"{link}/{path}").headers["Location"] == link
        assert "nothing was sent or signed yet" in text(scanner.post(f"{link}/{path}", {"reason": "x", "text": "x"}))
    request = SigningRequest.objects.get(email="sol@example.org")
    assert (request.opened_at, request.declined_at, request.corrected_at) == (None, None, None)
    assert not Signature.objects.exists()


def test_the_signer_reads_their_own_practice_and_the_agreement(election, link):
    said = text(opened(link).get(f"{link}/room"))
    for words in (
        "Dana Rivera asks you, Sol Harbor, to sign the agreement of Harbor Group for Quiet Harbor Medicine.",
        "EIN 96-1000001",
        "1999999992 NAME9992, ROBIN",
        "It is in force Jan 1, 2027 through Dec 31, 2027",
        "9.1 This agreement is executed on behalf of each party",
        "EIN 96-1000002",
        "1234567893 NAME7893, ROBIN",
        "I am authorized to bind Quiet Harbor Medicine to this agreement, and sign it on its behalf.",
    ):
        assert words in said, words
    assert "3. Sign" in said  # it exceeds all three limits: no opt-in is asked


def test_the_agreement_can_be_downloaded_before_signing(election, link, settings, tmp_path):
    """It is asked for with the first links, and says nothing of who has signed already."""
    settings.MEDIA_ROOT = tmp_path
    other = link_to("gwen@example.org")
    signing(opened(other), other, name="Gwen Lake")
    browser = opened(link)
    assert "Waiting to start." in text(browser.get(f"{link}/agreement"))
    document = Document.objects.get()
    assert documents.render_document(document.pk, now=election.changed_at) == "ready"
    answer = browser.get(f"{link}/agreement")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="virtual-group-agreement.pdf"'
    assert "Gwen Lake" not in document.snapshot
    assert Document.objects.count() == 1


def test_signing_is_said_and_counts(election, link):
    browser = opened(link)
    said = text(signing(browser, link))
    assert "You have signed for Quiet Harbor Medicine" in said
    assert "Dec 1, 2026, 10:00:00 a.m. ET" in said
    assert "Not all practices have signed yet." in said
    signature = Signature.objects.get()
    assert (signature.name, signature.title, signature.known_by, signature.user) == (
        "Sol Harbor",
        "Owner",
        KnownBy.LINK,
        None,
    )
    assert signature.opt_in_accepted is None
    assert executed_by(election) == {SOLO.name: "Sol Harbor", GROUP.name: ""}
    assert Event.objects.filter(election=election, verb="sign").get().who == "Sol Harbor"
    assert "You have signed for" in text(browser.get(f"{link}/room"))


@pytest.mark.parametrize("missing", ["roster", "consent", "name", "title", "authorized"])
def test_each_step_is_asked_for_and_what_was_typed_stays(election, link, missing):
    said = signing(opened(link), link, **{"title": "Managing owner", "name": "Sol H.", missing: ""})
    assert "Fix the problems below" in text(said)
    assert "are listed.:" not in text(said)
    kept = {"title": 'value="Managing owner"', "name": 'value="Sol H."'}
    assert [name for name in kept if kept[name] in said.content.decode()] == [n for n in kept if n != missing]
    assert not Signature.objects.exists()


def test_all_have_signed_and_one_executed_agreement_is_made(election, representative):
    sign_all(election)
    document = Document.objects.get(kind=DocumentKind.EXECUTED)
    assert document.snapshot.count('"signature":{') == 2
    assert "sol@example.org" not in document.snapshot
    assert executed_by(election) == {SOLO.name: "Sol Harbor", GROUP.name: "Gwen Lake"}
    assert "All practices have signed" in Notice.objects.filter(to=representative.email).latest("pk").subject
    link = link_to("sol@example.org")
    said = text(opened(link).get(f"{link}/room"))
    assert "All practices have signed." in said


def test_the_election_is_submitted_with_what_was_signed(election, client):
    client.post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    sign_all(election)
    submission = submit(election)
    assert submission.document.kind == DocumentKind.EXECUTED
    stored = Snapshot.of_submission(submission)
    assert [(entry.signed.name, entry.signed.known_by) for entry in stored.practices if entry.signed] == [
        ("Sol Harbor", "link"),
        ("Gwen Lake", "link"),
    ]
    assert stored == snapshot(election)


def test_without_a_signature_it_cannot_be_submitted(election):
    """What was recorded of an execution elsewhere does not count where the practices sign here."""
    assert election.members.get(position=1).party.executed_on is not None
    assert executed_by(election) == {SOLO.name: "", GROUP.name: ""}
    with pytest.raises(NotReady) as refused:
        submit(election)
    assert [finding.rule for finding in refused.value.findings] == ["agreement-acknowledged", "agreement-executed"]


@pytest.fixture
def opt_in(cms_data):
    """An election in which Quiet Harbor is opt-in eligible, and the link of its signer."""
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(patients=10, services=10)
    return to_be_signed(), link_to("sol@example.org")


def test_the_opt_in_is_answered_by_its_own_signer_and_no_other_sees_it(opt_in):
    election, link = opt_in
    browser = opened(link)
    assert "Choose one." in text(signing(browser, link))
    room = text(browser.get(f"{link}/room"))
    assert "What you can do: Answer below. Accept the opt-in only if the practice really wants it." in room
    assert "Ask the practice’s signer" not in room
    assert f"its decision to opt in to MIPS for 2027. {OPT_IN_MEANS}" in room
    said = text(signing(browser, link, opt_in="yes"))
    assert "Opt-in Accepted" in said
    assert [entry.opt_in_accepted for entry in snapshot(election).practices] == [True, False]
    other = link_to("gwen@example.org")
    theirs = text(opened(other).get(f"{other}/room"))
    assert "3. Sign" in theirs
    assert [word for word in ("Opt-in Accepted", "Opt-in accepted: yes") if word in theirs] == []


def test_who_refused_the_opt_in_accepts_it_after_all_and_not_the_other_way_round(client, opt_in):
    election, link = opt_in
    browser = opened(link)
    assert "Opt-in Not accepted" in text(signing(browser, link, opt_in="no"))
    assert executed_by(election)[SOLO.name] == "Sol Harbor"
    assert "Opt-ins that are not accepted" in text(client.get(f"/elections/{election.pk}/agreement"))
    hidden = shown_to_sign(browser.get(f"{link}/room?accept=yes"))
    answer = browser.post(f"{link}/room?accept=yes", hidden | SAID | {"opt_in": "yes"}, follow=True)
    assert "Opt-in Accepted" in text(answer)
    assert [entry.opt_in_accepted for entry in snapshot(election).practices] == [True, False]
    assert "Opt-ins that are not accepted" not in text(client.get(f"/elections/{election.pk}/agreement"))
    assert "sign again and accept it" not in text(browser.get(f"{link}/room"))
    browser.post(f"{link}/room?accept=yes", hidden | SAID | {"opt_in": "no"})
    assert list(Signature.objects.order_by("pk").values_list("opt_in_accepted", flat=True)) == [False, True]


def test_a_double_click_and_a_second_browser_sign_once(election, link):
    first, second = opened(link), opened(link)
    hidden = shown_to_sign(second.get(f"{link}/room"))
    signing(first, link)
    said = text(second.post(f"{link}/room", hidden | SAID, follow=True))
    assert "You have signed for Quiet Harbor Medicine" in said
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("change", ["schedule", "text", "parties"])
def test_what_changed_between_reading_and_signing_is_said_and_nothing_is_signed(election, link, representative, change):
    browser = opened(link)
    hidden = shown_to_sign(browser.get(f"{link}/room"))
    assert len(hidden) == 3
    alter(election, representative, change)
    answer = browser.post(f"{link}/room", hidden | SAID, follow=True)
    said = text(answer)
    assert "Nothing was signed yet. Since you opened this page, " in said
    assert CHANGED[change] in said
    assert 'value="Sol Harbor"' in answer.content.decode()
    assert not Signature.objects.exists()
    again = shown_to_sign(answer)
    assert "You have signed for" in text(browser.post(f"{link}/room", again | SAID, follow=True))


CHANGED = {
    "schedule": "the practice’s own schedule of clinicians changed",
    "text": "the agreement’s text changed",
    "parties": "the party list changed",
}


def alter(election, by, what):
    """Change one practice's schedule, the text or the parties."""
    client = signed_in(by)
    if what == "text":
        return client.post(f"/elections/{election.pk}/agreement/text", {"quality": "We meet each month."})
    if what == "parties":
        fields = {"name": "Old Mill Clinic", "tin_kind": "EIN", "tin": "961000003", "npis": "2000000002"}
        return client.post(f"/elections/{election.pk}/practices/add", fields)
    member = election.members.get(name=SOLO.name)
    return members.save_member(election.pk, member.pk, npis=[*SOLO.npis, "1003001041"], by=by, now=election.changed_at)


def test_a_changed_schedule_voids_that_practices_signature_alone(election, representative):
    sign_all(election)
    alter(election, representative, "schedule")
    assert executed_by(election) == {SOLO.name: "", GROUP.name: "Gwen Lake"}
    assert [entry.void for entry in snapshot(election).practices] == [("schedule",), ()]


@pytest.mark.parametrize("change", ["text", "parties"])
def test_another_text_and_other_parties_void_all(election, representative, change):
    sign_all(election)
    alter(election, representative, change)
    assert set(executed_by(election).values()) == {""}
    assert [entry.void for entry in snapshot(election).practices][:2] == [(change,), (change,)]


def test_a_practice_that_leaves_and_another_name_are_other_parties(election, client):
    sign_all(election)
    member = election.members.get(position=2)
    fields = {"name": "Lakeside Practice", "tin_kind": "EIN", "tin": member.tin, "npis": " ".join(GROUP.npis)}
    client.post(f"/elections/{election.pk}/practices/{member.pk}", fields)
    assert [entry.void for entry in snapshot(election).practices] == [("parties",), ("parties",)]
    client.post(f"/elections/{election.pk}/practices/{member.pk}/remove")
    assert [entry.void for entry in snapshot(election).practices] == [("parties",)]


def test_what_is_no_part_of_it_voids_nothing(client, election, representative):
    """Another representative's telephone, another name of the group, another order of NPIs."""
    sign_all(election)
    client.post(f"/elections/{election.pk}/virtual-group", {"name": "Harbor and Lake"})
    client.post(
        f"/elections/{election.pk}/representative",
        {"name": "Dana Rivera", "email": representative.email, "phone": "555-0199"},
    )
    member, now = election.members.get(name=GROUP.name), election.changed_at
    members.save_member(election.pk, member.pk, npis=GROUP.npis[::-1], by=representative, now=now)
    assert snapshot(election).practices[1].npis == GROUP.npis[::-1]
    assert executed_by(election) == {SOLO.name: "Sol Harbor", GROUP.name: "Gwen Lake"}


def test_what_was_signed_stands_again_once_the_change_is_taken_back(election, client, representative):
    sign_all(election)
    alter(election, representative, "text")
    client.post(f"/elections/{election.pk}/agreement/text", {"quality": ""})
    assert executed_by(election) == {SOLO.name: "Sol Harbor", GROUP.name: "Gwen Lake"}


def test_declining_asks_for_a_reason_and_tells_it(election, link, representative):
    browser = opened(link)
    assert "Fill this in." in text(browser.post(f"{link}/decline", {"reason": ""}))
    said = text(browser.post(f"{link}/decline", {"reason": "We joined another group."}, follow=True))
    assert "You declined on Dec 1, 2026, 10:00 a.m. ET." in said
    mail = Notice.objects.filter(to=representative.email).latest("pk")
    assert mail.subject == "Quiet Harbor Medicine declined to sign: the agreement of Harbor Group"
    assert "We joined another group." in mail.body
    assert browser.get(f"{link}/room").status_code == 410


def test_a_correction_goes_to_the_representative_and_the_link_still_signs(election, link, representative):
    browser = opened(link)
    answer = browser.post(f"{link}/correction", {"text": "Dr. Moss left in March."}, follow=True)
    assert "Sent. Nothing is signed yet. After they correct it, you can sign with the same link." in text(answer)
    mail = Notice.objects.filter(to=representative.email).latest("pk")
    assert mail.subject == "Problem reported by Quiet Harbor Medicine: Harbor Group"
    assert "Dr. Moss left in March." in mail.body
    assert "You have signed for" in text(signing(browser, link))


def test_nine_digits_come_back_empty(election, link):
    answer = opened(link).post(f"{link}/correction", {"text": "Our TIN is 517-44-9638."})
    assert "Nine digits in a row" in text(answer)
    assert "517-44-9638" not in answer.content.decode()


CLOSED = {
    "revoked": "This link was closed. A newer link was sent",
    "expired": "This link worked until Jan 30, 2027.",
    "removed": "This practice was removed from the virtual group.",
    "elsewhere": "The practices now sign this agreement somewhere else",
    "withdrawn": "This election is withdrawn now.",
    "closed": "The election window closed",
}


@pytest.mark.parametrize("how", CLOSED)
def test_a_link_that_is_closed_says_why_and_signs_nothing(election, link, representative, how, set_clock):
    browser = opened(link)
    hidden = shown_to_sign(browser.get(f"{link}/room"))
    client, member = signed_in(representative), election.members.get(name=SOLO.name)
    base = f"/elections/{election.pk}"
    if how == "revoked":
        client.post(f"{base}/signing/{member.pk}", {"name": "Sue Harbor", "email": "sue@example.org"})
    elif how == "removed":
        client.post(f"{base}/practices/{member.pk}/remove")
    elif how == "elsewhere":
        client.post(f"{base}/signing/end")
    elif how == "withdrawn":
        client.post(f"{base}/withdraw", {"sure": "on"})
    else:
        set_clock("2027-01-30T10:00:00-05:00" if how == "expired" else "2027-01-01T00:00:00-05:00")
    for answer in (browser.get(link), browser.get(f"{link}/room"), browser.post(f"{link}/room", hidden | SAID)):
        assert answer.status_code == 410
        assert CLOSED[how] in text(answer)
    assert not Signature.objects.exists()


def test_a_guessed_link_is_unknown(election):
    for path in ("", "/room", "/correction", "/decline", "/agreement"):
        answer = Client().get(f"/sign/{'x' * 43}{path}")
        assert answer.status_code == 404
        assert "We don’t recognize this link" in text(answer)


def test_whoever_is_signed_in_with_another_address_cannot_use_a_link(client, election, link):
    for path in ("", "/room", "/correction", "/decline", "/agreement"):
        assert client.get(link + path).status_code == 403
        assert client.post(link + path).status_code == 403
    assert SigningRequest.objects.get(email="sol@example.org").opened_at is None


def test_an_account_with_the_address_is_known_by_it(election, link):
    browser = signed_in(UserFactory(email="sol@example.org", name="Sol Harbor"))
    signing(opened(link, browser), link)
    signature = Signature.objects.get()
    assert (signature.known_by, signature.user and signature.user.email) == (KnownBy.ACCOUNT, "sol@example.org")


def test_no_link_shows_what_the_regulation_says_of_others(cms_data):
    """Lakeside has a clinician too few: its own signer is told so, Quiet Harbor's is not."""
    election = to_be_signed(practices=(SOLO, FictionalPractice(GROUP.name, GROUP.tin, GROUP.npis[:1])))
    missing = "CMS data show 2 clinicians"
    seen = {}
    for email in ("sol@example.org", "gwen@example.org"):
        link = link_to(email)
        seen[email] = text(opened(link).get(f"{link}/room"))
    assert election.members.count() == 2
    assert seen["gwen@example.org"].count("Not met") >= 1
    assert "Not met" not in seen["sol@example.org"]
    assert missing not in seen["sol@example.org"]


FIGURES = "200,000"


@pytest.fixture
def approved_before(cms_data, representative, set_clock):
    """An election of 2026 that Quiet Harbor signed by Sol Harbor's address, and CMS approved; today is today again."""
    load_cms_data(performance_year=2026)
    set_clock("2025-11-20T10:00:00-05:00")
    election = signed_and_approved(by=representative)
    set_clock("2026-12-01T10:00:00-05:00")
    return election


def test_figures_are_for_an_address_that_cms_knows_for_the_practices_own(client, approved_before, representative):
    """Nor for a link that went to somebody who works on the election, nor on the election's own pages."""
    election = to_be_signed()
    link = link_to("sol@example.org")
    assert FIGURES in text(opened(link).get(f"{link}/room"))
    member = election.members.get(name=SOLO.name)
    for name, email in (("Sol Harbor", representative.email), ("Sol Harbor", "dana+sol@example.org")):
        client.post(f"/elections/{election.pk}/signing/{member.pk}", {"name": name, "email": email})
        theirs = link_to(email)
        said = text(opened(theirs, client if "+" not in email else None).get(f"{theirs}/room"))
        assert "Quiet Harbor Medicine" in said, email
        assert FIGURES not in said, email
    assert FIGURES not in text(client.get(f"/elections/{election.pk}/practices/{member.pk}"))


def test_figures_are_not_for_an_address_that_the_preparer_named(election, link):
    """Whoever prepares an election may name any address as a signer's: on which side of a limit is all it is told."""
    said = text(opened(link).get(f"{link}/room"))
    assert "You’ll see its Medicare figures here after CMS approves an election" in said
    assert FIGURES not in said


def test_figures_are_not_for_who_signed_another_practice_in_what_cms_approved(client, approved_before):
    """Gwen Lake signed for Lakeside in an approved election; now she is named as Quiet Harbor's signer."""
    election = to_be_signed()
    solo, group = election.members.get(name=SOLO.name), election.members.get(name=GROUP.name)
    client.post(f"/elections/{election.pk}/signing/{group.pk}", {"name": "Gus Lake", "email": "gus@example.org"})
    client.post(f"/elections/{election.pk}/signing/{solo.pk}", {"name": "Gwen Lake", "email": "gwen@example.org"})
    link = link_to("gwen@example.org")
    said = text(opened(link).get(f"{link}/room"))
    assert "Sign for Quiet Harbor Medicine" in said
    assert FIGURES not in said


def test_a_link_does_not_follow_its_practice_to_another_tin(election, client, link, representative):
    browser = opened(link)
    member, now = election.members.get(name=SOLO.name), election.changed_at
    made = OTHER
    members.save_member(
        election.pk, member.pk, name=made.name, tin=made.tin, npis=made.npis, by=representative, now=now
    )
    for answer in (browser.get(link), browser.get(f"{link}/room")):
        assert answer.status_code == 410
        assert made.name not in text(answer)
    said = text(client.get(f"/elections/{election.pk}/signing"))
    assert "0 of 2 practices signed." in said


def test_a_signature_is_of_its_own_tin_also_where_two_list_the_same_clinicians(cms_data, representative):
    same = SOLO.npis
    alpha = FictionalPractice("Alpha Clinic", "961000001", same)
    beta = FictionalPractice("Beta Clinic", "961000007", same)
    election = to_be_signed(practices=(alpha, beta))
    first = link_to("signer1@example.org")
    signing(opened(first), first)
    one, two = election.members.order_by("position")
    now = election.changed_at
    for member, made in ((one, beta), (two, alpha)):
        members.save_member(election.pk, member.pk, name=made.name, tin=made.tin, by=representative, now=now)
    assert set(executed_by(election).values()) == {""}


def test_while_the_party_list_is_not_whole_the_link_says_so(election, link, representative):
    browser = opened(link)
    members.save_member(election.pk, None, name="Third Practice", by=representative, now=election.changed_at)
    for path in ("room", "agreement"):
        answer = browser.get(f"{link}/{path}")
        assert answer.status_code == 200
        assert "The list of practices is being changed" in text(answer)


def test_an_invisible_name_does_not_sign(election, link):
    said = text(signing(opened(link), link, name="\u200b", title="\u2060"))
    assert said.count("Nothing was signed yet. Type your name in letters, for example “Maria Lopez”.") >= 1
    assert said.count("Nothing was signed yet. Type your title in letters, for example “owner”.") >= 1
    assert not Signature.objects.exists()


def test_what_changed_is_ticked_anew(election, link, representative):
    browser = opened(link)
    hidden = shown_to_sign(browser.get(f"{link}/room"))
    alter(election, representative, "schedule")
    answer = browser.post(f"{link}/room", hidden | SAID).content.decode()
    ticked = re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', answer)
    assert ticked == ["consent"]


def test_corrections_are_not_sent_one_after_the_other(election, link, representative):
    browser = opened(link)
    for _ in range(3):
        answer = browser.post(f"{link}/correction", {"text": "Dr. Moss left."}, follow=True)
    assert "Nothing was sent now. You wrote to them a few minutes ago." in text(answer)
    assert Notice.objects.filter(to=representative.email).count() == 1


def names_in(document):
    said = json.loads(document.snapshot)
    return said["virtual_group"], said["representative"]["name"]


def test_until_somebody_signed_the_agreement_says_the_new_names(election, link, representative):
    browser = opened(link)
    seen = shown_to_sign(browser.get(f"{link}/room"))
    naming.save_group(election.pk, name="Harbor and Lake Group", by=representative, now=election.changed_at)
    naming.save_representative(election.pk, name="D. Rivera", by=representative, now=election.changed_at)
    said = text(browser.post(f"{link}/room", seen | SAID, follow=True))
    assert "the agreement’s text changed" in said
    sign_all(election)
    document = Document.objects.get(kind=DocumentKind.EXECUTED)
    assert names_in(document) == ("Harbor and Lake Group", "D. Rivera")


def test_what_was_signed_goes_on_saying_the_names_it_was_signed_under(election, client, link, representative):
    """A new name is no new agreement: nobody signs again, and the sealed PDF says what was signed."""
    signing(opened(link), link)
    naming.save_group(election.pk, name="Bay Group", by=representative, now=election.changed_at)
    naming.save_representative(election.pk, name="D. Rivera", by=representative, now=election.changed_at)
    page = text(client.get(f"/elections/{election.pk}/virtual-group"))
    assert "an agreement that calls the group “Harbor Group”. The agreement keeps that name" in page
    other = link_to("gwen@example.org")
    signing(opened(other), other, name="Gwen Lake")
    assert executed_by(election) == {SOLO.name: "Sol Harbor", GROUP.name: "Gwen Lake"}
    assert names_in(Document.objects.get(kind=DocumentKind.EXECUTED)) == ("Harbor Group", "Dana Rivera")


@pytest.mark.parametrize(("path", "field"), [("correction", "text"), ("decline", "reason")])
def test_what_was_typed_when_the_session_was_over_waits_behind_the_button(election, link, path, field):
    browser = opened(link)
    browser.get(f"{link}/{path}")
    browser.session.flush()
    said = browser.post(f"{link}/{path}", {field: "Dr. <Reyes> is missing."})
    assert "You were away for a while, so nothing was sent or signed yet." in text(said)
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', said.content.decode()))
    assert hidden.pop("csrfmiddlewaretoken")
    assert hidden == {field: "Dr. &lt;Reyes&gt; is missing.", "shown-again": "yes"}
    shown = browser.post(f"{link}/{path}", {field: "Dr. <Reyes> is missing.", "shown-again": "yes"})
    assert "Dr. &lt;Reyes&gt; is missing.</textarea>" in shown.content.decode()
    request = SigningRequest.objects.get(email="sol@example.org")
    assert (request.correction, request.reason) == ("", "")
    browser.post(f"{link}/{path}", {field: "Dr. <Reyes> is missing."})
    request.refresh_from_db()
    assert request.correction + request.reason == "Dr. <Reyes> is missing."


def test_a_signature_sent_when_the_session_was_over_is_shown_again_and_not_given(election, link):
    browser = opened(link)
    hidden = shown_to_sign(browser.get(f"{link}/room"))
    browser.session.flush()
    assert "nothing was sent or signed yet" in text(browser.post(f"{link}/room", hidden | SAID))
    shown = browser.post(f"{link}/room", hidden | SAID | {"shown-again": "yes"})
    assert 'value="Sol Harbor"' in shown.content.decode()
    assert not Signature.objects.exists()
    said = text(browser.post(f"{link}/room", shown_to_sign(shown) | SAID, follow=True))
    assert "You have signed for Quiet Harbor Medicine" in said


def test_who_signed_keeps_the_executed_agreement_after_the_practice_left(election, client, link, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sign_all(election)
    made = Document.objects.get(kind=DocumentKind.EXECUTED)
    assert documents.render_document(made.pk, now=election.changed_at) == "ready"
    assert tell_executed_due(now=election.changed_at) == 2
    held = documents.open_pdf(Document.objects.get(pk=made.pk))
    member = election.members.get(name=SOLO.name)
    client.post(f"/elections/{election.pk}/practices/{member.pk}/remove")
    scanner = Client()
    assert "Download the executed agreement from Dec 1, 2026" in text(scanner.get(link))
    assert scanner.get(f"{link}/executed").headers["Location"] == link
    answer = scanner.post(f"{link}/executed")
    assert (answer.status_code, answer.content) == (200, held)
    client.post(f"/elections/{election.pk}/signing/end")
    assert scanner.post(f"{link}/executed").content == held, "they sign elsewhere by now"
    mine = SigningRequest.objects.get(email="sol@example.org")
    later = {"email": "sue@example.org", "token": "t", "token_hash": "0" * 64}
    kept = ("party_id", "name", "asked_by_id", "asked_at", "expires_at", "asked_for")
    SigningRequest.objects.create(**{name: getattr(mine, name) for name in kept} | later)
    assert "Download the executed" not in text(scanner.get(link))
    assert scanner.post(f"{link}/executed").headers["Location"] == link


@pytest.mark.parametrize("path", ["room", "correction", "decline", "agreement", "choose"])
def test_a_removed_practices_page_sent_too_late_says_that_it_was_removed(election, client, link, path):
    browser = opened(link)
    member = election.members.get(name=SOLO.name)
    client.post(f"/elections/{election.pk}/practices/{member.pk}/remove")
    browser.session.flush()
    answer = browser.post(f"{link}/{path}", {"text": "x", "reason": "x"})
    assert (answer.status_code, "was removed" in text(answer)) == (410, True)


def test_nine_digits_sent_when_the_session_was_over_do_not_come_back(election, link):
    browser = opened(link)
    hidden = shown_to_sign(browser.get(f"{link}/room"))
    browser.session.flush()
    answer = browser.post(f"{link}/room", hidden | SAID | {"title": "Owner, 123-45-6789"})
    assert "We didn’t keep 9-digit numbers" in text(answer)
    assert "6789" not in answer.content.decode()
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.content.decode()))
    assert hidden.items() <= kept.items(), "fingerprints may have nine digits in a row"
    assert "title" not in kept
    answer = browser.post(f"{link}/correction", {"text": "Dana’s number is 123,45,6789"})
    assert "We didn’t keep 9-digit numbers" in text(answer)
    assert "6789" not in answer.content.decode()


@pytest.mark.parametrize("name", ["text", "parties", "schedule"])
def test_nine_digits_in_place_of_a_fingerprint_do_not_come_back(link, name):
    browser = opened(link)
    hidden = shown_to_sign(browser.get(f"{link}/room"))
    answer = browser.post(f"{link}/room", hidden | SAID | {name: "457-55-5462"})
    assert (answer.status_code, "5462" in answer.content.decode()) == (200, False)


def test_a_name_that_comes_while_signatures_are_void_for_a_moment_voids_none_for_good(election, representative):
    sign_all(election)
    client, base = signed_in(representative), f"/elections/{election.pk}"
    client.post(f"{base}/agreement/text", {"quality": "We meet each month."})
    assert set(executed_by(election).values()) == {""}
    client.post(f"{base}/virtual-group", {"name": "Bay Group"})
    client.post(f"{base}/agreement/text", {"quality": ""})
    assert executed_by(election) == {SOLO.name: "Sol Harbor", GROUP.name: "Gwen Lake"}


def test_signing_that_begins_anew_takes_the_names_that_stand(election, representative, set_clock):
    sign_all(election)
    set_clock("2026-12-02T10:00:00-05:00")
    client, base = signed_in(representative), f"/elections/{election.pk}"
    for path, fields in (("signing/end", {}), ("virtual-group", {"name": "Bay Group"}), ("signing/begin", {})):
        client.post(f"{base}/{path}", fields)
    agreement = Election.objects.get(pk=election.pk).agreement
    assert agreement.standing_text["virtual_group"] == "Bay Group"
    client.post(f"{base}/agreement", {"acknowledged": "on"})
    client.post(f"{base}/virtual-group", {"name": "Lake Group"})
    agreement = Election.objects.get(pk=election.pk).agreement
    assert (agreement.standing_text["virtual_group"], agreement.acknowledged) == ("Lake Group", False)


def test_while_the_list_is_changed_one_can_decline_and_nothing_typed_is_lost(election, link, representative):
    browser = opened(link)
    sent = shown_to_sign(browser.get(f"{link}/room")) | SAID
    members.save_member(election.pk, None, name="Half Typed", by=representative, now=election.changed_at)
    answer = browser.post(f"{link}/room", sent)
    said = text(answer)
    assert "The list of practices is being changed" in said
    assert "Nothing was signed or sent. We kept what you typed on this page." in said
    kept = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', answer.content.decode()))
    assert (sent | {"shown-again": "yes"}).items() <= kept.items()
    assert not Signature.objects.exists()
    said = text(browser.post(f"{link}/decline", {"reason": "We joined another group."}, follow=True))
    assert "You declined" in said


def test_the_signer_reads_the_name_that_they_sign(election, link, representative):
    signing(opened(link), link)
    naming.save_group(election.pk, name="Bay Group", by=representative, now=election.changed_at)
    other = link_to("gwen@example.org")
    browser = opened(other)
    for page in (Client().get(other), browser.get(f"{other}/room"), signing(browser, other, name="Gwen Lake")):
        assert "Harbor Group" in text(page)
        assert "Bay Group" not in text(page)


def test_two_whose_numbers_end_alike_cannot_swap_names_under_their_signatures(representative, cms_data):
    alpha = FictionalPractice("Ann Alpha, MD", "667788", (OTHER.npis[0],), kind="SSN")
    beta = FictionalPractice("Bob Beta, MD", "667788", (GROUP.npis[0],), kind="SSN")
    election = to_be_signed(practices=(alpha, beta))
    for request in SigningRequest.objects.filter(party__agreement=election.agreement_id):
        signing(opened(f"/sign/{request.token}"), f"/sign/{request.token}", opt_in="yes")
    assert [entry.signed is not None for entry in snapshot(election).practices] == [True, True]
    one, two = election.members.order_by("position")
    now = election.changed_at
    members.save_member(election.pk, one.pk, name=beta.name, by=representative, now=now)
    members.save_member(election.pk, two.pk, name=alpha.name, by=representative, now=now)
    assert [entry.void for entry in snapshot(election).practices] == [("schedule",), ("schedule",)]


def test_the_reviewer_reads_which_name_was_signed(client, election, reviewer):
    sign_all(election)
    client.post(f"/elections/{election.pk}/virtual-group", {"name": "Bay Group"})
    client.post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    submit(election)
    said = text(signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/"))
    assert "The agreement calls the group “Harbor Group”" in said
