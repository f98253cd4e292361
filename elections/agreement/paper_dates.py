"""Which dates on paper are older than the agreement: what it said when a date was entered is kept with the date."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Agreement, Party
from agreements.text import fingerprints
from agreements.text.fingerprints import Fingerprints

from ..content import Snapshot
from ..models import Election
from ..verbs import Refused, record
from ..working_copy import lock_to_edit, note_change
from .ways import SIGNED_HERE

CHANGED = (
    "The older dates still need a check. The agreement changed again after you opened this page. See below which dates "
    "are older, then press the button again."
)


def says_now(agreement: Agreement, snapshot: Snapshot) -> list[str]:
    """Return for each practice the fingerprint of what an agreement on paper says: words, parties, its clinicians."""
    terms = fingerprints.of_text(json.dumps([*astuple(snapshot.choices), agreement.own_id]))
    listed = [(entry.name, entry.tin_kind, entry.tin) for entry in snapshot.practices]
    parties = fingerprints.of_parties(listed, agreement.salt)
    schedules = (
        fingerprints.of_schedule(entry.npis, party, agreement.salt)
        for entry, party in zip(snapshot.practices, listed, strict=True)
    )
    return [Fingerprints(terms, parties, schedule).digest for schedule in schedules]


def outdated(agreement: Agreement, snapshot: Snapshot) -> list[int]:
    """Return the positions of the practices whose date on paper was entered before the agreement changed."""
    if snapshot.is_signed_here or not any(entry.executed_on and entry.dated_for for entry in snapshot.practices):
        return []
    entries = enumerate(zip(snapshot.practices, says_now(agreement, snapshot), strict=True))
    return [place for place, (entry, now) in entries if entry.executed_on and entry.dated_for not in ("", now)]


def version(agreement: Agreement, snapshot: Snapshot) -> str:
    """Return what a page says it showed of an agreement whose older dates are said to count there."""
    return hashlib.sha256("|".join(says_now(agreement, snapshot)).encode()).hexdigest()


def note_dated(election: Election, party_ids: Iterable[int]) -> None:
    """Keep what the agreement says now with the dates of these parties, within somebody else's transaction."""
    agreement = election.agreement
    if not agreement.salt:
        agreement.salt = secrets.token_urlsafe(32)
        agreement.save(update_fields=["salt"])
    snapshot = Snapshot.of_working_copy(election)
    said = dict(zip(snapshot.member_ids, says_now(agreement, snapshot), strict=True))
    parties = Party.objects.filter(pk__in=party_ids, member__in=said).select_related("member")
    for party in parties:
        party.dated_for = said[party.member.pk]
    Party.objects.bulk_update(parties, ["dated_for"], batch_size=500)


@transaction.atomic
def keep_dates(election_id: uuid.UUID, shown: str, *, by: User, now: datetime) -> None:
    """Have the older dates count for the agreement of the version `shown`; again, it changes nothing."""
    election = lock_to_edit(election_id, now)
    agreement = election.agreement
    snapshot = Snapshot.of_working_copy(election)
    if snapshot.is_signed_here:
        raise Refused(SIGNED_HERE)
    if shown != version(agreement, snapshot):
        raise Refused(CHANGED)
    older = [snapshot.member_ids[place] for place in outdated(agreement, snapshot)]
    members = list(election.members.filter(pk__in=older))
    if members:
        note_dated(election, [member.party_id for member in members])
        for member in members:
            record(election, "keep_date", by=by, now=now, practice=str(member), member=member.pk)
        note_change(election, by=by, now=now)
