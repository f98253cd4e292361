"""A signer who is the wrong person forwards the request, once; who prepares the election hears of it and can cancel."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import User
from agreements.models import Party, Signature, SigningRequest
from elections.access import holds_a_role
from elections.link_limits import MOST_LINKS_A_DAY
from elections.models import Election, Event, PracticeSigner, RoleKind
from elections.people.actions import invite
from elections.signers import link_for
from elections.signing.forwarding import cancel_forward, forward
from elections.signing.rooms import MOST_REFUSED
from elections.signing.signing_emails import tell_executed_due
from elections.verbs import Refused
from ground import clock
from notices.models import Notice
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, start_review, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import GROUP, OTHER, SOLO
from tests.factories.signing import (
    Signer,
    acknowledge,
    alter,
    ask_another,
    make_executed,
    named,
    opened,
    sign_all,
    stands,
)
from tests.pages import text

pytestmark = pytest.mark.django_db

OFFER = "I’m not the person who signs for Quiet Harbor Medicine"
SUE = {"name": "Sue Harbor", "email": "sue@example.org"}
NEUTRAL = (
    "Nothing was sent. We can’t send the request to this email address. Check it, or give another one. If it is right, "
    "tell Dana Rivera (dana@example.org) who signs for the practice."
)


def request_to(email):
    return SigningRequest.objects.filter(email=email).latest("pk")


def mails_since(before):
    return {(mail.to, mail.reason, mail.subject) for mail in Notice.objects.exclude(pk__in=before)}


def mailed():
    return list(Notice.objects.values_list("pk", flat=True))


@pytest.fixture
def forwarded(sol):
    """Sol's link, after Sue was named by it."""
    sol.post("forward", SUE)
    return sol


def cancel_at(election):
    return f"/elections/{election.pk}/signing/forwarded/{request_to('sue@example.org').pk}"


def test_the_wrong_person_forwards_and_the_right_one_signs(election, sol, client):
    before = mailed()
    assert (OFFER in sol.reads(), "forward the request" in sol.reads("decline")) == (True, True)
    said = text(sol.post("forward", {"name": " Sue Harbor", "email": "Sue@Example.org "}, follow=True))
    assert "Forwarded. Nothing was signed." in said
    assert "On Dec 1, 2026, 10:00 a.m. ET, you forwarded this request to Sue Harbor. You don’t have to sign." in said
    assert mails_since(before) == {
        ("dana@example.org", "election forwarded", "Request forwarded: Quiet Harbor Medicine, Harbor Group"),
        ("sue@example.org", "election ask to sign", "Please sign for Quiet Harbor Medicine: Harbor Group"),
        ("sol@example.org", "election forward sent", "Forwarded: your request to sign for Quiet Harbor Medicine"),
    }
    told = {mail.to: mail.body for mail in Notice.objects.exclude(pk__in=before)}
    assert "Sol Harbor (sol@example.org) told us that someone else signs" in told["dana@example.org"]
    assert cancel_at(election) in told["dana@example.org"]
    assert "Dana Rivera (dana@example.org) asked Sol Harbor (sol@example.org) to sign" in told["sue@example.org"]
    assert [to for to, body in told.items() if "/sign/" in body] == ["sue@example.org"]
    assert "Forwarded by Sol Harbor , sol@example.org, to Sue Harbor , sue@example.org." in text(
        client.get(f"/elections/{election.pk}/signing")
    )
    sue = Signer("sue@example.org")
    assert OFFER not in sue.reads()
    assert "because the request was forwarded to you" in sue.reads()
    assert "You have signed for" in text(sue.sign(name="Sue Harbor"))
    assert stands(election).practices[0].signer_name == "Sue Harbor"


