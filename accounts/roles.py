"""Staff roles: given by one administrator, confirmed by another or after a day, removed right away.

Each verb waits its turn, looks again at what is so now, and raises StaffChangeRefused if the rules or somebody else
were first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from ground.templatetags.et import et_datetime

from .models import DECIDING, Role, StaffChange, StaffRole, StaffVerb, User, WaitingRole
from .staff_changes import (
    StaffChangeRefused,
    administrators,
    all_staff,
    must_administer,
    record,
    refuse_if,
    tell,
    wait_for_turn,
)

WAIT = timedelta(hours=24)  # where no other administrator can confirm


@dataclass(frozen=True, slots=True)
class Gift:
    """What happens to a role that is given now: who is told, and when it takes effect; None if it needs confirming."""

    told: list[User]
    takes_effect_at: datetime | None


def what_giving_does(user: User, *, by: User | None, now: datetime) -> Gift:
    """Return who may confirm, and is told; where that is nobody, or one administrator in all, everyone on staff is."""
    everyone = list(administrators())
    others = [administrator for administrator in everyone if administrator not in (user, by)]
    if others and len(everyone) > 1:
        return Gift(others, None)
    return Gift(_each_once([*all_staff(), user]), now + WAIT)


@transaction.atomic
def give(user_id: int, role: Role, *, reason: str, by: User | None, now: datetime) -> StaffChange:
    """Give a person a role, which then waits; the first administrator's does not, and comes from the command line."""
    wait_for_turn()
    must_administer(by)
    user = User.objects.get(pk=user_id)
    refuse_if(why_not_give(user, by) or _why_not_hold(user, role))
    if not administrators().exists():
        return _make_first(user, role, reason=reason, now=now)
    gift = what_giving_does(user, by=by, now=now)
    takes_effect_at = gift.takes_effect_at
    change = record(StaffVerb.GIVEN, user, by=by, now=now, role=role, reason=reason, takes_effect_at=takes_effect_at)
    WaitingRole.objects.create(given=change, user=user, role=role)
    tell(change, gift.told, now=now)
    return change


def why_not_give(user: User, by: User | None) -> str:
    """Return why a person can be given no role at all by this administrator; empty if they can."""
    if user == by:
        return "You can’t give yourself a role. Ask another administrator."
    if not user.is_active:
        return "This account is deactivated. Reactivate it first."
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        return f"The email address {user.email} isn’t verified yet. Ask the person to open the link in our email."
    return ""


def _why_not_hold(user: User, role: Role) -> str:
    """Return why a person cannot be given this role now; empty if they can."""
    held = set(user.staff_roles.values_list("role", flat=True))
    waiting = set(user.waiting_roles.values_list("role", flat=True))
    if role in held:
        return f"This role is already in effect for {user.email}. Nothing was changed."
    if role in waiting:
        return f"Someone already gave {user.email} this role, and it hasn’t taken effect yet. Confirm it or cancel it."
    if role == Role.ADMINISTRATOR and (held | waiting) & set(DECIDING):
        return (
            "This person is a reviewer or lead reviewer, so they can’t be an administrator. "
            "Remove or cancel that role first."
        )
    if role in DECIDING and Role.ADMINISTRATOR in held | waiting:
        return (
            "This person is an administrator, so they can’t decide elections. "
            "Remove or cancel the administrator role first."
        )
    return ""


def _make_first(user: User, role: Role, *, reason: str, now: datetime) -> StaffChange:
    """Make the first administrator, whom nobody could confirm."""
    if role != Role.ADMINISTRATOR:
        raise StaffChangeRefused(
            "There is no administrator yet. First make one: manage.py staff_role EMAIL administrator"
        )
    record(StaffVerb.GIVEN, user, by=None, now=now, role=role, reason=reason, takes_effect_at=now)
    return _start(user, role, StaffVerb.STARTED, by=None, given_by=None, now=now)


def why_not_confirm(waiting: WaitingRole, by: User) -> str:
    """Return why this administrator cannot confirm a role; empty if they can."""
    if waiting.user == by:
        return "This role is for you, so another administrator must confirm it."
    if waiting.given.by == by:
        return "You gave this role, so another administrator must confirm it."
    return ""


@transaction.atomic
def confirm(given_id: int, *, by: User, now: datetime) -> StaffChange:
    """Confirm a role that another administrator gave; it is held from now on."""
    waiting = _waiting(given_id, by)
    refuse_if(why_not_confirm(waiting, by))
    return _hold(waiting, StaffVerb.CONFIRMED, by=by, now=now)


@transaction.atomic
def cancel(given_id: int, *, by: User | None, now: datetime) -> StaffChange:
    """Cancel a role before it takes effect."""
    return _drop(_waiting(given_id, by), by=by, now=now)


def _waiting(given_id: int, by: User | None) -> WaitingRole:
    """Return a role that waits, for an administrator whose turn it is; raise StaffChangeRefused if none waits."""
    wait_for_turn()
    must_administer(by)
    waiting = WaitingRole.objects.select_related("user", "given__by").filter(pk=given_id).first()
    if waiting is None:
        raise StaffChangeRefused(what_became_of(given_id))
    return waiting


