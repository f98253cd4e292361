"""One made-up world for the walk: a person of every kind, an election in every status, a row of whatever has a page."""

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts import roles, sign_in
from accounts.models import Role, User, WaitingRole
from agreements.models import Agreement, Document, DocumentKind, DocumentState, Party, SigningRequest
from agreements.papers import signature_pages
from agreements.papers.documents import LEASE
from agreements.papers.signature_pages import CheckedPage
from agreements.text.provisions import PROVISIONS
from elections.agreement import actions as agreement_actions
from elections.agreement import attached
from elections.agreement import own as agreement_own
from elections.clinician_notices import actions as clinician_notices
from elections.desk import actions as desk_actions
from elections.desk import decisions
from elections.models import ClinicianNotice, Conflict, Election, Invitation, Update, UpdateKind
from elections.people import naming
from elections.people.actions import invite
from elections.practices import contests, members
from elections.sandbox import store as sandbox_store
from elections.signing import actions as signing_actions
from elections.signing import asking, recorded
from elections.signing.forwarding import forward
from elections.signing.objections import object_to
from elections.signing.rooms import room_of
from elections.signing.signing_emails import QUIET
from elections.start import start_election
from elections.submission import actions as submission_actions
from elections.submission.receipt_actions import make_receipt
from elections.upkeep import actions as upkeep_actions
from elections.upkeep import steps
from eligibility.data import windows
from eligibility.loads import jobs
from eligibility.models import DeterminationClinician, ElectionWindow, LoadKind, LoadRun, Probe
from ground import clock, links
from notices import heartbeats
from notices.models import BounceProblem, Notice, NoticeState, UnmatchedBounce
from tests.agreements.made_pdfs import bare
from tests.factories.corrections import answer_correction, ask_for_correction
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, start_review, submit, take_effect
from tests.factories.numbers import npi
from tests.factories.people import BACKEND, AdministratorFactory, DanaFactory, ReviewerFactory, UserFactory
from tests.factories.practices import (
    ALL,
    BELOW,
    BY_SSN,
    GROUP,
    OTHER,
    SOLO,
    FictionalPractice,
    LoadRunFactory,
    load_cms_data,
)
from tests.factories.signing import acknowledge, link_to
from tests.factories.told import give_addresses
from tests.factories.windows import WindowFactory


class Who(StrEnum):
    """Everyone who may stand before a door."""

    NOBODY = "nobody"
    STRANGER = "stranger"  # signed in, with an election of their own, and no second factor
    REPRESENTATIVE = "representative"
    COLLABORATOR = "collaborator"
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    LEAD = "lead reviewer"
    STEWARD = "data steward"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


SEALED_FILE, SEALED_RECEIPT = b"%PDF-1.7 as it was sealed", b"%PDF-1.7 a receipt as it was sealed"
STAFF = (Who.REVIEWER, Who.LEAD, Who.STEWARD, Who.AUDITOR, Who.ADMINISTRATOR)
# Much like others: they walk in the proof.
LATER = (Who.COLLABORATOR, Who.VIEWER, Who.LEAD, Who.STEWARD, Who.AUDITOR, Who.ADMINISTRATOR)
WALKERS = [pytest.param(who, marks=pytest.mark.proof) if who in LATER else who for who in Who]


