"""Saving a page of the working copy: by its button, or by itself while one types (static/js/draft.js).

A request that saves by itself says so with the header `X-Autosave` and is answered in JSON:

- `saved`: when, as `10:42 a.m. ET`; null where nothing could be saved
- `refused`: sentences about the page as a whole
- `errors`: sentences by field name; of these fields nothing was saved
- `emptied`: names of fields in which what was typed must not stay
- `overtaken`: by field name what somebody else saved there meanwhile, as the field would hold it
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse

from ground import clock
from ground.templatetags.et import et_time

from ..outcomes import say
from ..verbs import Refused
from .forms import SAVE_AGAIN, DraftForm
from .merging import Overtaken

SAVED = "Saved."
SAVED_IN_PART = "Saved, except for what is marked below."


class SavedPart(Protocol):
    """What a page saves beside its forms, and shows by itself: a grid of lines."""

    @property
    def has_open(self) -> bool:
        """Say whether some of what was typed could not be saved."""

    def takes(self, overtaken: Overtaken) -> bool:
        """Say whether the part shows what somebody else saved meanwhile, and remember it."""

    def answer(self) -> dict[str, Any]:
        """Return the part's values for a page that saves by itself, as JSON values."""


def saving_page(
    request: HttpRequest,
    forms: Iterable[DraftForm],
    *saves: Callable[[], object],
    then: Callable[[], HttpResponse],
    parts: Iterable[SavedPart] = (),
    answer: Callable[[], dict[str, Any]] = dict,
    success: str = SAVED,
) -> HttpResponse | None:
    """Save what was sent of a page, one thing after the other; return None where the page is to be shown (again).

    A page that saves by itself is answered in JSON, with what `answer` gives besides; where all was saved, `then` leads
    on, and `success` is said there, unless it is empty.
    """
    if request.method != "POST":
        return None
    saving = Saving(request, forms, parts)
    is_whole = saving.do(*saves)
    if saving.is_auto:
        return saving.answer(**answer())
    if not is_whole:
        return None
    if success:
        messages.success(request, success)
    return then()


class Saving:
    """One request that saves what can be saved of a page's forms, and says of the rest at its field why it was not."""

    def __init__(self, request: HttpRequest, forms: Iterable[DraftForm], parts: Iterable[SavedPart] = ()) -> None:
        self.request, self.forms, self.parts = request, list(forms), list(parts)
        self.is_auto = "X-Autosave" in request.headers
        self.was_saved = False
        self.refused: list[str] = []

    def do(self, *saves: Callable[[], object]) -> bool:
        """Save one thing after the other; say whether there is nothing left to say on this page."""
        for save in saves:
            try:
                save()
            except Overtaken as overtaken:
                if not any(part.takes(overtaken) for part in self.parts):
                    for form in self.forms:
                        form.show_both(overtaken)
            except Refused as refused:
                self._empty(refused)
                if not refused.was_saved:
                    return False
        self.was_saved = True
        is_open = any(form.errors for form in self.forms) or any(part.has_open for part in self.parts)
        if (is_open or self.refused) and not self.is_auto:
            self._show_the_rest()
        return not (is_open or self.refused)

    def _show_the_rest(self) -> None:
        messages.warning(self.request, SAVED_IN_PART)
        for form in self.forms:
            form.note_saved()

    def _empty(self, refused: Refused) -> None:
        """Say why something was refused; a field in which it must not stay comes back empty and says it."""
        with_field = [form for form in self.forms if refused.emptied in form.fields]
        for form in with_field:
            form.forget(refused.emptied)
            form.add_error(refused.emptied, str(refused))
        if not with_field:
            self._refuse(refused)

    def _refuse(self, refused: Refused) -> None:
        self.refused = list(refused.sentences)
        if not self.is_auto:
            say(self.request, refused)

    def answer(self, **more: Any) -> HttpResponse:
        """Answer the page that saves by itself; `more` is what else it is told."""
        told = {
            "saved": et_time(clock.now()) if self.was_saved else None,
            "refused": self.refused,
            "errors": {
                form.add_prefix(name): [
                    str(sentence).replace(SAVE_AGAIN, "Choose which to keep.") for sentence in sentences
                ]
                for form in self.forms
                for name, sentences in form.errors.items()
                if name in form.fields
            },
            "emptied": [name for form in self.forms for name in form.emptied],
            "overtaken": {name: value for form in self.forms for name, value in form.overtaken.items()},
        }
        for part in self.parts:
            told |= part.answer()
        return JsonResponse(told | more)