def test_nobody_with_a_part_in_it_is_written_to_and_all_are_refused_in_the_same_words(election, sol, client):
    for kind in (RoleKind.COLLABORATOR, RoleKind.VIEWER):
        user = UserFactory(email=f"{kind}@example.org")
        ElectionRoleFactory(election=election, user=user, kind=kind)
    dana = User.objects.get(email=election.representative_email)
    for address, is_proved in (("dana@home.example", True), ("sue@example.org", False)):
        EmailAddress.objects.create(user=dana, email=address, verified=is_proved)
    invite(election.pk, email="ivy@example.org", kind="collaborator", by=election.started_by, now=clock.now())
    lakeside = election.members.get(name=GROUP.name)
    Party.objects.filter(pk=lakeside.party_id).update(signer_email="greta@lakeside.example")  # typed, not asked yet
    for _ in range(MOST_LINKS_A_DAY):
        request_of_day = link_for(
            lakeside.party_id, name="L", email="l@x.example", by=election.started_by, now=clock.now()
        )
        request_of_day.asked_for = ""
        request_of_day.save()
    before, asked = mailed(), SigningRequest.objects.count()
    for address in (
        *("dana@example.org", "DANA+sue@Example.org", "collaborator@example.org", "viewer@example.org"),
        *("ivy@example.org", "gwen@example.org", "gwen+a@EXAMPLE.org", "GRETA@lakeside.example", "sol@example.org"),
        *("dana@home.example", "l@x.example", '"dana"@example.org', '"gwen+a"@example.org'),
    ):
        answer = sol.post("forward", {"name": "Sue Harbor", "email": address})
        assert NEUTRAL in text(answer), address
        assert 'value="Sue Harbor"' in answer.content.decode()
        SigningRequest.objects.update(refused_forwards=0)
    assert (mailed(), SigningRequest.objects.count()) == (before, asked)
    assert "Sign for Quiet Harbor Medicine" in sol.reads()  # and the link still signs
    assert "Forwarded." in text(sol.post("forward", SUE, follow=True))  # anyone may type an address that is not proved


def test_addresses_are_not_tried_out(sol):
    for _ in range(MOST_REFUSED):
        assert OFFER in sol.reads()
        assert NEUTRAL in text(sol.post("forward", SUE | {"email": "gwen@example.org"}))
    assert (OFFER in sol.reads(), "forward the request" in sol.reads("decline")) == (False, False)
    said = text(sol.post("forward", SUE, follow=True))
    assert "You can’t forward this request here any longer. Tell Dana Rivera (dana@example.org) who signs" in said
    assert not SigningRequest.objects.filter(email="sue@example.org").exists()


def sign_it(election, client, sol, set_clock):
    sol.sign()


def sign_and_change(election, client, sol, set_clock):
    sol.sign()
    alter(election, "schedule")


def decline(election, client, sol, set_clock):
    sol.post("decline", {"reason": "No."})


def forward_it(election, client, sol, set_clock):
    sol.post("forward", {"name": "Uma Harbor", "email": "uma@example.org"})


def be_replaced(election, client, sol, set_clock):
    ask_another(client, election, "Uma Harbor", "uma@example.org")


def sign_elsewhere(election, client, sol, set_clock):
    client.post(f"/elections/{election.pk}/signing/end")


def withdraw(election, client, sol, set_clock):
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})


def close(election, client, sol, set_clock):
    set_clock("2027-01-01T00:00:00-05:00")


def change_the_list(election, client, sol, set_clock):
    client.post(f"/elections/{election.pk}/practices/add", {"name": "Bare", "tin_kind": "EIN"})


def press_nothing(election, client, sol, set_clock):
    sol.browser.cookies.clear()


@pytest.mark.parametrize(
    "before",
    [
        *(sign_it, sign_and_change, decline, forward_it, be_replaced, sign_elsewhere, withdraw, close),
        *(change_the_list, press_nothing),
    ],
)
def test_a_link_that_does_not_sign_forwards_nothing(election, client, sol, set_clock, before):
    request = request_to("sol@example.org")
    before(election, client, sol, set_clock)
    asked = SigningRequest.objects.count()
    sol.post("forward", SUE, follow=True)
    assert SigningRequest.objects.count() == asked
    for page in ("room", "decline"):
        assert f"{sol.link}/forward" not in sol.get(page).content.decode()
    if before is not press_nothing:
        with pytest.raises(Refused):  # whatever page it was sent from
            forward(request, **SUE, now=clock.now())


