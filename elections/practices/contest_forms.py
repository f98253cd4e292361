"""What a representative says against a finding that data made."""

from django import forms

from ground.fonts import validate_printable

from ..frame_forms import GuardedForm


class ContestForm(GuardedForm):
    """Why the data are wrong; a reviewer at CMS reads it."""

    statement = forms.CharField(
        label="Why the data are wrong",
        max_length=2000,
        validators=[validate_printable],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What is so, and since when; who left or joined, by name and day. No Social Security number.",
        error_messages={"required": "Say why the data are wrong. Nothing was saved."},
    )
