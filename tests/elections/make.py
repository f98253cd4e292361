"""Made-up practices, the CMS data about them, people and elections, for tests that go through the front door."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client

from accounts.models import Role, StaffRole, User
from agreements.models import SigningRequest
from elections.agreement import executed
from elections.content import Snapshot
from elections.desk import actions as desk_actions
from elections.models import Election, Submission
from elections.people import naming
from elections.practices import members
from elections.start import start_election
from elections.submission import actions as submission_actions
from eligibility.data.tin_hashes import tin_keys
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadKind, LoadRun, NppesRecord
from ground import clock
from notices.models import Notice

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class MadePractice:
    """A fictional practice: its TIN and everyone under it."""

    name: str
    tin: str
    npis: tuple[str, ...]
    kind: str = "EIN"


SOLO = MadePractice("Quiet Harbor Medicine", "961000001", ("1999999992",))
GROUP = MadePractice("Lakeside Family Practice", "961000002", ("1234567893", "1558598797"))
OTHER = MadePractice("Old Mill Clinic", "961000003", ("2000000002", "1003001041"))
BY_SSN = MadePractice("Dana Rivera, MD", "667788", ("1003003153",), "SSN")
ALL = (SOLO, GROUP, OTHER, BY_SSN)
LACKING = (
    "The virtual group has no name. Give it any name you like.",
    "The representative’s phone number is missing. Enter a number, or type “none”.",
)
OPT_IN_MEANS = (
    "Until the deadline the election can be changed or withdrawn. After that the opt-in cannot be undone. Medicare"
    " payments in 2029 can then go down by at most 9 percent. They can go up by at most 9 percent times CMS’s scaling"
    " factor, which is never above 3. These figures are expected for 2027."
)


def load_cms_data(practices: Sequence[MadePractice] = ALL, *, year: int = 2027) -> LoadRun:
    """Make CMS show these practices: all exceed every low-volume criterion, and every NPI is a person in NPPES."""
    now = clock.now()
    run = LoadRun.objects.create(
        kind=LoadKind.DETERMINATIONS,
        performance_year=year,
        status=LoadRun.Status.ACTIVE,
        started_at=now,
        finished_at=now,
        activated_at=now,
    )
    figures = {"allowed_charges": Decimal(200_000), "patients": 500, "services": 900}
    for made in practices:
        row = DeterminationPractice.objects.create(
            run=run,
            tin_kind=made.kind,
            tin_key=tin_keys(made.kind, made.tin, ())[0] if made.kind == "EIN" else None,
            tin_last4=made.tin[-4:],
            name=made.name,
            **figures,
        )
        for npi in made.npis:
            DeterminationClinician.objects.create(
                practice=row,
                npi=npi,
                tin_key=tin_keys("SSN", made.tin, (npi,))[0] if made.kind == "SSN" else None,
                clinician_type="physician",
                newly_enrolled=False,
                qp_status="none",
                non_patient_facing=False,
                hospital_based=False,
                rural=False,
                hpsa=False,
                **figures,
            )
            NppesRecord.objects.get_or_create(
                npi=npi, defaults={"entity_type": 1, "last_name": f"NAME{npi[-4:]}", "first_name": "ROBIN", "run": run}
            )
    return run


def person(email: str, *roles: Role, name: str = "", verified: bool = True) -> User:
    """Return an account, with its address verified and these staff roles."""
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    for role in roles:
        StaffRole.objects.create(user=user, role=role)
    return user


def signed_in(user: User) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def draft(
    by: User, practices: Sequence[MadePractice] = (SOLO, GROUP), *, name: str = "Harbor Group", year: int = 2027
) -> Election:
    """Return a draft that lacks nothing."""
    now = clock.now()
    election = start_election(performance_year=year, by=by, now=now)
    naming.save_group(election.pk, name=name, now=now)
    naming.save_representative(
        election.pk, name=by.name or "Dana Rivera", email=by.email, phone="555-0100", by=by, now=now
    )
    return complete(election, by, *practices)


def complete(election: Election, by: User, *practices: MadePractice) -> Election:
    """Add practices, have all parties execute the agreement, and acknowledge it."""
    now = clock.now()
    for made in practices:
        members.save_member(
            election.pk, None, name=made.name, tin_kind=made.kind, tin=made.tin, npis=made.npis, by=by, now=now
        )
    party = executed.PartyEntry(date(election.performance_year - 1, 11, 10), "Sam Okafor", "Managing partner", False)
    entries = {member.pk: party for member in election.members.all()}
    executed.save_agreement(election.pk, acknowledged=True, parties=entries, by=by, now=now)
    return Election.objects.get(pk=election.pk)


def submit(election: Election, by: User, *, at: datetime | None = None) -> Submission:
    """Submit the working copy as it stands."""
    fingerprint = Snapshot.of_working_copy(Election.objects.get(pk=election.pk)).sha256
    with transaction.atomic():
        return submission_actions.submit(election.pk, by=by, arrived_at=at or clock.now(), fingerprint=fingerprint)


def in_review(election: Election, by: User, reviewer: User) -> Submission:
    """Submit, and have a reviewer start."""
    submission = submit(election, by)
    desk_actions.start_review(election.pk, by=reviewer, now=clock.now())
    return submission


def approved(election: Election, by: User, reviewer: User) -> Election:
    """Submit and approve."""
    submission = in_review(election, by, reviewer)
    desk_actions.approve(election.pk, by=reviewer, now=clock.now(), submission_number=submission.number)
    return Election.objects.get(pk=election.pk)


def text(answer: Any) -> str:
    """Return what a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


SIGNERS = {SOLO.name: ("Sol Harbor", "sol@example.org"), GROUP.name: ("Gwen Lake", "gwen@example.org")}


def to_be_signed(by: User, practices: Sequence[MadePractice] = (SOLO, GROUP)) -> Election:
    """Return a draft whose practices were each sent a link, through the pages."""
    return ask_to_sign(draft(by, practices), by)


def ask_to_sign(election: Election, by: User) -> Election:
    """Have a draft signed here, and send each practice's signer a link, through the pages."""
    browser = signed_in(by)
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


SAID = {"roster": "on", "consent": "on", "name": "Sol Harbor", "title": "Owner", "authorized": "on"}


def shown_to_sign(answer: Any) -> dict[str, str]:
    """Return the three fingerprints that a signer's page sends back: what it shows to be signed."""
    page = answer.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(text|parties|schedule)" value="(\w+)"', page))


def signed_and_approved(
    by: User, reviewer: User, practices: Sequence[MadePractice] = (SOLO, GROUP), *, year: int = 2026, **chosen: str
) -> Election:
    """Return an election of an earlier year that all practices signed here and CMS approved; `chosen` of its text."""
    election = draft(by, practices, year=year)
    browser = signed_in(by)
    browser.post(f"/elections/{election.pk}/agreement/text", chosen)
    ask_to_sign(election, by)
    browser.post(f"/elections/{election.pk}/agreement", {"acknowledged": "on"})
    sign_all(election)
    return approved(election, by, reviewer)


def sign_all(election: Election) -> None:
    """Have every practice sign by its link, as far as it has not."""
    for request in SigningRequest.objects.filter(party__agreement=election.agreement_id, revoked_at=None):
        link = link_to(request.email)
        browser = opened(link)
        room = browser.get(f"{link}/room")
        if 'name="authorized"' in room.content.decode():
            answer = browser.post(f"{link}/room", shown_to_sign(room) | SAID | {"name": request.name})
            assert answer.headers.get("Location") == f"{link}/room", text(answer)  # as who has signed is led
