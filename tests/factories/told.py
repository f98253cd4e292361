"""Who was told what: the emails of an event, by address and template."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from agreements.models import Party
from elections.models import Election
from notices.models import Notice

TABLE = settings.BASE_DIR / "docs/who-is-told.md"
NONE = "–"


def table(number: int) -> dict[str, dict[str, str]]:
    """Return who gets which template of each event, by the names of the columns, in the first or second table."""
    section = TABLE.read_text().split("\n## ")[number]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    head, _, *rows = lines
    return {event: _who(dict(zip(head[1:], cells, strict=True))) for event, *cells in rows}


def _who(cells: dict[str, str]) -> dict[str, str]:
    """Return the cells that name a template; of the last one, whom it names."""
    others = cells.pop("Others")
    named = {who: template for who, template in cells.items() if template != NONE}
    return named | (dict([others.split(": ")]) if others != NONE else {})


def templates(notices: list[Notice]) -> dict[str, list[str]]:
    """Return the templates of the mails to each address, in their order by name."""
    told: dict[str, list[str]] = {}
    for notice in notices:
        told.setdefault(notice.to, []).append(
            notice.reason.removeprefix("election ").removeprefix("deadline ").replace(" ", "_")
        )
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
