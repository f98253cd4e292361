"""Signers: who is asked, the links they were sent, and what their browsers send back."""

import re
from typing import Any

from django.test import Client

from accounts.models import User
from agreements.models import SigningRequest
from elections.models import Election
from notices.models import Notice
from tests.pages import text

from .elections import ElectionFactory, approve
from .people import signed_in
from .practices import GROUP, SOLO

SIGNERS = {SOLO.name: ("Sol Harbor", "sol@example.org"), GROUP.name: ("Gwen Lake", "gwen@example.org")}
SAID = {"roster": "on", "consent": "on", "name": "Sol Harbor", "title": "Owner", "authorized": "on"}


def to_be_signed(**fields: Any) -> Election:
    """Return a draft whose practices were each sent a link, through the pages."""
    return ask_to_sign(ElectionFactory(**fields))


def ask_to_sign(election: Election) -> Election:
    """Have a draft signed here, and send each practice's signer a link, through the pages."""
    browser = signed_in(election.started_by)
    browser.post(f"/elections/{election.pk}/signing/begin")
    named: dict[str, str] = {}
    for member in election.members.all():
        name, email = SIGNERS.get(member.name, (f"Signer of {member.name}", f"signer{member.position}@example.org"))
        named |= {f"practice-{member.pk}-signer_name": name, f"practice-{member.pk}-signer_email": email}
    browser.post(f"/elections/{election.pk}/signing", named | {"ask": "yes"})
    return Election.objects.get(pk=election.pk)


def link_to(email: str) -> str:
    """Return the address of the link in the latest mail that is owed to a signer."""
    found = re.findall(r"/sign/\S+", Notice.objects.filter(to=email).latest("pk").body)
    return str(found[0])


def opened(link: str, browser: Client | None = None) -> Client:
    """Return a browser in which the button behind the link was pressed."""
    browser = browser or Client()
    answer = browser.post(link)
    assert answer.status_code == 302, text(answer)
    return browser


def signing(browser: Client, link: str, **fields: str) -> Any:
    """Sign by a link as the page now stands, with these answers; return what is answered."""
    return browser.post(f"{link}/room", shown_to_sign(browser.get(f"{link}/room")) | SAID | fields, follow=True)


def shown_to_sign(answer: Any) -> dict[str, str]:
    """Return the three fingerprints that a signer's page sends back: what it shows to be signed."""
    page = answer.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(text|parties|schedule)" value="(\w+)"', page))


def signed_and_approved(*, by: User, year: int = 2026, **chosen: str) -> Election:
    """Return an election of an earlier year that all practices signed here and CMS approved; `chosen` of its text."""
    election = ElectionFactory(by=by, year=year)
    browser = signed_in(by)
    browser.post(f"/elections/{election.pk}/agreement/text", chosen)
    ask_to_sign(election)
    browser.post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    sign_all(election)
    return approve(election)


def sign_all(election: Election) -> None:
    """Have every practice sign by its link, as far as it has not."""
    for request in SigningRequest.objects.filter(party__agreement=election.agreement_id, revoked_at=None):
        link = link_to(request.email)
        browser = opened(link)
        room = browser.get(f"{link}/room")
        if 'name="authorized"' in room.content.decode():
            answer = browser.post(f"{link}/room", shown_to_sign(room) | SAID | {"name": request.name})
            assert answer.headers.get("Location") == f"{link}/room", text(answer)  # as who has signed is led
