"""Who takes part in an election: invited, accepted, removed; and the representative's part handed over."""

import uuid
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.proved_addresses import create_account, has_account
from ground import links
from ground.clock import EASTERN

from ..mails import tell
from ..models import Election, ElectionRole, Invitation, InvitationKind, RoleKind, Update, UpdateKind
from ..reported import keep
from ..states import OVER, ElectionStatus
from ..verbs import Refused, lock, record
from ..working_copy import rename_in_text

VALID_FOR = timedelta(days=14)
MOST_INVITED_A_DAY = 20
Kind = InvitationKind


@transaction.atomic
def invite(election_id: uuid.UUID, *, email: str, kind: str, by: User, now: datetime, name: str = "") -> Invitation:
    """Ask somebody by mail to take part; asking again sends a new link, and the old one opens nothing any more.

    Raises Refused where the election is over, the person has that part already, or too many were asked today.
    """
    election = lock(election_id)
    email = email.strip().lower()
    if election.public_status in OVER:
        raise Refused(f"This election is {election.get_status_display().lower()}, so you cannot invite anyone to it.")
    if email in by.verified_addresses:
        raise Refused("This is your own email address. No one was invited.")
    invited = links.of_last_day(Invitation.objects.filter(invited_by=by), "invited_at", now).count()
    if invited >= MOST_INVITED_A_DAY:  # strangers have us write to nobody as often as they like
        raise Refused(f"You invited {invited} people in one day. This invitation was not sent. Try again tomorrow.")
    open_ones = election.invitations.filter(answered_at=None, revoked_at=None)
    if kind == Kind.REPRESENTATIVE:
        open_ones.filter(kind=kind).update(revoked_at=now)
    elif election.roles.filter(kind=kind, user__emailaddress__email=email, user__emailaddress__verified=True).exists():
        raise Refused(f"{email} is already a {kind} in this election.")
    open_ones.filter(kind=kind, email=email).update(revoked_at=now)
    token = links.new_token()
    invitation = Invitation.objects.create(
        election=election,
        kind=kind,
        email=email,
        name=name,
        token_hash=links.hash_of(token),
        invited_by=by,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    event = record(election, "invite", by=by, now=now, part=invitation.part)
    tell(event, "invited", [email], now=now, by=by, invitation=invitation, token=token)
    return invitation


def find(token: str) -> Invitation | None:
    """Return the invitation of a link, whatever became of it; None for a link that is none of ours."""
    found = Invitation.objects.select_related("election__virtual_group", "invited_by")
    return found.filter(token_hash=links.hash_of(token)).first()


def why_closed(invitation: Invitation, now: datetime) -> str:
    """Say why an invitation cannot be answered any more; empty where it can."""
    if invitation.revoked_at:
        return "This invitation was canceled, or a newer one was sent."
    if invitation.answered_at:
        return "This invitation was already answered."
    if invitation.expires_at <= now:
        return "This invitation has expired."
    status = invitation.election.public_status
    return f"The election is now {status}." if status in OVER else ""


def open_for(user: User, now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that a person can accept: to an address that is theirs."""
    unanswered = Invitation.objects.filter(answered_at=None, revoked_at=None, expires_at__gt=now)
    theirs = unanswered.filter(email__in=user.verified_addresses).exclude(
        election__status__in=OVER, election__pending_decision=None
    )
    return theirs.select_related("election__virtual_group", "invited_by")


@transaction.atomic
def accept(found: Invitation | None, *, by: User, now: datetime) -> Election:
    """Take the part that an invitation offers; None stands for a link that is none of ours.

    Raises Refused where it is no longer open, or addressed to somebody else.
    """
    invitation, election = _locked(found, now)
    if invitation.email not in by.verified_addresses:
        raise Refused(f"This invitation is for {invitation.email}. Sign in with that email address to accept it.")
    if invitation.kind == Kind.REPRESENTATIVE:
        _hand_over(election, invitation, by=by, now=now)
    else:
        role, _ = ElectionRole.objects.get_or_create(election=election, user=by, defaults={"kind": invitation.kind})
        if invitation.kind == Kind.COLLABORATOR and role.kind != invitation.kind:
            role.kind = Kind.COLLABORATOR
            role.save(update_fields=["kind"])
        record(election, "accept", by=by, now=now, part=invitation.part)
    Invitation.objects.filter(pk=invitation.pk).update(answered_at=now, accepted_by=by)
    return election


@transaction.atomic
def accept_as_new(
    found: Invitation | None, request: HttpRequest, *, name: str, password: str, now: datetime
) -> tuple[User, Election]:
    """Make an account for the address that was invited, and accept: the link went there alone, so it proves it.

    Both or neither, so a link makes at most one account. Raises Refused as `accept` does, and if the address has one.
    """
    invitation, _ = _locked(found, now)
    if has_account(invitation.email):
        raise Refused(f"{invitation.email} already has an account. Sign in to accept.")
    try:
        user = create_account(request, invitation.email, name=name, password=password)
    except IntegrityError:
        raise Refused(f"An account for {invitation.email} was created at the same moment. Try again.") from None
    election = accept(invitation, by=user, now=now)
    get_adapter().send_notification_mail("account/email/account_created", user, {"invitation": invitation})
    return user, election


@transaction.atomic
def decline(found: Invitation | None, *, by: User | None, now: datetime) -> None:
    """Answer no; who invited is told."""
    invitation, election = _locked(found, now)
    Invitation.objects.filter(pk=invitation.pk).update(answered_at=now)
    event = record(election, "decline", by=by, now=now, part=invitation.part)
    tell(event, "declined", [invitation.invited_by.email], now=now, invitation=invitation)


@transaction.atomic
def revoke(election_id: uuid.UUID, invitation_id: int, *, by: User, now: datetime) -> None:
    """Take an invitation back; one that is answered already stays."""
    election = lock(election_id)
    if election.invitations.filter(pk=invitation_id, answered_at=None, revoked_at=None).update(revoked_at=now):
        record(election, "revoke", by=by, now=now)


@transaction.atomic
def remove(election_id: uuid.UUID, role_id: int, *, by: User, now: datetime) -> None:
    """Take somebody's part in the election away; the representative's is handed over, never taken."""
    election = lock(election_id)
    removed, _ = election.roles.filter(pk=role_id).delete()
    if removed:
        record(election, "remove", by=by, now=now)


def _locked(found: Invitation | None, now: datetime) -> tuple[Invitation, Election]:
    """Return an open invitation and its election, locked; raise Refused where it is not open."""
    if found is None:
        raise Refused("We don’t recognize this invitation.")
    election = lock(found.election_id)
    invitation = Invitation.objects.select_related("invited_by", "election").get(pk=found.pk)
    if why := why_closed(invitation, now):
        raise Refused(why)
    return invitation, election


def _hand_over(election: Election, invitation: Invitation, *, by: User, now: datetime) -> None:
    """Make someone the representative; the one before may go on editing, and is told.

    The telephone stays until they give their own: an election is not submitted without one.
    """
    before = election.representative_email
    if before not in invitation.invited_by.verified_addresses:
        raise Refused(
            f"{invitation.invited_by} no longer represents this virtual group, so they cannot hand over the role. "
            "Ask the current representative to invite you."
        )
    ElectionRole.objects.update_or_create(
        election=election, user=invitation.invited_by, defaults={"kind": RoleKind.COLLABORATOR}
    )
    contact_before = election.contact
    election.representative_name = by.name or invitation.name
    election.representative_email = invitation.email
    election.changed_at, election.changed_by = now, by
    contact = ["representative_name", "representative_email"]
    election.save(update_fields=[*contact, "changed_at", "changed_by"])
    rename_in_text(election)
    event = record(election, "hand_over", by=by, now=now)
    tell(event, "handed_over", [before], now=now, by=by)
    if election.public_status == ElectionStatus.APPROVED and election.last_submission:
        update = Update(
            submission=election.last_submission,
            kind=UpdateKind.REPRESENTATIVE,
            effective_on=now.astimezone(EASTERN).date(),
            details={"before": contact_before, "after": election.contact},
        )
        keep(election, update, by=by, now=now, event=event, told=[before])
