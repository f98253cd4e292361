"""Telling a group that an email about its election did not arrive: what kind it was and to whom, nothing else of it.

An email to anyone outside the group, such as a reviewer, and an email that says this one did not arrive, are for staff
to see alone.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from agreements.models import SigningRequest
from notices.kinds import kind_of_email
from notices.models import TO_CLINICIANS, UNDELIVERED, Notice

from ..mails import UNDELIVERED_MAIL, concerned, tell
from ..models import ClinicianNotice, Election, ElectionRole, Event
from ..signing.calls import ASKING

MAIL = "undelivered"
RECENT = timedelta(days=7)  # since it failed


def tell_of_undelivered(*, now: datetime) -> int:
    """Owe the mails about what failed or bounced of late, once for each sending; return how many notices these were."""
    lost = Notice.objects.filter(state__in=UNDELIVERED, reported_at=None, failed_at__gt=now - RECENT)
    about_elections = lost.filter(events__isnull=False).exclude(reason=UNDELIVERED_MAIL)
    return sum(_report(pk, now) for pk in about_elections.order_by("pk").values_list("pk", flat=True).distinct())


@transaction.atomic
def _report(notice_id: int, now: datetime) -> bool:
    """Tell about one notice; False if another worker does, or if staff queued it again."""
    lost = Notice.objects.select_for_update(skip_locked=True).defer("body")
    notice = lost.filter(pk=notice_id, state__in=UNDELIVERED, reported_at=None).first()
    if notice is None:
        return False
    events = (
        Event.objects.filter(notices=notice).select_related("election__virtual_group").order_by("election_id", "pk")
    )
    for event in events.distinct("election_id"):
        _tell_group(event, notice, now)
    Notice.objects.filter(pk=notice.pk).update(reported_at=now)
    return True


def _tell_group(event: Event, notice: Notice, now: datetime) -> None:
    people = _people_to_tell(event.election, notice.to.lower())
    of = f"{notice.pk}:{notice.sending}:"
    page = _page(event.election, notice)
    said: dict[str, Any] = {
        "kind": kind_of_email(notice.reason),
        "address": notice.to,
        "to": notice.to_as_staff_see,
        "page": page,
        "who_may": "Only the representative" if page == "people" else "The representative or a collaborator",
    }
    said |= {"is_theirs": _is_theirs(event, notice), "may_be_wrong": notice.may_have_wrong_address}
    tell(event, MAIL, people, now=now, of=of, **said)


def _page(election: Election, notice: Notice) -> str:
    """Return the name of the page where an address is corrected: of a signer, if it was submitted, “Who was told”.

    Someone who was asked to sign here is asked again on “Signatures”; of who signed on paper, the agreement has it.
    """
    if notice.reason == TO_CLINICIANS:
        return "clinician_notices"
    if not _signs(election, notice.to.lower()):
        return "people"
    may_be_asked = election.agreement.is_signed_here and notice.reason in ASKING
    if election.last_submission_id and not may_be_asked:
        return "told"
    return "signing" if election.agreement.is_signed_here else "agreement"


def _is_theirs(event: Event, notice: Notice) -> bool:
    """True if the email was for the representative."""
    return notice.to.lower() == event.election.representative_email.lower()


def _people_to_tell(election: Election, address: str) -> list[str]:
    """Return who learns that an email to this address did not arrive, by their addresses.

    The alternate contact always; the representative unless it is theirs, then without an alternate the collaborators.
    """
    if not _is_of_group(election, address):
        return []
    if not _works_or_signs(election, address):  # a clinician's, of which there may be hundreds
        return [person for person in concerned(election)[:1] if person.lower() != address]
    representative, *collaborators = concerned(election) or [""]
    alternate = election.alternate_email.strip()
    is_theirs = address == representative.lower()
    people = ([alternate] if alternate else collaborators) if is_theirs else [representative, alternate]
    return [person for person in dict.fromkeys(people) if person and person.lower() != address]


def _is_of_group(election: Election, address: str) -> bool:
    """True if an address is that of someone who works on the election, signs, was invited or is told as a clinician."""
    is_clinicians = ClinicianNotice.objects.filter(submission__election=election, email=address).exists()
    return is_clinicians or _works_or_signs(election, address)


def _works_or_signs(election: Election, address: str) -> bool:
    """True if an address is that of someone who works on the election, signs or was invited."""
    own = (election.representative_email.lower(), election.alternate_email.strip().lower())
    roles = ElectionRole.objects.filter(Q(user__email=address) | Q(user__emailaddress__email=address))
    return (
        address in own
        or _signs(election, address)
        or roles.filter(election=election).exists()
        or election.invitations.filter(email__iexact=address).exists()
    )


def _signs(election: Election, address: str) -> bool:
    """True if an address is that of someone who signs for a practice."""
    return SigningRequest.objects.filter(party__agreement=election.agreement_id, email__iexact=address).exists()
