"""Who the virtual group is: its name and its representative."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from ground import clock

from ..access import election_for, person
from ..actions import drafting
from ..forms.drafting import RepresentativeAndAlternateForm, VirtualGroupForm
from ..frame import GET_OR_POST, SAVED, closed_to_changes, page
from ..frame_forms import typed
from ..models import Election
from ..working_copy import signed_names
from .kept import keeps_typed
from .saving import Saving


@keeps_typed
@require_http_methods(GET_OR_POST)
def virtual_group(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Name the virtual group."""
    user = person(request)
    election = election_for(user, election_id, edit=True)
    if closed := closed_to_changes(request, election):
        return closed
    form = VirtualGroupForm(typed(request), initial={"name": election.virtual_group.name})
    if request.method == "POST":
        saving = Saving(request, [form])
        save = partial(drafting.save_group, election.pk, **form.sound(), was=form.was(), by=user, now=clock.now())
        done = saving.do(save)
        if saving.is_auto:
            return saving.answer()
        if done:
            messages.success(request, SAVED)
            return redirect("election", election.pk)
    return page(request, "virtual_group", election, form=form, signed=_signed_under(election))


def _signed_under(election: Election) -> str:
    """Return the group's name in an agreement that practices have signed here; empty where none has."""
    return str((signed_names(election) or {}).get("virtual_group", ""))


@keeps_typed
@require_http_methods(GET_OR_POST)
def representative(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Say how CMS reaches the representative, and whom otherwise."""
    user = person(request)
    election = election_for(user, election_id, edit=True)
    if closed := closed_to_changes(request, election):
        return closed
    initial = election.contact | election.alternate_contact
    form = RepresentativeAndAlternateForm(typed(request), initial=initial, own=user.verified_addresses)
    if request.method == "POST":
        saving = Saving(request, [form])
        save = partial(
            drafting.save_representative, election.pk, **form.sound(), was=form.was(), by=user, now=clock.now()
        )
        is_whole = saving.do(save)
        if saving.is_auto:
            return saving.answer()
        if is_whole:
            messages.success(request, SAVED)
            return redirect("election", election.pk)
    return page(request, "representative", election, form=form)
