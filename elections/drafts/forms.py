"""Forms of the working copy: saved as they are typed, each field by itself, and never over what somebody else saved."""

from typing import Any

from django import forms

from ground.private_numbers import has_nine_digit_run
from ground.templatetags.et import et_datetime

from ..frame_forms import GuardedForm, UnsavedFields
from .merging import Overtaken

SAVE_AGAIN = "To replace theirs with yours, save again."


class DraftForm(GuardedForm):
    """A form that brings along what its page showed, in hidden fields, so that changes are told from what was there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.emptied: list[str] = []  # names in the page, as those below
        self.overtaken: dict[str, Any] = {}
        for field in self.fields.values():
            field.show_hidden_initial = True
        if isinstance(self.data, UnsavedFields):
            self.data = self._as_shown() | self.data

    def _as_shown(self) -> dict[str, str]:
        """Return the fields as the page shows what stands, for those that were not sent."""
        shown = {}
        for name, field in self.fields.items():
            value = field.prepare_value(self.get_initial_for_field(field, name))
            text = "" if value is None else str(value)
            shown[self.add_initial_prefix(name)] = text
            is_sent = self.add_initial_prefix(name) in self.data or bool(self._sent_as(name))
            if not is_sent and not (isinstance(field, forms.BooleanField) and not value):
                shown[self.add_prefix(name)] = text
        return shown

    def full_clean(self) -> None:
        """Let no hidden field bring nine digits where none may stand."""
        if self.is_bound:
            bad = [key for key in map(self.add_initial_prefix, self.fields) if self._is_private(key)]
            if bad:
                self.data = {key: self.data[key] for key in self.data} | dict.fromkeys(bad, "")
        super().full_clean()

    def forget(self, name: str) -> None:
        """Let a field come back empty, and remember that."""
        super().forget(name)
        self.emptied.append(self.add_prefix(name))

    def sound(self) -> dict[str, Any]:
        """Return the values that can be saved: of the fields that were sent and not refused."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if self._was_sent(name)}

    def was(self) -> dict[str, Any]:
        """Return the values that the page showed, by field name on the page, without those that cannot be read."""
        shown = {}
        for name, field in self.fields.items():
            key = self.add_initial_prefix(name)
            if key in self.data:
                try:
                    shown[self.add_prefix(name)] = field.clean(field.to_python(self.data[key]))
                except forms.ValidationError:
                    continue
        return shown

    def note_saved(self) -> None:
        """Let the page show what was saved of it as what stands, beside what was not."""
        shown = {
            name: self.fields[name].prepare_value(saved) for name, saved in self.sound().items() if name in self.fields
        }
        stands = {self.add_initial_prefix(name): "" if value is None else value for name, value in shown.items()}
        self.data = {key: self.data[key] for key in self.data} | stands

    def show_both(self, overtaken: Overtaken) -> None:
        """Say at each field that somebody else changed what they saved; sending it again keeps what is typed here."""
        for name, field in self.fields.items():
            place = self.add_prefix(name)
            if place in overtaken.stands:
                stands = overtaken.stands[place]
                self.overtaken[place] = field.prepare_value(stands)
                self.data = {key: self.data[key] for key in self.data} | {
                    self.add_initial_prefix(name): self.overtaken[place]
                }
                self.add_error(name, both_versions(self.in_words(name, stands), overtaken))

    def in_words(self, name: str, value: Any) -> str:
        """Return what somebody did who gave a field its value, as in `saved “Lakeside” here`."""
        field = self.fields[name]
        if isinstance(value, bool):
            return "checked this box" if value else "unchecked this box"
        if isinstance(field, forms.ChoiceField):
            choices: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]  # ours are pairs
            return f"chose “{choices[value]}” here" if value in choices and value else "removed the choice here"
        return f"saved “{value}” here" if value else "emptied this field"

    def _is_private(self, key: str) -> bool:
        return has_nine_digit_run(str(self.data.get(key, "")))

    def _was_sent(self, name: str) -> bool:
        """Say whether the field was on the page: a box that is not ticked is sent by its hidden field alone."""
        return bool(self._sent_as(name)) or self.add_initial_prefix(name) in self.data


def both_versions(stands: str, overtaken: Overtaken) -> str:
    """Return the error for a field that two people changed at once; `stands` says what the other one did."""
    who = overtaken.by or "Someone else"
    return (
        f"{who} {stands} ({et_datetime(overtaken.at)}) while you were on this page. Yours is still here, but it isn’t "
        f"saved. {SAVE_AGAIN}"
    )
