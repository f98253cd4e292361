"""Saving a page of the working copy: by its button, or by itself while one types (static/js/draft.js).

A request that saves by itself says so with the header `X-Autosave` and is answered in JSON:

- `saved`: when, as `10:42 a.m. ET`; null where nothing could be saved
- `refused`: sentences about the page as a whole
- `errors`: sentences by field name; of these fields nothing was saved
- `emptied`: names of fields in which what was typed must not stay
- `overtaken`: by field name what somebody else saved there meanwhile, as the field would hold it
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse

from ground import clock
from ground.templatetags.et import et_time

from ..actions.members import TinDropped
from ..actions.merging import Overtaken
from ..actions.roster import LinesOvertaken
from ..forms.draft import DraftForm
from ..outcomes import say
from ..verbs import Refused
from .grid import Grid

SAVED_IN_PART = "Saved, but for what is marked below."


class Saving:
    """One request that saves what can be saved of a page's forms, and says of the rest at its field why it was not."""

    def __init__(self, request: HttpRequest, forms: Iterable[DraftForm], grid: Grid | None = None) -> None:
        self.request, self.forms, self.grid = request, list(forms), grid
        self.is_auto = "X-Autosave" in request.headers
        self.was_saved = False
        self.refused: list[str] = []

    def do(self, *saves: Callable[[], object]) -> bool:
        """Save one thing after the other; say whether there is nothing left to say on this page."""
        for save in saves:
            try:
                save()
            except LinesOvertaken as overtaken:
                if self.grid:
                    self.grid.overtaken = overtaken
            except Overtaken as overtaken:
                for form in self.forms:
                    form.show_both(overtaken)
            except TinDropped as dropped:
                self._drop_tin(dropped)
            except Refused as refused:
                self._refuse(refused)
                if not refused.was_saved:
                    return False
        self.was_saved = True
        is_whole = not (any(form.errors for form in self.forms) or self.refused or (self.grid and self.grid.has_open))
        if not is_whole and not self.is_auto:
            self._show_the_rest()
        return is_whole

    def _show_the_rest(self) -> None:
        messages.warning(self.request, SAVED_IN_PART)
        for form in self.forms:
            form.note_saved()

    def _drop_tin(self, dropped: TinDropped) -> None:
        """Let the field of the TIN come back empty where the page has one, and say why."""
        with_tin = [form for form in self.forms if "tin" in form.fields]
        for form in with_tin:
            form.forget("tin")
            form.add_error("tin", str(dropped))
        if not with_tin:
            self._refuse(dropped)

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
                form.add_prefix(name): list(sentences)
                for form in self.forms
                for name, sentences in form.errors.items()
                if name in form.fields
            },
            "emptied": [name for form in self.forms for name in form.emptied],
            "overtaken": {name: value for form in self.forms for name, value in form.overtaken.items()},
        }
        return JsonResponse(told | more)
