"""What reviewers type: reasons, identifiers, justifications."""

from typing import Any

from django import forms

from eligibility.law.determination import Finding

from ..content import Snapshot
from ..frame_forms import GuardedForm
from ..models import Conflict


class ApproveForm(GuardedForm):
    """Which submission is approved, and an identifier where CMS gave one."""

    submission_number = forms.IntegerField(widget=forms.HiddenInput)
    identifier = forms.RegexField(
        r"\A[A-Za-z0-9-]+\Z",
        label="Virtual group identifier that CMS gave",
        max_length=40,
        required=False,
        help_text="Leave empty to have a provisional one made.",
        error_messages={"invalid": "Only letters, digits and hyphens."},
    )


class RejectForm(GuardedForm):
    """Why an election is rejected; the representative reads it in the mail."""

    submission_number = forms.IntegerField(widget=forms.HiddenInput)
    reasons = forms.CharField(
        label="Reasons",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The representative reads them in the mail: say what is wrong, which paragraph, what would mend it.",
        error_messages={"required": "Say why: the representative reads the reasons in the mail."},
    )


class OverrideForm(GuardedForm):
    """Which finding of which practice is overridden, and why."""

    submission_number = forms.IntegerField(widget=forms.HiddenInput)
    finding = forms.ChoiceField(
        label="Which finding?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the finding.", "invalid_choice": "Choose a finding that is not met now."},
    )
    justification = forms.CharField(
        label="Justification",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What shows that the data are wrong. It stays on the ledger; the representative reads it.",
        error_messages={"required": "Say why: the justification stays on the ledger."},
    )

    def __init__(self, *args: Any, findings: list[Finding], snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = {f"{finding.practice}:{finding.rule}": finding for finding in findings}
        names = snapshot.practice_names
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (key, f"{names[finding.practice or 0]}: {finding.message}") for key, finding in self.findings.items()
        ]

    def overridden(self) -> dict[str, Any]:
        """Return what the form says, as review.override takes it."""
        found = self.findings[self.cleaned_data["finding"]]
        return {
            "submission_number": self.cleaned_data["submission_number"],
            "practice": found.practice,
            "rule": found.rule,
            "justification": self.cleaned_data["justification"],
        }


class IdentifierForm(GuardedForm):
    """The virtual group identifier that CMS gave, in the place of the provisional one."""

    identifier = forms.RegexField(
        r"\A[A-Za-z0-9-]+\Z",
        label="Virtual group identifier that CMS gave",
        max_length=40,
        help_text="Letters and digits, as CMS gave it.",
        error_messages={"invalid": "Only letters, digits and hyphens."},
    )


class RevealForm(GuardedForm):
    """Which TIN is shown whole, and why; both are kept."""

    practice = forms.TypedChoiceField(label="Practice", coerce=int)
    reason = forms.CharField(
        label="Why you need to see it whole",
        max_length=500,
        help_text="Kept in the election’s history with your name.",
        error_messages={"required": "Say why you need to see it. Nothing was shown."},
    )

    def __init__(self, *args: Any, snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(position, entry.name) for position, entry in enumerate(snapshot.practices)]
        self.fields["practice"].choices = choices  # type: ignore[attr-defined]


class SettleForm(GuardedForm):
    """Who gets the TIN, and why."""

    outcome = forms.ChoiceField(
        label="Who takes part with this TIN?",
        choices=[
            (Conflict.Outcome.KEPT, "The election that holds it keeps it"),
            (Conflict.Outcome.MOVED, "It moves to the election that waits"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Reason",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kept in the history of both elections. A practice’s own signature counts first.",
        error_messages={"required": "Say why: the reason is kept in the history of both elections."},
    )