@dataclass(frozen=True)
class World:
    """What stands in the database; every address of the site can be built from it."""

    people: dict[Who, User]
    empty: Election  # nothing was typed yet
    wrong: Election  # the regulation refuses it
    draft: Election
    submitted: Election
    waiting: Election  # one of its TINs is held by `submitted`
    in_review: Election
    contested: Election  # in review too
    asked: Election  # to correct three things
    answered: Election  # in review again after a correction
    pending: Election  # approved a moment ago
    approved: Election
    rejected: Election
    withdrawn: Election
    lapsed: Election
    signing: Election  # its practices sign by links, and each is elsewhere with it
    own: Election  # with an agreement of the group's own, of which two things are not marked; one signer was asked
    theirs: Election  # the stranger's own
    conflict: Conflict
    settled: Conflict
    update: Update  # of `approved`, which waits for CMS
    undone: Update  # of `approved`, after a question and its answer
    window: ElectionWindow
    run: LoadRun
    failed_run: LoadRun
    staged_run: LoadRun
    waiting_run: LoadRun
    loading_run: LoadRun
    notice: Notice
    failed_notice: Notice
    dead_notice: Notice  # its link opens nothing
    own_notice: Notice  # of the representative's
    bounce: UnmatchedBounce
    failed_document: Document
    confirmation_key: str
    reset_key: dict[str, str]
    invitation: Invitation  # to look at `draft`, not answered yet
    invitation_token: str
    links: dict[str, str]  # what stands in the signers' links of `signing` and `own`, by their first names
    sandbox_cookie: str  # of somebody who checks two practices
    waiting_role: WaitingRole  # given by a second administrator; the first may confirm it
    shut_out: User  # whose account is deactivated

    def member(self, election: Election) -> int:
        """Return the number of an election's first practice."""
        return int(election.members.order_by("position")[0].pk)

    def document(self, election: Election) -> int:
        """Return the number of the newest document of the agreement of an election."""
        return int(election.agreement.documents.filter(receipt=None, update=None).latest("pk").pk)

    def letter(self) -> int:
        """Return the number of the record that a clinician of `approved` was told by letter."""
        return int(ClinicianNotice.objects.get(submission__election=self.approved, how="letter").pk)

    def update_of(self, kind: UpdateKind) -> int:
        """Return the number of the update of this kind of `approved`."""
        return Update.objects.get(submission__election=self.approved, kind=kind).pk

    def request(self, name: str) -> int:
        """Return the number of the request to a signer of `signing`, by their first name."""
        return _asked(name).pk

    def own_file(self, election: Election) -> int:
        """Return the number of the file that is the group's own agreement."""
        return int(election.agreement.own_agreements.latest("pk").pk)

    def passkey(self, who: Who) -> int:
        """Return the number of a person's passkey."""
        return int(Authenticator.objects.get(user=self.people[who], type=Authenticator.Type.WEBAUTHN).pk)


def make_world() -> World:
    """Make it all; needs the database and a pinned clock."""
    ContentType.objects.clear_cache()  # what a test before flushed has other numbers now
    people = _people()
    by, stranger = people[Who.REPRESENTATIVE], people[Who.STRANGER]
    run = load_cms_data([*ALL, *(practice for pair in PAIRS.values() for practice in pair)])
    elections = _elections(by, stranger, people[Who.REVIEWER])
    for name, election in elections.items():
        if name != "theirs":
            ElectionRoleFactory(election=election, user=people[Who.COLLABORATOR], kind="collaborator")
            ElectionRoleFactory(election=election, user=people[Who.VIEWER])
    _receipts(elections, by)
    _sealed_file()
    _signature_pages(elections, by)
    _paper_record(elections["draft"])
    as_they_stand: dict[str, Any] = {name: Election.objects.get(pk=made.pk) for name, made in elections.items()}
    return World(
        people=people,
        **as_they_stand,
        conflict=Conflict.objects.get(closed_at=None, waiting__election=elections["waiting"]),
        settled=Conflict.objects.exclude(closed_at=None).get(),
        **_updates(elections["approved"], by, people[Who.REVIEWER]),
        run=run,
        staged_run=_staged_run(),
        **_invitation(elections["draft"], by),
        links={
            name: link_to(f"{name}@example.org").removeprefix("/sign/")
            for name in (*SIGNERS[:-2], "fay", "chris", "mate1", "olga", "bay", "pia")
        },
        **_staff_rows(people[Who.STEWARD], elections["rejected"]),
        **_staff_changes(people[Who.ADMINISTRATOR]),
        **_keys(),
    )


