"""Asking for corrections from the packet, and going on without an answer."""

import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from itertools import count, takewhile

from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.models import Role
from ground import clock

from ..access import person
from ..content import Snapshot
from ..frame_forms import UnsavedFields, typed
from ..ledger import overrides_of
from ..mails import Mail
from ..models import Election
from ..models.correction import Pin
from ..outcomes import done
from ..readiness import JudgedElection
from ..states import Verb
from . import actions, correction_rounds
from .correction_rounds import DAYS_TO_ANSWER, Asked
from .desk import sends, show_mail
from .forms import AskForm, RequestForm, RequestFormSet
from .log import logged
from .pages import Pages, back_to_packet, closed, led_back
from .queue import submission_of
from .seen import seen

ASKED = "Correction requested. The email is on its way. The election comes back to you with the answer."
RESUMED = "The review continues. We’re emailing the representative."
PREFIX = "request"
MOST = 50  # requests in one round
SHOWN_AT_FIRST = 5  # requests made of findings that are not met


class CorrectionPages(Pages):
    """The desk's pages about corrections."""

    def ask(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Write requests for correction, see the mail, then send it."""
        election = self.one(request, election_id, Role.REVIEWER)
        if too_late := closed(request, election, Verb.ASK_FOR_CORRECTION):
            return too_late
        submission = submission_of(election)
        initial = {"submission_number": submission.number, "due_on": clock.today() + timedelta(days=DAYS_TO_ANSWER)}
        colleague = actions.colleague_of(election, person(request))
        form = AskForm(typed(request), colleague=colleague, initial=initial)
        requests = _requests(request, election)
        mail = None
        if request.method == "POST" and "add" not in request.POST and form.is_valid() and requests.is_valid():
            asked = [Asked(**one.cleaned_data) for one in requests if one.has_changed()]
            values = form.cleaned_data | {"asked": asked, "by": person(request), "now": clock.now()}
            verb = logged(correction_rounds.ask_for_correction)
            if sends(request) and done(request, verb, ASKED, election.pk, **values):
                return back_to_packet(election)
            mail = _mail(election, asked, values["due_on"])
            show_mail(form, {"mail_seen": seen(election, mail)})
        is_sent = request.method == "POST" and "add" not in request.POST
        wrong = [one for one in (*requests, form) if is_sent and one.errors]
        told = {"form": form, "requests": requests, "wrong": wrong, "mail": mail}
        return self.page_of(request, "ask", "Ask for a correction", election, **told)

    def resume(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Continue the review without an answer."""
        election = self.one(request, election_id, Role.REVIEWER)
        if request.method != "POST":
            return led_back(request, election)
        return self.taken_on(
            request, election, Verb.RESUME_REVIEW, "Continue the review", correction_rounds.resume_review, RESUMED
        )


def _requests(request: HttpRequest, election: Election) -> "BaseFormSet[RequestForm]":
    """Return the requests as they were typed, with an empty one where that is asked for; at first, the findings."""
    submission = submission_of(election)
    places = {"places": correction_rounds.places(Snapshot.of_submission(submission))}
    if unsent := _unsent(typed(request)):
        return RequestFormSet(initial=unsent, prefix=PREFIX, form_kwargs=places)
    if request.method != "POST":
        now = actions.judge_on_current_data(election, submission)
        return RequestFormSet(initial=_of_findings(election, now), prefix=PREFIX, form_kwargs=places)
    return RequestFormSet(_sent(request), prefix=PREFIX, form_kwargs=places)


def _unsent(fields: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Return the requests among what was typed before and not sent."""
    if not isinstance(fields, UnsavedFields):
        return []
    names = [*RequestForm.base_fields]
    return [
        {name: fields.get(f"{PREFIX}-{number}-{name}", "") for name in names}
        for number in takewhile(lambda number: f"{PREFIX}-{number}-place" in fields, range(MOST))
    ]


def _sent(request: HttpRequest) -> QueryDict:
    """Return what was typed, with as many requests as were sent, and one more where that is asked for.

    The formset's own fields are written anew: what somebody put into them is not shown again.
    """
    data = copy(request.POST)
    sent = next(number for number in count() if f"{PREFIX}-{number}-place" not in data)
    forms = min(sent + ("add" in data), MOST)
    own = {"TOTAL_FORMS": forms, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 1, "MAX_NUM_FORMS": MOST}
    for name, value in own.items():
        data.setlist(f"{PREFIX}-{name}", [str(value)])  # type: ignore[misc]
    return data


def _of_findings(election: Election, now: JudgedElection) -> list[dict[str, str]]:
    """Return a request for each of the first practices' findings that are not met and not overridden."""
    written = overrides_of(election, now.snapshot)
    return [
        {
            "place": f"{Pin.PRACTICE}:{finding.practice}",
            "reason": f"{finding.message} ({finding.cite})",
            "settled_by": finding.remedy or "",
        }
        for finding in now.not_met
        if finding.practice is not None and (finding.practice, finding.rule) not in written
    ][:SHOWN_AT_FIRST]


def _mail(election: Election, asked: Sequence[Asked], due_on: date) -> Mail:
    submission = submission_of(election)
    requests = correction_rounds.pinned(election, submission, asked)
    return correction_rounds.correction_mail(election, submission, requests, correction_rounds.due_at(due_on))
