"""What reviewers type: reasons, identifiers, justifications."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models import User
from eligibility.law.determination import Finding
from eligibility.law.rules import rule_name
from ground import clock

from ..content import Snapshot
from ..frame_forms import GuardedForm, UnsavedFields
from ..ledger import WORDS
from ..models import Conflict
from .reasons import CHOOSE_AGAIN, Named, no_longer_offered, sentence

DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LATEST = timedelta(days=366)  # a last day to answer


class FreeText(forms.CharField):
    """Free text without the marks that turn the direction of text: with them a sentence reads as another one."""

    def to_python(self, value: Any) -> str:
        """Return the text as it is kept."""
        return DIRECTION_MARKS.sub("", super().to_python(value) or "")


def _identifier(help_text: str, *, required: bool = True) -> forms.RegexField:
    return forms.RegexField(
        r"\A[A-Za-z0-9-]+\Z",
        label="Virtual group identifier from CMS",
        max_length=40,
        required=required,
        help_text=help_text,
        error_messages={"invalid": "Use only letters, digits and hyphens."},
    )


def why_field(label: str, help_text: str, if_empty: str, *, rows: int = 6, required: bool = True) -> FreeText:
    return FreeText(
        label=label,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        required=required,
        error_messages={"required": if_empty},
    )


def _as_initial(field: forms.Field, typed: str) -> Any:
    """Return what was typed into a field, of boxes of one name those checked, as a form begins with it."""
    return typed.splitlines() if isinstance(field, forms.MultipleChoiceField) else typed


class DeskForm(GuardedForm):
    """A form of the desk, whose free text is masked where it holds nine digits, and stays as it was typed else."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """Begin with what was typed before and not sent (unsent_forms.py): nobody judged it yet."""
        typed = data if isinstance(data, UnsavedFields) else {}
        super().__init__(None if data is typed else data, *args, **kwargs)
        seen = {name: field for name, field in self.fields.items() if not field.widget.is_hidden}
        self.masked = [name for name, field in seen.items() if isinstance(field, FreeText)]
        kept = {name: _as_initial(field, typed[name]) for name, field in seen.items() if name in typed}
        self.initial = {**self.initial, **kept}


class InPlaceForm(DeskForm):
    """What makes someone the reviewer: where a colleague is, it asks first."""

    def __init__(self, *args: Any, colleague: User | None = None, **kwargs: Any) -> None:
        """Ask where there is a colleague; None: the reviewer is the person who acts, or no one."""
        super().__init__(*args, **kwargs)
        self.colleague = colleague
        if colleague:
            self.fields["in_place"] = forms.BooleanField(
                label=f"Do this in place of {colleague}",
                help_text=f"{colleague} is the reviewer of this election. We’ll email {colleague}.",
                error_messages={"required": f"{colleague} is the reviewer. Check the box to do this in their place."},
            )


class DecisionForm(DeskForm):
    """What is decided of a submission: of the one that the reviewer looked at."""

    submission_number = forms.IntegerField(widget=forms.HiddenInput)


class MailForm(InPlaceForm, DecisionForm):
    """A decision with the fingerprint of the mail that was shown; empty: none was shown yet."""

    mail_seen = forms.CharField(required=False, widget=forms.HiddenInput)


class ApproveForm(MailForm):
    """Which submission is approved, an identifier where CMS gave one, and what the reviewer adds to the mail."""

    identifier = _identifier("", required=False)
    note = why_field(
        "Your note in the email",
        "You can leave this empty. If you type here, you’ll see the email with your note before you send it.",
        "",
        rows=3,
        required=False,
    )

    def __init__(self, *args: Any, held: str | None, **kwargs: Any) -> None:
        """Say what an empty field does: the election keeps the identifier that it `held` before, if it had one."""
        super().__init__(*args, **kwargs)
        empty = f"keep {held}" if held else "use the provisional one in the email"
        self.fields[
            "identifier"
        ].help_text = f"Leave this empty to {empty}. If you type one, you’ll see the email with it before you send it."


class RejectForm(MailForm):
    """Why an election is rejected: findings, own words, or both; the representative reads them in the mail."""

    picked = forms.MultipleChoiceField(
        label="Findings to name in the email",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Today’s data show them as “Not met” or “Cannot tell yet”. Your email starts with those you choose.",
    )
    reasons = why_field(
        "Reasons in your own words",
        "The representative reads them in the email. Say what is wrong, which paragraph applies and what would fix it.",
        "",
        required=False,
    )

    def __init__(self, *args: Any, offered: Named, findings: Named, **kwargs: Any) -> None:
        """Offer findings; of all there are, `findings` say why one that was chosen before is `gone`."""
        super().__init__(*args, **kwargs)
        self.offered, picked = offered, self.fields["picked"]
        picked.choices = [  # type: ignore[attr-defined]
            (key, f"{WORDS[named[1].outcome].capitalize()}. {sentence(*named)}") for key, named in offered.items()
        ]
        self.gone = no_longer_offered(findings, offered, self["picked"].value() or ())
        picked.error_messages["invalid_choice"] = " ".join([*self.gone, CHOOSE_AGAIN]).replace("%", "%%")
        if not offered and not self.gone:
            del self.fields["picked"]

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        if not self.errors and not self.cleaned_data.get("picked") and not self.cleaned_data["reasons"]:
            what = "Choose a finding or enter" if self.offered else "Enter"
            self.add_error("reasons", f"{what} your reasons. The representative reads them in the email.")
        return self.cleaned_data


class ReopenForm(MailForm):
    """Why a decided election is reviewed again; both sides read it."""

    reason = why_field(
        "Reason",
        "The representative reads it in the email. So does the reviewer who decided.",
        "Enter your reason. The representative reads it in the email.",
    )


class OverrideForm(DecisionForm):
    """Which finding of which practice is overridden, and why."""

    finding = forms.ChoiceField(
        label="Which finding?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the finding.", "invalid_choice": "Choose a finding that is not met now."},
    )
    justification = why_field(
        "Justification",
        "Say what shows that the data are wrong. It stays with the finding, and the representative reads it.",
        "Enter your justification. It stays with the finding.",
    )

    def __init__(self, *args: Any, findings: list[Finding], snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = {f"{finding.practice}:{finding.rule}": finding for finding in findings}
        names = snapshot.practice_names
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (key, f"{names[finding.practice or 0]}, {rule_name(finding.rule)}: {finding.message}")
            for key, finding in self.findings.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Name the finding as the verb takes it: by its practice and its rule."""
        found = self.findings.get(self.cleaned_data.pop("finding", ""))
        return self.cleaned_data | ({"practice": found.practice, "rule": found.rule} if found else {})


