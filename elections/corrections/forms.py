"""An answer to one request: changed, or why not."""

from typing import Any

from django import forms

from ground.fonts import validate_printable

from ..drafts.forms import DraftForm
from ..models import CorrectionRequest
from .answers import request_prefix


class AnswerForm(DraftForm):
    """The answer to one request, under the request's id."""

    answer = forms.ChoiceField(
        label="Your answer", choices=CorrectionRequest.Answer.choices, required=False, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label="What you want to tell the reviewer",
        max_length=5000,
        required=False,
        validators=[validate_printable],
        help_text="If you didn’t change it, say why here. You cannot submit without this explanation. If you changed "
        "it, you can leave this empty.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, request: CorrectionRequest, **kwargs: Any) -> None:
        initial = {"answer": request.answer, "explanation": request.explanation}
        super().__init__(*args, prefix=request_prefix(request.pk).rstrip("-"), initial=initial, **kwargs)
        self.request = request
