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
from elections.signing.signing_emails import tell_executed_due
from elections.submission.actions import NotReady
from eligibility.models import DeterminationClinician
from notices.models import Notice
from tests.factories.elections import submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO, FictionalPractice
from tests.factories.signing import (
    SAID,
    Signer,
    acknowledge,
    alter,
    ask_another,
    change_practice,
    change_text,
    link_to,
    shown_to_sign,
    sign_all,
    sign_and_submit,
    signed_and_approved,
    stands,
    to_be_signed,
)
from tests.pages import OPT_IN_PAYS, text

pytestmark = pytest.mark.django_db

BOTH = {SOLO.name: "Sol Harbor", GROUP.name: "Gwen Lake"}


@pytest.fixture
def link(election):
    return link_to("sol@example.org")


def executed_by(election):
    return {entry.name: entry.signer_name for entry in stands(election).practices}


def void(election):
    return [entry.void for entry in stands(election).practices]


def test_opening_the_link_shows_a_button_and_does_nothing(visitor, link):
    answer = visitor.get(link)
    assert answer.status_code == 200
    said = text(answer)
    assert f"An agreement to sign for {SOLO.name}" in said
    assert SOLO.npis[0] not in said
    for path in ("room", "correction", "decline", "agreement"):
        assert visitor.get(f"{link}/{path}").headers["Location"] == link
        assert "nothing was sent or signed yet" in text(visitor.post(f"{link}/{path}", {"reason": "x", "text": "x"}))
    request = SigningRequest.objects.get(email="sol@example.org")
    assert (request.opened_at, request.declined_at, request.corrected_at) == (None, None, None)
    assert not Signature.objects.exists()