def _updates(election: Election, by: User, reviewer: User) -> dict[str, Any]:
    """Report updates of an approved election, one for each state, and have CMS and the representative act on them."""
    now, npi = clock.now(), PAIRS["approved"][0].npis[0]
    dated: dict[str, Any] = {"effective_on": clock.today(), "by": by, "now": now}
    left: dict[str, Any] = {"kind": UpdateKind.LEFT, "practice": 0, "npi": npi}
    update = upkeep_actions.report_clinician(election.pk, **left, **dated)
    asked = upkeep_actions.report_practice(election.pk, kind=UpdateKind.CLOSED, practice=1, other="", **dated)
    steps.ask(election.pk, asked.pk, text=f"On what day did it close? {'w' * 300}", by=reviewer, now=now)
    name = f"Riverside Health {'w' * 100}"
    renamed = upkeep_actions.report_practice(election.pk, kind=UpdateKind.RENAMED, practice=1, other=name, **dated)
    steps.acknowledge(election.pk, renamed.pk, by=reviewer, now=now)
    undone = upkeep_actions.report_nothing(election.pk, by=by, now=now)
    steps.ask(election.pk, undone.pk, text="Is that right?", by=reviewer, now=now)
    steps.answer(election.pk, undone.pk, text="No.", by=by, now=now)
    steps.undo(election.pk, undone.pk, by=by, now=now)
    return {"update": update, "undone": undone}


def _receipts(elections: dict[str, Election], by: User) -> None:
    """Have three receipts asked for as PDFs: one is being made, one is ready, one failed."""
    states: dict[str, dict[str, Any]] = {
        "submitted": {"state": DocumentState.RENDERING, "attempts": 1, "locked_until": clock.now() + LEASE},
        "approved": _made(SEALED_RECEIPT),
        "rejected": {"state": DocumentState.FAILED, "attempts": 6, "failure": "Out of memory."},
    }
    for name, fields in states.items():
        document = make_receipt(elections[name].submissions.get(), by=by, now=clock.now())
        Document.objects.filter(pk=document.pk).update(**fields)


def _made(file: bytes) -> dict[str, Any]:
    """Return what a document says of itself whose file was made and sealed."""
    return {
        "state": DocumentState.READY,
        "ready_at": clock.now(),
        "file": f"agreements/{hashlib.sha256(file).hexdigest()}.pdf.sealed",
        "file_sha256": hashlib.sha256(file).hexdigest(),
        "pages": 9,
    }


def _sealed_file() -> None:
    """Have sealed a file, of an agreement of others, which one signer was told of."""
    sealed = Document.objects.create(
        agreement=Agreement.objects.create(performance_year=2027),
        kind=DocumentKind.EXECUTED,
        snapshot="{}",
        snapshot_sha256=hashlib.sha256(b"{}").hexdigest(),
        requested_at=clock.now(),
        **_made(SEALED_FILE),
    )
    SigningRequest.objects.filter(email="deca@example.org").update(told_of=sealed)


def _signature_pages(elections: dict[str, Election], by: User) -> None:
    """Attach a scan to the first practices of two elections: one is over, one has a date older than the agreement."""
    page = CheckedPage(bare(), "pdf", pages=2)
    member, of_before = (elections[name].members.order_by("position")[0] for name in ("submitted", "withdrawn"))
    Party.objects.filter(pk=member.party_id).update(dated_for="0" * 64)
    attached.attach(member.election_id, member.pk, page, shown="", by=by, now=clock.now())
    signature_pages.keep(of_before.party, page, by=by, now=clock.now())


def _paper_record(election: Election) -> None:
    """Tell the signer of the election's first practice what was recorded of the signature on paper."""
    parties = Party.objects.filter(member__election=election, member__position=1)
    parties.update(signer_email="pia@example.org")
    Election.objects.filter(pk=election.pk).update(changed_at=clock.now() - QUIET)
    assert recorded.tell_recorded(election, now=clock.now()) == 1


def signed_in(who: Who, world: World, *, second_factor: bool = True) -> Client:
    """Return a browser in which this person signed in a moment ago, with a second factor where they hold one."""
    client = Client(raise_request_exception=True)
    if who == Who.NOBODY:
        return client
    user = world.people[who]
    client.force_login(user, backend=BACKEND)
    records: list[dict[str, Any]] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if held and second_factor:
        records.append({"method": "mfa", "at": time.time(), "id": held.pk, "type": "totp", "reauthenticated": True})
    session = client.session
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def session_cookie(client: Client) -> str:
    """Return what a real browser has to send to be signed in as this one; nothing where nobody is."""
    kept = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return str(kept.value) if kept else ""


