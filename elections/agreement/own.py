"""The group's own agreement in place of our text: its file, and where it does the nine things."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from agreements.models import Agreement
from agreements.text import own

from ..drafts.merging import Merge, Was
from ..models import Election
from ..verbs import Refused, record
from ..working_copy import freeze_text, lock_to_edit, note_change, unacknowledge

MOST_FILES_A_DAY = 20
NONE_IN_USE = "This election uses our text, not your own agreement. Upload your agreement first."


@transaction.atomic
def use(election_id: uuid.UUID, pdf: bytes, *, name: str, pages: int, by: User, now: datetime) -> bool:
    """Have a file that was looked through be the agreement; False where this very file is it already.

    Another file is another agreement: it is signed and acknowledged anew.
    """
    election = lock_to_edit(election_id, now)
    agreement = election.agreement
    if agreement.own and agreement.own.sha256 == hashlib.sha256(pdf).hexdigest():
        return False
    if agreement.own_agreements.filter(uploaded_at__gt=now - timedelta(days=1)).count() >= MOST_FILES_A_DAY:
        raise Refused(
            f"This file was not saved. {MOST_FILES_A_DAY} files were uploaded here in one day. Try again tomorrow."
        )
    kept = own.keep(agreement, pdf, name=name, pages=pages, by=by, now=now)
    try:
        _changed(election, agreement)
        record(election, "own_agreement", by=by, now=now, pages=pages)
        note_change(election, by=by, now=now)
    except BaseException:
        default_storage.delete(str(kept.file.name))
        raise
    return True


def save_marks(
    election_id: uuid.UUID, marks: Mapping[str, str], *, by: User, now: datetime, was: Was | None = None
) -> None:
    """Keep where the group says its agreement does the nine things, by their items; those not named stay.

    A changed mark is another text, too. Raises Overtaken (Merge).
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        agreement = election.agreement
        if agreement.own is None:
            raise Refused(NONE_IN_USE)
        stands = {item: agreement.own.marks.get(item, "") for item in own.ITEMS}
        saved = merge.fields(stands, marks)
        if saved != stands:
            agreement.own.marks = saved
            agreement.own.save(update_fields=["marks"])
            _changed(election, agreement)
        note_change(election, by=by, now=now)
    merge.finish()


@transaction.atomic
def drop(election_id: uuid.UUID, *, by: User, now: datetime) -> None:
    """Have our text be the agreement again; the group's own stays on record."""
    election = lock_to_edit(election_id, now)
    agreement = election.agreement
    if agreement.own:
        agreement.own = None
        _changed(election, agreement)
        record(election, "our_text", by=by, now=now)
        note_change(election, by=by, now=now)


def _changed(election: Election, agreement: Agreement) -> None:
    """Save an agreement that says something else now."""
    unacknowledge(election)
    if agreement.is_signed_here:
        freeze_text(election)
    agreement.save(update_fields=["own", "text", "text_sha256", "salt"])