def what_became_of(given_id: int) -> str:
    """Return who ended a role's wait, and when. Raises StaffChange.DoesNotExist if none was ever given by this id."""
    given = StaffChange.objects.get(pk=given_id, verb=StaffVerb.GIVEN)
    ends = (StaffVerb.CONFIRMED, StaffVerb.STARTED, StaffVerb.CANCELED)
    later = StaffChange.objects.filter(user=given.user_id, role=given.role, verb__in=ends, pk__gt=given_id)
    end = later.select_related("by").earliest("pk")
    what = {
        StaffVerb.CONFIRMED: f"{end.who} confirmed it",
        StaffVerb.STARTED: "It took effect",
        StaffVerb.CANCELED: f"{end.who} canceled it",
    }[StaffVerb(end.verb)]
    return f"This role is no longer waiting. {what} on {et_datetime(end.at)}."


def start_due(*, now: datetime) -> int:
    """Let the roles take effect whose time has come; return how many."""
    due = WaitingRole.objects.filter(given__takes_effect_at__lte=now).order_by("pk")
    return sum(_start_one(given_id, now=now) for given_id in due.values_list("pk", flat=True))


@transaction.atomic
def _start_one(given_id: int, *, now: datetime) -> bool:
    """Let one role take effect; False if somebody confirmed or canceled it a moment ago."""
    wait_for_turn()
    waiting = WaitingRole.objects.select_related("user", "given__by").filter(pk=given_id).first()
    if waiting:
        _hold(waiting, StaffVerb.STARTED, by=None, now=now)
    return waiting is not None


def _hold(waiting: WaitingRole, verb: StaffVerb, *, by: User | None, now: datetime) -> StaffChange:
    _end(waiting)
    return _start(waiting.user, Role(waiting.role), verb, by=by, given_by=waiting.given.by, now=now)


def _start(
    user: User, role: Role, verb: StaffVerb, *, by: User | None, given_by: User | None, now: datetime
) -> StaffChange:
    """Make it a role that is held, and tell its holder and who gave it."""
    change = record(verb, user, by=by, now=now, role=role, given_by=given_by)
    StaffRole.objects.create(user=user, role=role)
    tell(change, holder_and_giver(user, given_by), now=now)
    return change


def _end(waiting: WaitingRole) -> None:
    """Let a role wait no more. A row that is deleted by itself would forget by whom it was given."""
    WaitingRole.objects.filter(pk=waiting.pk).delete()


def holder_and_giver(user: User, given_by: User | None) -> list[User]:
    """Return the people who are told that a role is held."""
    return [user, given_by] if given_by else [user]


def told_of_cancel(waiting: WaitingRole) -> list[User]:
    """Return the people who are told that a role was canceled: those who were told of it, and who gave it."""
    giver = [waiting.given.by] if waiting.given.by else []
    if waiting.given.takes_effect_at:
        return _each_once([*all_staff(), waiting.user, *giver])
    return _each_once([*administrators().exclude(pk=waiting.user.pk), *giver])


def _drop(waiting: WaitingRole, *, by: User | None, now: datetime, reason: str = "") -> StaffChange:
    people = told_of_cancel(waiting)
    _end(waiting)
    change = record(StaffVerb.CANCELED, waiting.user, by=by, now=now, role=Role(waiting.role), reason=reason)
    tell(change, people, now=now)
    return change


@transaction.atomic
def remove(user_id: int, role: Role, *, reason: str, by: User | None, now: datetime) -> StaffChange:
    """Take a role away, right away. The only administrator keeps theirs, so that someone can give roles."""
    wait_for_turn()
    must_administer(by)
    user = User.objects.get(pk=user_id)
    refuse_if(why_not_remove(user, role))
    return take_away(user, role, reason=reason, by=by, now=now)


def why_not_remove(user: User, role: Role) -> str:
    """Return why a role cannot be removed; empty if it can."""
    if not user.staff_roles.filter(role=role).exists():
        return f"This role is not in effect for {user.email}. Nothing was changed."
    if role == Role.ADMINISTRATOR and not administrators().exclude(pk=user.pk).exists():
        return f"The only administrator is {user.email}. Make someone else an administrator first."
    return ""


def take_away(user: User, role: Role, *, reason: str, by: User | None, now: datetime) -> StaffChange:
    """End a role, and the roles that wait and end with it. Runs inside the caller's transaction, whose turn it is."""
    people = told_of_removal(user, by=by)
    waiting = list(ends_with(user, role))
    change = record(StaffVerb.REMOVED, user, by=by, now=now, role=role, reason=reason)
    user.staff_roles.filter(role=role).delete()
    tell(change, people, now=now)
    drop_all(waiting, by=by, now=now, reason=f"{user.email}, who gave it, is no longer an administrator.")
    return change


def ends_with(user: User, role: Role) -> QuerySet[WaitingRole]:
    """Return the roles that wait and are canceled with a role of this person: those that an administrator gave."""
    given = WaitingRole.objects.filter(given__by=user).select_related("user", "given__by").order_by("pk")
    return given if role == Role.ADMINISTRATOR else given.none()


def drop_all(waiting: Iterable[WaitingRole], *, by: User | None, now: datetime, reason: str) -> None:
    """Cancel roles that wait. Runs inside the caller's transaction, whose turn it is."""
    for role in waiting:
        _drop(role, by=by, now=now, reason=reason)


def told_of_removal(user: User, *, by: User | None, waiting: Iterable[WaitingRole] = ()) -> list[User]:
    """Return the people who are told that a role was removed, and with it those that wait.

    They are the person, if on staff the other administrators, and those who are told of each role that is canceled.
    """
    others = [other for other in administrators() if other != by] if user.staff_roles.exists() else []
    return _each_once([user, *others, *(person for role in waiting for person in told_of_cancel(role))])


def _each_once(people: Iterable[User]) -> list[User]:
    return list(dict.fromkeys(people))
