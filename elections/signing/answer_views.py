"""The page on which what a signer wrote is answered."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from agreements.models import SigningRequest
from ground import clock

from ..access import person
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election
from ..outcomes import done
from .answers import answer, written_at
from .forms import SignerAnswerForm


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def signing_answer(request: HttpRequest, election: Election, request_id: int) -> HttpResponse:
    """Take an answer to what a signer wrote: fixed, or why not."""
    of_election = SigningRequest.objects.filter(party__agreement=election.agreement_id, party__member__isnull=False)
    asked = get_object_or_404(of_election.select_related("party__member"), pk=request_id)
    member = asked.party.member  # it may be removed while this is sent, and what was typed is shown again
    form = SignerAnswerForm(typed(request), initial={"written": _written(asked)})
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.answer()
        send = partial(answer, election.pk, asked, **said, by=person(request), now=clock.now())
        if done(request, send, f"Sent. {asked.name} reads your answer in our email, and where they sign."):
            return redirect("signing", election.pk)
        asked.refresh_from_db()
        form.retype("written", _written(asked))  # what they read now is what they answer
    elif not _written(asked) or asked.revoked_at:
        messages.info(request, "There is nothing left to answer here.")
        return redirect("signing", election.pk)
    return page(request, "signing/signing_answer", election, asked=asked, member=member, form=form)


def _written(asked: SigningRequest) -> str:
    at = written_at(asked)
    return at.isoformat() if at else ""
