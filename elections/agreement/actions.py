"""The agreement's text, and its PDF, made from the practices as they are listed at this moment."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Document, DocumentKind, DocumentState
from agreements.papers.documents import request_document, retry
from eligibility.data.nppes import NppesName

from ..content import Snapshot
from ..drafts.merging import Merge, Was
from ..mails import concerned, tell
from ..models import Election
from ..verbs import Refused, lock, record
from ..working_copy import freeze_text, given, lock_to_edit, note_change, unacknowledge
from .text import agreement_snapshot, executed_document


def save_text(
    election_id: uuid.UUID, *, by: User, now: datetime, was: Was | None = None, **chosen: int | str | None
) -> None:
    """Keep what the parties chose of the text (Choices); None leaves a choice as it is, and the year 0 takes it back.

    Another text is another agreement: it is signed and acknowledged anew. Raises Overtaken (Merge).
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        agreement = election.agreement
        stands = asdict(agreement.choices) | {"last_year": agreement.last_year or 0}
        saved = merge.fields(stands, given(**chosen))
        if saved != stands:
            unacknowledge(election)
            agreement.last_year = saved["last_year"] or None
            agreement.quality, agreement.close_out_contact = saved["quality"], saved["close_out_contact"]
            if agreement.is_signed_here:
                freeze_text(election)
            agreement.save(update_fields=[*stands, "text", "text_sha256", "salt"])
        note_change(election, by=by, now=now)
    merge.finish()


def missing(snapshot: Snapshot) -> list[str]:
    """Say, in sentences, what practices lack that the agreement has to name (414.1315(c)(3)(i))."""
    if not snapshot.practices:
        return ["List the practices first. The agreement names each of them."]
    return [
        f"{entry.name or f'Practice {number}'} needs its name, TIN and NPIs before we can make the agreement."
        for number, entry in enumerate(snapshot.practices, start=1)
        if not (entry.name.strip() and entry.tin_kind and entry.tin and entry.npis)
    ]


@transaction.atomic
def make_document(election_id: uuid.UUID, *, by: User, now: datetime) -> Document:
    """Have the agreement's PDF made; asking again for the same content gives the same document.

    Raises Refused while practices lack what the agreement has to name: a name, a TIN, NPIs (414.1315(c)(3)(i)).
    """
    election = lock(election_id)
    snapshot = Snapshot.of_working_copy(election)
    if lacks := missing(snapshot):
        raise Refused(*lacks)
    return document_of(election, snapshot, by=by, now=now)


def document_of(
    election: Election,
    snapshot: Snapshot,
    *,
    by: User | None,
    now: datetime,
    names: Mapping[str, NppesName] | None = None,
) -> Document:
    """Have the PDF made of an agreement: the executed one, sealed, where every practice has signed it here.

    The same signatures have one, whatever else changed since: another representative, say, or a name in NPPES.
    `names` are the clinicians' by their NPIs, None to read them. Within somebody else's transaction.
    """
    content = agreement_snapshot(snapshot, election, names)
    if not snapshot.is_executed_here:
        return request_document(election.agreement_id, content, by=by, now=now)
    if made := executed_document(election, snapshot):
        if made.state == DocumentState.FAILED:
            retry(made, by=by, now=now)
        return made
    kind, signed = DocumentKind.EXECUTED, snapshot.signatures_sha256
    return request_document(election.agreement_id, content, by=by, now=now, kind=kind, signatures_sha256=signed)


def make_executed(election: Election, *, now: datetime) -> Document | None:
    """Request the executed agreement's PDF if every practice has signed the current text, else return None.

    The event has no user (`by=None`), because the last signer might have no account. Runs inside the caller's
    transaction.
    """
    snapshot = Snapshot.of_working_copy(election)
    if not snapshot.is_executed_here:
        return None
    document = document_of(election, snapshot, by=None, now=now)
    event = record(election, "executed", by=None, now=now)
    refused = [entry.name for entry in snapshot.practices if entry.refused_opt_in]
    tell(event, "executed", concerned(election), now=now, refused=refused)
    return document
