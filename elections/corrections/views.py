"""What CMS asks to be corrected, each request with a way to its place and its answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from ground import clock

from ..access import person
from ..drafts.saving import saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, of_election, page
from ..frame_forms import typed
from ..models import Election
from . import answers
from .forms import AnswerForm


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit="POST")
def corrections(request: HttpRequest, election: Election) -> HttpResponse:
    """Show the open requests, and keep what is answered."""
    correction = answers.open_correction(election)
    if correction is None:
        messages.warning(request, "CMS isn’t waiting for corrections to this election.")
        return redirect("election", election.pk)
    forms = [AnswerForm(typed(request), request=each) for each in correction.requests.all()]

    def save() -> None:
        given = {form.request.pk: form.sound() for form in forms}
        was = {name: value for form in forms for name, value in form.was().items()}
        answers.save_answers(election.pk, given, was=was, by=person(request), now=clock.now())

    return saving_page(request, forms, save, then=lambda: redirect("submit_page", election.pk)) or page(
        request, "corrections/corrections", election, correction=correction, forms=forms, says_unsent=True
    )
