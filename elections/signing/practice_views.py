"""What a signer sees by their link after the election was submitted, and how they say that something isn't right."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from eligibility.data import nppes
from ground import clock

from ..frame_forms import typed
from ..objections import said_by
from ..outcomes import done
from .forms import ObjectionForm
from .named_practice import NamedPractice, practice_named_for, why_not_shown
from .objections import object_to
from .rooms import Room
from .views import AGAIN, View, by_link, is_opened, is_sent, note_opened, room_page, unsaved_fields

SENT = (
    "Sent. We emailed the representative and CMS what you wrote. Your practice stays in the election until the "
    "representative changes it."
)


def of_named_practice(
    view: Callable[[HttpRequest, Room, NamedPractice, str], HttpResponse], *, takes_words: bool = False
) -> View:
    """Give a view the practice as it was submitted, once the button behind the link was pressed in this browser.

    What is sent from a page whose session is over waits behind the button, as where they sign. Before a submission, the
    link leads to what is to be signed, or to what was recorded of a signature on paper.
    """

    @wraps(view)
    def opened(request: HttpRequest, room: Room, token: str) -> HttpResponse:
        named = practice_named_for(room.request)
        if named is None:
            return redirect("sign" if room.request.asked_for else "sign_recorded", token)
        if why := why_not_shown(named, clock.now()):
            closed = {"why": why, "heading": "This link no longer works", "may_get_a_link": False}
            return room_page(request, "sign_closed", room, token, status=410, **closed)
        if not is_opened(request, room):
            if request.method != "POST":
                return _gate(request, room, named, token)
            if takes_words and AGAIN not in request.POST:
                return _gate(request, room, named, token, action=request.get_full_path(), **unsaved_fields(request))
            note_opened(request, room)
        return view(request, room, named, token)

    return by_link(opened)


def _gate(request: HttpRequest, room: Room, named: NamedPractice, token: str, **context: Any) -> HttpResponse:
    return room_page(request, "sign_named", room, token, named=named, **context)


@of_named_practice
def sign_election(request: HttpRequest, room: Room, named: NamedPractice, token: str) -> HttpResponse:
    """Show what was submitted for the practice, and what became of it."""
    if request.method == "POST":
        return redirect("sign_election", token)
    names = nppes.names(named.entry.npis)
    return room_page(
        request,
        "sign_election",
        room,
        token,
        named=named,
        entry=named.entry,
        said=said_by(room.request, named.election),
        clinicians=[(npi, names.get(npi)) for npi in named.entry.npis],
    )


@partial(of_named_practice, takes_words=True)
def sign_objection(request: HttpRequest, room: Room, named: NamedPractice, token: str) -> HttpResponse:
    """Take what isn't right, in the signer's own words."""
    form = ObjectionForm(typed(request))
    if is_sent(request) and form.is_valid():
        objects = partial(object_to, room.request, **form.cleaned_data, now=clock.now())
        if done(request, objects, SENT):
            return redirect("sign_election", token)
    return room_page(request, "sign_objection", room, token, named=named, form=form)
