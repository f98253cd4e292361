"""What a signer wrote is answered on the board: they read it by mail and at their link, and are asked again."""

import pytest

from agreements.models import SigningRequest
from elections.link_limits import MOST_LINKS_A_DAY
from elections.models import Event
from elections.signing.answers import answer
from elections.signing.signing_emails import ask_again_due
from notices.models import Notice
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import OTHER, SOLO
from tests.factories.signing import Signer, alter, link_to, stands
from tests.pages import text

pytestmark = pytest.mark.django_db

WROTE, WHY = "Dr. Moss <left> in March.", "Dr. Moss billed under your TIN until June, CMS says."


def request_to(email):
    return SigningRequest.objects.filter(email=email).latest("pk")


def answer_at(election, email="sol@example.org"):
    return f"/elections/{election.pk}/signing/answer/{request_to(email).pk}"


def answered(client, election, outcome, words, email="sol@example.org"):
    """Answer what the page shows; return what is said next."""
    address = answer_at(election, email)
    shown = client.get(address).context["form"]["written"].value()
    return text(client.post(address, {"outcome": outcome, "text": words, "written": shown}, follow=True))


def test_why_not_is_read_by_the_signer_who_then_signs(election, sol, client, set_clock):
    sol.post("correction", {"text": WROTE})
    board = text(client.get(f"/elections/{election.pk}/signing"))
    assert "or answer Sol Harbor" in board
    assert WROTE in text(client.get(answer_at(election)))
    assert "Sent. Sol Harbor reads your answer in our email" in answered(client, election, "not", WHY)
    mail = Notice.objects.filter(to="sol@example.org").latest("pk")
    assert mail.subject == "Answered. Sign for Quiet Harbor Medicine: Harbor Group"
    assert f"> {WROTE}\n" in mail.body
    assert f"> {WHY}\n" in mail.body
    assert "(dana@example.org) changed nothing, and answered:" in mail.body
    assert link_to("sol@example.org") == sol.link
    said = sol.reads()
    assert f"You wrote: {WROTE}" in said
    assert f"Dana Rivera answered on Dec 1, 2026, 10:00 a.m. ET: not changed. {WHY}" in said
    assert "you reported a problem" not in said
    assert f"Dana Rivera answered Dec 1, 2026, 10:00 a.m. ET, not changed: {WHY}" in text(
        client.get(f"/elections/{election.pk}/signing")
    )
    assert WHY in text(sol.sign())
    assert ask_again_due(now=set_clock("2026-12-01T10:30:00-05:00")) == 0


def test_fixed_leads_to_the_practice_and_no_second_mail_follows(election, sol, client, set_clock):
    sol.post("correction", {"text": WROTE})
    alter(election, "schedule")
    answered(client, election, "fixed", "")
    assert "fixed it" in Notice.objects.filter(to="sol@example.org").latest("pk").body
    page = sol.get().content.decode()
    assert '<a href="#practice">Look at Quiet Harbor Medicine again</a>' in page
    assert '<h2 id="practice">' in page
    before = Notice.objects.count()
    assert ask_again_due(now=set_clock("2026-12-01T10:30:00-05:00")) == 0
    assert Notice.objects.count() == before


def test_who_declined_is_answered_with_a_new_link_and_what_they_signed_before_stays_void(election, sol, client):
    sol.sign()
    alter(election, "schedule")
    sol.post("decline", {"reason": WROTE})
    answered(client, election, "not", WHY)
    again = Signer("sol@example.org")
    assert again.link != sol.link
    assert sol.browser.get(sol.link).status_code == 410
    assert f"You wrote: {WROTE}" in again.reads()
    assert "you declined to sign" in Notice.objects.filter(to="sol@example.org").latest("pk").body
    member = election.members.get(name=SOLO.name)
    member.clinicians.filter(npi=OTHER.npis[1]).delete()  # as it was when they signed
    assert stands(election).practices[0].signed is None
    assert "You have signed for" in text(again.sign())


