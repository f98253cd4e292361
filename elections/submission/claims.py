"""One TIN, one virtual group: who holds it, who waits, and who is next."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from ground.sql import rows

from ..content import Snapshot
from ..mails import tell
from ..models import Claim, Conflict, Election
from ..readiness import keys_of
from ..states import ElectionStatus
from ..verbs import Refused, record

LOCK_KEYS = "SELECT pg_advisory_xact_lock(hashtextextended(key, %s)) FROM unnest(%s::text[]) AS key"


def take_claims(election: Election, snapshot: Snapshot, holders: Mapping[str, int], *, now: datetime) -> None:
    """Make the election claim just the TINs it names; lock_claims comes before.

    A TIN that is free is held; one that another election holds waits, and a conflict is opened. TINs that are no
    longer named are released. `holders` are the claims of others by TIN key, as found since.
    """
    named = {key: entry for entry in snapshot.practices for key in keys_of(entry)}
    standing = {claim.tin_key: claim for claim in _standing(election)}
    release([claim for key, claim in standing.items() if key not in named], now=now)
    claims = Claim.objects.bulk_create(
        [
            Claim(
                election=election,
                performance_year=election.performance_year,
                tin_key=key,
                practice_name=entry.name,
                tin_last4=entry.tin_last4,
                state=Claim.State.WAITING if key in holders else Claim.State.HELD,
                claimed_at=now,
            )
            for key, entry in named.items()
            if key not in standing
        ]
    )
    waiting = [claim for claim in claims if claim.tin_key in holders]
    Conflict.objects.bulk_create(
        [Conflict(waiting=claim, holder_id=holders[claim.tin_key], opened_at=now) for claim in waiting]
    )


def reclaim(election: Election, snapshot: Snapshot, *, now: datetime) -> None:
    """Hold again the TINs of a submission whose claims were released. Raises Refused where another election has one."""
    lock_claims(election, snapshot)
    names = {key: entry.name for entry in snapshot.practices for key in keys_of(entry)}
    held = Claim.objects.filter(
        performance_year=election.performance_year, tin_key__in=names, state=Claim.State.HELD
    ).exclude(election=election)
    if taken := {names[claim.tin_key] for claim in held}:
        raise Refused(
            f"Another election now holds the TIN of {', '.join(sorted(taken))}, so this election cannot be reopened. "
            "A TIN can be in only one virtual group, so the other election must give it up first."
        )
    take_claims(election, snapshot, {}, now=now)


def release_all(election: Election, *, now: datetime) -> None:
    """Let every TIN of the election go; whoever waited longest for each holds it now. lock_claims comes before."""
    release(_standing(election), now=now)


def release(claims: Iterable[Claim], *, now: datetime) -> None:
    """Release claims whose keys are locked, close their conflicts and pass each held TIN on."""
    for claim in claims:
        was_held = claim.state == Claim.State.HELD
        Claim.objects.filter(pk=claim.pk).update(state=Claim.State.RELEASED, released_at=now)
        _close(Conflict.objects.filter(waiting=claim), Conflict.Settlement.RELEASED, now=now)
        if was_held:
            _pass_on(claim, now=now)


def settle(
    conflict: Conflict, outcome: Conflict.Settlement, reason: str, *, by: User | None, now: datetime
) -> QuerySet[Conflict]:
    """Settle a conflict whose two elections and TIN are locked; `by` None: the practice's signer did."""
    holder = conflict.holder
    if outcome == Conflict.Settlement.MOVED:
        if holder.election.status == ElectionStatus.APPROVED:
            raise Refused(
                f"The election that holds this TIN, {holder.election.as_submitted}, is approved. "
                "It must be reopened before the TIN can move."
            )
        Claim.objects.filter(pk=holder.pk).update(state=Claim.State.WAITING)
        Claim.objects.filter(pk=conflict.waiting_id).update(state=Claim.State.HELD)
        Conflict.objects.filter(holder=holder, closed_at=None).exclude(pk=conflict.pk).update(holder=conflict.waiting)
    settled = Conflict.objects.filter(pk=conflict.pk)
    _close(settled, outcome, now=now, reason=reason, settled_by=by)
    for claim in (conflict.waiting, holder):
        record(claim.election, "settle_conflict", by=by, now=now, outcome=outcome, reason=reason)
    return settled


def lock_claims(election: Election, snapshot: Snapshot | None = None) -> None:
    """Make all who claim, release or settle the election's TINs, or those a snapshot names, follow one another.

    The election is locked before, and nothing is judged or written before: whether a TIN is free is judged as it
    then is, and a change of status, which keeps others from writing an Event, waits for nobody who would write one.
    """
    named = {key for entry in snapshot.practices for key in keys_of(entry)} if snapshot else set()
    lock_keys(election.performance_year, named.union(claim.tin_key for claim in _standing(election)))


def lock_keys(performance_year: int, keys: Iterable[str]) -> None:
    """Lock TINs until the transaction ends.

    Without it a claim that begins to wait and a release that sees nobody waiting could miss each other. Always in one
    order, so that nobody waits in a circle.
    """
    rows(LOCK_KEYS, [performance_year, sorted(keys)])


def _standing(election: Election) -> list[Claim]:
    """Return the claims that are held or wait: none before the first submission, which makes them."""
    if election.last_submission_id is None:
        return []
    return list(election.claims.exclude(state=Claim.State.RELEASED))


def _pass_on(released: Claim, *, now: datetime) -> None:
    """Give a TIN that came free to whoever waited longest, and tell the representative."""
    waiting = Claim.objects.filter(
        performance_year=released.performance_year, tin_key=released.tin_key, state=Claim.State.WAITING
    ).select_related("election__virtual_group")
    heir = waiting.first()
    if heir is None:
        return
    Claim.objects.filter(pk=heir.pk).update(state=Claim.State.HELD)
    _close(Conflict.objects.filter(waiting=heir), Conflict.Settlement.RELEASED, now=now)
    others = waiting.exclude(pk=heir.pk)
    contested = Conflict.objects.filter(waiting__in=others, closed_at=None)
    contested.update(holder=heir)
    settled_before = others.exclude(conflicts_waiting__in=contested)  # against one that holds it no more
    Conflict.objects.bulk_create([Conflict(waiting=claim, holder=heir, opened_at=now) for claim in settled_before])
    tell_outcome(heir, "claim_held", now=now)


def tell_outcome(claim: Claim, news: str, *, now: datetime, chosen: bool = False) -> None:
    """Tell the representative of what became of a practice's TIN; never of the other election.

    `chosen` says that the practice's own signer decided it.
    """
    event = record(claim.election, news, by=None, now=now, practice=claim.practice_name)
    to = [claim.election.representative_email]
    tell(event, news, to, now=now, practice=claim.practice_name, chosen=chosen)


def _close(conflicts: QuerySet[Conflict], outcome: Conflict.Settlement, *, now: datetime, **fields: Any) -> None:
    conflicts.filter(closed_at=None).update(outcome=outcome, closed_at=now, **fields)