def carry(client: Client, cookie: str) -> None:
    """Have a browser send this session's cookie, if it is one, and no other."""
    client.cookies.clear()
    if cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie


def _people() -> dict[Who, User]:
    people = {
        Who.STRANGER: UserFactory(email="sam@example.org", name="Sam Stranger"),
        Who.REPRESENTATIVE: DanaFactory(),
        Who.COLLABORATOR: UserFactory(email="cleo@example.org", name="Cleo Collaborator"),
        Who.VIEWER: UserFactory(email="vic@example.org", name="Vic Viewer"),
        Who.REVIEWER: ReviewerFactory(),
        Who.LEAD: UserFactory(email="lee@cms.example", roles=[Role.LEAD_REVIEWER], name="Lee Lead"),
        Who.STEWARD: UserFactory(email="stevie@cms.example", roles=[Role.DATA_STEWARD], name="Stevie Steward"),
        Who.AUDITOR: UserFactory(email="audrey@cms.example", roles=[Role.AUDITOR], name="Audrey Auditor"),
        Who.ADMINISTRATOR: AdministratorFactory(),
    }
    for who, user in people.items():
        if who != Who.STRANGER:
            TOTP.activate(user, generate_totp_secret())
            RecoveryCodes.activate(user)
            Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=_passkey(user.pk))
    return people


def _passkey(number: int) -> dict[str, Any]:
    """Return what is kept of a passkey, as an authenticator without attestation would have answered."""
    credential = AttestedCredentialData.create(
        Aaguid(bytes(16)), number.to_bytes(16, "big"), ES256({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})
    )
    kept = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG(0x45), 0, credential)
    client_data = CollectedClientData.create("webauthn.create", b"challenge", "https://localhost")
    answer = {
        "clientDataJSON": websafe_encode(client_data),
        "attestationObject": websafe_encode(AttestationObject.create("none", kept, {})),
    }
    identifier = websafe_encode(credential.credential_id)
    return {
        "name": "office laptop",
        "credential": {"id": identifier, "rawId": identifier, "type": "public-key", "response": answer},
    }


def _pair(number: int, *names: str) -> tuple[FictionalPractice, ...]:
    return tuple(
        FictionalPractice(name, f"97{number:06}{which}", (npi(10 * number + which),))
        for which, name in enumerate(names)
    )


PAIRS = {
    "submitted": _pair(1, "Riverside Clinic", "Hilltop Pediatrics"),
    "in_review": _pair(2, "Bayview Cardiology", "North Shore Family Medicine"),
    "approved": _pair(3, "Cedar Grove Medicine", "Prairie Physical Therapy"),
    "rejected": _pair(4, "Elm Street Practice", "Fairview Podiatry"),
    "withdrawn": _pair(5, "Maple Avenue Medical Group", "Sunrise Optometry"),
    "waiting": _pair(6, "Pine Ridge Medicine", "Stonebridge Psychology"),
    "contested": _pair(7, "Oak Hill Medicine", "Willow Creek Family Practice"),
    "asked": _pair(11, "Birch Lane Clinic", "Harvest Moon Medicine"),
    "answered": _pair(12, "Gull Point Family Care", "Larkspur Dermatology"),
    "pending": _pair(13, "Meadow Brook Medicine", "Quarry Road Podiatry"),
}


