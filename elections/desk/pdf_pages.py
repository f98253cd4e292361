"""The packet as a PDF, for whoever may read the packet: asked for, waited for, loaded."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Role
from agreements.models import DocumentState
from ground import clock

from ..access import person
from ..agreement.pdfs import asked_again, handed_out
from . import packet
from .packet_document import make_packet, packets_of
from .pages import Pages, led_back


class PdfPages(Pages):
    """The desk's page of a packet's PDF."""

    def pdf(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Have the packet made as a PDF; hand out the last one that this person asked for, or show how far it is."""
        by = person(request)
        election = self.one(request, election_id, Role.REVIEWER, Role.AUDITOR, elections=packet.elections_for(by))
        if request.method == "POST":
            make_packet(election, by=by, now=clock.now())
            return redirect("admin:elections_election_pdf", election.pk)
        found = packets_of(election, by=by).first()
        if found is None:
            return led_back(request, election)
        if told := asked_again(request, found):
            return told
        if found.state != DocumentState.READY:
            return self.page_of(request, "pdf", "PDF", election, document=found)
        return handed_out(found, f"packet-{election.performance_year}-{found.requested_at:%Y-%m-%d}.pdf")