def test_the_signer_reads_their_own_practice_and_the_agreement(sol):
    said = sol.reads()
    for words in (
        "Dana Rivera asks you, Sol Harbor, to sign the Harbor Group agreement for Quiet Harbor Medicine.",
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


def test_the_agreement_can_be_downloaded_before_signing(election, sol, settings, tmp_path):
    """It is asked for with the first links, and says nothing of who has signed already."""
    settings.MEDIA_ROOT = tmp_path
    Signer("gwen@example.org").sign()
    assert "Waiting to start." in sol.reads("agreement")
    document = Document.objects.get()
    assert documents.render_document(document.pk, now=election.changed_at) == "ready"
    answer = sol.get("agreement")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="virtual-group-agreement.pdf"'
    assert "Gwen Lake" not in document.snapshot
    assert Document.objects.count() == 1


def test_signing_is_said_and_counts(election, sol):
    said = text(sol.sign())
    assert "You have signed for Quiet Harbor Medicine" in said
    assert "Dec 1, 2026, 10:00:00 a.m. ET" in said
    assert "Not all practices have signed yet." in said
    signature = Signature.objects.get()
    assert (signature.name, signature.title) == ("Sol Harbor", "Owner")
    assert (signature.known_by, signature.user, signature.opt_in_accepted) == (KnownBy.LINK, None, None)
    assert executed_by(election) == {SOLO.name: "Sol Harbor", GROUP.name: ""}
    assert Event.objects.filter(election=election, verb="sign").get().who == "Sol Harbor"
    assert "You have signed for" in sol.reads()


@pytest.mark.parametrize("missing", ["roster", "consent", "name", "title", "authorized"])
def test_each_step_is_asked_for_and_what_was_typed_stays(sol, missing):
    said = sol.sign(**{"title": "Managing owner", "name": "Sol H.", missing: ""})
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
    assert executed_by(election) == BOTH
    assert (
        "All practices signed, not submitted yet" in Notice.objects.filter(to=representative.email).latest("pk").subject
    )
    assert "All practices have signed." in Signer("sol@example.org").reads()


def test_the_election_is_submitted_with_what_was_signed(election):
    submission = sign_and_submit(election)
    assert submission.document.kind == DocumentKind.EXECUTED
    stored = Snapshot.of_submission(submission)
    assert [(entry.signed.name, entry.signed.known_by) for entry in stored.practices if entry.signed] == [
        ("Sol Harbor", "link"),
        ("Gwen Lake", "link"),
    ]
    assert stored == stands(election)


def test_without_a_signature_it_cannot_be_submitted(election):
    """What was recorded of an execution elsewhere does not count where the practices sign here."""
    assert election.members.get(position=1).party.executed_on is not None
    assert executed_by(election) == {SOLO.name: "", GROUP.name: ""}
    with pytest.raises(NotReady) as refused:
        submit(election, acknowledged=False)
    assert [finding.rule for finding in refused.value.findings] == ["agreement-acknowledged", "agreement-executed"]


def test_the_opt_in_is_answered_by_its_own_signer_and_no_other_sees_it(opt_in):
    sol = Signer("sol@example.org")
    assert "Choose one." in text(sol.sign())
    room = sol.reads()
    assert "A question for your practice Does your practice accept an opt-in to MIPS for 2027?" in room
    assert f"Payments {OPT_IN_PAYS} What is public" in room
    assert "The practice cannot be in this virtual group. Say yes only if it really wants to opt in." in room
    assert [words for words in ("Not met", "Ask the practice’s signer", "Medicare figures,") if words in room] == []
    assert "Opt-in Accepted" in text(sol.sign(opt_in="yes"))
    assert [entry.opt_in_accepted for entry in stands(opt_in).practices] == [True, False]
    theirs = Signer("gwen@example.org").reads()
    assert "3. Sign" in theirs
    assert [word for word in ("Opt-in Accepted", "Opt-in accepted: yes") if word in theirs] == []


def test_who_refused_the_opt_in_accepts_it_after_all_and_not_the_other_way_round(client, opt_in):
    sol, agreement = Signer("sol@example.org"), f"/elections/{opt_in.pk}/agreement"
    assert "Opt-in Not accepted" in text(sol.sign(opt_in="no"))
    assert executed_by(opt_in)[SOLO.name] == "Sol Harbor"
    assert "Opt-ins that are not accepted" in text(client.get(agreement))
    hidden = shown_to_sign(sol.get("room?accept=yes"))
    answer = sol.post("room?accept=yes", hidden | SAID | {"opt_in": "yes"}, follow=True)
    assert "Opt-in Accepted" in text(answer)
    assert [entry.opt_in_accepted for entry in stands(opt_in).practices] == [True, False]
    assert "Opt-ins that are not accepted" not in text(client.get(agreement))
    assert "sign again and accept it" not in sol.reads()
    sol.post("room?accept=yes", hidden | SAID | {"opt_in": "no"})
    assert list(Signature.objects.order_by("pk").values_list("opt_in_accepted", flat=True)) == [False, True]


def test_a_double_click_and_a_second_browser_sign_once(sol):
    second = Signer("sol@example.org")
    hidden = second.shown()
    sol.sign()
    said = text(second.post("room", hidden | SAID, follow=True))
    assert "You have signed for Quiet Harbor Medicine" in said
    assert Signature.objects.count() == 1


CHANGED = {
    "schedule": "the list of this practice’s clinicians changed",
    "text": "the agreement’s text changed",
    "parties": "the party list changed (the practices, their names or their TINs)",
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_changed_between_reading_and_signing_is_said_and_nothing_is_signed(election, sol, change):
    hidden = sol.shown()
    assert len(hidden) == 3
    alter(election, change)
    answer = sol.post("room", hidden | SAID, follow=True)
    said = text(answer)
    assert "Nothing was signed yet. Since you opened this page, " in said
    assert CHANGED[change] in said
    assert 'value="Sol Harbor"' in answer.content.decode()
    assert not Signature.objects.exists()
    again = shown_to_sign(answer)
    assert "You have signed for" in text(sol.post("room", again | SAID, follow=True))


def test_a_changed_schedule_voids_that_practices_signature_alone(election):
    sign_all(election)
    alter(election, "schedule")
    assert executed_by(election) == {SOLO.name: "", GROUP.name: "Gwen Lake"}
    assert void(election) == [("schedule",), ()]


@pytest.mark.parametrize("change", ["text", "parties"])
def test_another_text_and_other_parties_void_all(election, change):
    sign_all(election)
    alter(election, change)
    assert set(executed_by(election).values()) == {""}
    assert void(election)[:2] == [(change,), (change,)]


def test_a_practice_that_leaves_and_another_name_are_other_parties(election, client):
    sign_all(election)
    member = election.members.get(position=2)
    fields = {"name": "Lakeside Practice", "tin_kind": "EIN", "tin": member.tin, "npis": " ".join(GROUP.npis)}
    client.post(f"/elections/{election.pk}/practices/{member.pk}", fields)
    assert void(election) == [("parties",), ("parties",)]
    client.post(f"/elections/{election.pk}/practices/{member.pk}/remove")
    assert void(election) == [("parties",)]


def test_what_is_no_part_of_it_voids_nothing(client, election, representative):
    """Another representative's telephone, another name of the group, another order of NPIs."""
    sign_all(election)
    client.post(f"/elections/{election.pk}/virtual-group", {"name": "Harbor and Lake"})
    fields = {"name": "Dana Rivera", "email": representative.email, "phone": "555-0199"}
    client.post(f"/elections/{election.pk}/representative", fields)
    change_practice(election, GROUP, npis=GROUP.npis[::-1])
    assert stands(election).practices[1].npis == GROUP.npis[::-1]
    assert executed_by(election) == BOTH


@pytest.mark.parametrize("name", ["Harbor Group", "Bay Group"], ids=["alone", "the group renamed meanwhile"])
def test_what_was_signed_stands_again_once_the_change_is_taken_back(election, client, name):
    sign_all(election)
    alter(election, "text")
    assert set(executed_by(election).values()) == {""}
    client.post(f"/elections/{election.pk}/virtual-group", {"name": name})
    change_text(election, quality="")
    assert executed_by(election) == BOTH


def test_declining_asks_for_a_reason_and_tells_it(sol, representative):
    assert "Fill this in." in text(sol.post("decline", {"reason": ""}))
    said = text(sol.post("decline", {"reason": "We joined another group."}, follow=True))
    assert "You declined on Dec 1, 2026, 10:00 a.m. ET." in said
    mail = Notice.objects.filter(to=representative.email).latest("pk")
    assert mail.subject == "Declined to sign: Quiet Harbor Medicine, Harbor Group"
    assert "We joined another group." in mail.body
    assert sol.get().status_code == 410


def test_a_correction_goes_to_the_representative_and_the_link_still_signs(sol, representative):
    answer = sol.post("correction", {"text": "Dr. Moss left in March."}, follow=True)
    assert "Sent. Nothing is signed yet. After the list is corrected, you can sign with the same link." in text(answer)
    mail = Notice.objects.filter(to=representative.email).latest("pk")
    assert mail.subject == "Problem reported by Quiet Harbor Medicine: Harbor Group"
    assert "Dr. Moss left in March." in mail.body
    assert "The election cannot be submitted until Quiet Harbor Medicine signs. The deadline is" in mail.body
    assert "You have signed for" in text(sol.sign())


def test_a_problem_reported_after_signing_leaves_the_signature(sol, representative):
    sol.sign()
    sol.post("correction", {"text": "Dr. Moss left in March."}, follow=True)
    mail = Notice.objects.filter(to=representative.email).latest("pk")
    assert mail.subject == "Problem reported by Quiet Harbor Medicine: Harbor Group"
    assert "The signature of Quiet Harbor Medicine still counts. If your correction changes" in mail.body
    assert "cannot be submitted" not in mail.body


@pytest.mark.parametrize(("path", "field"), [("correction", "text"), ("decline", "reason")])
def test_nine_digits_do_not_come_back_and_the_words_around_them_do(sol, path, field):
    answer = sol.post(path, {field: "Our TIN is 517-44-9638, not yours."})
    assert "Nine digits in a row" in text(answer)
    assert "517-44-9638" not in answer.content.decode()
    assert "Our TIN is ••••, not yours.</textarea>" in answer.content.decode()


@pytest.mark.parametrize(("path", "field"), [("correction", "text"), ("decline", "reason")])
def test_words_for_a_link_that_was_closed_meanwhile_are_shown_again(election, client, sol, path, field):
    ask_another(client, election, "Sue Harbor", "sue@example.org")
    answer = sol.post(path, {field: "Ask Sue, <or> 517-44-9638."})
    assert "What you wrote was not sent: Ask Sue, <or> ••••." in text(answer)
    assert "9638" not in answer.content.decode()


def test_a_double_click_on_decline_says_nothing_of_words_that_were_not_sent(sol):
    sol.post("decline", {"reason": "We joined another."})
    said = text(sol.post("decline", {"reason": "We joined another. "}))
    assert "You declined on" in said
    assert "not sent" not in said


CLOSED = {
    "revoked": "This link no longer works. A newer link was sent",
    "expired": "This link worked until Jan 30, 2027.",
    "removed": "This practice was removed from the virtual group.",
    "elsewhere": "The practices now sign this agreement somewhere else",
    "withdrawn": "This election is now withdrawn.",
    "closed": "The election window closed",
}


@pytest.mark.parametrize("how", CLOSED)
def test_a_link_that_is_closed_says_why_and_signs_nothing(election, sol, client, how, set_clock):
    hidden, base = sol.shown(), f"/elections/{election.pk}"
    if how == "revoked":
        ask_another(client, election, "Sue Harbor", "sue@example.org")
    elif how == "removed":
        client.post(f"{base}/practices/{election.members.get(name=SOLO.name).pk}/remove")
    elif how == "elsewhere":
        client.post(f"{base}/signing/end")
    elif how == "withdrawn":
        client.post(f"{base}/withdraw", {"sure": "on"})
    else:
        set_clock("2027-01-30T10:00:00-05:00" if how == "expired" else "2027-01-01T00:00:00-05:00")
    for answer in (sol.browser.get(sol.link), sol.get(), sol.post("room", hidden | SAID)):
        assert answer.status_code == 410
        assert CLOSED[how] in text(answer)
        assert ("If you think you should sign, ask Dana Rivera" in text(answer)) == (how == "revoked")
    assert not Signature.objects.exists()


PAGES = ("", "/room", "/correction", "/decline", "/agreement")


def test_a_guessed_link_is_unknown(visitor):
    for path in PAGES:
        answer = visitor.get(f"/sign/{'x' * 43}{path}")
        assert answer.status_code == 404
        assert "We don’t recognize this link" in text(answer)


def test_whoever_is_signed_in_with_another_address_cannot_use_a_link(client, link):
    for path in PAGES:
        assert client.get(link + path).status_code == 403
        assert client.post(link + path).status_code == 403
    assert SigningRequest.objects.get(email="sol@example.org").opened_at is None


def test_an_account_with_the_address_is_known_by_it(election):
    user = UserFactory(email="sol@example.org", name="Sol Harbor")
    Signer(user.email, signed_in(user)).sign()
    signature = Signature.objects.get()
    assert (signature.known_by, signature.user) == (KnownBy.ACCOUNT, user)


def test_no_link_shows_what_the_regulation_says_of_others(cms_data):
    """Lakeside has a clinician too few: its own signer is told so, Quiet Harbor's is not."""
    election = to_be_signed(practices=(SOLO, FictionalPractice(GROUP.name, GROUP.tin, GROUP.npis[:1])))
    assert election.members.count() == 2
    assert "Not met" in Signer("gwen@example.org").reads()
    theirs = Signer("sol@example.org").reads()
    assert "Not met" not in theirs
    assert "CMS data show 2 clinicians" not in theirs


FIGURES = "200,000"


@pytest.fixture
def asked_after_an_approval(cms_data, election_of_2026, set_clock):
    """A draft, and one of 2026 that both signed by their addresses, and CMS approved; today is today again."""
    signed_and_approved(election_of_2026)
    set_clock("2026-12-01T10:00:00-05:00")
    return to_be_signed()


def test_figures_are_for_an_address_that_cms_knows_for_the_practices_own(client, asked_after_an_approval):
    """Nor for a link that went to somebody who works on the election, nor on the election's own pages."""
    election = asked_after_an_approval
    assert FIGURES in Signer("sol@example.org").reads()
    for email, browser in ((election.representative_email, client), ("dana+sol@example.org", None)):
        ask_another(client, election, "Sol Harbor", email)
        said = Signer(email, browser).reads()
        assert "Quiet Harbor Medicine" in said, email
        assert FIGURES not in said, email
    member = election.members.get(name=SOLO.name)
    assert FIGURES not in text(client.get(f"/elections/{election.pk}/practices/{member.pk}"))


def test_the_opt_in_shows_figures_as_bars_to_whom_they_are_for(client, asked_after_an_approval):
    DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(patients=50, services=200)
    room = Signer("sol@example.org").get()
    figures = text(room).partition("Its Medicare figures, Oct 1, 2025 to Sep 30, 2026.")[2].partition(" Payments ")[0]
    assert figures.partition(" Limit ")[2] == (
        "Allowed charges $200,000.00, over $90,000 Patients 50, not over 200 Services 200, not over 200"
    )
    assert re.findall(r'width="(\d+)" height="8"', room.content.decode()) == ["100", "12", "50"]
    ask_another(client, asked_after_an_approval, "Gus Lake", "gus@example.org", GROUP)
    ask_another(client, asked_after_an_approval, "Gwen Lake", "gwen@example.org")
    said = Signer("gwen@example.org").reads()
    assert "A question for your practice" in said
    assert [words for words in ("Its Medicare figures,", FIGURES) if words in said] == []


def test_figures_are_not_for_whom_a_request_was_forwarded_to(client, asked_after_an_approval):
    """Nor where that person had signed for the same practice in what CMS approved."""
    ask_another(client, asked_after_an_approval, "Sue Harbor", "sue@example.org")
    Signer("sue@example.org").post("forward", {"name": "Sol Harbor", "email": "sol@example.org"})
    first = Signer("sol@example.org").reads()
    ask_another(client, asked_after_an_approval, "Sol Harbor", "sol@example.org")
    for said in (first, Signer("sol@example.org").reads()):
        assert "We don’t show its Medicare figures here, because the request was forwarded to you." in said
        assert [words for words in ("Its Medicare figures,", FIGURES) if words in said] == []


def test_figures_are_not_for_an_address_that_the_preparer_named(sol):
    """Whoever prepares an election may name any address as a signer's: on which side of a limit is all it is told."""
    said = sol.reads()
    assert "You’ll see its Medicare figures here after CMS approves an election" in said
    assert FIGURES not in said


def test_figures_are_not_for_who_signed_another_practice_in_what_cms_approved(client, asked_after_an_approval):
    """Gwen Lake signed for Lakeside in an approved election; now she is named as Quiet Harbor's signer."""
    ask_another(client, asked_after_an_approval, "Gus Lake", "gus@example.org", GROUP)
    ask_another(client, asked_after_an_approval, "Gwen Lake", "gwen@example.org")
    said = Signer("gwen@example.org").reads()
    assert "Sign for Quiet Harbor Medicine" in said
    assert FIGURES not in said


def test_a_link_does_not_follow_its_practice_to_another_tin(election, client, sol):
    change_practice(election, SOLO, name=OTHER.name, tin=OTHER.tin, npis=OTHER.npis)
    for answer in (sol.browser.get(sol.link), sol.get()):
        assert answer.status_code == 410
        assert OTHER.name not in text(answer)
    assert "0 of 2 practices signed." in text(client.get(f"/elections/{election.pk}/signing"))


def test_a_signature_is_of_its_own_tin_also_where_two_list_the_same_clinicians(cms_data):
    alpha = FictionalPractice("Alpha Clinic", "961000001", SOLO.npis)
    beta = FictionalPractice("Beta Clinic", "961000007", SOLO.npis)
    election = to_be_signed(practices=(alpha, beta))
    Signer("signer1@example.org").sign()
    for member, made in zip(election.members.order_by("position"), (beta, alpha), strict=True):
        change_practice(election, member, name=made.name, tin=made.tin)
    assert set(executed_by(election).values()) == {""}


def test_while_the_party_list_is_not_whole_the_link_says_so(election, sol):
    change_practice(election, None, name="Third Practice")
    for path in ("room", "agreement"):
        answer = sol.get(path)
        assert answer.status_code == 200
        assert "The list of practices is being changed" in text(answer)


def test_an_invisible_name_does_not_sign(sol):
    said = text(sol.sign(name="\u200b", title="\u2060"))
    assert "Nothing was signed yet. Type your name in letters, for example “Maria Lopez”." in said
    assert "Nothing was signed yet. Type your title in letters, for example “owner”." in said
    assert not Signature.objects.exists()


def test_what_changed_is_ticked_anew(election, sol):
    hidden = sol.shown()
    alter(election, "schedule")
    answer = sol.post("room", hidden | SAID).content.decode()
    assert re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', answer) == ["consent"]


def test_corrections_are_not_sent_one_after_the_other(sol, representative):
    for _ in range(3):
        answer = sol.post("correction", {"text": "Dr. Moss left."}, follow=True)
    assert "Nothing was sent now. You wrote to them a few minutes ago." in text(answer)
    assert Notice.objects.filter(to=representative.email).count() == 1


def rename(election, group):
    """Give the group another name, and its representative."""
    by, now = election.started_by, election.changed_at
    naming.save_group(election.pk, name=group, by=by, now=now)
    naming.save_representative(election.pk, name="D. Rivera", by=by, now=now)


def names_executed():
    said = json.loads(Document.objects.get(kind=DocumentKind.EXECUTED).snapshot)
    return said["virtual_group"], said["representative"]["name"]


def test_until_somebody_signed_the_agreement_says_the_new_names(election, sol):
    seen = sol.shown()
    rename(election, "Harbor and Lake Group")
    assert "the agreement’s text changed" in text(sol.post("room", seen | SAID, follow=True))
    sign_all(election)
    assert names_executed() == ("Harbor and Lake Group", "D. Rivera")


def test_what_was_signed_goes_on_saying_the_names_it_was_signed_under(election, client, sol):
    """A new name is no new agreement: nobody signs again, and the sealed PDF says what was signed."""
    sol.sign()
    rename(election, "Bay Group")
    said = text(client.get(f"/elections/{election.pk}/virtual-group"))
    assert "an agreement that calls the group “Harbor Group”. The agreement keeps that name" in said
    gwen = Signer("gwen@example.org")
    for page in (Client().get(gwen.link), gwen.get(), gwen.sign()):
        assert "Harbor Group" in text(page)
        assert "Bay Group" not in text(page)
    assert executed_by(election) == BOTH
    assert names_executed() == ("Harbor Group", "Dana Rivera")


def hidden_in(answer):
    """Return what a page holds in hidden fields."""
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', answer.content.decode()))


@pytest.mark.parametrize(("path", "field"), [("correction", "text"), ("decline", "reason")])
def test_what_was_typed_when_the_session_was_over_waits_behind_the_button(sol, path, field):
    typed = {field: "Dr. <Reyes> is missing."}
    sol.get(path)
    sol.browser.session.flush()
    said = sol.post(path, typed)
    assert "You were away for a while, so nothing was sent or signed yet." in text(said)
    hidden = hidden_in(said)
    assert hidden.pop("csrfmiddlewaretoken")
    assert hidden == {field: "Dr. &lt;Reyes&gt; is missing.", "shown-again": "yes"}
    shown = sol.post(path, typed | {"shown-again": "yes"})
    assert "Dr. &lt;Reyes&gt; is missing.</textarea>" in shown.content.decode()
    request = SigningRequest.objects.get(email="sol@example.org")
    assert (request.correction, request.reason) == ("", "")
    sol.post(path, typed)
    request.refresh_from_db()
    assert request.correction + request.reason == "Dr. <Reyes> is missing."


def test_a_signature_sent_when_the_session_was_over_is_shown_again_and_not_given(sol):
    hidden = sol.shown()
    sol.browser.session.flush()
    assert "nothing was sent or signed yet" in text(sol.post("room", hidden | SAID))
    shown = sol.post("room", hidden | SAID | {"shown-again": "yes"})
    assert 'value="Sol Harbor"' in shown.content.decode()
    assert not Signature.objects.exists()
    said = text(sol.post("room", shown_to_sign(shown) | SAID, follow=True))
    assert "You have signed for Quiet Harbor Medicine" in said


def test_who_signed_keeps_the_executed_agreement_after_the_practice_left(
    election, client, visitor, link, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    sign_all(election)
    made = Document.objects.get(kind=DocumentKind.EXECUTED)
    assert documents.render_document(made.pk, now=election.changed_at) == "ready"
    assert tell_executed_due(now=election.changed_at) == 2
    held = documents.open_pdf(Document.objects.get(pk=made.pk))
    member = election.members.get(name=SOLO.name)
    client.post(f"/elections/{election.pk}/practices/{member.pk}/remove")
    assert "Download the executed agreement from Dec 1, 2026" in text(visitor.get(link))
    assert visitor.get(f"{link}/executed").headers["Location"] == link
    answer = visitor.post(f"{link}/executed")
    assert (answer.status_code, answer.content) == (200, held)
    client.post(f"/elections/{election.pk}/signing/end")
    assert visitor.post(f"{link}/executed").content == held, "they sign elsewhere by now"
    mine = SigningRequest.objects.get(email="sol@example.org")
    later = {"email": "sue@example.org", "token": "t", "token_hash": "0" * 64}
    kept = ("party_id", "name", "asked_by_id", "asked_at", "expires_at", "asked_for")
    SigningRequest.objects.create(**{name: getattr(mine, name) for name in kept} | later)
    assert "Download the executed" not in text(visitor.get(link))
    assert visitor.post(f"{link}/executed").headers["Location"] == link


@pytest.mark.parametrize("path", ["room", "correction", "decline", "agreement", "choose"])
def test_a_removed_practices_page_sent_too_late_says_that_it_was_removed(election, client, sol, path):
    member = election.members.get(name=SOLO.name)
    client.post(f"/elections/{election.pk}/practices/{member.pk}/remove")
    sol.browser.session.flush()
    answer = sol.post(path, {"text": "x", "reason": "x"})
    assert (answer.status_code, "was removed" in text(answer)) == (410, True)


def test_nine_digits_sent_when_the_session_was_over_do_not_come_back(sol):
    hidden = sol.shown()
    sol.browser.session.flush()
    answer = sol.post("room", hidden | SAID | {"title": "Owner, 123-45-6789"})
    assert "We didn’t keep 9-digit numbers" in text(answer)
    assert "6789" not in answer.content.decode()
    kept = hidden_in(answer)
    assert hidden.items() <= kept.items(), "fingerprints may have nine digits in a row"
    assert "title" not in kept
    answer = sol.post("correction", {"text": "Dana’s number is 123,45,6789"})
    assert "We didn’t keep 9-digit numbers" in text(answer)
    assert "6789" not in answer.content.decode()


@pytest.mark.parametrize("name", ["text", "parties", "schedule"])
def test_nine_digits_in_place_of_a_fingerprint_do_not_come_back(sol, name):
    answer = sol.post("room", sol.shown() | SAID | {name: "457-55-5462"})
    assert (answer.status_code, "5462" in answer.content.decode()) == (200, False)


def test_signing_that_begins_anew_takes_the_names_that_stand(election, client, set_clock):
    sign_all(election)
    set_clock("2026-12-02T10:00:00-05:00")
    base = f"/elections/{election.pk}"
    for path, fields in (("signing/end", {}), ("virtual-group", {"name": "Bay Group"}), ("signing/begin", {})):
        client.post(f"{base}/{path}", fields)
    agreement = Election.objects.get(pk=election.pk).agreement
    assert agreement.standing_text["virtual_group"] == "Bay Group"
    acknowledge(election)
    client.post(f"{base}/virtual-group", {"name": "Lake Group"})
    agreement = Election.objects.get(pk=election.pk).agreement
    assert (agreement.standing_text["virtual_group"], agreement.acknowledged) == ("Lake Group", False)


def test_while_the_list_is_changed_one_can_decline_and_nothing_typed_is_lost(election, sol):
    sent = sol.shown() | SAID
    change_practice(election, None, name="Half Typed")
    answer = sol.post("room", sent)
    said = text(answer)
    assert "The list of practices is being changed" in said
    assert "Nothing was signed or sent. We kept what you typed on this page." in said
    assert (sent | {"shown-again": "yes"}).items() <= hidden_in(answer).items()
    assert not Signature.objects.exists()
    assert "You declined" in text(sol.post("decline", {"reason": "We joined another group."}, follow=True))


def test_two_whose_numbers_end_alike_cannot_swap_names_under_their_signatures(cms_data):
    alpha = FictionalPractice("Ann Alpha, MD", "667788", (OTHER.npis[0],), kind="SSN")
    beta = FictionalPractice("Bob Beta, MD", "667788", (GROUP.npis[0],), kind="SSN")
    election = to_be_signed(practices=(alpha, beta))
    sign_all(election, opt_in="yes")
    assert [entry.signed is not None for entry in stands(election).practices] == [True, True]
    for member, name in zip(election.members.order_by("position"), (beta.name, alpha.name), strict=True):
        change_practice(election, member, name=name)
    assert void(election) == [("schedule",), ("schedule",)]


def test_the_reviewer_reads_which_name_was_signed(client, election, reviewer):
    sign_all(election)
    client.post(f"/elections/{election.pk}/virtual-group", {"name": "Bay Group"})
    sign_and_submit(election)
    said = text(signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/"))
    assert "The agreement calls the group “Harbor Group”" in said
