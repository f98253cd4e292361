"""No full Social Security number is kept, whichever field it was typed into (design: data protection)."""

from collections.abc import Collection
from typing import ClassVar

from django import forms
from django.http import HttpRequest, QueryDict

from eligibility.identifiers import has_nine_digit_run

NINE_DIGITS = (
    "Nine digits in a row may be somebody’s Social Security number, so they are not accepted here and were not kept. "
    "Leave them out."
)


def typed(request: HttpRequest) -> QueryDict | None:
    """Return what was typed into a form that was sent, None where the page is only opened."""
    return request.POST if request.method == "POST" else None


class GuardedForm(forms.Form):
    """A form whose text fields refuse nine digits in a row; such a field comes back empty, all others as typed."""

    unguarded: ClassVar[Collection[str]] = ()
    says_optional = False  # a draft is saved incomplete: that is not the same as optional

    def full_clean(self) -> None:
        """Empty the fields that hold nine digits in a row before anything reads them, then say so."""
        refused = [name for name in self.fields if self._holds_nine_digits(name)] if self.is_bound else []
        for name in refused:
            self.forget(name)
        super().full_clean()
        for name in refused:
            self.errors.pop(name, None)
            self.add_error(name, NINE_DIGITS)

    def forget(self, name: str) -> None:
        """Let a field come back empty: what was typed is not shown again."""
        self.retype(name, "")

    def retype(self, name: str, text: str) -> None:
        """Let a field come back with another text than was typed."""
        self.data = {key: self.data[key] for key in self.data} | {self.add_prefix(name): text}

    def _holds_nine_digits(self, name: str) -> bool:
        if name in self.unguarded or not isinstance(self.fields[name], forms.CharField):
            return False
        return has_nine_digit_run(str(self.data.get(self.add_prefix(name), "")))
