"""What a signer downloads by their link: the agreement as a PDF, executed or not yet, and the group's own file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agreements.models import DocumentState
from agreements.papers import documents
from ground import clock

from ..agreement.actions import document_of
from ..agreement.own_views import own_file
from ..agreement.pdfs import asked_again, handed_out
from ..agreement.text import agreement_snapshot, executed_document
from .rooms import Room, unsigned
from .views import after_the_button, by_link, is_sent, room_page

PDF_NAME = "virtual-group-agreement.pdf"


@by_link
def sign_executed(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Hand out, at the press of a button, the executed agreement that the signer was told of.

    Whatever became of the practice's place since: it may have been removed.
    """
    held = room.executed_before(clock.now())
    if request.method != "POST" or held is None:
        return redirect("sign", token)
    return handed_out(held, PDF_NAME)


@after_the_button
def sign_document(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Hand out the agreement as a PDF: the executed one, else as it stands to be signed; or say how far it is."""
    found = executed_document(room.election, room.snapshot)
    if found is None and is_sent(request):
        found = document_of(room.election, unsigned(room.snapshot), by=None, now=clock.now())
        if found.state != DocumentState.READY:
            return redirect("sign_document", token)
    if found is None:
        to_sign = agreement_snapshot(unsigned(room.snapshot), room.election)
        found = documents.find(room.election.agreement_id, to_sign)
    if found and (told := asked_again(request, found)):
        return told
    if found and found.state == DocumentState.READY:
        return handed_out(found, PDF_NAME)
    return room_page(request, "sign_document", room, token, document=found)


@after_the_button
def sign_own_file(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Hand out the group's own agreement, which the signer reads before they sign."""
    in_use = room.election.agreement.own
    return own_file(in_use) if in_use else redirect("sign_room", token)
