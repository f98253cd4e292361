"""What anybody can have checked: a receipt's code, or a sealed PDF."""

from typing import Any, ClassVar

from django import forms

from ground.private_numbers import has_nine_digit_run
from ground.ssn_guard import NINE_DIGITS

from ..frame_forms import GuardedForm
from ..receipt_codes import RECEIPT_LENGTH, typed_receipt_code
from .forms import AS_IT_STANDS

MEGABYTES = 20
MOST_BYTES = MEGABYTES * 1024 * 1024
NO_PDF = "This file isn’t a PDF. Choose the sealed PDF as downloaded from this site. Its name ends in .pdf."
TOO_LARGE = (
    f"This file is larger than {MEGABYTES} MB. The PDFs we seal are smaller. Check that you chose the right file, and "
    "choose the PDF as downloaded from this site."
)


class VerifyForm(GuardedForm):
    """The receipt code, as it was typed or pasted."""

    unguarded: ClassVar[tuple[str, ...]] = ("code",)  # nine of its sixteen characters may be digits

    code = forms.CharField(
        label="Receipt code",
        max_length=40,
        help_text=f"{RECEIPT_LENGTH} letters and digits, as shown on the receipt and in the email with it.",
        error_messages={"required": "Type the receipt code."},
        widget=forms.TextInput(attrs=AS_IT_STANDS),
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
            f"A receipt code has {RECEIPT_LENGTH} letters and digits. Check that you typed all of them, in order."
        )


class VerifyFileForm(GuardedForm):
    """A PDF that may be one of those we sealed."""

    file = forms.FileField(
        label="Sealed PDF",
        help_text=f"The file as downloaded from this site, up to {MEGABYTES} MB. We check it and don’t keep it.",
        error_messages={
            "required": "Choose the PDF.",
            "empty": "This file is empty. Choose the PDF as downloaded from this site.",
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:  # then it was not taken
            self.fields["file"].error_messages["required"] = TOO_LARGE
