"""What a reviewer types at the desk saves itself, for them alone, until the form is sent; and outlives the session.

What a decision was made with stays until it takes effect: one who undoes it finds the words again. Nine digits are
masked before anything is kept. What is sent after the session ended is kept as on the public pages
(drafts/unsaved_views.py). A mail that was shown is not kept: it is shown again before it is sent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User
from ground import clock
from ground.ssn_guard import NINE_DIGITS_MASKED
from ground.templatetags.et import et_time

from ..access import person
from ..drafts.unsaved_pages import fits, masked, typed_fields
from ..drafts.unsaved_views import View, preserve_unsaved
from ..models import Election, SentForm, UnsentForm
from ..states import Verb
from ..verbs import Refused
from .sent_forms import SENT_BEFORE, hold, once, sent_before

UNDOABLE = (Verb.APPROVE, Verb.REJECT)
DECISION_WORDS = ("identifier", "note", "picked", "reasons")  # the fields that people fill in to decide
RETENTION = timedelta(days=30)
MOST = 200  # forms of one person
TOO_LONG = "This is too long to save."


def kept(verb: View, door: Callable[[View], Any], guard: Callable[..., object]) -> View:
    """Return the view of a verb, behind the door, as a page that keeps what is typed into its form until it is sent.

    What can be undone is kept until it takes effect (decision_forms). `guard` gets the request and what its address
    names. It raises where this person may not do the verb; Refused where no one can now.
    """
    sending = once(_forgetting(verb))

    @wraps(verb)
    def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            _open(request)
            return verb(request, *args, **kwargs)
        if "X-Autosave" in request.headers:
            return _answer(request, partial(guard, request, *args, **kwargs))
        response = sending(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data["unsent"] = _keep(request)
        return response

    return preserve_unsaved(door(keeping), masks=True)


def _forgetting(verb: View) -> View:
    """Return the view of a verb, which forgets what was typed once it was sent and leads on; keeps it to be undone."""

    @wraps(verb)
    def forgetting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = verb(request, *args, **kwargs)
        if response.status_code == 302 and verb.__name__ in UNDOABLE and any(map(request.POST.get, DECISION_WORDS)):
            _keep(request)
        elif response.status_code == 302:
            UnsentForm.objects.filter(user=person(request), path=request.path).delete()
        return response

    return forgetting


def forms_at(user: User, *paths: str) -> list[UnsentForm | None]:
    """Return the person's unsent form at each of the pages; None where there is none."""
    found = {form.path: form for form in UnsentForm.objects.filter(user=user, path__in=paths)}
    return [found.get(path) for path in paths]


def decision_forms(election: Election, by: User) -> QuerySet[UnsentForm]:
    """Return what a person typed to decide an election."""
    paths = [reverse(f"admin:elections_election_{verb}", args=[election.pk]) for verb in UNDOABLE]
    return UnsentForm.objects.filter(user=by, path__in=paths)


def forget_old(*, now: datetime) -> int:
    """Delete what nobody sent within 30 days, and the keys of what was sent; return how many forms were not sent."""
    SentForm.objects.filter(sent_at__lte=now - RETENTION).delete()
    return UnsentForm.objects.filter(saved_at__lte=now - RETENTION).delete()[0]


def _open(request: HttpRequest) -> None:
    """Give the page what was typed into it before; what was sent after the session's end goes first."""
    if not getattr(request, "unsaved", None):
        [request.unsent] = forms_at(person(request), request.path)  # type: ignore[attr-defined]


def _keep(request: HttpRequest) -> UnsentForm | None:
    """Keep what was sent in the place of what was kept before; None if it is too much. Of many, the oldest go."""
    typed, user = typed_fields(request.POST), person(request)
    if not fits(typed):
        return None
    row = {"typed": {name: masked(text) for name, text in typed.items()}, "saved_at": clock.now()}
    form, is_new = UnsentForm.objects.update_or_create(user=user, path=request.path, defaults=row)
    if is_new:
        oldest = UnsentForm.objects.filter(user=user).order_by("-saved_at", "-pk")[MOST:]
        UnsentForm.objects.filter(pk__in=[old.pk for old in oldest.only("pk")]).delete()
    return form


@transaction.atomic
def _answer(request: HttpRequest, guard: Callable[[], object]) -> HttpResponse:
    """Keep what a page sends by itself, and answer it as drafts/saving.py says; `masked` are fields' texts as kept."""
    told: dict[str, Any] = {"saved": None, "refused": [], "errors": {}, "emptied": [], "overtaken": {}}
    try:
        guard()
        hold(request)
        if sent_before(request):
            raise Refused(SENT_BEFORE)
        if (form := _keep(request)) is None:
            raise Refused(TOO_LONG)
    except Refused as refused:
        return JsonResponse(told | {"refused": refused.sentences})
    sent = typed_fields(request.POST)
    changed = {name: text for name, text in form.typed.items() if text != sent[name]}
    errors = {name: [NINE_DIGITS_MASKED] for name in changed}
    return JsonResponse(told | {"saved": f"at {et_time(form.saved_at)}", "errors": errors, "masked": changed})
