"""The file of a practice's signature page."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile

from agreements.papers import signature_pages
from agreements.papers.signature_pages import CheckedPage

from ..frame_forms import GuardedForm


class PageFileForm(GuardedForm):
    """A photo or a PDF. What is wrong with it is said at the field, and nothing of it is kept, nor its name."""

    file = forms.FileField(
        label="Photo or scan of the signature page",
        help_text=f"A JPEG, PNG or PDF file, up to {signature_pages.MOST_MEGABYTES} MB. A PDF can have up to "
        f"{signature_pages.MOST_PAGES} pages.",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf"}),
        error_messages={
            "required": "Choose the photo or scan.",
            "empty": "This file is empty. Choose the photo or scan again.",
        },
    )

    def __init__(self, *args: Any, eins: Collection[str], is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checked, self.eins = CheckedPage(), eins
        if is_too_large:  # then it was not taken
            self.fields["file"].error_messages["required"] = signature_pages.SENTENCES["too_large"]

    def clean_file(self) -> InMemoryUploadedFile:
        """Look at the file; refuse it with the sentence that says what to do."""
        file: InMemoryUploadedFile = self.cleaned_data["file"]
        self.checked = signature_pages.check(file.read(), eins=self.eins)
        if self.checked.problem:
            raise forms.ValidationError(self.checked.problem)
        return file
