"""Who the virtual group is: its name and its representative."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.addresses import verified_addresses

from ..access import election_for, is_representative, person
from ..actions import drafting
from ..forms.drafting import RepresentativeForm, VirtualGroupForm
from ..forms.guard import typed
from .frame import GET_OR_POST, SAVED, closed_to_changes, page
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
    return page(request, "virtual_group", election, form=form)


@keeps_typed
@require_http_methods(GET_OR_POST)
def representative(request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
    """Name the representative."""
    user = person(request)
    election = election_for(user, election_id, edit=True)
    if closed := closed_to_changes(request, election):
        return closed
    own = verified_addresses(user) if is_representative(user, election) else ()
    form = RepresentativeForm(typed(request), initial=election.contact, own=own)
    if request.method == "POST":
        saving = Saving(request, [form])
        named = {name: value for name, value in form.sound().items() if name in election.contact}
        if saving.is_auto or form.errors:
            named.pop("email", None)  # whom it names is invited: that takes the button, and a page without a mistake
        save = partial(drafting.save_representative, election.pk, **named, was=form.was(), by=user, now=clock.now())
        done = saving.do(save)
        if saving.is_auto:
            return saving.answer()
        if done:
            gives_up = form.cleaned_data.get("gives_up")
            only = f" Only {named['email'] or 'the next representative'} can submit now." if gives_up else ""
            messages.success(request, SAVED + only)
            return redirect("election", election.pk)
    return page(request, "representative", election, form=form)
