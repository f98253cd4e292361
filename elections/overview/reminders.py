"""Reminding those who work on a draft that its deadline comes: one mail a day and person, until it is submitted."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from eligibility.law.rule_results import count
from ground.clock import EASTERN
from notices import outbox

from ..mails import concerned, in_two, rendered
from ..models import Election, Event
from ..states import ElectionStatus
from ..verbs import DAYS_BEFORE, NOT_BEFORE, days_left, record

EVENT = "remind"


def remind_due(*, now: datetime) -> int:
    """Owe today's reminders, if today is one of their days, once however often it is asked; return how many are new."""
    at = now.astimezone(EASTERN)
    if at.time() < NOT_BEFORE:
        return 0
    drafts = Election.objects.filter(status=ElectionStatus.DRAFT).select_related("virtual_group")
    due = [election for election in drafts if days_left(election, now) in DAYS_BEFORE]
    return sum(_remind(person, elections, now=now) for person, elections in _by_person(due).items())


def _by_person(elections: Iterable[Election]) -> dict[str, list[Election]]:
    """Return the elections of each person by address: of several addresses of one account, the account's own."""
    of = {election: concerned(election) for election in elections}
    everybody = {address for addresses in of.values() for address in addresses}
    own = dict(EmailAddress.objects.filter(email__in=everybody, verified=True).values_list("email", "user__email"))
    found: dict[str, list[Election]] = {}
    for election, addresses in of.items():
        for person in dict.fromkeys(own.get(address, address) for address in addresses):
            found.setdefault(person, []).append(election)
    return found


@transaction.atomic
def _remind(address: str, elections: list[Election], *, now: datetime) -> bool:
    """Owe one person one mail about all of their drafts, each of which tells of it in its history."""
    key = f"reminder:{now.astimezone(EASTERN).date()}:{address}"
    days = days_left(elections[0], now)
    subject, body = in_two(rendered("reminder", elections=elections, days=days))
    notice = outbox.owe(key=key, reason="deadline reminder", to=address, subject=subject, body=body, now=now)
    is_new = notice.created_at == now
    if is_new:
        notice.events.add(*(_event_of_today(election, days, now) for election in elections))
    return is_new


def _event_of_today(election: Election, days: int | None, now: datetime) -> Event:
    """Return the event of today's reminders about an election: one, however many people are reminded."""
    begins = now.astimezone(EASTERN).replace(hour=0, minute=0, second=0, microsecond=0)
    said = f"{count(days, 'day')} left" if days else "last day"
    earlier = election.events.filter(verb=EVENT, at__gte=begins).first()
    return earlier or record(election, EVENT, by=None, now=now, left=said)
