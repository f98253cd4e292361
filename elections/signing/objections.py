"""“This isn't right”: what a practice's signer says about an election that was submitted, whatever its status is."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from agreements.models import SigningRequest

from ..mails import concerned, desk_of, tell
from ..models import Election, Submission
from ..objections import OBJECT
from ..verbs import Refused, lock, record
from .named_practice import practice_named_for, why_not_shown

BETWEEN = timedelta(minutes=5)
MOST_A_DAY = 5  # by one link: no one's many keep another practice from saying so


@transaction.atomic
def object_to(request: SigningRequest, *, text: str, now: datetime) -> None:
    """Tell those who work on the election, and its reviewer or the lead reviewers, what isn't right.

    Raises Refused where the link no longer works, nothing was submitted, or they wrote too often.
    """
    named = practice_named_for(request)
    if named is None:
        raise Refused("Nothing was sent. The election was not submitted.")
    election = lock(named.election.pk)
    if why := why_not_shown(named, now):
        raise Refused(why)
    write_objection(election, request, named.entry.name, named.submission, text=text, now=now)


def write_objection(
    election: Election,
    request: SigningRequest,
    practice: str,
    submission: Submission | None,
    *,
    text: str,
    now: datetime,
) -> None:
    """Record what isn't right in a locked election and tell everyone; `submission` None: it is about a draft.

    Then CMS has nothing to look at, and sees it once the election is submitted. Raises Refused if they wrote too often.
    """
    written = election.events.filter(verb=OBJECT, details__link=request.pk)
    if written.filter(at__gt=now - BETWEEN).exists():
        raise Refused(
            "Nothing was sent now. You wrote to them a few minutes ago. Wait a few minutes and try again, or call them."
        )
    if written.filter(at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(
            f"Nothing was sent now. You wrote {MOST_A_DAY} times in one day. Try again tomorrow, or call them."
        )
    said = {"signer": request.name, "practice": practice, "reason": text, "link": request.pk}
    event = record(
        election, OBJECT, by=None, now=now, **said, **({"submission": submission.number} if submission else {})
    )
    told: dict[str, Any] = {"practice": practice, "text": text, "submission": submission, "sent_by": request}
    tell(event, "objection", concerned(election), now=now, reply_to=request.email, **told)
    if submission:
        tell(event, "objection_at_desk", desk_of(election), now=now, **told)
