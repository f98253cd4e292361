"""What administrators do about signing in: a second factor that was lost, an account that is shut."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet

from .models import Role, StaffChange, StaffVerb, User, WaitingRole
from .roles import drop_all, take_away
from .staff_changes import must_administer, record, refuse_if, tell, wait_for_turn


@transaction.atomic
def reset_second_factor(user_id: int, *, reason: str, by: User, now: datetime) -> StaffChange:
    """Delete a person's app, passkeys and recovery codes; staff pages stay shut until they set up new ones."""
    user = _in_turn(user_id, by)
    refuse_if(why_not_reset(user, by))
    Authenticator.objects.filter(user=user).delete()
    return _done(StaffVerb.RESET, user, reason=reason, by=by, now=now)


def why_not_reset(user: User, by: User) -> str:
    """Return why a second factor cannot be reset by this administrator; empty if it can."""
    if user == by:
        return "You can’t reset your own second factor. Ask another administrator."
    if not Authenticator.objects.filter(user=user).exists():
        return f"There is no second factor for {user.email} now. Nothing was changed."
    return ""


@transaction.atomic
def deactivate(user_id: int, *, reason: str, by: User, now: datetime) -> StaffChange:
    """Shut an account: its sessions end, and so do its staff roles, which do not come back with it."""
    user = _in_turn(user_id, by)
    refuse_if(why_not_deactivate(user, by))
    drop_all(ends_with_account(user), by=by, now=now, reason=f"The account of {user.email} was deactivated.")
    for role in user.staff_roles.values_list("role", flat=True):
        take_away(user, Role(role), reason=reason, by=by, now=now)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return _done(StaffVerb.DEACTIVATED, user, reason=reason, by=by, now=now)


def ends_with_account(user: User) -> QuerySet[WaitingRole]:
    """Return the roles that wait and are canceled with an account: those for the person, and those they gave."""
    waiting = WaitingRole.objects.filter(Q(user=user) | Q(given__by=user))
    return waiting.select_related("user", "given__by").order_by("pk")


def why_not_deactivate(user: User, by: User) -> str:
    """Return why an account cannot be shut by this administrator; empty if it can."""
    if user == by:
        return "You can’t deactivate your own account. Ask another administrator."
    if not user.is_active:
        return "This account is already deactivated. Nothing was changed."
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        return f"The email address {user.email} isn’t verified, so no one can sign in to this account."
    return ""


@transaction.atomic
def reactivate(user_id: int, *, reason: str, by: User, now: datetime) -> StaffChange:
    """Open an account that was shut."""
    user = _in_turn(user_id, by)
    refuse_if(why_not_reactivate(user))
    User.objects.filter(pk=user.pk).update(is_active=True)
    return _done(StaffVerb.REACTIVATED, user, reason=reason, by=by, now=now)


def why_not_reactivate(user: User) -> str:
    """Return why an account cannot be opened again; empty if it can."""
    return "This account is active. Nothing was changed." if user.is_active else ""


def _in_turn(user_id: int, by: User) -> User:
    """Return the person as they are now, for an administrator whose turn it is."""
    wait_for_turn()
    must_administer(by)
    return User.objects.get(pk=user_id)


def _done(verb: StaffVerb, user: User, *, reason: str, by: User, now: datetime) -> StaffChange:
    """Write it down and tell its owner."""
    change = record(verb, user, by=by, now=now, reason=reason)
    tell(change, [user], now=now)
    return change
