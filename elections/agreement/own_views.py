"""The group's own agreement in place of our text: upload it, mark where it does the nine things, read it."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import OwnAgreement
from agreements.text import own
from agreements.text.agreement_uploads import InMemory
from ground import clock

from ..access import person
from ..content import Snapshot
from ..drafts.saving import saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, lead_on, of_election, page
from ..frame_forms import typed
from ..models import Election
from ..outcomes import done, say
from ..verbs import Refused
from . import own as actions
from .own_forms import MarksForm, OwnFileForm
from .pdfs import strangers_file
from .taken_files import eins_of, take_counted
from .ways import way_of

TAKEN = "Your agreement is uploaded. Now mark where it covers the 9 required items."
REPLACED = "Your new file is saved. Check below whether the places you marked still fit."
SAME = "Nothing changed. This file is already in use."


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit="POST", open="POST")
def agreement_own(request: HttpRequest, election: Election) -> HttpResponse:
    """Show the group's own agreement, and keep where the group says it does the nine things."""
    in_use = election.agreement.own
    form = MarksForm(typed(request), initial=in_use.marks if in_use else {})

    def save() -> None:
        actions.save_marks(election.pk, form.sound(), was=form.was(), by=person(request), now=clock.now())

    def go_on() -> HttpResponse:
        is_chosen = way_of(election.agreement, Snapshot.of_working_copy(election))
        return lead_on(election, after="agreement") if is_chosen else redirect("agreement", election.pk)

    if saved := saving_page(request, [form], save, then=go_on):
        return saved
    files = election.agreement.own_agreements.select_related("uploaded_by")
    return page(
        request,
        "agreement/agreement_own",
        election,
        says_unsent=True,
        own=in_use,
        form=form,
        marks=in_use.marked if in_use else [],
        unmarked=in_use.unmarked if in_use else [],
        earlier=files.exclude(pk=in_use.pk) if in_use else files,
    )


@csrf_exempt  # what checks the token reads the file, and may only once we say where it goes
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def agreement_own_upload(request: HttpRequest, election: Election) -> HttpResponse:
    """Take a PDF that is the agreement from now on, into memory alone until it was looked through."""
    return take_counted(request, _upload, election, most_bytes=own.MOST_BYTES)


def _upload(request: HttpRequest, election: Election, handler: InMemory) -> HttpResponse:
    posted = request.method == "POST"
    files = request.FILES if posted else None
    eins = eins_of(election) if posted else []
    form = OwnFileForm(request.POST if posted else None, files, eins=eins, is_too_large=handler.is_too_large)
    if posted and form.is_valid():
        try:
            is_new = actions.use(
                election.pk,
                form.pdf,
                name=form.stored_name,
                pages=form.checked.pages,
                by=person(request),
                now=clock.now(),
            )
        except Refused as refused:
            say(request, refused)
        else:
            has_marks = election.agreement.own and any(election.agreement.own.marks.values())
            taken = REPLACED if has_marks else TAKEN
            messages.success(request, taken if is_new else SAME)
            return redirect("agreement_own", election.pk)
    return page(
        request,
        "agreement/agreement_own_upload",
        election,
        says_unsent=True,
        form=form,
        own=election.agreement.own,
        **_signed(election),
    )


@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def agreement_own_drop(request: HttpRequest, election: Election) -> HttpResponse:
    """Say what is given up, then use our text again."""
    if request.method == "POST":
        drop = partial(actions.drop, election.pk, by=person(request), now=clock.now())
        done(request, drop, "Our text is now the agreement. Your own file stays on record.")
        return redirect("agreement", election.pk)
    return page(request, "agreement/agreement_own_drop", election, says_unsent=True, **_signed(election))


@require_safe
@of_election()
def agreement_own_file(request: HttpRequest, election: Election, own_id: int) -> HttpResponse:
    """Hand out a file that is or was the group's own agreement, to those who work on the election."""
    return own_file(get_object_or_404(OwnAgreement, agreement=election.agreement_id, pk=own_id))


def own_file(found: OwnAgreement) -> HttpResponse:
    """Answer with the group's own file."""
    return strangers_file(own.open_pdf(found), str(found.name))


def _signed(election: Election) -> dict[str, int]:
    """Return the number of practices that signed the current text, and would have to sign again."""
    return {"signed": sum(entry.signed is not None for entry in Snapshot.of_working_copy(election).practices)}
