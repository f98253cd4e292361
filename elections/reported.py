"""Keeping an update of an approved election: its row with its receipt, the event that tells of it, and who is told."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from agreements.papers.documents import request_receipt_document
from ground.clock import EASTERN

from .content import Snapshot
from .mails import concerned, desk_of, tell
from .models import Election, Event, Submission, Update, UpdateKind
from .receipt_codes import new_receipt_code
from .roster_history import counting, names_on, updates_of
from .signers import signers_of, tell_signers
from .standing import update_in_words
from .verbs import record

TOLD_TO_ALL = (UpdateKind.JOINED, UpdateKind.LEFT, UpdateKind.CONTACT, UpdateKind.REPRESENTATIVE)


def keep(
    election: Election,
    update: Update,
    *,
    by: User,
    now: datetime,
    event: Event | None = None,
    told: Collection[str] = (),
    **changed: str,
) -> Update:
    """Keep an update of a locked election, with what it `changed` of the election's own contact, and tell of it.

    `event` is what happened where that has its own name already, as a representative who took over; `told` are the
    addresses that got a mail about it.
    """
    update.reported_by, update.reported_at, update.receipt_code = by, now, new_receipt_code()
    if update.practice is not None:
        snapshot = Snapshot.of_submission(update.submission)
        called = names_on(snapshot, counting(updates_of(update.submission, snapshot)))
        update.details |= {"practice": called[update.practice]}
    agreement = update.submission.document.agreement_id
    update.document = request_receipt_document(agreement, _receipt(election, update), by=by, now=now)
    update.save(force_insert=True)
    event = event or record(
        election, "update", by=by, now=now, update=update.pk, kind_of_update=update.get_kind_display()
    )
    working = concerned(election)  # who represented it before the change is told, too
    Election.objects.filter(pk=election.pk).update(changed_at=now, **changed)
    for name, value in changed.items():
        setattr(election, name, value)
    addresses = [address for address in (*working, election.representative_email) if address not in told]
    tell_of(event, update, "updated", of=update.submission, working=addresses, now=now)
    tell(event, "updated_at_desk", desk_of(election), now=now, update=update, practice=practice_of(update))
    return update


def tell_of(
    event: Event, update: Update, template: str, *, of: Submission, working: Collection[str], now: datetime
) -> None:
    """Give those who work on the election the mail about an update, and tell the signers whom it concerns.

    The update has the place of its practice in `of`, the submission that stands.
    """
    addresses = list(dict.fromkeys(working))
    told: dict[str, Any] = {"update": update, "practice": practice_of(update)}
    tell(event, template, addresses, now=now, **told)
    if update.kind == UpdateKind.NOTHING:
        return
    signers = signers_of(of)
    if update.kind not in TOLD_TO_ALL:
        signers = [signer for signer in signers if signer.position == update.practice]
    tell_signers(event, f"signer_{template}", signers, apart_from=addresses, now=now, **told)


def _receipt(election: Election, update: Update) -> dict[str, Any]:
    """Return the snapshot that the PDF of an update's receipt is made from, as JSON values."""
    return {
        "format": 1,
        "kind": "update",
        "received_at": update.reported_at.astimezone(EASTERN).isoformat(),
        "receipt_code": update.receipt_code,
        "submission_sha256": update.submission.snapshot_sha256,
        "performance_year": election.performance_year,
        "virtual_group": election.submitted_name,
        "identifier": election.virtual_group_identifier,
        "sentence": update_in_words(update, practice_of(update)),
        "notes": update.details.get("notes", []),
        "effective_on": update.effective_on.isoformat(),
        "counts_from": update.counts_from.isoformat(),
        "reported_by": str(update.reported_by),
        "verify_at": f"{settings.SITE_URL}{reverse('verify')}",
    }


def practice_of(update: Update) -> str:
    """Return what the practice of an update was called when it was reported; empty where it is about none."""
    if update.practice is None:
        return ""
    if called := update.details.get("practice"):
        return str(called)
    return Snapshot.of_submission(update.submission).practice_names[update.practice]
