"""What every page of an election shows around its own content, and what each asks first."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ground import clock
from ground.addresses import client_address

from . import access
from .content import Snapshot
from .late_corrections import late_correction_basis
from .models import Election
from .readiness import JudgedElection, judge
from .states import ElectionStatus
from .working_copy import may_be_edited, why_closed

View: TypeAlias = Callable[..., HttpResponse]
When: TypeAlias = bool | Literal["POST"]
"""Whether something is asked of who opens a page; "POST": only of who sends it."""

GET_OR_POST = ["GET", "HEAD", "POST"]


def arrived_at(request: HttpRequest) -> datetime:
    """Return the moment the request arrived, before any work: deadlines are judged by it."""
    moment: datetime = request.arrived_at  # type: ignore[attr-defined]
    return moment


def page(
    request: HttpRequest, template: str, election: Election, *, says_unsent: bool = False, **context: Any
) -> HttpResponse:
    """Render a page of an election, `room/page`, with its window and what this person may do.

    `says_unsent` is for pages of the working copy: they say that CMS does not have yet what is typed there.
    """
    user = access.person(request)
    represents, edits = access.is_representative(user, election), access.may_edit(user, election)
    others = "What you or the representative can do" if edits else "What the representative can do"
    is_editable = may_be_edited(election, clock.now())
    frame = {
        "election": election,
        "performance_year": election.performance_year,
        "window": election.window,
        "is_representative": represents,
        "remedy_is_for": "" if represents else others,
        "says_unsent": says_unsent,
        "unsaved": getattr(request, "unsaved", None),
        "saved_at": election.changed_at,
        "saved_by": user if election.changed_by_id == user.pk else election.changed_by,
        "is_editable": is_editable,
        "can_edit": edits,
        "can_change": edits and is_editable,
    }
    return render(request, f"elections/{template}.html", frame | context)


def lead_on(election: Election, *, after: str, practice: int | None = None) -> HttpResponse:
    """Lead to what is next in an election after the page of this task, or of this practice, was saved."""
    saved = {"after": after} | ({} if practice is None else {"practice": practice})
    return redirect(f"{reverse('next_step', args=[election.pk])}?{urlencode(saved)}")


def of_election(*, edit: When = False, represent: When = False, open: When = False) -> Callable[[View], View]:
    """Give a view the election of its address in the place of `election_id`, to whom access.election_for gives it.

    `open` leads back to the election where its working copy cannot be changed any more.
    """

    def opening(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, election_id: uuid.UUID, **more: Any) -> HttpResponse:
            edits, represents, is_open = (
                request.method == "POST" if when == "POST" else when for when in (edit, represent, open)
            )
            election = access.election_for(access.person(request), election_id, edit=edits, represent=represents)
            closed = closed_to_changes(request, election) if is_open else None
            return closed or view(request, election, **more)

        return opened

    return opening


def closed_to_changes(request: HttpRequest, election: Election) -> HttpResponse | None:
    """Return the way back to the election where its working copy cannot be changed any more, else None."""
    if may_be_edited(election, clock.now()):
        return None
    why = why_closed(election, clock.now())
    if "X-Autosave" in request.headers:
        told: dict[str, Any] = {"saved": None, "refused": [why], "errors": {}, "emptied": [], "overtaken": {}}
        return JsonResponse(told)
    messages.warning(request, f"{why} See below what you can still do.")
    return redirect("election", election.pk)


def judge_for_viewer(request: HttpRequest, election: Election) -> JudgedElection:
    """Judge the working copy now, or as a late correction would be, on what this person may know."""
    snapshot, at = Snapshot.of_working_copy(election), clock.now()
    asked = election.public_status == ElectionStatus.ACTION_NEEDED
    judged, moment = late_correction_basis(election, snapshot, at) if asked else (snapshot, at)
    judged_election = judge(
        judged,
        election_id=election.pk,
        at=moment,
        by=access.person(request),
        address=client_address(request),
        window=election.window,
    )
    return replace(judged_election, snapshot=snapshot)
