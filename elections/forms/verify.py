"""What somebody asks of a receipt."""

from typing import ClassVar

from django import forms

from accounts.guard import NINE_DIGITS
from accounts.private_numbers import has_nine_digit_run

from ..codes import RECEIPT_LENGTH, typed_receipt_code
from .guard import GuardedForm


class VerifyForm(GuardedForm):
    """The receipt code, as it was typed or pasted."""

    unguarded: ClassVar[tuple[str, ...]] = ("code",)  # nine of its sixteen characters may be digits

    code = forms.CharField(
        label="Receipt code",
        max_length=40,
        help_text=f"{RECEIPT_LENGTH} letters and digits, as they stand on the receipt and in the mail with it.",
        error_messages={"required": "Type the receipt code."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        try:
            return typed_receipt_code(typed)
        except ValueError:
            if has_nine_digit_run(typed):
                self.forget("code")
                raise forms.ValidationError(NINE_DIGITS) from None
        raise forms.ValidationError(
            f"A receipt code has {RECEIPT_LENGTH} letters and digits. Check that you typed all of them, in this order."
        )
