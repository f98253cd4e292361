"""Who signs for the practices of a submission, and what they are told: each person once, with links of their own.

A practice whose signer has no email address is not told, and pages say so (signing/who_was_told.py).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from agreements.models import Party, SigningRequest
from ground import links

from .content import PracticeEntry, Snapshot
from .link_limits import writable
from .mails import Mail, compose, concerned, latest_mails, owe_each
from .models import Election, Event, PracticeSigner, Submission
from .paper_records import told_records
from .same_practices import paired

VALID_FOR = timedelta(days=60)  # from when they were last written to
NO_LINK = "(a link that only this person gets)"  # where staff read the mail before it is sent


@dataclass(frozen=True, slots=True)
class Signer:
    """The person who signs for one practice of a submission, which is at this position in it.

    `changes` are sentences about what changed for the practice.
    """

    position: int
    entry: PracticeEntry
    request: SigningRequest
    changes: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The address that shows them what was submitted, for them alone."""
        return f"{settings.SITE_URL}{reverse('sign_election', args=[self.request.token])}"

    @property
    def told(self) -> dict[str, Any]:
        """The practice as the mail to its signer names it."""
        return {"entry": self.entry, "position": self.position, "link": self.link, "changes": self.changes}


def link_for(party_id: int, *, name: str, email: str, by: User, now: datetime, asked_for: str = "") -> SigningRequest:
    """Return a new link for a party's signer, to be saved by whoever asks.

    Without `asked_for`, it shows what was submitted, and is closed to signing from the start.
    """
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
        revoked_at=None if asked_for else now,
    )


def forwarder_of(party: Party, email: str) -> SigningRequest | None:
    """Return the request whose signer said last that this person signs for a party; None if no one did.

    Also in an earlier year, where the party goes on: a link that is sent later is as forwarded as the first one.
    """
    same = SigningRequest.objects.filter(party__in=[party.pk, party.continues_id], email=email.lower())
    last = same.filter(forwarded_by__isnull=False).select_related("forwarded_by").last()
    return last.forwarded_by if last else None


def note_signers(submission: Submission, snapshot: Snapshot, *, by: User, now: datetime) -> list[Signer]:
    """Keep who signs for each practice of a submission that was just made, and return them.

    That is who was asked or told last about the practice, whose TIN tells it. If the practices sign somewhere else, it
    is the address that the representative gives; if they give none any longer, the signer of the last submission that
    named the practice goes on. `snapshot` was read of the working copy. As many queries whatever the number of
    practices.
    """
    before, heard = _signers_before(submission.election, snapshot)
    requests = _links_of(snapshot, before, heard, by=by, now=now)
    practices = enumerate(zip(snapshot.practices, requests, strict=True))
    signers = [Signer(position, entry, request) for position, (entry, request) in practices if request]
    PracticeSigner.objects.bulk_create(
        PracticeSigner(submission=submission, practice=signer.position, request=signer.request) for signer in signers
    )
    return signers


def _signers_before(election: Election, snapshot: Snapshot) -> tuple[list[Signer | None], set[str]]:
    """Return who signed for each practice so far, None for no one; and the addresses that were told.

    Earlier submissions are read only for practices that the last one does not name, or does not tell.
    """
    last = election.last_submission
    if last is None:
        return [None] * len(snapshot.practices), set()
    submitted = Snapshot.of_submission(last)
    signers = signers_of(last, submitted)
    before = _in_places(signers, submitted, snapshot)
    if last.number > 1 and not all(before):
        earlier: list[Signer | None] = [None] * len(before)
        for content, named in signers_ever(election):
            earlier = [now or then for now, then in zip(_in_places(named, content, snapshot), earlier, strict=True)]
        before = [now or then for now, then in zip(before, earlier, strict=True)]
    return before, {signer.request.email for signer in (*signers, *before) if signer}


def _links_of(
    snapshot: Snapshot, before: Sequence[Signer | None], heard: set[str], *, by: User, now: datetime
) -> list[SigningRequest | None]:
    """Return the link of each practice's signer, made if they have none; None for a practice without an address.

    A submission is never refused because too many people were written to. Who would be one too many, and was not told
    about this election before, is left out.
    """
    columns = ("member", "pk", "signer_name", "signer_email")
    parties = {row[0]: row[1:] for row in Party.objects.filter(member__in=snapshot.member_ids).values_list(*columns)}
    asked = _open_links([party for party, _, _ in parties.values()]) if snapshot.is_signed_here else {}
    found: list[SigningRequest | None] = []
    fresh: dict[int, SigningRequest] = {}
    for position, (member, former) in enumerate(zip(snapshot.member_ids, before, strict=True)):
        party, name, email = parties[member]
        known = _newest(asked.get(party), former.request if former else None)
        found.append(known)
        is_other = known is None or not (snapshot.is_signed_here or known.email == email.lower())
        if email and is_other:
            fresh[position] = link_for(party, name=name or email, email=email, by=by, now=now)
    heard = heard | writable([link.email for link in fresh.values() if link.email not in heard], by, now)
    fresh = {position: link for position, link in fresh.items() if link.email in heard}
    SigningRequest.objects.bulk_create(fresh.values())
    return [fresh.get(position, known) for position, known in enumerate(found)]