def _elections(by: User, stranger: User, reviewer: User) -> dict[str, Election]:
    made = {"lapsed": _lapsed(by)}
    for name, pair in PAIRS.items():
        practices = (PAIRS["submitted"][0], pair[1]) if name in ("waiting", "withdrawn") else pair
        in_review = ("asked", "answered", "pending")
        state = (
            "in_review"
            if name in in_review
            else name
            if name == "approved"
            else "draft"
            if name in ("contested", "in_review")
            else "submitted"
        )
        group = f"{name.replace('_', ' ').title()} Group"
        made[name] = ElectionFactory(by=by, practices=practices, name=group, state=state)
    _contest(made["contested"], by)
    give_addresses(made["contested"], "oak@example.org")
    start_review(made["contested"])
    object_to(_asked("oak"), text=f"Dr. Hale left in June. {'w' * 300}", now=clock.now())
    give_addresses(made["in_review"], "bay@example.org")
    start_review(made["in_review"])
    now = clock.now()
    desk_actions.start_review(made["rejected"].pk, by=reviewer, now=now)
    _tell_clinicians(made["approved"], by)
    reasons = "Fairview Podiatry did not execute the agreement (42 CFR 414.1315(c)(3))."
    decisions.reject(made["rejected"].pk, by=reviewer, now=now, submission_number=1, reasons=reasons)
    take_effect(made["rejected"])
    submission_actions.withdraw(made["withdrawn"].pk, by=by, now=now)
    decisions.approve(made["pending"].pk, by=reviewer, now=now, submission_number=1)
    for name in ("asked", "answered"):
        ask_for_correction(made[name], by=reviewer)
    answer_correction(made["answered"])
    submit(made["answered"])
    desk_actions.start_review(made["answered"].pk, by=reviewer, now=now)
    made["signing"] = _signing(by)
    _choosing(by)
    made["own"] = _own(by)
    made["empty"] = start_election(performance_year=2027, by=by, now=now)
    made["wrong"] = _wrong(by)
    made["draft"] = ElectionFactory(by=by, name="Draft Group")
    theirs = {"practices": (OTHER, BY_SSN), "name": "Somebody Else’s Group"}
    made["theirs"] = ElectionFactory(by=stranger, state="submitted", **theirs)
    agreement_actions.make_document(made["draft"].pk, by=by, now=now)
    return made


def _tell_clinicians(election: Election, by: User) -> None:
    """Tell the clinician of an election's second practice by letter, and by an email that did not arrive."""
    clinician, now = PAIRS["approved"][1].npis[0], clock.now()
    told: dict[str, Any] = {"how": "letter", "told_on": clock.today(), "by": by, "now": now}
    clinician_notices.note_told(election.pk, 1, [clinician], **told)
    clinician_notices.send(election.pk, 1, {clinician: "clint@example.org"}, by=by, now=now)
    lost = {"state": NoticeState.BOUNCED, "server_answer": "550 No such mailbox"}
    Notice.objects.filter(to="clint@example.org").update(**lost)


SIGNERS = ("ina", "sig", "opal", "cora", "deca", "remy", "agnes", "fern", "nobody")


def _signing(by: User) -> Election:
    """Return an election in which one signer was asked, one has signed, one opened the link, and so on."""
    practices = [
        FictionalPractice(f"Practice of {name.title()}", f"9800000{n}1", (npi(500 + n),))
        for n, name in enumerate(SIGNERS)
    ]
    election = ElectionFactory(by=by, practices=practices, name="Signing Group")
    ask_signers(election, *SIGNERS[:-1])
    now = clock.now()
    for name in ("sig", "agnes"):
        _sign_for(_asked(name))
    signing_actions.note_opened(_asked("opal"), now=now)
    signing_actions.correct(_asked("cora"), text="Dr. Moss left in March 2026.", now=now)
    forward(_asked("fern"), name="Fay", email="fay@example.org", now=now)
    signing_actions.decline(_asked("deca"), reason="We joined another virtual group.", now=now)
    Notice.objects.filter(to="remy@example.org").update(state=NoticeState.BOUNCED, server_answer="550 No such mailbox")
    last = election.members.get(party__signing_requests=_asked("agnes"))
    members.save_member(election.pk, last.pk, npis=(npi(506), npi(507)), by=by, now=now)
    return election


def ask_signers(election: Election, *names: str) -> None:
    """Name who signs for the first practices, each by a name that is their address too, and send them their links."""
    by, now = election.started_by, clock.now()
    for name, member in zip(names, election.members.order_by("position"), strict=False):
        Party.objects.filter(pk=member.party_id).update(signer_name=name.title(), signer_email=f"{name}@example.org")
    asking.begin(election.pk, by=by, now=now)
    asking.ask(election.pk, by=by, now=now)


def have_signed(election: Election, *names: str) -> None:
    """Have all of these sign, and the representative acknowledge it."""
    ask_signers(election, *names)
    for request in SigningRequest.objects.filter(party__agreement=election.agreement_id):
        _sign_for(request)
    acknowledge(election)


