"""What a reviewer asked for, and the answers: saved as they are given, sent to CMS with the next submission."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ground.service_center import call_it

from ..content import Snapshot
from ..drafts.merging import Merge, Was
from ..models import Correction, CorrectionRequest, Election, Submission
from ..states import ElectionStatus
from ..verbs import Refused, lock, window_is_open
from ..working_copy import note_change
from .pins import changes_beside

Typed = Mapping[int, Mapping[str, str]]
"""By the request's id: `answer` and `explanation`, where they were sent."""

Answer = CorrectionRequest.Answer


def open_correction(election: Election) -> Correction | None:
    """Return the round of requests that waits for an answer; None where there is none."""
    if election.public_status != ElectionStatus.ACTION_NEEDED:
        return None
    waiting = Correction.objects.filter(submission=election.last_submission_id, ended_at=None)
    return waiting.select_related("asked_by").prefetch_related("requests").first()


def save_answers(election_id: uuid.UUID, typed: Typed, *, by: User, now: datetime, was: Was | None = None) -> Election:
    """Keep what was typed of answers to the open requests. Raises Overtaken (Merge), and Refused where CMS went on."""
    with transaction.atomic():
        election = lock(election_id)
        correction = open_correction(election)
        if correction is None:
            raise Refused(
                "Your answers were not saved. CMS continued its review without them. To tell CMS something, "
                f"{call_it()}."
            )
        merge = Merge(election, was)
        for request in correction.requests.all():
            stands = {"answer": request.answer, "explanation": request.explanation}
            merged = merge.fields(stands, typed.get(request.pk, {}), request_prefix(request.pk))
            if merged != stands:
                _keep(request, merged, by=by, now=now)
        note_change(election, by=by, now=now)
    merge.finish()
    return election


def request_prefix(request_id: int) -> str:
    """Return the prefix of the field names of one request's answer."""
    return f"request-{request_id}-"


def _keep(request: CorrectionRequest, merged: Mapping[str, str], *, by: User, now: datetime) -> None:
    request.answer, request.explanation = merged["answer"], merged["explanation"]
    request.answered_by, request.answered_at = by, now
    request.save(update_fields=["answer", "explanation", "answered_by", "answered_at"])


def hindrances(election: Election, snapshot: Snapshot, correction: Correction, *, at: datetime) -> list[str]:
    """Return why the answered correction cannot be submitted: requests without an answer, changes beside them."""
    requests = list(correction.requests.all())
    found = [f"Answer this request: {request.about}." for request in requests if not is_answered(request)]
    if election.last_submission and not window_is_open(election, at):
        submitted = Snapshot.of_submission(election.last_submission)
        found += changes_beside(submitted, snapshot, requests)
    return found


def is_answered(request: CorrectionRequest) -> bool:
    """Say whether a request has its answer; who changed nothing says why."""
    return request.answer == Answer.CHANGED or bool(request.answer == Answer.DECLINED and request.explanation.strip())


def end(election: Election, *, now: datetime, answered_in: Submission | None = None) -> None:
    """End the open round of a locked election, if there is one: what was answered stays as it is."""
    waiting = Correction.objects.filter(submission__election=election, ended_at=None)
    waiting.update(ended_at=now, answered_in=answered_in)