def test_a_forwarded_link_is_not_forwarded_again(forwarded):
    sue = Signer("sue@example.org")
    said = text(sue.post("forward", {"name": "Uma", "email": "uma@example.org"}, follow=True))
    assert "This request was already forwarded once, to you." in said
    assert not SigningRequest.objects.filter(email="uma@example.org").exists()


def answer_her_no(election, client):
    Signer("sue@example.org").post("decline", {"reason": "Ask me in January."})
    address = f"/elections/{election.pk}/signing/answer/{request_to('sue@example.org').pk}"
    written = client.get(address).context["form"]["written"].value()
    client.post(address, {"outcome": "fixed", "text": "", "written": written})


def renew_her_link(election, client, email="sue@example.org"):
    SigningRequest.objects.filter(email=email).update(expires_at=clock.now())
    client.post(f"/elections/{election.pk}/signing", {"ask": "yes"})


def ask_her_by_name(election, client):
    ask_another(client, election, "Sue Harbor", "sue@example.org")


def begin_anew(election, client):
    for page in ("signing/end", "signing/begin"):
        client.post(f"/elections/{election.pk}/{page}")
    both = named(election, ("Sue Harbor", "sue@example.org"), ("Gwen Lake", "gwen@example.org"))
    client.post(f"/elections/{election.pk}/signing", both | {"ask": "yes"})


@pytest.mark.parametrize("ask_anew", [answer_her_no, renew_her_link, ask_her_by_name, begin_anew])
def test_a_later_link_to_the_same_person_is_as_forwarded_as_the_first(election, forwarded, client, ask_anew):
    as_mailed, first = cancel_at(election), request_to("sue@example.org")
    ask_anew(election, client)
    assert request_to("sue@example.org") != first
    sue = Signer("sue@example.org")
    assert (OFFER in sue.reads(), "forward the request" in sue.reads("decline")) == (False, False)
    said = text(sue.post("forward", {"name": "Uma", "email": "uma@example.org"}, follow=True))
    assert "This request was already forwarded once, to you." in said
    assert "Forwarded by Sol Harbor , sol@example.org, to Sue Harbor , sue@example.org." in text(
        client.get(f"/elections/{election.pk}/signing")
    )
    sue.sign(name="Sue Harbor")
    assert "The signature of Sue Harbor no longer counts." in text(client.get(as_mailed))
    client.post(as_mailed)
    assert stands(election).practices[0].signed is None
    assert sue.browser.get(sue.link).status_code == 410
    assert election.members.get(name=SOLO.name).party.signer_email == "sol@example.org"


def test_a_double_click_and_a_second_tab_forward_once(sol):
    request = request_to("sol@example.org")
    sent = forward(request, **SUE, now=clock.now())
    assert forward(request, name="sue  harbor", email=SUE["email"], now=clock.now()) == sent
    assert sol.post("forward", SUE).status_code == 410
    assert "you forwarded this request to Sue Harbor" in text(
        sol.post("forward", {"name": "U", "email": "u@x.example"})
    )
    assert Event.objects.filter(verb="forward_request").count() == 1
    assert Notice.objects.filter(to="sue@example.org").count() == 1


def test_the_database_keeps_a_request_from_being_forwarded_twice(election, forwarded):
    sent, gwen = request_to("sue@example.org"), request_to("gwen@example.org")
    SigningRequest.objects.update(revoked_at=clock.now())
    sol = sent.forwarded_from

    def link(email, source=None, by=None, **given):
        row = link_for(sent.party_id, name="Uma", email=email, by=election.started_by, now=clock.now(), **given)
        row.forwarded_from, row.forwarded_by = source, by
        row.save()
        return row

    later, again = link(sent.email, by=sol), link(sol.email)
    for source, by in ((sol, sol), (sent, sent), (later, later), (gwen, gwen), (again, sol)):
        with pytest.raises(IntegrityError), transaction.atomic():
            link("uma@example.org", source, by, asked_for="x")
    assert link("uma@example.org", again, again, asked_for="x").pk


