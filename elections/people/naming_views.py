"""Who the virtual group is: its name and its representative."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ground import clock

from ..access import person
from ..drafts.saving import saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, lead_on, of_election, page
from ..frame_forms import typed
from ..models import Election
from ..working_copy import signed_names
from . import naming
from .naming_forms import RepresentativeAndAlternateForm, VirtualGroupForm


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def virtual_group(request: HttpRequest, election: Election) -> HttpResponse:
    """Name the virtual group."""
    form = VirtualGroupForm(typed(request), initial={"name": election.virtual_group.name})

    def save() -> None:
        naming.save_group(election.pk, **form.sound(), was=form.was(), by=person(request), now=clock.now())

    return saving_page(
        request,
        [form],
        save,
        then=lambda: lead_on(election, after="virtual_group"),
        success="The group’s name is saved.",
    ) or page(
        request,
        "people/virtual_group",
        election,
        says_unsent=True,
        form=form,
        signed=(signed_names(election) or {}).get("virtual_group", ""),
    )


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def representative(request: HttpRequest, election: Election) -> HttpResponse:
    """Say how CMS reaches the representative, and whom otherwise."""
    user = person(request)
    initial = election.contact | election.alternate_contact
    form = RepresentativeAndAlternateForm(typed(request), initial=initial, own=user.verified_addresses)

    def save() -> None:
        naming.save_representative(election.pk, **form.sound(), was=form.was(), by=user, now=clock.now())

    return saving_page(
        request,
        [form],
        save,
        then=lambda: lead_on(election, after="representative"),
        success="The representative is saved.",
    ) or page(request, "people/representative", election, says_unsent=True, form=form)
