"""What there is on paper: a practice's signature page, attached, replaced, removed, downloaded; its sheet to print."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import PageKind, SignaturePage
from agreements.papers import signature_pages
from agreements.text.agreement_uploads import InMemory
from ground import clock

from ..access import person
from ..content import Snapshot
from ..frame import GET_OR_POST, lead_on, of_election, page
from ..models import Election, Member
from ..outcomes import done, say
from ..verbs import Refused
from .attached import attach, remove
from .attached_forms import PageFileForm
from .pdfs import strangers_file
from .taken_files import eins_of, take_counted

CONTENT_TYPES = {PageKind.PICTURE: ("image/jpeg", "jpg"), PageKind.PDF: ("application/pdf", "pdf")}


def attach_or_lead_on(request: HttpRequest, election: Election) -> HttpResponse:
    """Lead to the signature page whose button saved the page, else to what is next."""
    asked = request.POST.get("attach", "")
    if asked.isdecimal() and len(asked) < 19:
        return redirect("signature_page", election.pk, int(asked))
    return lead_on(election, after="agreement")


@csrf_exempt  # what checks the token reads the file, and may only once we say where it goes
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open="POST")
def signature_page(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Take a photo or scan of a practice's signature page, into memory alone until it was looked at."""
    member = get_object_or_404(election.members.select_related("party__signature_page"), pk=member_id)
    return take_counted(request, _attach, election, member, most_bytes=signature_pages.MOST_BYTES)


def _attach(request: HttpRequest, election: Election, member: Member, handler: InMemory) -> HttpResponse:
    posted = request.method == "POST"
    files = request.FILES if posted else None
    eins = eins_of(election) if posted else []
    form = PageFileForm(request.POST if posted else None, files, eins=eins, is_too_large=handler.is_too_large)
    if posted and form.is_valid():
        shown = request.POST.get("shown", "")
        try:
            is_new = attach(election.pk, member.pk, form.checked, shown=shown, by=person(request), now=clock.now())
        except Refused as refused:
            say(request, refused)
        else:
            messages.success(
                request, f"The signature page of {member} is attached." if is_new else "This file is already attached."
            )
            return redirect("agreement_paper", election.pk)
    attached = SignaturePage.objects.filter(party=member.party_id).select_related("uploaded_by").first()
    return page(request, "agreement/signature_page", election, member=member, attached=attached, form=form)


@require_POST
@of_election(edit=True)
def signature_page_remove(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Delete the page of a practice, also once nothing else of the election can be changed."""
    member = get_object_or_404(election.members, pk=member_id)
    shown = request.POST.get("shown", "")
    act = partial(remove, election.pk, member.pk, shown=shown, by=person(request), now=clock.now())
    done(request, act, f"No signature page is attached for {member}.")
    return redirect("signature_page", election.pk, member.pk)


@require_safe
@of_election()
def signature_page_file(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Hand out a practice's page to those who work on the election."""
    pages = SignaturePage.objects.select_related("party__member").filter(party__member__election=election)
    attached = get_object_or_404(pages, party__member__pk=member_id)
    content_type, ending = CONTENT_TYPES[PageKind(attached.kind)]
    try:
        content = signature_pages.open_page(attached)
    except FileNotFoundError:  # another took its place in this moment
        raise Http404 from None
    name = f"signature-page-{election.performance_year}-{attached.party.member.position}.{ending}"
    return strangers_file(content, name, content_type)


@require_safe
@of_election()
def paper_sheet(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Show what was recorded of a practice, on one page to print for it: the words of the email to its signer."""
    snapshot = Snapshot.of_working_copy(election)
    listed = dict(zip(snapshot.member_ids, snapshot.practices, strict=True))
    if member_id not in listed:
        raise Http404
    return page(request, "agreement/paper_sheet", election, entry=listed[member_id], today=clock.today())
