"""From when to when an address was proved to be a person's: what was sent to it then was sent to them.

allauth keeps what is true now alone. An address can change hands: each person sees only their own time.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, email_removed
from django.db.models import Q
from django.dispatch import receiver

from ground import clock

from .models import AddressPeriod, User


@receiver(email_confirmed)
def begin_period(*, email_address: EmailAddress, **_: Any) -> None:
    """Write down that an address was verified now; with that, it is no one else's."""
    now, address = clock.now(), email_address.email.lower()
    standing = AddressPeriod.objects.filter(address=address, ended_at=None)
    standing.exclude(user=email_address.user_id).update(ended_at=now)
    if not standing.filter(user=email_address.user_id).exists():
        AddressPeriod.objects.create(user_id=email_address.user_id, address=address, began_at=now)


@receiver(email_removed)
def end_period(*, user: User, email_address: EmailAddress, **_: Any) -> None:
    """Write down that a person removed an address now."""
    periods = AddressPeriod.objects.filter(user=user, address=email_address.email.lower(), ended_at=None)
    periods.update(ended_at=clock.now())


def was_theirs(user: User, address: str, at: str) -> Q:
    """Return the condition of rows whose address, in lower case, was verified as this person's at the row's moment.

    `address` and `at` name the fields. Reads the person's periods in one query.
    """
    condition = Q(pk__in=[])
    for period in AddressPeriod.objects.filter(user=user):
        lasted = Q(**{f"{at}__gte": period.began_at})
        if period.ended_at:
            lasted &= Q(**{f"{at}__lt": period.ended_at})
        condition |= Q(**{address: period.address}) & lasted
    return condition
