"""Who signs for the practices of a submission, and what they are told: each person once, with links of their own.

A practice whose signer has no email address is not told, and pages say so (signing/who_was_told.py).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from agreements.models import Party, SigningRequest
from ground import links

from .content import PracticeEntry, Snapshot
from .mails import Mail, compose, owe_each
from .models import Election, Event, PracticeSigner, Submission

VALID_FOR = timedelta(days=60)  # from when they were last written to
NO_LINK = "(a link that only this person gets)"  # where staff read the mail before it is sent


@dataclass(frozen=True, slots=True)
class Signer:
    """The person who signs for one practice of a submission, which is at this position in it.

    `changes` are sentences about what changed for the practice. `is_superseded`: its link was closed, and a newer one
    of the same party is another practice's.
    """

    position: int
    entry: PracticeEntry
    request: SigningRequest
    is_superseded: bool = False
    changes: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The address that shows them what was submitted, for them alone; empty if it would open nothing."""
        page = reverse("sign_election", args=[self.request.token])
        return "" if self.is_superseded else f"{settings.SITE_URL}{page}"

    @property
    def told(self) -> dict[str, Any]:
        """The practice as the mail to its signer names it."""
        return {"entry": self.entry, "position": self.position, "link": self.link, "changes": self.changes}


def link_for(party_id: int, *, name: str, email: str, by: User, now: datetime, asked_for: str = "") -> SigningRequest:
    """Return a new link for a party's signer, to be saved by whoever asks; `asked_for` is empty if nothing is."""
    token = links.new_token()
    return SigningRequest(
        party_id=party_id,
        name=name,
        email=email.lower(),
        token=token,
        token_hash=links.hash_of(token),
        asked_by=by,
        asked_at=now,
        asked_for=asked_for,
        expires_at=now + VALID_FOR,
    )


def note_signers(submission: Submission, snapshot: Snapshot, *, by: User, now: datetime) -> list[Signer]:
    """Keep who signs for each practice of a submission that was just made, and return them; who has no link gets one.

    Where the practices sign somewhere else, it goes to the address that the representative gave. `snapshot` was read
    of the working copy. As many queries whatever the number of practices.
    """
    columns = ("member", "pk", "signer_name", "signer_email")
    parties = {row[0]: row[1:] for row in Party.objects.filter(member__in=snapshot.member_ids).values_list(*columns)}
    if not snapshot.is_signed_here and not any(email for _, _, email in parties.values()):
        return []
    asked = _open_links([party for party, _, _ in parties.values()])
    if not snapshot.is_signed_here:
        addresses = {party: email.lower() for party, _, email in parties.values()}
        _close([link for party, link in asked.items() if link.email != addresses[party]], now)
        asked = {party: link for party, link in asked.items() if link.email == addresses[party]}
    fresh = [
        link_for(party, name=name or email, email=email, by=by, now=now)
        for party, name, email in parties.values()
        if email and party not in asked
    ]
    asked |= {link.party_id: link for link in SigningRequest.objects.bulk_create(fresh)}
    signers = [
        Signer(position, snapshot.practices[position], asked[parties[member][0]])
        for position, member in enumerate(snapshot.member_ids)
        if parties[member][0] in asked
    ]
    PracticeSigner.objects.bulk_create(
        PracticeSigner(submission=submission, practice=signer.position, request=signer.request) for signer in signers
    )
    return signers


def signers_of(submission: Submission, snapshot: Snapshot | None = None) -> list[Signer]:
    """Return who signs for each practice of a submission, in its order; who took their place if someone did."""
    entries = (snapshot or Snapshot.of_submission(submission)).practices
    rows = list(submission.signers.select_related("request"))
    closed = [row.request.party_id for row in rows if row.request.revoked_at]
    newest = _newest_links(closed) if closed else {}
    return [_signer(row.practice, entries[row.practice], row.request, newest.get(row.request.party_id)) for row in rows]


