"""The group's own agreement: its file, and where it does the nine things."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile

from agreements.text import own
from agreements.text.own import Checked
from agreements.text.provisions import PROVISIONS, Provision
from ground.fonts import validate_printable
from ground.private_numbers import has_nine_digit_run

from ..drafts.forms import DraftForm
from ..frame_forms import GuardedForm

NUMBER_IN_NAME = (
    "Nothing was saved. The file’s name has 9 digits in a row, which might be someone’s Social Security number. "
    "Give the file another name, then choose it again."
)


class OwnFileForm(GuardedForm):
    """The PDF. What is wrong with it is said at the field, and nothing of it is kept."""

    file = forms.FileField(
        label="Your agreement as a PDF",
        help_text=f"Up to {own.MOST_MEGABYTES} MB. The PDF must not be encrypted. It must not contain JavaScript, "
        "forms that send data, or attached files.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={
            "required": "Choose the PDF of your agreement.",
            "empty": "This file is empty. Choose the PDF of your agreement.",
        },
    )

    def __init__(self, *args: Any, eins: Collection[str], is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pdf, self.checked, self.eins = b"", Checked("", 0), eins
        if is_too_large:  # then it was not taken
            self.fields["file"].error_messages["required"] = own.SENTENCES["too_large"]

    def clean_file(self) -> InMemoryUploadedFile:
        """Look through the file; refuse it with the sentence that says what to do."""
        file: InMemoryUploadedFile = self.cleaned_data["file"]
        if has_nine_digit_run(str(file.name)):
            raise forms.ValidationError(NUMBER_IN_NAME)
        self.pdf = file.read()
        self.checked = own.check(self.pdf, eins=self.eins)
        if self.checked.problem:
            raise forms.ValidationError(self.checked.problem)
        return file

    @property
    def stored_name(self) -> str:
        """The file's name as it is kept."""
        return own.plain_name(str(self.cleaned_data["file"].name))


def _where(provision: Provision) -> forms.CharField:
    return forms.CharField(
        label=f"({provision.item}) {provision.heading}",
        max_length=200,
        required=False,
        validators=[validate_printable],
        help_text=provision.summary,
    )


class MarksForm(DraftForm):
    """Where the group's own agreement does each of the nine things, by the items of the regulation."""

    i, ii, iii, iv, v, vi, vii, viii, ix = map(_where, PROVISIONS)