class IdentifierForm(DeskForm):
    """The identifier that CMS gave, with the mail that was shown; and why, where an export has the present one."""

    mail_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    identifier = _identifier("Letters, digits and hyphens, as CMS assigned it.")
    reason = why_field(
        "Reason",
        "An export already has the current identifier. We keep your reason in the election’s history.",
        "Enter your reason. An export already has the current identifier.",
        rows=3,
    )

    def __init__(self, *args: Any, is_exported: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_exported:
            del self.fields["reason"]


class NoteForm(DeskForm):
    """A note for those who review the election."""

    text = why_field(
        "Add a note", "Only CMS staff read it. You cannot change it later.", "Type your note first.", rows=3
    )


class RevealForm(DeskForm):
    """Which TIN is shown whole, and why; both are kept."""

    practice = forms.TypedChoiceField(label="Practice", coerce=int)
    reason = FreeText(
        label="Why you need to see the full TIN",
        max_length=500,
        help_text="We keep this in the election’s history, with your name.",
        error_messages={"required": "Nothing was shown. Say why you need to see the full TIN."},
    )

    def __init__(self, *args: Any, snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practice"].choices = list(enumerate(snapshot.practice_names))  # type: ignore[attr-defined]


class SettleForm(DeskForm):
    """Who gets the TIN, and why; with the fingerprint of the mails that were shown, empty if none were."""

    mail_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    outcome = forms.ChoiceField(
        label="Which election takes part with this TIN?", choices=Conflict.Settlement.choices, widget=forms.RadioSelect
    )
    reason = why_field(
        "Reason",
        "We keep this in the history of both elections. Check first which election the practice itself signed for.",
        "Enter your reason. We keep it in the history of both elections.",
        rows=4,
    )

    def __init__(self, *args: Any, conflict: Conflict, **kwargs: Any) -> None:
        """Name the two elections that can be chosen."""
        super().__init__(*args, **kwargs)
        holder, waiting = (claim.election.as_submitted for claim in (conflict.holder, conflict.waiting))
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (Conflict.Settlement.KEPT, f"{holder}. It holds the TIN now and keeps it."),
            (Conflict.Settlement.MOVED, f"{waiting}. It is waiting, and the TIN moves to it."),
        ]


class AskForm(MailForm):
    """A round of requests for correction: until when they are to be answered."""

    due_on = forms.DateField(
        label="Last day to submit again (Eastern Time)",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="We send reminders 3 days and 1 day before. After this day, the review continues without an answer.",
        error_messages={"required": "Enter the last day.", "invalid": "Enter the day as in 2027-01-15."},
    )

    def clean_due_on(self) -> date:
        """Refuse a day more than a year away: a slip of the pen."""
        due_on: date = self.cleaned_data["due_on"]
        if due_on > clock.today() + LATEST:
            raise forms.ValidationError("Enter a day within the next 12 months.")
        return due_on


class RequestForm(DeskForm):
    """One request: what it is about, what is wrong, and what would settle it. An empty one is none."""

    place = forms.ChoiceField(label="What is it about?", error_messages={"required": "Choose what it is about."})
    reason = why_field("What is wrong?", "The representative reads this.", "Say what is wrong.", rows=3)
    settled_by = why_field(
        "What should the representative do?",
        "For example, what to change or what to explain.",
        "Say what to do.",
        rows=2,
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = str(self.prefix).rpartition("-")[2]
        self.part = f"Request {int(number) + 1}" if number.isdecimal() else ""
        self.fields["place"].choices = [("", "Choose"), *places]  # type: ignore[attr-defined]


RequestFormSet = forms.formset_factory(RequestForm, extra=0, min_num=1, max_num=50, absolute_max=50)
