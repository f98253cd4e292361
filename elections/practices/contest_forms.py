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
        help_text="Say what is right instead, and name anyone who never billed under this TIN. Someone who left still "
        "counts if they billed in the determination period (the months that CMS looks at). "
        "Don’t include a Social Security number.",
        error_messages={"required": "Nothing was saved. Say why the data are wrong."},
    )
