"""Which practices' signers were told of the last submission, and which were not: no email address, or it was lost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import OuterRef, Subquery

from agreements.models import SigningRequest
from ground.templatetags.et import et_datetime
from notices.models import UNDELIVERED, Notice, NoticeState

from ..content import PracticeEntry, Snapshot
from ..models import Election, Submission
from ..signers import signers_of


class Delivery(StrEnum):
    """How far the last email about a practice is."""

    SENT = "sent"
    WAITING = "waiting"
    LOST = "did not arrive"
    UNTOLD = "not told"


TONES = {Delivery.SENT: "good", Delivery.WAITING: "active", Delivery.LOST: "bad", Delivery.UNTOLD: "unsure"}


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One practice of a submission: who signs for it, and the last email to them about the election; None: not told.

    `lost` is the last email to them that did not arrive.
    """

    position: int
    entry: PracticeEntry
    request: SigningRequest | None
    mail: Notice | None
    lost: Notice | None
    is_representative: bool

    @property
    def delivery(self) -> Delivery | None:
        """How far the last email is; None where none is owed yet."""
        if self.request is None:
            return Delivery.UNTOLD
        return delivery_of(self.mail.state) if self.mail else None

    @property
    def tone(self) -> str:
        return TONES[self.delivery] if self.delivery else ""

    @property
    def lost_before(self) -> Notice | None:
        """An earlier email that did not arrive, where a later one is on its way or was sent."""
        return self.lost if self.lost and self.mail and self.lost.pk != self.mail.pk else None

    @property
    def tried_again(self) -> str:
        """When a waiting email is tried again; empty if it was not tried yet."""
        is_deferred = self.mail is not None and self.mail.state == NoticeState.QUEUED and self.mail.attempts
        return et_datetime(self.mail.next_attempt_at) if self.mail and is_deferred else ""


def told_rows(election: Election, submission: Submission, snapshot: Snapshot) -> list[ToldRow]:
    """Return a row for each practice, in the order of the submission; as many queries whatever their number."""
    links = {signer.position: signer.request for signer in signers_of(submission, snapshot)}
    latest, lost = _mails_to(election, {link.email for link in links.values()})
    to_representative = election.representative_email.lower()
    return [
        ToldRow(position, entry, link, latest.get(address), lost.get(address), address == to_representative != "")
        for position, entry in enumerate(snapshot.practices)
        for link in [links.get(position)]
        for address in [link.email if link else ""]
    ]


def counts_in_words(rows: Sequence[ToldRow]) -> str:
    """Say of how many practices the last email was sent, waits, or was lost; empty if all were sent."""
    found = Counter(row.delivery for row in rows)
    states = [state for state in (Delivery.SENT, Delivery.WAITING, Delivery.LOST) if found[state]]
    return "" if states == [Delivery.SENT] else ", ".join(f"{found[state]} {state}" for state in states)


@dataclass(frozen=True, slots=True)
class NotTold:
    """How many practices of a submission have no signer with an address, and at how many the last email was lost."""

    untold: int = 0
    lost: int = 0


def not_told(election: Election) -> NotTold:
    """Count the practices of the last submission whose signers did not hear, in one query."""
    submission = election.last_submission
    if submission is None:
        return NotTold()
    owed = Notice.objects.filter(events__election=election, to=OuterRef("request__email")).order_by("-pk")
    rows = submission.signers.order_by("practice", "-pk").distinct("practice")
    states = list(rows.annotate(mail=Subquery(owed.values("state")[:1])).values_list("mail", flat=True))
    practices = len(Snapshot.of_submission(submission).practices)
    return NotTold(practices - len(states), sum(state in UNDELIVERED for state in states))


def _mails_to(election: Election, addresses: Iterable[str]) -> tuple[dict[str, Notice], dict[str, Notice]]:
    """Return the latest mail to each address about the election, and the latest that did not arrive, in one query."""
    owed = Notice.objects.defer("body").filter(events__election=election, to__in=addresses)
    mails = sorted(owed.order_by("to", "state", "-pk").distinct("to", "state"), key=lambda mail: mail.pk)
    latest = {mail.to: mail for mail in mails}
    return latest, {mail.to: mail for mail in mails if mail.did_not_arrive}


def delivery_of(state: str) -> Delivery:
    """Return how far a mail in this state is."""
    if state in UNDELIVERED:
        return Delivery.LOST
    return Delivery.SENT if state == NoticeState.SENT else Delivery.WAITING
