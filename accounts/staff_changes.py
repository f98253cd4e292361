"""What every change to staff is made of: one at a time, a row that stays, and the mails it owes."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from ground.sql import hold_lock

from .models import READERS, Role, StaffChange, StaffVerb, User
from .triggers import ONE_AT_A_TIME


class StaffChangeRefused(Exception):
    """A change that cannot be made; it says why, and what to do."""


def refuse_if(why_not: str) -> None:
    """Raise StaffChangeRefused if there is a reason."""
    if why_not:
        raise StaffChangeRefused(why_not)


def wait_for_turn() -> None:
    """Wait until nobody else changes staff, and let nobody else until the transaction ends.

    What was read before may be old by then: read it again. Runs inside the caller's transaction.
    """
    hold_lock(ONE_AT_A_TIME)


def administrators() -> QuerySet[User]:
    """Return the people who give roles, by their addresses."""
    return User.objects.filter(is_active=True, staff_roles__role=Role.ADMINISTRATOR).order_by("email")


def all_staff() -> QuerySet[User]:
    """Return everyone who holds a staff role, by their addresses."""
    return User.objects.filter(is_active=True, staff_roles__isnull=False).distinct().order_by("email")


def must_administer(by: User | None) -> None:
    """Raise StaffChangeRefused if the person is no administrator now; None is the command line."""
    if by and not administrators().filter(pk=by.pk).exists():
        raise StaffChangeRefused("You’re no longer an administrator, so you can’t do that. Nothing was changed.")


def record(
    verb: StaffVerb,
    user: User,
    *,
    by: User | None,
    now: datetime,
    role: Role | None = None,
    reason: str = "",
    takes_effect_at: datetime | None = None,
    given_by: User | None = None,
) -> StaffChange:
    """Write down what was done, for good."""
    return StaffChange.objects.create(
        verb=verb,
        user=user,
        by=by,
        at=now,
        role=role or "",
        reason=reason,
        takes_effect_at=takes_effect_at,
        given_by=given_by,
    )


def tell(change: StaffChange, people: Iterable[User], *, now: datetime) -> None:
    """Owe each person the mail of templates/accounts/mail/<verb>.txt about a change; its first line is the subject.

    It leads to the page of the changed person only where the reader may open it.
    """
    names = ("SITE_URL", "SERVICE_CENTER")
    context = {name: getattr(settings, name) for name in names} | {"change": change}
    owe = import_string(settings.ACCOUNT_NOTICES)
    for person in people:
        may = {"may_open": person.has_role(*READERS), "may_cancel": person.has_role(Role.ADMINISTRATOR)}
        text = render_to_string(f"accounts/mail/{change.verb}.txt", context | may)
        subject, _, body = text.strip().partition("\n")
        owe(
            key=f"staff-change:{change.pk}:{person.pk}",
            reason=f"staff {change.verb}",
            to=person.email,
            subject=subject,
            body=body.strip() + "\n",
            now=now,
            user=person,
        )
