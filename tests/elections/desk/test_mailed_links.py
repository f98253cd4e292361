"""An email whose link no longer works is not sent again, and staff are told why and where a new one comes from."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agreements.models import SigningRequest
from elections.models import Invitation
from ground import clock
from notices.models import Notice
from tests.factories.notices import NoticeFactory
from tests.factories.people import StewardFactory, signed_in
from tests.factories.practices import SOLO
from tests.factories.signing import Signer, link_to, to_be_signed
from tests.pages import text

pytestmark = pytest.mark.django_db

NEW_ONE = "The representative can send a new one: to a signer from “Signatures” or “Who was told”"
DEAD = "The link in this email no longer works, so you can’t send it again."


@pytest.fixture
def steward():
    return signed_in(StewardFactory())


def page_of(notice: Notice) -> str:
    return reverse("admin:notices_notice_resend", args=[notice.pk])


def refused(steward, notice: Notice, why: str) -> bool:
    """Say whether the page refuses to send a notice again for this reason, and so does its form."""
    Notice.objects.filter(pk=notice.pk).update(state="sent", sent_at=clock.now())
    said = text(steward.get(page_of(notice)))
    assert ("Send again?" in said, why in said, DEAD in said) == (False, True, True), said
    after = text(steward.post(page_of(notice), follow=True))
    assert "Nothing was sent, because the link in this email no longer works." in after
    return Notice.objects.get(pk=notice.pk).state == "sent"


def taken(steward, notice: Notice) -> bool:
    """Say whether the page sends a notice again, without a word about links."""
    Notice.objects.filter(pk=notice.pk).update(state="sent", sent_at=clock.now())
    said = text(steward.get(page_of(notice)))
    assert "no longer work" not in said
    steward.post(page_of(notice))
    return Notice.objects.get(pk=notice.pk).state == "queued"


def asked(email: str = "sol@example.org") -> Notice:
    return Notice.objects.filter(to=email).latest("pk")


def test_a_link_that_works_is_sent_again(cms_data, steward):
    to_be_signed()
    assert taken(steward, asked())


def test_a_link_that_was_replaced_is_not_sent_again(cms_data, steward):
    election = to_be_signed()
    first = asked()
    member = election.members.get(name=SOLO.name)
    signed_in(election.started_by).post(
        f"/elections/{election.pk}/signing/{member.pk}", {"name": "Sol Harbor", "email": "new@example.org"}
    )
    assert SigningRequest.objects.get(email="sol@example.org").revoked_at
    assert refused(steward, first, "A newer link was sent, or someone else was asked to sign for the practice.")
    assert NEW_ONE in text(steward.get(page_of(first)))
    assert taken(steward, asked("new@example.org"))


def test_a_link_whose_time_is_over_is_not_sent_again(cms_data, steward, set_clock):
    to_be_signed()
    until = SigningRequest.objects.get(email="sol@example.org").expires_at
    set_clock((until + timedelta(seconds=1)).isoformat())
    assert refused(steward, asked(), "It worked until ")


def test_a_link_that_signed_still_shows_what_was_signed(cms_data, steward):
    to_be_signed()
    notice = asked()
    Signer("sol@example.org").sign()
    assert taken(steward, notice)


def test_a_link_of_an_election_that_is_over_is_not_sent_again(cms_data, steward):
    election = to_be_signed()
    notice = asked()
    signed_in(election.started_by).post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    assert refused(steward, notice, "There is nothing to sign with it now.")


def test_an_email_with_one_dead_link_of_two_says_so_and_is_sent(cms_data, steward):
    to_be_signed()
    links = [link_to(f"{name}@example.org") for name in ("sol", "gwen")]
    both = NoticeFactory(body="".join(f"http://localhost:8000{link}\n" for link in links))
    SigningRequest.objects.filter(email="gwen@example.org").update(expires_at=clock.now())
    Notice.objects.filter(pk=both.pk).update(state="sent", sent_at=clock.now())
    assert "1 of 2 links in this email no longer works. It worked until" in text(steward.get(page_of(both)))
    steward.post(page_of(both))
    assert Notice.objects.get(pk=both.pk).state == "queued"


def test_an_invitation_that_was_canceled_is_not_sent_again(cms_data, steward):
    election = to_be_signed()
    fields = {"invite": "yes", "invite-email": "cleo@example.org", "invite-kind": "collaborator"}
    signed_in(election.started_by).post(f"/elections/{election.pk}/people", fields)
    notice = asked("cleo@example.org")
    assert taken(steward, notice)
    Invitation.objects.update(revoked_at=clock.now())
    assert refused(steward, notice, "This invitation was canceled, or a newer one was sent.")


@pytest.mark.parametrize("reason", ["account_password_reset_key", "account_email_confirmation_signup"])
def test_a_link_of_an_account_works_for_three_days(steward, reason):
    notice = NoticeFactory(reason=reason, body="http://localhost:8000/accounts/x/abc")
    Notice.objects.filter(pk=notice.pk).update(state="failed")
    said = text(steward.get(page_of(notice)))
    assert (
        "The link in this email works once, until Dec 4, 2026, 10:00 a.m. ET. We can’t see here if it was used." in said
    )
    assert "The person can ask for a new one on the page where they sign in." in said
    Notice.objects.filter(pk=notice.pk).update(created_at=clock.now() - timedelta(days=3))
    assert refused(steward, notice, "It worked until Dec 1, 2026, 10:00 a.m. ET.")
