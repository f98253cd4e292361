"""Every mail of the site, each brought about by what people and staff do, or by the clock."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.conf import settings
from django.test import Client, RequestFactory

from accounts import roles, sign_in
from accounts.models import Role, StaffChange, StaffVerb, User
from agreements.models import SigningRequest
from elections.clinician_notices import actions as clinician_notices
from elections.desk import correction_rounds, decisions, identifiers, reopening, reviewers
from elections.desk.conflicts import settle_conflict
from elections.models import Conflict, Correction, Election, Update, UpdateKind
from elections.overview.reminders import remind_due
from elections.overview.undelivered import tell_of_undelivered
from elections.people import actions as people
from elections.practices import members
from elections.signing import asking
from elections.signing.addresses import give_address
from elections.signing.answers import answer
from elections.signing.choices import choose_by_signature
from elections.signing.forwarding import cancel_forward
from elections.signing.signing_emails import ask_again, tell_executed_due
from elections.submission import actions as submission
from elections.upkeep import steps
from elections.upkeep.unreported import remind_of_updates
from ground import clock
from notices import heartbeats, watch
from notices.models import Notice
from tests.factories.elections import ElectionFactory, approve, report_clinician, submit, take_effect
from tests.factories.numbers import npi
from tests.factories.people import PASSWORD, DanaFactory, ReviewerFactory, UserFactory
from tests.factories.practices import FictionalPractice
from tests.factories.signing import acknowledge, make_executed, sign_all
from tests.walk.world import Who, World, have_signed, make_world, signed_in

NOTIFICATIONS: dict[str, dict[str, Any]] = {
    "account/email/account_created": {},
    "account/email/email_changed": {"from_email": "dana@example.org", "to_email": "dana@clinic.example"},
    "account/email/email_confirm": {},
    "account/email/email_deleted": {"deleted_email": "dana@clinic.example"},
    "account/email/password_changed": {},
    "account/email/password_reset": {},
    "account/email/password_set": {},
    "mfa/email/recovery_codes_generated": {},
    "mfa/email/totp_activated": {},
    "mfa/email/totp_deactivated": {},
    "mfa/email/webauthn_added": {},
    "mfa/email/webauthn_removed": {},
}


def every_reason() -> set[str]:
    """Return the reasons of all mails, by their templates."""
    folder = settings.BASE_DIR / "templates"
    subjects = [*folder.glob("account/email/*_subject.txt"), *folder.glob("mfa/email/*_subject.txt")]
    mails = {path.stem.replace("_", " ") for path in folder.glob("elections/mail/*.txt")} - {"reminder"}
    verbs = {path.stem for path in folder.glob("accounts/mail/*.txt")} - {"facts"}
    return (
        {f"account_{path.name.removesuffix('_subject.txt')}" for path in subjects}
        | {f"election {mail}" for mail in mails}
        | {f"staff {verb}" for verb in verbs}
        | {"deadline reminder", *watch.REASONS.values()}
    )


def owe_every_mail() -> None:
    """Owe each of them to someone at least once; a new one is added to the room it belongs to."""
    world = make_world()
    rooms: tuple[Callable[[World], None], ...] = (
        _signing,
        _signers,
        _people,
        _desk,
        _decisions,
        _clock,
        _accounts,
        _parts,
        _staff,
    )
    for room in rooms:
        room(world)


def _signing(world: World) -> None:
    """The signers of one election sign, get their agreement, and one practice's list changes."""
    dana, now = world.people[Who.REPRESENTATIVE], clock.now()
    pair = [FictionalPractice(f"Practice of {name}", f"98300000{n}", (npi(700 + n),)) for n, name in enumerate("AB")]
    election = ElectionFactory(by=dana, practices=pair, name="Signed Group")
    have_signed(election, "ann", "bob")
    make_executed(election, now)
    tell_executed_due(now=now)
    member = election.members.order_by("position")[0]
    members.save_member(election.pk, member.pk, npis=(npi(700), npi(710)), by=dana, now=now)
    ask_again(election, by=None, now=now)
    fay = SigningRequest.objects.get(email="fay@example.org")
    deca = SigningRequest.objects.get(email="deca@example.org")
    assert deca.declined_at
    said: dict[str, Any] = {"fixed": False, "text": "You can be in one.", "written": deca.declined_at.isoformat()}
    answer(world.signing.pk, deca, **said, by=dana, now=now)
    cancel_forward(world.signing.pk, fay, by=dana, now=now)
    asking.remind(world.signing.pk, None, by=dana, now=now + timedelta(days=2))
    choose_by_signature(SigningRequest.objects.filter(email="chris@example.org").latest("pk"), now=now)


def _signers(world: World) -> None:
    """The signers of an election hear what becomes of it: revised, approved, changed, reopened and withdrawn."""
    dana, lead, now = world.people[Who.REPRESENTATIVE], world.people[Who.LEAD], clock.now()
    three = [FictionalPractice(f"Practice of {name}", f"98400000{n}", (npi(720 + n),)) for n, name in enumerate("CDE")]
    election = ElectionFactory(by=dana, practices=three, name="Told Group")
    have_signed(election, "cal", "dee", "eve")
    submit(election)
    members.remove_member(election.pk, election.members.order_by("position")[2].pk, by=dana, now=now)
    acknowledge(election)
    sign_all(election, opt_in="yes")
    approve(election)
    clinician_notices.send(election.pk, 0, {npi(720): "cara@example.org"}, by=dana, now=now)
    identifiers.replace_identifier(election.pk, by=lead, now=now, identifier="VG0008")
    _updates(election, by=dana, lead=lead, now=now)
    reopening.reopen(election.pk, by=lead, now=now, submission_number=2, reason="New data came.")
    give_address(election.pk, 1, submission=2, name="Di", email="di@example.org", by=dana, now=now)
    submission.withdraw(election.pk, by=dana, now=now)
    lost = Notice.objects.filter(to="cal@example.org").latest("pk")
    Notice.objects.filter(pk=lost.pk).update(state="bounced", failed_at=now, attempts=1)
    tell_of_undelivered(now=now)


