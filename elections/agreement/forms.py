"""What the parties choose of their agreement's text."""

from typing import Any

from django import forms

from ground.fonts import validate_printable

from ..drafts.forms import DraftForm

MOST_YEARS = 5  # of a term: a longer one than anybody plans for


class TextForm(DraftForm):
    """The term, how payment adjustments encourage quality, and whom the parties reach for the close-out.

    Of an agreement of the group's own, the term alone: it says the rest itself.
    """

    last_year = forms.TypedChoiceField(
        label="How long it lasts",
        coerce=int,
        empty_value=0,  # type: ignore[arg-type]
        required=False,
        help_text="The rules require at least one performance period. You still have to elect again for each year.",
    )
    quality = forms.CharField(
        label="Your own words about quality (optional)",
        max_length=2000,
        required=False,
        validators=[validate_printable],
        help_text="Say in your own words how the payment adjustments encourage you to assure and improve quality. "
        "Two clauses of article 5 already say this.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    close_out_contact = forms.CharField(
        label="Contact for the close-out when the agreement ends (optional)",
        max_length=200,
        required=False,
        validators=[validate_printable],
        help_text="A name, and an email address or phone number.",
    )

    def __init__(self, *args: Any, performance_year: int, is_own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["quality"], self.fields["close_out_contact"]
        later = range(performance_year + 1, performance_year + MOST_YEARS)
        self.fields["last_year"].choices = [  # type: ignore[attr-defined]
            (0, f"For {performance_year} only"),
            *((last, f"From {performance_year} through {last}") for last in later),
        ]
