"""Which practices' signers were told of the last submission, and which were not, because we have no email address."""

from dataclasses import dataclass

from agreements.models import SigningRequest
from notices.models import Notice

from ..content import PracticeEntry, Snapshot
from ..mails import latest_mails
from ..models import Election, Submission
from ..signers import signers_of


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One practice of a submission: who signs for it, and the last email to them about the election; None: not told."""

    position: int
    entry: PracticeEntry
    request: SigningRequest | None
    mail: Notice | None


def told_rows(election: Election, submission: Submission, snapshot: Snapshot) -> list[ToldRow]:
    """Return a row for each practice, in the order of the submission; as many queries whatever their number."""
    links = {signer.position: signer.request for signer in signers_of(submission, snapshot)}
    addresses = {link.email for link in links.values()}
    latest = latest_mails(election, addresses)
    return [
        ToldRow(position, entry, link, latest.get(link.email) if link else None)
        for position, entry in enumerate(snapshot.practices)
        for link in [links.get(position)]
    ]
