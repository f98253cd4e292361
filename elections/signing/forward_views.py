"""The pages of a forwarded request: the signer says who signs instead; who prepares the election can cancel it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from agreements.models import SigningRequest
from ground import clock

from ..access import person
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election
from ..outcomes import done
from .forms import ReplaceForm
from .forwarding import cancel_forward, forward, is_submitted, open_link, signatures_of
from .rooms import Room
from .views import after_the_button, is_sent, room_page

SUBMIT_AGAIN = "After that, submit the election again. What was submitted still has the canceled signature."


@after_the_button
def sign_forward(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Take the name and the email address of the person who signs for the practice."""
    if why := room.why_not_forwarded:
        messages.warning(request, why)
        return redirect("sign_room", token)
    form = ReplaceForm(typed(request))
    if is_sent(request) and form.is_valid():
        send = partial(forward, room.request, **form.cleaned_data, now=clock.now())
        if done(request, send, "Forwarded. Nothing was signed. Thank you."):
            return redirect("sign", token)
    return room_page(request, "sign_forward", room, token, form=form)


@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def signing_forwarded(request: HttpRequest, election: Election, request_id: int) -> HttpResponse:
    """Say what canceling a forwarded request does, then cancel it."""
    of_election = SigningRequest.objects.filter(party__agreement=election.agreement_id, forwarded_by__isnull=False)
    listed = of_election.filter(party__member__isnull=False).select_related("party__member")
    forwarded = get_object_or_404(listed, pk=request_id)  # as our email names it: they may have a later link by now
    submitted = is_submitted(election, forwarded)
    if request.method == "POST":
        cancel = partial(cancel_forward, election.pk, forwarded, by=person(request), now=clock.now())
        said = f"The link of {forwarded.name} no longer works. Now ask who should sign for {forwarded.party.member}."
        done(request, cancel, f"{said} {SUBMIT_AGAIN}" if submitted else said)
    elif sent := open_link(forwarded):
        told: dict[str, Any] = {"sent": sent, "has_signed": signatures_of(sent).exists(), "submitted": submitted}
        return page(request, "signing/signing_forwarded", election, **told)
    else:
        messages.info(request, f"The link of {forwarded.name} no longer works. There is nothing left to cancel.")
    return redirect("signing", election.pk)
