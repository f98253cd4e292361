"""What signers say isn't right, at the desk: counted in a row, and settled by a reviewer who says what became of it."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User

from ..models import Event
from ..objections import open_objections, settle
from ..verbs import Refused
from .actions import lock_as_stranger


@transaction.atomic
def settle_objections(
    election_id: uuid.UUID, *, objections: Collection[int], note: str, by: User, now: datetime
) -> list[Event]:
    """Say what became of what signers said isn't right. Raises Refused where one of these is not open."""
    election = lock_as_stranger(election_id, by)
    chosen = list(open_objections().filter(election=election, pk__in=objections).select_related("election"))
    if len(chosen) != len(set(objections)):
        raise Refused("Nothing was settled. Something changed after you opened this page. Read the packet again.")
    return [settle(objection, by=by, reason=note, now=now) for objection in chosen]


def objections_of_row() -> Coalesce:
    """Return how many open objections the election of a row has."""
    of_it = open_objections().filter(election=OuterRef("pk")).order_by().values("election")
    return Coalesce(Subquery(of_it.values(count=Count("pk"))), 0)


def objections_in_words(count: int) -> str:
    """Return how many objections there are, as a row says it."""
    return "objection from a signer" if count == 1 else f"{count} objections from signers"