def _updates(election: Election, *, by: User, lead: User, now: datetime) -> None:
    """A clinician joins today; CMS asks about it, the representative answers and then undoes it."""
    report_clinician(election, npi(730), UpdateKind.JOINED, on=now.date())
    update = Update.objects.get(submission__election=election)
    steps.ask(election.pk, update.pk, text="Which day was it?", by=lead, now=now)
    steps.answer(election.pk, update.pk, text="It was today.", by=by, now=now)
    steps.undo(election.pk, update.pk, by=by, now=now)


def _people(world: World) -> None:
    """One person accepts to represent the group, another declines to look at it."""
    dana, robin = world.people[Who.REPRESENTATIVE], UserFactory(email="robin@example.org", name="Robin Vale")
    people.decline(people.find(world.invitation_token), by=None, now=clock.now())
    people.invite(world.draft.pk, email=robin.email, kind="representative", name="Robin", by=dana, now=clock.now())
    [token] = re.findall(r"/invitations/(\S+)", Notice.objects.filter(to=robin.email).latest("pk").body)
    people.accept(people.find(token), by=robin, now=clock.now())


def _desk(world: World) -> None:
    """Leads take and hand over reviews, settle a conflict, reopen, and give an identifier."""
    lead, now = world.people[Who.LEAD], clock.now()
    third = UserFactory(email="third@cms.example", name="Toni Third", roles=[Role.REVIEWER])
    reviewers.assign(world.in_review.pk, reviewer=third, by=lead, now=now, in_place=True)
    settle_conflict(world.conflict, outcome=Conflict.Settlement.MOVED, reason="It said so.", by=lead, now=now)
    reopening.reopen(world.rejected.pk, by=lead, now=now, submission_number=1, reason="New data came.")
    identifiers.replace_identifier(world.approved.pk, by=lead, now=now, identifier="VG0007")


def _decisions(world: World) -> None:
    """A lead decides in place of a colleague, and the representative withdraws before another decision counts."""
    lead, now = world.people[Who.LEAD], clock.now()
    decisions.reject(
        world.contested.pk, by=lead, now=now, submission_number=1, reasons="It is too large.", in_place=True
    )
    take_effect(world.contested)
    submission.withdraw(world.pending.pk, by=world.people[Who.REPRESENTATIVE], now=now)


def _clock(world: World) -> None:
    """Days pass: a correction is due, then overdue, and the deadline comes; what was signed lapses."""
    due = Correction.objects.get(submission__election=world.asked).due_at
    correction_rounds.remind_of_corrections(now=due - timedelta(days=1))
    correction_rounds.resume_due(now=due + timedelta(minutes=1))
    remind_due(now=datetime(2026, 12, 30, 9, tzinfo=clock.EASTERN))
    submission.lapse_due(now=datetime(2027, 1, 2, tzinfo=clock.EASTERN))
    remind_of_updates(now=datetime(2027, 12, 1, 9, tzinfo=clock.EASTERN))


def _accounts(world: World) -> None:
    """People sign up, forget their passwords and add an address; their accounts tell them of every change."""
    visitor, dana = Client(), DanaFactory()
    visitor.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    Client().post("/accounts/signup/", {"email": dana.email, "password1": PASSWORD})
    for email in (dana.email, "unknown@example.org"):
        Client().post("/accounts/password/reset/", {"email": email})
    signed_in(Who.STRANGER, world).post("/accounts/email/", {"action_add": "", "email": "sam@clinic.example"})
    with request_context(RequestFactory().get("/")):
        for template, context in NOTIFICATIONS.items():
            get_adapter().send_notification_mail(template, dana, context)


def _parts(world: World) -> None:
    """Two workers and beat are gone for a while, and back; some minutes later, what was lost until now is told."""
    now = clock.now()
    heartbeats.write(("mail",), now=now)
    watch.look(watch.look((), now=now), now=now)
    heartbeats.write(("mail", "papers", "celery", "beat"), now=now)
    watch.look((), now=now)
    watch.look((), now=now + watch.SETTLED)


def _staff(world: World) -> None:
    """Roles are given, confirmed, canceled, removed and started; accounts are reset and reactivated."""
    ruth, now, why = world.people[Who.ADMINISTRATOR], clock.now(), {"reason": "Agreed by phone."}
    rory = StaffChange.objects.get(pk=world.waiting_role.pk).by
    assert rory is not None
    roles.confirm(world.waiting_role.pk, by=ruth, now=now)
    given = roles.give(ReviewerFactory().pk, Role.AUDITOR, by=ruth, now=now, **why)
    roles.cancel(given.pk, by=ruth, now=now)
    roles.remove(world.people[Who.STEWARD].pk, Role.DATA_STEWARD, by=ruth, now=now, **why)
    sign_in.reset_second_factor(world.people[Who.AUDITOR].pk, by=ruth, now=now, **why)
    sign_in.reactivate(world.shut_out.pk, by=ruth, now=now, **why)
    roles.remove(rory.pk, Role.ADMINISTRATOR, by=ruth, now=now, **why)
    alone = roles.give(world.shut_out.pk, Role.AUDITOR, by=ruth, now=now, **why)
    assert (alone.verb, alone.takes_effect_at) == (StaffVerb.GIVEN, now + roles.WAIT)
    roles.start_due(now=now + roles.WAIT)