def _choosing(by: User) -> None:
    """Submit two elections that name one practice, whose signer signed in both and may choose between them."""
    shared = FictionalPractice("Practice of Chris", "981000009", (npi(600),))
    for n in (1, 2):
        other = FictionalPractice(f"Practice of Mate {n}", f"98100000{n}", (npi(600 + n),))
        election = ElectionFactory(by=by, practices=(shared, other), name=f"Choosing Group {n}")
        have_signed(election, "chris", f"mate{n}")
        submit(election)


def _own(by: User) -> Election:
    """Return an election with an agreement of the group's own, replaced once, marked in part, asked to be signed."""
    now, practices = clock.now(), _pair(8, "Juniper Medicine", "Salt Marsh Clinic")
    election = ElectionFactory(by=by, practices=practices, name="Own Agreement Group")
    for pages, name in ((2, "Agreement of last week.pdf"), (3, "Agreement.pdf")):
        agreement_own.use(election.pk, bare(pages=pages), name=name, pages=pages, by=by, now=now)
    marks = {provision.item: f"page {n}, section 2" for n, provision in enumerate(PROVISIONS[:-2], start=1)}
    agreement_own.save_marks(election.pk, marks, by=by, now=now)
    ask_signers(election, "olga")
    return election


def _asked(name: str) -> SigningRequest:
    return SigningRequest.objects.get(email=f"{name}@example.org")


def _sign_for(request: SigningRequest) -> None:
    """Sign by a link what now stands, under the name it was sent to, and accept the opt-in."""
    signing_actions.sign(
        request,
        name=request.name,
        title="Owner",
        statement="I am authorized.",
        opt_in_accepted=True,
        seen=room_of(request).covered,
        user=None,
        has_second_factor=False,
        now=clock.now(),
    )


def _invitation(election: Election, by: User) -> dict[str, Any]:
    """Return an invitation of somebody who is none of the people here, and what stands in its link."""
    invitation = invite(election.pk, email="ivy@example.org", kind="viewer", by=by, now=clock.now())
    found = re.search(r"/invitations/(\S+)", Notice.objects.get(to="ivy@example.org").body)
    assert found
    return {"invitation": invitation, "invitation_token": found[1]}


def _contest(election: Election, by: User) -> None:
    """Have CMS data say of an election's first practice that it is below all three limits, and contest that."""
    DeterminationClinician.objects.filter(npi=PAIRS["contested"][0].npis[0]).update(**BELOW)
    contests.contest(
        election.pk,
        election.members.order_by("position")[0].pk,
        rule="low-volume-threshold",
        statement="Robin Hale joined on Jan 5, 2026; the data hold none of the claims of that year.",
        by=by,
        now=clock.now(),
    )


def _lapsed(by: User) -> Election:
    """Return a draft whose window closed; it has since opened again. Made first, as every draft lapses then."""
    election = ElectionFactory(by=by, name="Lapsed Group")
    submission_actions.lapse_due(now=windows.window_for(2027).closes + timedelta(hours=1))
    return election


def _wrong(by: User) -> Election:
    """Return a draft of one practice, nameless, with an NPI that CMS has nowhere for one it has, and no agreement."""
    election = start_election(performance_year=2027, by=by, now=clock.now())
    naming.save_group(election.pk, name="Unfinished Group", now=clock.now())
    npis = (GROUP.npis[0], npi(999))
    members.save_member(election.pk, None, name="", tin_kind="EIN", tin=GROUP.tin, npis=npis, by=by, now=clock.now())
    return election


def _staged_run() -> LoadRun:
    """Return a complete run that waits: it lacks a practice, and one of an election in review is below all limits."""
    staged = {"status": LoadRun.Status.STAGED, "rows_kept": True, "activated_at": None}
    run = load_cms_data([SOLO, GROUP, *PAIRS["in_review"]], **staged)
    DeterminationClinician.objects.filter(practice__run=run, npi=PAIRS["in_review"][0].npis[0]).update(**BELOW)
    return run


