"""Signers: who is asked, the links they were sent, and what their browsers send back."""

import re
from datetime import datetime
from typing import Any

from django.test import Client

from agreements.models import Agreement, Document, DocumentKind, DocumentState, SigningRequest
from elections import working_copy
from elections.content import Snapshot
from elections.models import Election, Member, Submission
from elections.practices import members
from ground import clock
from notices.models import Notice
from tests.pages import text

from .elections import ElectionFactory, approve, submit
from .people import signed_in
from .practices import GROUP, OTHER, SOLO, FictionalPractice

SIGNERS = {SOLO.name: ("Sol Harbor", "sol@example.org"), GROUP.name: ("Gwen Lake", "gwen@example.org")}
SAID = {"roster": "on", "consent": "on", "name": "Sol Harbor", "title": "Owner", "authorized": "on"}


def to_be_signed(**fields: Any) -> Election:
    """Return a draft whose practices were each sent a link, through the pages."""
    return ask_to_sign(ElectionFactory(**fields))


def ask_to_sign(election: Election, *signers: tuple[str, str]) -> Election:
    """Have a draft signed here, and send each practice's signer a link, through the pages."""
    browser = signed_in(election.started_by)
    browser.post(f"/elections/{election.pk}/signing/begin")
    sent = browser.post(f"/elections/{election.pk}/signing", named(election, *signers) | {"ask": "yes"})
    if sent.headers["Location"].endswith("/send"):  # something is to fix first
        browser.post(sent.headers["Location"])
    return Election.objects.get(pk=election.pk)


def named(election: Election, *signers: tuple[str, str]) -> dict[str, str]:
    """Return what the board's page sends: each practice's signer, as given or as its own, by name and address."""
    fields: dict[str, str] = {}
    for number, member in enumerate(election.members.all()):
        own = SIGNERS.get(member.name, (f"Signer of {member.name}", f"signer{member.position}@example.org"))
        name, email = signers[number] if signers else own
        fields |= {f"practice-{member.pk}-signer_name": name, f"practice-{member.pk}-signer_email": email}
    return fields


def link_to(email: str) -> str:
    """Return the address of the link in the latest mail that is owed to a signer."""
    found = re.findall(r"/sign/[\w-]+", Notice.objects.filter(to=email).latest("pk").body)
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


class Signer:
    """Who holds the latest link that was sent to an address, and has pressed the button behind it."""

    def __init__(self, email: str, browser: Client | None = None) -> None:
        self.name = next((name for name, address in SIGNERS.values() if address == email), SAID["name"])
        self.link = link_to(email)
        self.browser = opened(self.link, browser)

    def get(self, page: str = "room") -> Any:
        return self.browser.get(f"{self.link}/{page}")

    def reads(self, page: str = "room") -> str:
        """Return what a page behind the link says."""
        return text(self.get(page))

    def shown(self) -> dict[str, str]:
        """Return what the page to sign on now shows to be signed."""
        return shown_to_sign(self.get())

    def post(self, page: str, fields: dict[str, str] | None = None, **how: Any) -> Any:
        return self.browser.post(f"{self.link}/{page}", fields, **how)

    def sign(self, **fields: str) -> Any:
        """Sign under their name as the page now stands, with these answers; return what is answered."""
        return signing(self.browser, self.link, **{"name": self.name} | fields)


def sign_all(election: Election, **fields: str) -> None:
    """Have every practice that is listed sign by its link, as far as it has not."""
    open_ones = SigningRequest.objects.filter(party__agreement=election.agreement_id, revoked_at=None)
    for request in open_ones.filter(party__member__isnull=False):
        link = f"/sign/{request.token}"
        browser = opened(link)
        room = browser.get(f"{link}/room")
        if 'name="authorized"' in room.content.decode():
            said = SAID | {"name": request.name} | fields
            answer = browser.post(f"{link}/room", shown_to_sign(room) | said)
            assert answer.headers.get("Location") == f"{link}/room", text(answer)  # as who has signed is led


def sign_and_submit(election: Election) -> Submission:
    """Acknowledge the agreement, have every practice sign, and submit."""
    acknowledge(election)
    sign_all(election)
    return submit(election)


def signed_and_approved(election: Election, **chosen: str) -> Election:
    """Have all practices sign a draft here, and CMS approve it; `chosen` of its text."""
    change_text(election, **chosen)
    ask_to_sign(election)
    acknowledge(election)
    sign_all(election)
    return approve(election)


def stands(election: Election) -> Snapshot:
    """Return what now stands in an election."""
    return Snapshot.of_working_copy(Election.objects.get(pk=election.pk))


def acknowledge(election: Election) -> None:
    """Have the agreement stand as acknowledged."""
    agreement = Agreement.objects.get(pk=election.agreement_id)
    working_copy.acknowledge(agreement, by=election.started_by, now=clock.now())


def change_text(election: Election, **chosen: str) -> None:
    """Choose something of the agreement's text."""
    signed_in(election.started_by).post(f"/elections/{election.pk}/agreement/text", chosen)


def change_practice(
    election: Election, practice: FictionalPractice | Member | None, *, now: datetime | None = None, **fields: Any
) -> None:
    """Change what is listed of a practice; None adds one."""
    member = election.members.get(name=practice.name) if isinstance(practice, FictionalPractice) else practice
    pk = member.pk if member else None
    members.save_member(election.pk, pk, **fields, by=election.started_by, now=now or election.changed_at)


def alter(election: Election, what: str, *, now: datetime | None = None) -> None:
    """Change what signatures are over: the schedule of Quiet Harbor, the text, or the parties."""
    if what == "schedule":
        change_practice(election, SOLO, npis=[*SOLO.npis, OTHER.npis[1]], now=now)
    elif what == "text":
        change_text(election, quality="We meet each month.")
    else:
        fields = {"name": OTHER.name, "tin_kind": "EIN", "tin": OTHER.tin, "npis": " ".join(OTHER.npis)}
        signed_in(election.started_by).post(f"/elections/{election.pk}/practices/add", fields)


def ask_another(browser: Client, election: Election, name: str, email: str, practice: FictionalPractice = SOLO) -> Any:
    """Name another signer of a practice, and send them a link; return what is answered."""
    member = election.members.get(name=practice.name)
    return browser.post(f"/elections/{election.pk}/signing/{member.pk}", {"name": name, "email": email}, follow=True)


def make_executed(election: Election, at: datetime) -> None:
    """Have the PDF of the executed agreement stand as made at a moment."""
    Document.objects.filter(kind=DocumentKind.EXECUTED, agreement=election.agreement_id).update(
        state=DocumentState.READY, file="x", file_sha256="0" * 64, pages=9, ready_at=at
    )
