"""The representative's side of the signing room: the board, the signers' names, reminders, replacements."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import DocumentState
from ground import clock
from notices.messages import sender

from ..access import is_representative, may_edit, person
from ..agreement import executed
from ..agreement.actions import missing
from ..agreement.pdfs import STOP_ASKING
from ..agreement.text import executed_document
from ..content import Snapshot
from ..drafts.saving import SAVED, saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, judge_for_viewer, of_election, page
from ..frame_forms import typed
from ..models import Election
from ..outcomes import done, say
from ..signers import untold_elsewhere
from ..verbs import Refused
from ..working_copy import may_be_edited
from . import asking as actions
from .board import MAY_BE_REMINDED, SignerRow, SigningState, board
from .calls import calls
from .forms import ReplaceForm, SignerForm
from .signing_emails import ask_again
from .to_fix_first import ThingToFix, things_to_fix

LONGEST_ID = 18  # digits that the database takes


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit="POST", open="POST")
def signing(request: HttpRequest, election: Election) -> HttpResponse:
    """Show who has signed; name the signers, and send them their links."""
    snapshot = Snapshot.of_working_copy(election)
    rows = board(election, snapshot, clock.now())
    unasked = [row.member for row in rows if row.request is None and not row.is_carried]
    forms = [SignerForm(typed(request), member=member) for member in unasked]

    def save() -> None:
        executed.save_agreement(
            election.pk,
            parties={form.member.pk: form.sound() for form in forms},
            was={name: shown for form in forms for name, shown in form.was().items()},
            by=person(request),
            now=clock.now(),
        )

    def ask_or_stay() -> HttpResponse:
        return _ask_or_say_what_to_fix(request, election) if "ask" in request.POST else redirect("signing", election.pk)

    success = "" if "ask" in request.POST else SAVED
    if saved := saving_page(request, forms, save, then=ask_or_stay, success=success):
        return saved
    return page(
        request,
        "signing/signing",
        election,
        says_unsent=True,
        forms=forms,
        wrong=[form for form in forms if form.errors],
        missing=missing(snapshot),
        untold=untold_elsewhere(election),
        **_of_board(election, snapshot, rows),
    )


@require_safe
@of_election()
def signing_board(request: HttpRequest, election: Election) -> HttpResponse:
    """Answer the board alone, which the page asks for again and again."""
    snapshot = Snapshot.of_working_copy(election)
    user = person(request)
    can_change = may_edit(user, election) and may_be_edited(election, clock.now())
    told = _of_board(election, snapshot, board(election, snapshot, clock.now()))
    is_over = told["executed"] is not None and told["executed"].state == DocumentState.READY
    context = {"election": election, "can_change": can_change, "is_representative": is_representative(user, election)}
    return render(
        request, "elections/signing/signing_board.html", context | told, status=STOP_ASKING if is_over else 200
    )


@require_safe
@of_election()
def signing_calls(request: HttpRequest, election: Election) -> HttpResponse:
    """Show on one page to print who is left to call, what to say, and where they find our email."""
    return page(request, "signing/signing_calls", election, calls=calls(election, clock.now()), sender=sender())


@require_POST
@of_election(edit=True)
def signing_begin(request: HttpRequest, election: Election) -> HttpResponse:
    """Have the agreement signed here from now on; send the links right away where the signers were already named."""
    sends = "ask" in request.POST
    if sends and election.agreement.is_signed_here:  # a second click: says what is to fix, if something is
        return redirect("signing_send", election.pk)
    shown = request.POST.get("ask")
    begin = partial(actions.begin, election.pk, by=person(request), now=clock.now(), shown=shown)
    if not done(request, begin, "" if sends else "Next, check who signs. Then send the links."):
        return redirect("agreement" if sends else "signing", election.pk)
    return _ask_or_say_what_to_fix(request, election, shown) if sends else redirect("signing", election.pk)


@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def signing_send(request: HttpRequest, election: Election) -> HttpResponse:
    """Say what is to fix before the links go out; send them anyway."""
    if request.method == "POST":
        _ask(request, election)
        return redirect("signing", election.pk)
    things = _to_fix_first(request, election) if election.agreement.is_signed_here else []
    return (
        page(request, "signing/signing_send", election, things=things) if things else redirect("signing", election.pk)
    )


@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def signing_end(request: HttpRequest, election: Election) -> HttpResponse:
    """Say what is given up, then have the agreement executed elsewhere."""
    if request.method == "POST":
        end = partial(actions.end, election.pk, by=person(request), now=clock.now())
        done(request, end, "The practices now sign on paper. Enter below when and who signed.")
        return redirect("agreement_paper", election.pk)
    signed = sum(entry.signed is not None for entry in Snapshot.of_working_copy(election).practices)
    return page(request, "signing/signing_end", election, signed=signed)


@require_POST
@of_election(edit=True, open=True)
def signing_remind(request: HttpRequest, election: Election) -> HttpResponse:
    """Remind one practice's signer, or all who have not signed, and ask those to sign again who have to."""
    user = person(request)
    named = request.POST.get("practice", "")
    if named and not (named.isascii() and named.isdecimal() and len(named) <= LONGEST_ID):
        raise BadRequest("No practice has this number.")
    sent = 0
    try:
        sent = ask_again(election, by=user, now=clock.now())
        sent += actions.remind(election.pk, int(named) if named else None, by=user, now=clock.now())
    except Refused as refused:
        if not sent:
            say(request, refused)
    if sent:
        messages.success(request, f"{_mails(sent)} on the way.")
    return redirect("signing", election.pk)


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def signing_replace(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Ask somebody else to sign for a practice, or the same person anew."""
    user = person(request)
    member = get_object_or_404(election.members.select_related("party"), pk=member_id)
    initial = {"name": member.party.signer_name, "email": member.party.signer_email}
    form = ReplaceForm(typed(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        ask = partial(actions.replace, election.pk, member.pk, **form.cleaned_data, by=user, now=clock.now())
        if done(
            request, ask, f"A new link is on its way to {form.cleaned_data['email']}. Earlier links no longer work."
        ):
            return redirect("signing", election.pk)
    return page(request, "signing/signing_replace", election, member=member, form=form)


def _to_fix_first(request: HttpRequest, election: Election) -> list[ThingToFix]:
    """Return what is to fix before links go out; nothing if none is due to go out."""
    judged_election = judge_for_viewer(request, election)
    things = things_to_fix(judged_election)
    return things if things and actions.due_to_ask(election, judged_election.snapshot, clock.now()) else []


def _ask_or_say_what_to_fix(request: HttpRequest, election: Election, shown: str | None = None) -> HttpResponse:
    if _to_fix_first(request, election):
        return redirect("signing_send", election.pk)
    _ask(request, election, shown)
    return redirect("signing", election.pk)


def _ask(request: HttpRequest, election: Election, shown: str | None = None) -> None:
    try:
        count = actions.ask(election.pk, by=person(request), now=clock.now(), shown=shown)
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, f"{_mails(count)} on the way.")


def _mails(count: int) -> str:
    return "An email with the link is" if count == 1 else f"{count} emails with the links are"


def _of_board(election: Election, snapshot: Snapshot, rows: list[SignerRow]) -> dict[str, Any]:
    states = [row.state for row in rows]
    return {
        "rows": rows,
        "signed": states.count(SigningState.SIGNED),
        "executed": executed_document(election, snapshot),
        "may_remind": not set(MAY_BE_REMINDED).isdisjoint(states),
        "only_waits": not any(row.needs_us for row in rows) and not missing(snapshot),
    }
