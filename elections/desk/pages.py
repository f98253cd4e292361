"""What the pages about one election at the desk share: who opens them, the verb behind a form, the mail beside it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.models import Role, User
from ground import clock

from ..access import has_part, person
from ..frame_forms import typed
from ..models import Election
from ..outcomes import done
from ..states import Verb, transition
from . import actions
from .desk import OWN_PART, staff
from .forms import InPlaceForm
from .log import logged
from .queue import Queue
from .reopening import NOT_IN_EFFECT
from .seen import basis

BY_BUTTON = "This address works only from its button here. Nothing was changed."


class Pages(Queue):
    """Pages about one election, reached from its packet."""

    def one(
        self, request: HttpRequest, election_id: uuid.UUID, *roles: Role, elections: QuerySet[Election] | None = None
    ) -> Election:
        """Return the election to staff with one of the roles, who have no part in it themselves.

        `elections` says what is read with it; None: what every page of the desk shows.
        """
        user = staff(request, *roles)
        if elections is None:
            elections = Election.objects.select_related("virtual_group", "last_submission", "reviewer")
        submitted = elections.filter(last_submission__isnull=False)
        election: Any = get_object_or_404(submitted.annotate(has_part=has_part(user), basis=basis()), pk=election_id)
        if election.has_part:
            raise PermissionDenied(OWN_PART)
        assert isinstance(election, Election)
        return election

    def own_decision(self, request: HttpRequest, election_id: uuid.UUID) -> Election | None:
        """Return an election in which a reviewer has a part by now, and whose decision of theirs has no effect yet."""
        user = person(request)
        if not user.has_role(Role.REVIEWER):
            return None
        decided = Election.objects.filter(has_part(user), pending_decision__decided_by=user)
        return decided.select_related("pending_decision__decided_by").filter(pk=election_id).first()

    def taken_on(
        self, request: HttpRequest, election: Election, verb: Verb, does: str, act: Callable[..., object], said: str
    ) -> HttpResponse:
        """Do a verb that makes a person the reviewer; where a colleague is, its page asks first.

        `said` has a place for the sentence about who is emailed at CMS.
        """
        by = person(request)
        colleague = actions.colleague_of(election, by) if transition(verb, election.status) else None
        form = InPlaceForm(typed(request), colleague=colleague)
        if request.method == "POST" and form.is_valid():
            told = said.format(emailed(colleague))
            done(request, logged(act), told, election.pk, by=by, now=clock.now(), **form.cleaned_data)
            return back_to_packet(election)
        return self.page_of(request, verb.value, does, election, form=form)

    def page_of(self, request: HttpRequest, name: str, does: str, election: Election, **context: Any) -> HttpResponse:
        return self.page(request, name, f"{does}: {election.as_submitted}", election=election, **context)


def back_to_packet(election: Election) -> HttpResponse:
    return redirect("admin:elections_election_change", election.pk)


def emailed(*people: User | None) -> str:
    """Return the sentence about the emails to people at CMS; None is no one."""
    count = sum(1 for one in people if one)
    return ("We didn’t email anyone.", "The email is on its way.", "The emails are on their way.")[count]


def act_on(request: HttpRequest, election: Election, form: Form, act: Callable[..., object], said: str) -> bool:
    """Do a verb with what was sent, and say so; False where nothing right was sent, or the verb refused."""
    if request.method != "POST" or not form.is_valid():
        return False
    return done(request, logged(act), said, election.pk, by=person(request), now=clock.now(), **form.cleaned_data)


def closed(request: HttpRequest, election: Election, verb: Verb) -> HttpResponse | None:
    """Lead a page that is opened too late back to the packet; what was sent is judged, and answered, by the verb."""
    if request.method == "POST":
        return None
    if transition(verb, election.status) is None:
        return led_back(request, election, not_now(election))
    if verb == Verb.REOPEN and election.pending_decision_id:
        return led_back(request, election, NOT_IN_EFFECT)
    return None


def not_now(election: Election) -> str:
    """Return the sentence that a verb does not fit the election's status."""
    return f"This election is {election.get_status_display().lower()}, so you cannot do that now."


def led_back(request: HttpRequest, election: Election, why: str = BY_BUTTON) -> HttpResponse:
    """Lead an address that was typed by hand back to the packet, and say why."""
    messages.warning(request, why)
    return back_to_packet(election)
