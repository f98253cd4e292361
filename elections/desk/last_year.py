"""Who was in a practice in the performance year before, if CMS approved an election with its TIN then."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User

from ..access import part_of
from ..content import Snapshot
from ..models import Claim, Election, Submission, Update
from ..readiness import keys_of
from ..roster_history import clinicians_now, updates_of
from ..states import ElectionStatus


def approved_last_year(election: Election, user: User) -> Q:
    """Return the condition of the submissions approved for the year before that list a TIN of this election.

    Without those of elections in which the person who reads it has a part.
    """
    held = Claim.objects.filter(
        performance_year=election.performance_year - 1,
        tin_key__in=election.claims.values("tin_key"),
        state=Claim.State.HELD,
        election__status=ElectionStatus.APPROVED,
        election__pending_decision=None,
    )
    others = held.exclude(election__in=Election.objects.filter(part_of(user)))
    return Q(pk__in=others.values("election__last_submission"))


def rosters_of_last_year(
    snapshot: Snapshot, approved: Iterable[Submission], updates: Iterable[Update]
) -> list[set[str] | None]:
    """Return for each practice the NPIs that it had last, by the updates too; None if it was in no virtual group."""
    reported, by_key = list(updates), dict[str, set[str]]()
    for submission in approved:
        then = Snapshot.of_submission(submission)
        of_it = updates_of(submission, then, reported)
        for entry, npis in zip(then.practices, clinicians_now(submission, then, of_it), strict=True):
            for key in keys_of(entry):
                by_key.setdefault(key, set()).update(npis)
    found = ([by_key[key] for key in keys_of(entry) if key in by_key] for entry in snapshot.practices)
    return [set().union(*rosters) if rosters else None for rosters in found]
