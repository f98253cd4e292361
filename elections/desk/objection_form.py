"""What a reviewer types about objections: which are settled, and what became of them."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ground.templatetags.et import et_datetime

from ..models import Event
from .forms import DeskForm, FreeText


class SettleObjectionForm(DeskForm):
    """Which objections are settled, and what became of them."""

    objections = forms.TypedMultipleChoiceField(
        label="Which objections did you settle?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose the objections that you settled.",
            "invalid_choice": "Choose among the objections that are open now.",
        },
    )
    note = FreeText(
        label="What became of it?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Say what you found out, and who told you. It stays in the history, and only CMS staff read it.",
        error_messages={"required": "Say what became of it. Those who read the election later need to know."},
    )

    def __init__(self, *args: Any, objections: Sequence[Event], **kwargs: Any) -> None:
        """Offer the open ones; check the box where there is but one."""
        super().__init__(*args, **kwargs)
        self.fields["objections"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.who} for {one.details['practice']}, {et_datetime(one.at)}") for one in objections
        ]
        if len(objections) == 1:
            self.initial.setdefault("objections", [objections[0].pk])