def is_for(link: SigningRequest, entry: PracticeEntry) -> bool:
    """Say whether a link is for this practice: the TIN of its party may be another by now."""
    member = getattr(link.party, "member", None)
    return member is not None and (member.tin_kind, str(member.tin)) == (entry.tin_kind, entry.tin)


def untold(submission: Submission, snapshot: Snapshot) -> list[tuple[int, PracticeEntry]]:
    """Return the practices of a submission whose signers are not told, with their positions."""
    return all_but(set(submission.signers.values_list("practice", flat=True)), snapshot)


def all_but(told: Collection[int], snapshot: Snapshot) -> list[tuple[int, PracticeEntry]]:
    """Return the other practices, with their positions."""
    return [(position, entry) for position, entry in enumerate(snapshot.practices) if position not in told]


def untold_elsewhere(election: Election) -> list[tuple[int, PracticeEntry]]:
    """Return the same of the last submission where the practices sign somewhere else; none before the first one."""
    submission = election.last_submission
    if submission is None or election.agreement.is_signed_here:
        return []
    return untold(submission, Snapshot.of_submission(submission))


def tell_signers(
    event: Event,
    template: str,
    signers: Iterable[Signer],
    *,
    now: datetime,
    apart_from: Collection[str] = (),
    **context: Any,
) -> None:
    """Owe each of these people one mail about all of their practices, and let its links work for a while.

    `apart_from` are the addresses that get the election's own mail about the event.
    """
    of_people = _by_person(signers, apart_from)
    if not of_people:
        return
    owe_each(event, [_mail(event.election, template, [to], of, **context) for to, of in of_people.items()], now=now)
    told = [signer.request.pk for of_person in of_people.values() for signer in of_person]
    SigningRequest.objects.filter(pk__in=told).update(expires_at=now + VALID_FOR)


def mail_shown(
    election: Election, submission: Submission, template: str, *, apart_from: Collection[str], **context: Any
) -> Mail | None:
    """Return the mail to the signers as the desk reads it before: to all of them, the first one's practices, no link.

    None where no one gets it.
    """
    of_people = _by_person(signers_of(submission), apart_from)
    if not of_people:
        return None
    first = next(iter(of_people.values()))
    return _mail(election, template, list(of_people), first, link=NO_LINK, submission=submission, **context)


def _by_person(signers: Iterable[Signer], apart_from: Collection[str]) -> dict[str, list[Signer]]:
    others = {address.lower() for address in apart_from}
    found: dict[str, list[Signer]] = {}
    for signer in signers:
        if signer.request.email not in others:
            found.setdefault(signer.request.email, []).append(signer)
    return found


def _mail(
    election: Election, template: str, to: Sequence[str], signers: Sequence[Signer], link: str = "", **context: Any
) -> Mail:
    told = [signer.told | ({"link": link} if link else {}) for signer in signers]
    names = {"signer": signers[0].request.name, "told": told}
    return compose(election, template, to, reply_to=election.representative_email, **names, **context)


def _signer(position: int, entry: PracticeEntry, link: SigningRequest, newest: SigningRequest | None) -> Signer:
    if newest is None or newest.pk == link.pk:
        return Signer(position, entry, link)
    return Signer(position, entry, newest) if is_for(newest, entry) else Signer(position, entry, link, True)


def _open_links(parties: Iterable[int]) -> dict[int, SigningRequest]:
    found = SigningRequest.objects.filter(party__in=list(parties), revoked_at=None)
    return {link.party_id: link for link in found}


def _newest_links(parties: Iterable[int]) -> dict[int, SigningRequest]:
    found = SigningRequest.objects.filter(party__in=list(parties)).select_related("party__member")
    return {link.party_id: link for link in found.order_by("pk")}


def _close(stale: Sequence[SigningRequest], now: datetime) -> None:
    if stale:
        SigningRequest.objects.filter(pk__in=[link.pk for link in stale]).update(revoked_at=now)