def test_an_answer_is_given_once_to_what_was_read(election, sol, client, set_clock):
    sol.post("correction", {"text": WROTE})
    address = answer_at(election)
    form = {"outcome": "fixed", "text": "", "written": client.get(address).context["form"]["written"].value()}
    client.post(address, form)
    client.post(address, form)
    assert Event.objects.filter(verb="answer_signer").count() == 1
    assert Notice.objects.filter(reason="election answered").count() == 1
    assert "There is nothing left to answer here." in text(client.get(address, follow=True))
    set_clock("2026-12-01T10:30:00-05:00")
    sol.post("correction", {"text": "And Dr. Hale joined."})
    stale = client.post(address, form | {"outcome": "not", "text": WHY, "written": "2026-12-01"})
    for words in ("Nothing was sent. This changed after you opened the page.", "And Dr. Hale joined.", WHY):
        assert words in text(stale)
    fresh = stale.context["form"]["written"].value()
    set_clock("2026-12-01T10:40:00-05:00")
    sol.sign()
    late = client.post(address, form | {"outcome": "not", "text": WHY, "written": fresh})
    assert "This changed after you opened the page." in text(late)
    assert Event.objects.filter(verb="answer_signer").count() == 1


def test_an_answer_for_a_practice_that_is_removed_meanwhile_stays_typed(election, sol, client, monkeypatch):
    def removed_first(*args, **how):
        client.post(f"/elections/{election.pk}/practices/{election.members.get(name=SOLO.name).pk}/remove")
        answer(*args, **how)

    sol.post("decline", {"reason": WROTE})
    monkeypatch.setattr("elections.signing.answer_views.answer", removed_first)
    said = answered(client, election, "not", WHY)
    assert "Nothing was sent. This practice was removed from the election a moment ago." in said
    assert WHY in said
    assert not Event.objects.filter(verb="answer_signer").exists()


def test_what_cannot_be_sent_stays_typed(election, sol, client):
    sol.post("correction", {"text": WROTE})
    for words, said in (
        ("", "Say why you didn’t change it."),
        ("x" * 10_001, "At most 10,000 characters fit here, and this has 10001."),
        ("517-44-9638 is it.", "Nine digits in a row"),
        ("a\0b", "Null characters are not allowed."),
    ):
        answer = client.post(answer_at(election), {"outcome": "not", "text": words})
        assert said in text(answer)
        assert words.replace("517-44-9638", "••••")[:10_000] in answer.content.decode() or "\0" in words
    assert not Event.objects.filter(verb="answer_signer").exists()
    assert "Say why" not in answered(client, election, "not", "x" * 10_000)


def test_one_address_gets_few_new_links_by_answers_too(election, sol, client):
    for _ in range(MOST_LINKS_A_DAY):
        Signer("sol@example.org").post("decline", {"reason": WROTE})
        said = answered(client, election, "not", WHY)
    assert f"You sent sol@example.org {MOST_LINKS_A_DAY} links in one day." in said
    assert WHY in said
    assert Notice.objects.filter(reason="election answered").count() == MOST_LINKS_A_DAY - 1


def test_only_who_edits_this_election_answers(election, sol, client):
    sol.post("correction", {"text": WROTE})
    address = answer_at(election)
    viewer, stranger = UserFactory(email="vic@example.org"), UserFactory(email="sam@example.org")
    ElectionRoleFactory(election=election, user=viewer)
    theirs = ElectionFactory(by=stranger, practices=(OTHER,))
    for browser, at, status in (
        (signed_in(viewer), address, 403),
        (signed_in(stranger), address, 404),
        (signed_in(stranger), address.replace(str(election.pk), str(theirs.pk)), 404),
    ):
        assert (browser.get(at).status_code, browser.post(at).status_code) == (status, status)
    assert WROTE not in Signer("gwen@example.org").reads()
    assert "answer" not in text(signed_in(viewer).get(f"/elections/{election.pk}/signing")).lower()
