"""Who has signed and who has not: one row for each practice of an agreement that is signed here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agreements.models import KnownBy, SigningRequest
from agreements.text.fingerprints import WHAT_CHANGED
from notices.models import Notice

from ..content import PracticeEntry, Snapshot
from ..mails import latest_mails
from ..models import Election, Event, Member
from .answers import answers_to
from .flags import SignerIdentity, flags


class SigningState(StrEnum):
    """How far one practice's signature is."""

    SIGNED = "signed"
    AGAIN = "must sign again"
    DECLINED = "declined"
    WRONG = "reported a problem"
    REFUSED = "email not delivered"
    EXPIRED = "link expired"
    OPENED = "opened"
    ASKED = "asked"
    NOT_ASKED = "not asked yet"
    NO_ADDRESS = "name or email address is missing"
    NO_SIGNER = "no signer named yet"


SIGNED_WITH = {
    KnownBy.LINK: "with the personal link",
    KnownBy.ACCOUNT: "with the personal link, signed in",
    KnownBy.SECOND_FACTOR: "with the personal link, signed in with a second factor",
}
TONES = {
    SigningState.SIGNED: "good",
    SigningState.DECLINED: "bad",
    SigningState.REFUSED: "bad",
    SigningState.OPENED: "active",
    SigningState.ASKED: "active",
}


MAY_BE_REMINDED = (SigningState.ASKED, SigningState.OPENED, SigningState.AGAIN, SigningState.WRONG)
WAITS = (SigningState.SIGNED, SigningState.ASKED, SigningState.OPENED, SigningState.AGAIN)


@dataclass(frozen=True, slots=True)
class SignerRow:
    """One practice: who was asked (None: nobody has an open link), how far it is, and what to look at.

    `mail` is the latest mail that was owed to whoever was asked. `is_representative`: the address is also
    the representative's. `answer` is the last one to what they wrote.
    """

    member: Member
    entry: PracticeEntry
    request: SigningRequest | None
    state: SigningState
    mail: Notice | None
    flags: tuple[str, ...]
    is_carried: bool = False
    is_representative: bool = False
    answer: Event | None = None

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "unsure")

    @property
    def changed(self) -> list[str]:
        """What changed since a signature that counts no more."""
        return [WHAT_CHANGED[what] for what in self.entry.void]

    @property
    def needs_us(self) -> bool:
        """Say whether those who prepare the election have something to do about it."""
        return self.state not in WAITS or self.complains or self.entry.refused_opt_in

    @property
    def complains(self) -> bool:
        """Say whether its signer said what is wrong, and has not signed since."""
        said = self.request.corrected_at if self.request else None
        return said is not None and not (self.entry.signed and self.entry.signed.signed_at > said)

    @property
    def known_by(self) -> str:
        """How we knew who signed, in words; empty where nobody did."""
        return SIGNED_WITH[KnownBy(self.entry.signed.known_by)] if self.entry.signed else ""

    @property
    def may_be_replaced(self) -> bool:
        """Say whether somebody may be asked anew: until the practice has signed what stands, this year."""
        return self.state != SigningState.SIGNED or self.is_carried


def board(election: Election, snapshot: Snapshot, now: datetime) -> list[SignerRow]:
    """Return a row for each practice, in the order of the working copy that was read; none if executed elsewhere."""
    if not snapshot.is_signed_here:
        return []
    members = election.members.select_related("party").in_bulk(snapshot.member_ids)
    requests = SigningRequest.objects.filter(party__member__in=snapshot.member_ids, revoked_at=None)
    asked = {request.party_id: request for request in requests.select_related("asked_by", "forwarded_by")}
    addresses = {request.email for request in asked.values()}
    latest = latest_mails(election, addresses)
    listed = [
        (members[pk], entry, asked.get(members[pk].party_id))
        for pk, entry in zip(snapshot.member_ids, snapshot.practices, strict=True)
        if pk in members
    ]
    answers = answers_to(election, asked.values())
    people = [_person(*each) for each in listed]
    flagged = flags(people, snapshot.representative_name, snapshot.representative_email)
    rows = []
    for (member, entry, request), person, said in zip(listed, people, flagged, strict=True):
        mail = latest.get(request.email) if request else None
        state = _state(member, entry, request, mail, now)
        is_own = person.email == snapshot.representative_email.lower() != ""
        is_carried = snapshot.is_carried(entry)
        answer = answers.get(request.pk) if request else None
        rows.append(SignerRow(member, entry, request, state, mail, said, is_carried, is_own, answer))
    return rows


def _person(member: Member, entry: PracticeEntry, request: SigningRequest | None) -> SignerIdentity:
    if request is None:
        return SignerIdentity(member.party.signer_email.lower(), member.party.signer_name)
    return SignerIdentity(request.email, request.name, entry.signed.name if entry.signed else "")


def _state(
    member: Member, entry: PracticeEntry, request: SigningRequest | None, mail: Notice | None, now: datetime
) -> SigningState:
    if entry.signed:
        return SigningState.SIGNED
    if request is None:
        named = (member.party.signer_name, member.party.signer_email)
        return (
            SigningState.NOT_ASKED if all(named) else SigningState.NO_ADDRESS if any(named) else SigningState.NO_SIGNER
        )
    if request.declined_at:
        return SigningState.DECLINED
    if mail and mail.did_not_arrive:
        return SigningState.REFUSED
    if request.expires_at <= now:
        return SigningState.EXPIRED
    if entry.void:
        return SigningState.AGAIN
    if request.corrected_at:
        return SigningState.WRONG
    return SigningState.OPENED if request.opened_at else SigningState.ASKED