def signers_of(submission: Submission, snapshot: Snapshot | None = None) -> list[Signer]:
    """Return who signs for each practice of a submission, in its order: the last one who was named of each."""
    entries = (snapshot or Snapshot.of_submission(submission)).practices
    rows = submission.signers.select_related("request").order_by("practice", "-pk").distinct("practice")
    return [Signer(row.practice, entries[row.practice], row.request) for row in rows]


def signers_before(submission: Submission | None, snapshot: Snapshot) -> list[Signer | None]:
    """Return who signs in a submission for each practice of a snapshot; None for one of which it tells no one."""
    if submission is None:
        return [None] * len(snapshot.practices)
    submitted = Snapshot.of_submission(submission)
    return _in_places(signers_of(submission, submitted), submitted, snapshot)


def _in_places(signers: Iterable[Signer], submitted: Snapshot, snapshot: Snapshot) -> list[Signer | None]:
    """Return who signs for each practice of a snapshot, among the signers of what was submitted before."""
    of_entry = {signer.entry: signer for signer in signers}
    return [of_entry.get(before) if before else None for before, _ in paired(submitted, snapshot)[0]]


def signers_ever(election: Election) -> list[tuple[Snapshot, list[Signer]]]:
    """Return the content of each submission, the latest last, with everyone who was named in it; two queries."""
    submitted = {one.pk: Snapshot.of_submission(one) for one in election.submissions.only("election", "snapshot")}
    named: dict[int, list[Signer]] = {pk: [] for pk in submitted}
    rows = PracticeSigner.objects.filter(submission__in=submitted).select_related("request")
    for row in rows.order_by("practice", "pk"):
        entry = submitted[row.submission_id].practices[row.practice]
        named[row.submission_id].append(Signer(row.practice, entry, row.request))
    return [(content, named[pk]) for pk, content in submitted.items()]


def heard_so_far(election: Election) -> list[Signer]:
    """Return who signed here for the practices of a draft, or was told that all have, by links that are open.

    And who was told what was recorded from paper, if they are still named for that practice.
    """
    snapshot, told = Snapshot.of_working_copy(election), told_records(election)
    links = SigningRequest.objects.filter(party__member__in=snapshot.member_ids).select_related("party__member")
    signed = links.filter(Q(signatures__isnull=False) | Q(told_of__isnull=False), revoked_at=None, declined_at=None)
    shown = links.filter(party__in=[int(party) for party in told], asked_for="").order_by("pk")
    named = [
        link for link in shown if told[str(link.party_id)]["email"] == link.email == link.party.signer_email.lower()
    ]
    found = {link.party.member.pk: link for link in (*named, *signed)}
    practices = enumerate(zip(snapshot.member_ids, snapshot.practices, strict=True))
    heard = [(position, entry, found[member]) for position, (member, entry) in practices if member in found]
    return [Signer(*each) for each in heard if not each[1].asks_signer]


def take_place(event: Event, former: Signer, request: SigningRequest, *, now: datetime) -> None:
    """Let a new link be the one of a practice's signer in the last submission, and tell whom it takes the place of."""
    submission_id = event.election.last_submission_id
    PracticeSigner.objects.create(submission_id=submission_id, practice=former.position, request=request)
    if request.email != former.request.email:
        tell_replaced(event, [former], now=now)


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

    `apart_from` are the addresses that get the election's own mail about the event. With an empty `link`, the mail has
    none.
    """
    of_people = _by_person(signers, apart_from)
    if not of_people:
        return
    owe_each(event, [_mail(event.election, template, [to], of, **context) for to, of in of_people.items()], now=now)
    told = [signer.request.pk for of_person in of_people.values() for signer in of_person]
    SigningRequest.objects.filter(pk__in=told).update(expires_at=now + VALID_FOR)


def tell_replaced(event: Event, signers: Sequence[Signer], *, now: datetime) -> None:
    """Tell signers that someone else is told from now on; not by an address at which the last email did not arrive."""
    latest = latest_mails(event.election, {signer.request.email for signer in signers})
    lost = [address for address, mail in latest.items() if mail.did_not_arrive]
    apart_from = [*lost, *concerned(event.election)]
    tell_signers(event, "signer_replaced", signers, apart_from=apart_from, now=now, link="")


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
    election: Election,
    template: str,
    to: Sequence[str],
    signers: Sequence[Signer],
    link: str | None = None,
    **context: Any,
) -> Mail:
    told = [signer.told | ({} if link is None else {"link": link}) for signer in signers]
    names = {"signer": signers[0].request.name, "told": told, "links": sum(bool(one["link"]) for one in told)}
    return compose(election, template, to, reply_to=election.representative_email, **names, **context)


def _newest(*links: SigningRequest | None) -> SigningRequest | None:
    return max((link for link in links if link), key=lambda link: link.pk, default=None)


def _open_links(parties: Sequence[int]) -> dict[int, SigningRequest]:
    return {link.party_id: link for link in SigningRequest.objects.filter(party__in=parties, revoked_at=None)}
