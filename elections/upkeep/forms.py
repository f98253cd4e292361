"""What changed after approval."""

import re
from datetime import date
from typing import Any

from django import forms

from eligibility.law.identifiers import npi_problem, typed_npis
from ground.fonts import validate_printable
from ground.templatetags.et import et_date

from ..frame_forms import GuardedForm
from ..models import UpdateKind
from ..people.naming_forms import RepresentativeForm
from .days import Span
from .npi_warnings import warning_of


class ContactUpdateForm(RepresentativeForm):
    """New contact details of the representative: all of them, for a telephone that they have none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
        self.fields["email"].help_text = "One of the verified email addresses of your account."
        self.fields["phone"].help_text = "Include the area code. If you have no phone, type “none”."


class DatedForm(GuardedForm):
    """A change of one of the practices, and its day."""

    practice = forms.TypedChoiceField(label="Practice", coerce=int)
    effective_on = forms.DateField(
        label="On what date?", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, span: Span, practices: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.span = span
        self.fields["practice"].choices = [("", "Choose a practice"), *enumerate(practices)]  # type: ignore[attr-defined]
        day = self.fields["effective_on"]
        last = "today" if span.last == span.today else et_date(span.last)
        day.help_text = f"Enter a day from {et_date(span.approved_on)}, when CMS approved the election, to {last}."
        day.widget.attrs |= {"min": span.approved_on.isoformat(), "max": span.last.isoformat()}

    def clean_effective_on(self) -> date:
        day: date = self.cleaned_data["effective_on"]
        if problem := self.span.problem(day):
            raise forms.ValidationError(problem)
        return day


class ClinicianUpdateForm(DatedForm):
    """A clinician who joined or left one of the practices; an NPI that is no known person's is asked about once."""

    kind = forms.ChoiceField(
        label="What happened?",
        choices=[(UpdateKind.JOINED, "A clinician joined"), (UpdateKind.LEFT, "A clinician left")],
        widget=forms.RadioSelect,
    )
    npi = forms.CharField(
        label="NPI", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )
    is_sure = forms.BooleanField(label="The NPI is right. Report it.", required=False)
    sure_of = forms.CharField(required=False, widget=forms.HiddenInput)  # the NPI that the page warned about
    field_order = ("kind", "practice", "npi", "is_sure", "sure_of", "effective_on")
    is_warned = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].help_text += (
            " If someone joined, enter their first day. If someone left, enter the first day they no longer bill under "
            "the TIN."
        )

    def clean_npi(self) -> str:
        npi = " ".join(typed_npis(self.cleaned_data["npi"]))
        if problem := npi_problem(npi):
            raise forms.ValidationError(problem)
        return npi

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        npi, is_sure, sure_of = (cleaned.pop(name, "") for name in ("npi", "is_sure", "sure_of"))
        if npi and cleaned.get("kind") == UpdateKind.JOINED and (warning := warning_of(npi)):
            self.is_warned = True
            if not (is_sure and sure_of == npi):
                self.data = self.data.copy()
                self.data["sure_of"] = npi
                self.data.pop("is_sure", None)
                self.add_error(
                    "npi",
                    f"{warning} Compare it with your records. If it’s right, select the box below and report it again.",
                )
        return cleaned | ({"npi": npi} if npi and "npi" not in self.errors else {})


NOT_KNOWN = "not known"
ASKED_FOR = {
    UpdateKind.RENAMED: "Enter the new name of the practice.",
    UpdateKind.MERGED: f"Enter the practice it merged with. If you don’t know it yet, type “{NOT_KNOWN}”.",
    UpdateKind.ACQUIRED: f"Enter the buyer. If you don’t know it yet, type “{NOT_KNOWN}”.",
}


class PracticeUpdateForm(DatedForm):
    """What became of one of the practices; whoever does not know the other practice yet has to say so."""

    kind = forms.ChoiceField(
        label="What happened?",
        choices=[
            (UpdateKind.RENAMED, "A practice changed its name"),
            (UpdateKind.CLOSED, "A practice closed"),
            (UpdateKind.MERGED, "A practice merged with another practice"),
            (UpdateKind.ACQUIRED, "A practice was sold"),
        ],
        widget=forms.RadioSelect,
    )
    other = forms.CharField(
        label="New name, or the other practice or buyer",
        max_length=100,
        required=False,
        validators=[validate_printable],
        help_text="Changed its name: type the new name. Merged: type the other practice. Sold: type the buyer. If you "
        f"don’t know the other practice or the buyer yet, type “{NOT_KNOWN}”. Closed: leave this empty.",
    )
    field_order = ("kind", "practice", "other", "effective_on")

    def clean_other(self) -> str:
        """Take a name: it stands in mails to people who do not know the group."""
        other = str(self.cleaned_data["other"])
        if re.search(r"://|\bwww\.|@|\d{5}", other, re.IGNORECASE):
            raise forms.ValidationError("Type a name only. Leave out web addresses, email addresses and long numbers.")
        return other

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind, other = cleaned.get("kind", ""), cleaned.get("other", "")
        is_unknown = other.strip(' .“”"').lower() == NOT_KNOWN
        if (
            kind in ASKED_FOR
            and "other" not in self.errors
            and (not other or (is_unknown and kind == UpdateKind.RENAMED))
        ):
            self.add_error("other", ASKED_FOR[kind])
        return cleaned | ({"other": ""} if is_unknown else {})


class RosterDayForm(GuardedForm):
    """Of which day the roster is shown, and as recorded by the end of which day; both may be left empty."""

    day = forms.DateField(
        label="On what date?", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    recorded_by = forms.DateField(
        label="Only what was reported by the end of this date",
        required=False,
        help_text="The day ends at midnight Eastern Time. Leave empty to include everything.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class UpdateAnswerForm(GuardedForm):
    """What the representative answers to a question of CMS about an update."""

    text = forms.CharField(label="Your answer to CMS", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
