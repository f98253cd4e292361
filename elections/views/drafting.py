"""Who the virtual group is: its name and its representative."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.addresses import verified_addresses

from ..access import election_for, is_representative, person
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
    own = verified_addresses(user) if is_representative(user, election) else ()
    form = RepresentativeForm(typed(request), initial=election.contact, own=own)
    if request.method == "POST" and form.is_valid():
        named = {name: form.cleaned_data[name] for name in election.contact}
        save = partial(drafting.save_representative, election.pk, **named, by=user, now=clock.now())
        handed_over = f"{SAVED} Only {named['email'] or 'the next representative'} can submit now."
        if done(request, save, handed_over if form.cleaned_data.get("gives_up") else SAVED):
            return redirect("election", election.pk)
    return page(request, "representative", election, form=form)
