"""The call sheet: which practices have not signed, who to call there, and where that person finds our email."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agreements.models import SigningRequest
from notices.models import Notice

from ..agreement.actions import missing
from ..content import Snapshot
from ..models import Election
from .board import SignerRow, board
from .rooms import MOST_REFUSED
from .who_was_told import Delivery, delivery_of

ASKING = ("election ask to sign", "election remind signer", "election sign again", "election answered")  # reasons


@dataclass(frozen=True, slots=True)
class Call:
    """A practice that has not signed, and the latest email with its signer's link; None: none was sent.

    `numbers` are the phone numbers that the election knows, by address; `is_whole` says that the list of practices is.
    """

    row: SignerRow
    mail: Notice | None
    numbers: Mapping[str, str]
    is_whole: bool

    @property
    def name(self) -> str:
        """Who is called: who was asked, else who was named."""
        return self.row.request.name if self.row.request else self.row.member.party.signer_name

    @property
    def email(self) -> str:
        return self.row.request.email if self.row.request else self.row.member.party.signer_email

    @property
    def phone(self) -> str:
        """The number of a signer who is the representative or the alternate contact; we ask for no one else's."""
        return self.numbers.get(self.email.lower(), "") if self.email else ""

    @property
    def may_forward(self) -> bool:
        """Say whether the page behind a link that has not signed would take a forward (Room.why_not_forwarded)."""
        asked = self.row.request
        return self.is_whole and asked is not None and not asked.forwarded_by and asked.refused_forwards < MOST_REFUSED

    @property
    def delivery(self) -> Delivery | None:
        return delivery_of(self.mail.state) if self.mail else None


def calls(election: Election, now: datetime) -> list[Call]:
    """Return the calls that are left to make, in the order of the practices; no link is read for them."""
    snapshot = Snapshot.of_working_copy(election)
    unsigned, is_whole = [row for row in board(election, snapshot, now) if not row.entry.signed], not missing(snapshot)
    mails = _mails(election, [row.request for row in unsigned if row.request])
    numbers = {
        election.alternate_email.lower(): election.alternate_phone,
        election.representative_email.lower(): election.representative_phone,
    }
    return [Call(row, mails.get(row.request.pk) if row.request else None, numbers, is_whole) for row in unsigned]


def _mails(election: Election, requests: Sequence[SigningRequest]) -> dict[int, Notice]:
    """Return the latest mail with each of these links, in one query: one person may sign for several practices."""
    owed = Notice.objects.defer("body").filter(events__election=election, reason__in=ASKING)
    owed = owed.filter(to__in={request.email for request in requests})
    keyed = owed.filter(key__contains=":").order_by("pk")  # a long one was once a digest alone
    latest = {notice.key.split(":")[3]: notice for notice in keyed}  # as tell_signer owes it
    return {request.pk: latest[str(request.pk)] for request in requests if str(request.pk) in latest}
