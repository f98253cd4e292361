"""What a representative says against a finding that data made."""

from typing import Any

from django import forms

from eligibility.law.calendar import billing_period
from ground.fonts import validate_printable

from ..frame_forms import GuardedForm


class ContestForm(GuardedForm):
    """Why the data are wrong; a reviewer at CMS reads it."""

    statement = forms.CharField(
        label="Why the data are wrong",
        max_length=2000,
        validators=[validate_printable],
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Nothing was saved. Say why the data are wrong."},
    )

    def __init__(self, *args: Any, performance_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statement = self.fields["statement"]
        statement.help_text = (
            "Say what is right instead, and name anyone who did not bill under this TIN from "
            f"{billing_period(performance_year)}. Someone who left still counts if they billed under it then. "
            f"Don’t include a Social Security number. {statement.help_text}"
        )
