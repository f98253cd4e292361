"""Settling a conflict over a TIN as a lead reviewer."""

from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..access import holds_a_role
from ..models import Conflict
from ..submission.claims import lock_keys, settle, tell_outcome
from ..verbs import Refused, lock


@transaction.atomic
def settle_conflict(
    conflict: Conflict, *, outcome: Conflict.Settlement, reason: str, by: User, now: datetime
) -> Conflict:
    """Decide a conflict as a lead reviewer: the holder keeps the TIN, or it moves to the one that waited.

    Raises Refused when it was settled or the TIN passed on meanwhile, or the holder's election is approved.
    """
    shown = Conflict.objects.select_related("waiting", "holder").get(pk=conflict.pk)
    for election_id in sorted({shown.waiting.election_id, shown.holder.election_id}):
        lock(election_id)  # before the TIN, as every verb does
    lock_keys(shown.waiting.performance_year, {shown.waiting.tin_key})
    conflict = Conflict.objects.select_related("waiting__election", "holder__election").get(pk=conflict.pk)
    if any(holds_a_role(by, claim.election) for claim in (conflict.waiting, conflict.holder)):
        raise Refused("You have a role in one of these elections, so someone else must settle the conflict.")
    if conflict.closed_at is not None:
        raise Refused("This conflict was settled after you opened this page. Nothing was changed.")
    if conflict.holder_id != shown.holder_id:
        raise Refused(
            "The TIN moved to another election after you opened this page. Nothing was changed. Read the page again."
        )
    settled = settle(conflict, outcome, reason, by=by, now=now)
    if outcome == Conflict.Settlement.MOVED:
        tell_outcome(conflict.waiting, "claim_held", now=now)
        tell_outcome(conflict.holder, "claim_lost", now=now)
    return settled.get()
