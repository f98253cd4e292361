"""What a signer sees by their link of what was recorded from paper, before the election is submitted."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ground import clock

from ..frame_forms import typed
from ..objections import said_by
from ..outcomes import done
from .forms import ObjectionForm
from .named_practice import practice_named_for
from .recorded import object_to_record, recorded_entry, why_record_closed
from .rooms import Room
from .views import AGAIN, by_link, is_opened, is_sent, note_opened, room_page, unsaved_fields

SENT = "Sent. We emailed what you wrote to the people who prepare the election."


@by_link
def sign_recorded(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Show what was recorded for the practice, behind a button, and take what isn't right."""
    if room.request.asked_for or practice_named_for(room.request):
        return redirect("sign" if room.request.asked_for else "sign_election", token)
    if why := why_record_closed(room, clock.now()):
        closed = {"why": why, "heading": "This link no longer works", "may_get_a_link": False}
        return room_page(request, "sign_closed", room, token, status=410, **closed)
    entry = recorded_entry(room)
    if not is_opened(request, room):
        is_again = AGAIN in request.POST
        if request.method != "POST" or ("text" in request.POST and not is_again):
            unsaved = unsaved_fields(request) if request.method == "POST" else {}
            return room_page(request, "sign_recorded", room, token, entry=entry, **unsaved)
        note_opened(request, room)
        if not is_again:
            return redirect("sign_recorded", token)
    form = ObjectionForm(typed(request))
    if is_sent(request) and form.is_valid():
        objects = partial(object_to_record, room.request, **form.cleaned_data, now=clock.now())
        if done(request, objects, SENT):
            return redirect("sign_recorded", token)
    said = said_by(room.request, room.election)
    return room_page(request, "sign_recorded", room, token, entry=entry, is_open=True, form=form, said=said)
