"""The personal links in an email about an election, for staff who would send it again: which no longer work, and why.

Staff learn that a link is dead, never the link.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from agreements.models import SigningRequest
from ground.templatetags.et import et_date
from ground.vault import CannotDecrypt
from notices.models import Notice
from notices.personal_links import PersonalLinks, links_of_account

from ..people import actions as invitations
from ..signing import actions as signing
from ..signing.named_practice import practice_named_for, why_not_shown
from ..signing.rooms import room_of

SIGNS = re.compile(r"/sign/([\w-]+)(/election)?")
INVITES = re.compile(r"/invitations/([\w-]+)")
UNKNOWN = "This site doesn’t know it."
NEW_ONE = (
    "The representative can send a new one: to a signer from “Signatures” or “Who was told”, "
    "to anyone else from “People”."
)


def personal_links(notice: Notice, now: datetime) -> PersonalLinks:
    """Return the personal links in an email, of an account or about an election."""
    try:
        body = str(notice.body)
    except CannotDecrypt:
        return PersonalLinks()  # it can be sent to no one
    found = [*_of_signer(body, now), *_of_invitation(body, now)]
    if not found:
        return links_of_account(notice, now)
    return PersonalLinks(len(found), tuple(why for why in found if why), NEW_ONE)


def _of_signer(body: str, now: datetime) -> Iterator[str]:
    """Yield for each link of a signer why it opens nothing, in the third person; empty if it does."""
    for token, shows_election in dict.fromkeys(SIGNS.findall(body)):
        request = signing.find(token)
        if request:  # what people typed may look like a link
            yield _why_dead(request, now, shows_election=bool(shows_election))


def _why_dead(request: SigningRequest, now: datetime, *, shows_election: bool) -> str:
    if SigningRequest.objects.filter(party=request.party_id, pk__gt=request.pk).exists():
        return "A newer link was sent, or someone else was asked to sign for the practice."
    if request.expires_at <= now:
        return f"It worked until {et_date(request.expires_at)}."
    if shows_election:
        named = practice_named_for(request)
        return why_not_shown(named, now) if named else UNKNOWN
    room = room_of(request)
    is_over = bool(room.why_closed(now)) and not (room.has_signed and request.is_open(now))
    return "There is nothing to sign with it now." if is_over else ""


def _of_invitation(body: str, now: datetime) -> Iterator[str]:
    """Yield for each invitation why it cannot be answered; empty if it can."""
    for token in dict.fromkeys(INVITES.findall(body)):
        found = invitations.find(token)
        if found:
            yield invitations.why_closed(found, now)
