"""The page on which a reviewer says what became of what signers say isn't right."""

import uuid

from django.http import HttpRequest, HttpResponse

from accounts.models import Role

from ..frame_forms import typed
from ..objections import open_objections
from .objection_form import SettleObjectionForm
from .objections import settle_objections
from .pages import Pages, act_on, back_to_packet, led_back

NONE_OPEN = "No objection is open in this election. Nothing was changed."


class ObjectionPages(Pages):
    """The desk's page of open objections."""

    def settle_objection(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Ask which objections are settled, and what became of them."""
        election = self.one(request, election_id, Role.REVIEWER)
        objections = list(open_objections().filter(election=election))
        if not objections:
            return led_back(request, election, NONE_OPEN)
        form = SettleObjectionForm(typed(request), objections=objections)
        said = "Settled. Your note is in the history. We didn’t email anyone."
        if act_on(request, election, form, settle_objections, said):
            return back_to_packet(election)
        return self.page_of(
            request, "settle_objection", "Settle an objection", election, form=form, objections=objections
        )
