"""Who was told what: the emails of an event, by address and template."""

from collections.abc import Iterator
from contextlib import contextmanager

from agreements.models import Party
from elections.models import Election
from notices.models import Notice


def templates(notices: list[Notice]) -> dict[str, list[str]]:
    """Return the templates of the mails to each address, in their order by name."""
    told: dict[str, list[str]] = {}
    for notice in notices:
        told.setdefault(notice.to, []).append(notice.reason.removeprefix("election ").replace(" ", "_"))
    return {address: sorted(names) for address, names in told.items()}


@contextmanager
def newly_told() -> Iterator[dict[str, list[str]]]:
    """Fill the dictionary that it gives, once its block is over, with the mails that were owed in it."""
    before = set(Notice.objects.values_list("pk", flat=True))
    told: dict[str, list[str]] = {}
    yield told
    told |= templates(list(Notice.objects.exclude(pk__in=before).order_by("pk")))


def give_addresses(election: Election, *addresses: str) -> None:
    """Give the signers' addresses of practices that sign somewhere else, in their order; an empty one is none."""
    for member, address in zip(election.members.order_by("position"), addresses, strict=False):
        Party.objects.filter(pk=member.party_id).update(signer_email=address)


def last_mail(address: str) -> Notice:
    """Return the latest mail that is owed to an address."""
    return Notice.objects.filter(to=address).latest("pk")