def _staff_rows(steward: User, of_election: Election) -> dict[str, Any]:
    """Return what data stewards look after: a load that failed, a window, a notice and a document that are stuck."""
    now = clock.now()
    failed_run = LoadRunFactory(
        status=LoadRun.Status.FAILED,
        files=[{"name": "practices.csv", "bytes": 120, "sha256": "0" * 64}],
        counts={"practices": 12, "clinicians": 48},
        started_by="on the command line",
        activated_at=None,
        error_count=1,
        errors=[{"file": "practices.csv", "line": 2, "column": "patients", "problem": "It must be a whole number."}],
        error_counts=[{"file": "practices.csv", "column": "patients", "problem": "No whole number.", "count": 1}],
    )
    sent = [{"name": name, "bytes": 120, "sha256": "1" * 64} for name in ("practices.csv", "clinicians.csv")]
    waiting_run, loading_run = (jobs.ask(LoadKind.DETERMINATIONS, uuid4(), sent, by=steward, now=now) for _ in range(2))
    LoadRun.objects.filter(pk=loading_run.pk).update(status=LoadRun.Status.LOADING)
    window = WindowFactory(by=steward)
    for number in range(12):
        Probe.objects.create(
            day=clock.today(), asker=Probe.CountedBy.NPI, subject=npi(1), tin_key=f"{number:064}", billed=False
        )
    first, second = Notice.objects.order_by("pk")[:2]
    stuck = {"state": NoticeState.FAILED, "attempts": 8, "server_answer": "550 No such mailbox"}
    Notice.objects.filter(pk=second.pk).update(**stuck)
    heartbeats.write(["mail", "beat"], now=now)  # the other workers do not answer
    said = "Queued to be sent again."
    LogEntry.objects.log_actions(steward.pk, [second], CHANGE, change_message=said, single_object=True)
    document = of_election.agreement.documents.filter(receipt=None, update=None).latest("pk")
    Document.objects.filter(pk=document.pk).update(state=DocumentState.FAILED, attempts=6, failure="Out of memory.")
    return {
        "failed_run": failed_run,
        "waiting_run": waiting_run,
        "loading_run": loading_run,
        "window": window,
        "notice": first,
        "failed_notice": Notice.objects.get(pk=second.pk),
        "dead_notice": Notice.objects.filter(to="deca@example.org").latest("pk"),
        "own_notice": Notice.objects.filter(to="dana@example.org").latest("pk"),
        "bounce": _unmatched_bounce(),
        "failed_document": document,
    }


def _unmatched_bounce() -> UnmatchedBounce:
    return UnmatchedBounce.objects.create(
        file_name="1764600000.M1P1.mail",
        received_at=clock.now(),
        sender="Mail Delivery System <mailer-daemon@example.org>",
        subject="Undelivered Mail Returned to Sender",
        problem=BounceProblem.FORGED,
        excerpt="This is the mail system at host mail.example.org. I could not deliver your message.",
    )


def _staff_changes(administrator: User) -> dict[str, Any]:
    """Return a role that waits for an administrator to confirm it, and somebody who was shut out by them."""
    colleague = UserFactory(email="rory@cms.example", name="Rory Administrator", roles=[Role.ADMINISTRATOR])
    newcomer, gone = UserFactory(email="newt@cms.example", name="Newt Newcomer"), UserFactory(email="gil@cms.example")
    now = clock.now()
    given = roles.give(newcomer.pk, Role.REVIEWER, reason="Joins the desk today.", by=colleague, now=now)
    sign_in.deactivate(gone.pk, reason="Left CMS.", by=administrator, now=now)
    return {"waiting_role": WaitingRole.objects.get(pk=given.pk), "shut_out": gone}


def _checked() -> str:
    token = links.new_token()
    for made in (GROUP, OTHER, BY_SSN):
        entry = sandbox_store.entry_of(made.name, made.kind, made.tin, made.npis)
        sandbox_store.put(token, None, entry, now=clock.now())
    return token


def _keys() -> dict[str, Any]:
    """Return what stands in the links that a newcomer was mailed."""
    newcomer = UserFactory(email="nell@example.org", verified=False)
    return {
        "confirmation_key": EmailConfirmationHMAC(EmailAddress.objects.get(user=newcomer)).key,
        "sandbox_cookie": _checked(),
        "reset_key": {"uidb36": user_pk_to_url_str(newcomer), "key": default_token_generator.make_token(newcomer)},
    }
