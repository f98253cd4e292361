"""What is typed at the last step, which cannot be taken back after the deadline."""

from collections.abc import Mapping
from typing import Any

from django import forms

from ..frame_forms import GuardedForm

TO_CONFIRM = "Nothing was submitted yet. Type the word CONFIRM, then submit again."
TO_ACKNOWLEDGE = "Nothing was submitted yet. If every practice has signed, check this box. Then submit again."
AS_IT_STANDS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}  # of what is copied


class ConfirmForm(GuardedForm):
    """That the agreement exists (414.1315(c)(2)(i)), CONFIRM, and the fingerprint of what the page showed.

    The box is on the page only if the agreement is not acknowledged yet.
    """

    acknowledged = forms.BooleanField(
        label="A formal written agreement exists between all practices of this virtual group, and each of them "
        "signed (executed) it on or before the day this election is submitted.",
        error_messages={"required": TO_ACKNOWLEDGE},
        show_hidden_initial=True,
    )
    confirm = forms.CharField(
        label="Type CONFIRM to submit",
        max_length=20,
        error_messages={"required": TO_CONFIRM},
        widget=forms.TextInput(attrs=AS_IT_STANDS),
    )
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, asks: bool | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        was_asked = any(key.endswith("acknowledged") for key in data or ())
        if not (was_asked if asks is None else asks):
            del self.fields["acknowledged"]

    def clean_confirm(self) -> str:
        typed = str(self.cleaned_data["confirm"]).strip()
        if typed.upper() != "CONFIRM":
            raise forms.ValidationError(TO_CONFIRM)
        return typed


class WithdrawForm(GuardedForm):
    """One box to tick before an election is given up."""

    sure = forms.BooleanField(
        label="Yes, withdraw this election",
        error_messages={"required": "Nothing was withdrawn yet. To withdraw, check the box."},
    )
