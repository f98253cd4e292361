"""No full Social Security number is kept or shown again, whichever field it was typed into."""

import re
from collections.abc import Collection
from typing import Any, ClassVar

from django import forms

from .long_texts import say_limit
from .private_numbers import has_nine_digit_run, mask_private_numbers

NINE_DIGITS = (
    "Nine digits in a row might be someone’s Social Security number, so we don’t accept them here and didn’t keep "
    "them. Leave them out."
)
NINE_DIGITS_MASKED = (
    "Nothing was sent. Nine digits in a row might be someone’s Social Security number or TIN, so we replaced them with "
    "••••. Read the text again before you send it."
)
MASK = "••••"  # more than the three characters that may stand between digits of one number

NO_ADDRESS = "Enter an email address like name@example.org."


class Guarded:
    """Form mixin that refuses nine digits in a row in any field and clears that field, so no full SSN is kept.

    Skips fields in `unguarded`; in those of `masked` only the digits go, and the rest stays as it was typed. Gives
    required fields an error that says what to do, and lets no browser cut a long text. Choices and dates are guarded
    too: Django's errors and widgets quote even a value that the page does not offer.
    """

    data: Any  # the form it is put before has it
    unguarded: ClassVar[Collection[str]] = ()
    masked: Collection[str] = ()

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _what_to_do(field)
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = NO_ADDRESS
            say_limit(field)

    def full_clean(self: Any) -> None:
        """Empty the fields that hold nine digits in a row before anything reads them, then say so."""
        if self.is_bound:
            self._join_lines()
        refused = [name for name in self.fields if self._holds_nine_digits(name)] if self.is_bound else []
        for name in refused:
            self.forget(name)
        super().full_clean()  # type: ignore[misc]  # the form it is put before
        for name in refused:
            self.errors.pop(name, None)
            self.add_error(name, NINE_DIGITS_MASKED if name in self.masked else NINE_DIGITS)

    def forget(self: Any, name: str) -> None:
        """Let a field come back empty, or without the digits: they are not shown again."""
        self.retype(name, mask_private_numbers(self.data[self.add_prefix(name)], MASK) if name in self.masked else "")

    def retype(self: Any, name: str, text: str) -> None:
        """Let a field come back with another text than was typed."""
        self._send(dict.fromkeys(self._sent_as(name) or [self.add_prefix(name)], text))

    def _join_lines(self: Any) -> None:
        """Let a field of one line have one: else a name could write more of a mail than its own place in it."""
        of_one_line = [
            key
            for name, field in self.fields.items()
            if isinstance(field.widget, forms.TextInput) and not isinstance(field.widget, forms.PasswordInput)
            for key in self._sent_as(name)
        ]
        joined = {key: " ".join(str(self.data[key]).splitlines()) for key in of_one_line}
        if any(self.data[key] != text for key, text in joined.items()):
            self._send(joined)

    def _send(self: Any, texts: dict[str, str]) -> None:
        """Put these in the place of what was sent; boxes of one name, of which several are checked, stay."""
        self.data = self.data.copy()
        for key, text in texts.items():
            self.data[key] = text

    def _sent_as(self: Any, name: str) -> list[str]:
        """Return the names a field has in what was sent: its own, and of a date and time one for each."""
        own = re.compile(rf"{re.escape(self.add_prefix(name))}(_\d)?")
        return [key for key in self.data if own.fullmatch(key)]

    def _holds_nine_digits(self: Any, name: str) -> bool:
        if name in self.unguarded or isinstance(self.fields[name].widget, forms.PasswordInput):
            return False
        all_of = getattr(self.data, "getlist", lambda key: [self.data[key]])
        return any(has_nine_digit_run(str(text)) for key in self._sent_as(name) for text in all_of(key))


def _what_to_do(field: forms.Field) -> str:
    """Return the error for a field that was left empty."""
    if isinstance(field, forms.ChoiceField):
        return "Choose one."
    if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField):
        return "Enter the date." if isinstance(field, forms.DateField) else "Enter the date and the time."
    return "Fill this in."
