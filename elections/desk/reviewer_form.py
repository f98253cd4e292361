"""The form that says who reviews an election."""

from typing import Any

from django import forms

from accounts.models import User

from .forms import InPlaceForm
from .reviewers import reviewers


class ReviewerForm(InPlaceForm):
    """Who reviews the election; no one, if it is left empty."""

    reviewer = forms.ModelChoiceField(reviewers(), required=False, empty_label="No one", label="Reviewer")

    @property
    def chosen(self) -> User | None:
        """Who is chosen as the page now shows it; None: no one."""
        try:
            chosen: User | None = self.fields["reviewer"].to_python(self["reviewer"].value())
        except forms.ValidationError:
            return None
        return chosen

    def clean(self) -> dict[str, Any]:
        """Ask nothing where the colleague stays the reviewer."""
        if self.colleague and self.cleaned_data.get("reviewer") == self.colleague:
            self.errors.pop("in_place", None)
        return self.cleaned_data