def test_the_representative_cancels_it_and_asks_who_was_asked_before(election, forwarded, client):
    sue, address, before = Signer("sue@example.org"), cancel_at(election), mailed()
    assert "Cancel the request to Sue Harbor?" in text(client.get(address))
    said = text(client.post(address, follow=True))
    assert "The link of Sue Harbor no longer works. Now ask who should sign for Quiet Harbor Medicine." in said
    assert "Sol Harbor , sol@example.org: no link sent yet." in said
    assert mails_since(before) == {
        ("sue@example.org", "election forward canceled", "Canceled: the request to sign for Quiet Harbor Medicine")
    }
    for signer in (sue, forwarded):
        assert signer.browser.get(signer.link).status_code == 410
    assert "The people who prepare the election canceled it" in text(sue.get())
    client.post(address)
    assert "There is nothing left to cancel." in text(client.get(address, follow=True))
    assert Event.objects.filter(verb="cancel_forward").count() == 1
    client.post(f"/elections/{election.pk}/signing", named(election) | {"ask": "yes"})
    assert "You have signed for" in text(Signer("sol@example.org").sign())
    assert text(forwarded.get()).count("We sent a newer email to you on") == 1


def test_a_signature_by_a_request_that_is_canceled_counts_no_more(election, forwarded, client):
    Signer("sue@example.org").sign(name="Sue Harbor")
    said = text(client.get(cancel_at(election)))
    assert "The signature of Sue Harbor no longer counts." in said
    assert "What was submitted" not in said
    assert "submit the election again" not in text(client.post(cancel_at(election), follow=True))
    assert stands(election).practices[0].signed is None
    assert Signature.objects.count() == 1
    assert "and your signature no longer counts" in Notice.objects.filter(to="sue@example.org").latest("pk").body


def test_a_link_that_is_canceled_hands_out_no_executed_agreement(election, forwarded, client):
    sign_all(election)
    make_executed(election, clock.now())
    assert tell_executed_due(now=clock.now()) == 2
    sue = Signer("sue@example.org")
    client.post(cancel_at(election))
    closed = sue.browser.get(sue.link)
    assert (closed.status_code, "Download the executed" in text(closed)) == (410, False)
    assert sue.browser.post(f"{sue.link}/executed").headers["Location"] == sue.link


def test_nothing_is_canceled_for_a_practice_that_is_removed_meanwhile(election, forwarded, client, monkeypatch):
    def removed_first(*args, **how):
        client.post(f"/elections/{election.pk}/practices/{election.members.get(name=SOLO.name).pk}/remove")
        cancel_forward(*args, **how)

    monkeypatch.setattr("elections.signing.forward_views.cancel_forward", removed_first)
    said = text(client.post(cancel_at(election), follow=True))
    assert "This practice was removed from the election a moment ago." in said
    assert not Event.objects.filter(verb="cancel_forward").exists()


def test_only_who_edits_this_election_cancels_it(election, forwarded, client):
    address = cancel_at(election)
    viewer, stranger = UserFactory(email="vic@example.org"), UserFactory(email="sam@example.org")
    ElectionRoleFactory(election=election, user=viewer)
    theirs = ElectionFactory(by=stranger, practices=(OTHER,))
    other = address.replace(str(election.pk), str(theirs.pk))
    own = address.replace(str(request_to("sue@example.org").pk), str(request_to("gwen@example.org").pk))
    for browser, at, status in (
        (signed_in(viewer), address, 403),
        (signed_in(stranger), address, 404),
        (signed_in(stranger), other, 404),
        (client, own, 404),
        (client, re.sub(r"\d+$", "9" * 30, address), 404),
    ):
        assert (browser.get(at).status_code, browser.post(at).status_code) == (status, status)
    assert request_to("sue@example.org").revoked_at is None


