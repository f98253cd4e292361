"""Who the virtual group is: its name and its representative."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import clock

from ..access import election_for, person
from ..actions import drafting
from ..forms.drafting import RepresentativeForm, VirtualGroupForm
from ..forms.guard import typed
from ..outcomes import done
from .frame import GET_OR_POST, SAVED, closed_to_changes, page


@require_http_methods(GET_OR_POST)
def virtual_group(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Name the virtual group."""
    election = election_for(person(request), election_id, edit=True)
    if closed := closed_to_changes(request, election):
        return closed
    form = VirtualGroupForm(typed(request), initial={"name": election.virtual_group.name})
    if request.method == "POST" and form.is_valid():
        save = partial(drafting.save_group, election.pk, **form.cleaned_data, now=clock.now())
        if done(request, save, SAVED):
            return redirect("election", election.pk)
    return page(request, "virtual_group", election, form=form)


@require_http_methods(GET_OR_POST)
def representative(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Name the representative."""
    user = person(request)
    election = election_for(user, election_id, edit=True)
    if closed := closed_to_changes(request, election):
        return closed
    form = RepresentativeForm(typed(request), initial=election.contact)
    if request.method == "POST" and form.is_valid():
        save = partial(drafting.save_representative, election.pk, **form.cleaned_data, by=user, now=clock.now())
        if done(request, save, SAVED):
            return redirect("election", election.pk)
    return page(request, "representative", election, form=form)
