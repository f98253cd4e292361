"""What reviewers type: reasons, identifiers, justifications."""

from typing import Any

from django import forms

from eligibility.law.determination import Finding

from ..content import Snapshot
from ..frame_forms import GuardedForm
from ..models import Conflict
from .reviewers import reviewers


def _identifier(help_text: str, *, required: bool = True) -> forms.RegexField:
    return forms.RegexField(
        r"\A[A-Za-z0-9-]+\Z",
        label="Virtual group identifier from CMS",
        max_length=40,
        required=required,
        help_text=help_text,
        error_messages={"invalid": "Use only letters, digits and hyphens."},
    )


def _why(label: str, help_text: str, if_empty: str, *, rows: int = 6) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    errors = {"required": if_empty}
    return forms.CharField(label=label, max_length=5000, widget=widget, help_text=help_text, error_messages=errors)


class DecisionForm(GuardedForm):
    """What is decided of a submission: of the one that the reviewer looked at."""

    submission_number = forms.IntegerField(widget=forms.HiddenInput)


class ApproveForm(DecisionForm):
    """Which submission is approved, and an identifier where CMS gave one."""

    identifier = _identifier("Leave this empty to use a provisional one.", required=False)


class RejectForm(DecisionForm):
    """Why an election is rejected; the representative reads it in the mail."""

    reasons = _why(
        "Reasons",
        "The representative reads them in the email. Say what is wrong, which paragraph applies and what would fix it.",
        "Enter your reasons. The representative reads them in the email.",
    )


class OverrideForm(DecisionForm):
    """Which finding of which practice is overridden, and why."""

    finding = forms.ChoiceField(
        label="Which finding?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the finding.", "invalid_choice": "Choose a finding that is not met now."},
    )
    justification = _why(
        "Justification",
        "Say what shows that the data are wrong. This stays on the ledger, and the representative reads it.",
        "Enter your justification. It stays on the ledger.",
    )

    def __init__(self, *args: Any, findings: list[Finding], snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = {f"{finding.practice}:{finding.rule}": finding for finding in findings}
        names = snapshot.practice_names
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (key, f"{names[finding.practice or 0]}: {finding.message}") for key, finding in self.findings.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Name the finding as the verb takes it: by its practice and its rule."""
        found = self.findings.get(self.cleaned_data.pop("finding", ""))
        return self.cleaned_data | ({"practice": found.practice, "rule": found.rule} if found else {})


class IdentifierForm(GuardedForm):
    """The virtual group identifier that CMS gave, in the place of the provisional one."""

    identifier = _identifier("Letters and digits, as CMS assigned it.")


class ReviewerForm(GuardedForm):
    """Who reviews the election; no one, if it is left empty."""

    reviewer = forms.ModelChoiceField(reviewers(), required=False, empty_label="No one", label="Reviewer")


class RevealForm(GuardedForm):
    """Which TIN is shown whole, and why; both are kept."""

    practice = forms.TypedChoiceField(label="Practice", coerce=int)
    reason = forms.CharField(
        label="Why you need to see the full TIN",
        max_length=500,
        help_text="We keep this in the election’s history, with your name.",
        error_messages={"required": "Nothing was shown. Say why you need to see the full TIN."},
    )

    def __init__(self, *args: Any, snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practice"].choices = list(enumerate(snapshot.practice_names))  # type: ignore[attr-defined]


class SettleForm(GuardedForm):
    """Who gets the TIN, and why."""

    outcome = forms.ChoiceField(
        label="Which election takes part with this TIN?",
        choices=[
            (Conflict.Settlement.KEPT, "The election that holds it keeps it"),
            (Conflict.Settlement.MOVED, "It moves to the election that is waiting"),
        ],
        widget=forms.RadioSelect,
    )
    reason = _why(
        "Reason",
        "We keep this in the history of both elections. A practice’s own signature counts first.",
        "Enter your reason. We keep it in the history of both elections.",
        rows=4,
    )