def test_a_signer_who_works_on_the_election_gets_one_mail(election, client):
    ask_another(client, election, "Dana Rivera", election.representative_email)
    before = mailed()
    signer = Signer(election.representative_email, client)
    signer.post("forward", SUE)
    assert [(to, reason) for to, reason, _ in mails_since(before)].count(
        ("dana@example.org", "election forwarded")
    ) == 1
    assert len(mails_since(before)) == 2


def test_the_packet_says_who_forwarded_and_no_one_is_kept_from_reviewing_by_a_typed_address(
    election, sol, reviewer, client
):
    sol.post("forward", {"name": "Robin", "email": reviewer.email})
    assert not holds_a_role(reviewer, election)
    renew_her_link(election, client, reviewer.email)
    assert not holds_a_role(reviewer, election)
    client.post(f"/elections/{election.pk}/signing/forwarded/{request_to(reviewer.email).pk}")
    client.post(f"/elections/{election.pk}/signing", named(election) | {"ask": "yes"})
    Signer("sol@example.org").post("forward", SUE)
    renew_her_link(election, client)
    acknowledge(election)
    sign_all(election)
    start_review(election)
    packet = text(signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/"))
    by = "forwarded by Sol Harbor, sol@example.org, on Dec 1, 2026, 10:00 a.m. ET"
    assert f"with a link sent to sue@example.org, {by}, identified by: link only" in packet
    assert f"Signature for Quiet Harbor Medicine: the request to Sue Harbor, sue@example.org, was {by}." in packet
    assert packet.count("forwarded by") == 2
    assert "A signer forwarded the request to sign: Quiet Harbor Medicine, sue@example.org" in packet


def test_the_packet_says_that_the_request_was_canceled_and_the_election_is_to_be_submitted_again(
    election, forwarded, reviewer, client, set_clock
):
    acknowledge(election)
    sign_all(election)
    start_review(election)
    set_clock("2026-12-01T10:30:00-05:00")
    address = cancel_at(election)
    assert "What was submitted still has this signature, marked as canceled." in text(client.get(address))
    assert "After that, submit the election again." in text(client.post(address, follow=True))
    packet = text(signed_in(reviewer).get(f"/staff/elections/election/{election.pk}/"))
    by = "was forwarded by Sol Harbor, sol@example.org, on Dec 1, 2026, 10:00 a.m. ET, and canceled on"
    assert f"the request to Sue Harbor, sue@example.org, {by} Dec 1, 2026, 10:30 a.m. ET." in packet
    assert packet.count("and canceled on Dec 1, 2026, 10:30 a.m. ET") == 2


def test_who_is_told_of_the_last_submission_follows_the_request_and_comes_back(election, client, set_clock):
    acknowledge(election)
    sign_all(election)
    submit(election)
    set_clock("2026-12-01T10:30:00-05:00")
    ask_another_after_a_change(election, client)
    sol = Signer("sol@example.org")
    sol.post("forward", SUE)
    told = PracticeSigner.objects.filter(practice=0)
    assert told.latest("pk").request == request_to("sue@example.org")
    assert "From now on, we tell Sue Harbor" in Notice.objects.filter(to="sol@example.org").latest("pk").body
    assert not Notice.objects.filter(reason="election signer replaced").exists()
    client.post(cancel_at(election))
    assert told.latest("pk").request == request_to("sol@example.org")
    assert opened(f"{sol.link}/election").get(f"{sol.link}/election").status_code == 200


def ask_another_after_a_change(election, client):
    """Ask Sol anew, by a link that has not signed yet."""
    alter(Election.objects.get(pk=election.pk), "schedule")
    ask_another(client, election, "Sol Harbor", "sol@example.org")
