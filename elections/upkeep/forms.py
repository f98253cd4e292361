"""What changed after approval."""

from datetime import date
from typing import Any

from django import forms

from eligibility.data import nppes
from eligibility.law.identifiers import npi_problem, typed_npis
from ground.service_center import call_it

from ..frame_forms import GuardedForm
from ..models import UpdateKind
from ..people.naming_forms import RepresentativeForm


class ContactUpdateForm(RepresentativeForm):
    """New contact details of the representative: all of them, for a telephone that they have none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
        self.fields["email"].help_text = "One of the verified email addresses of your account."
        self.fields["phone"].help_text = "Include the area code. If you have no phone, type “none”."


class ClinicianUpdateForm(GuardedForm):
    """A clinician who joined or left one of the practices, and from which day."""

    kind = forms.ChoiceField(
        label="What happened?",
        choices=[(UpdateKind.JOINED, "A clinician joined"), (UpdateKind.LEFT, "A clinician left")],
        widget=forms.RadioSelect,
    )
    practice = forms.TypedChoiceField(label="Practice", coerce=int)
    npi = forms.CharField(
        label="NPI", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )
    effective_on = forms.DateField(
        label="On what date?", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, performance_year: int, practices: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.performance_year = performance_year
        self.fields["practice"].choices = list(enumerate(practices))  # type: ignore[attr-defined]

    def clean_npi(self) -> str:
        npi = " ".join(typed_npis(self.cleaned_data["npi"]))
        if problem := npi_problem(npi):
            raise forms.ValidationError(problem)
        entry = nppes.registry({npi}).get(npi)
        if entry is not None and entry.entity_type == 2:
            raise forms.ValidationError("NPPES lists this NPI as an organization. Enter the clinician’s own NPI.")
        return npi

    def clean_effective_on(self) -> date:
        day: date = self.cleaned_data["effective_on"]
        if day.year != self.performance_year:
            raise forms.ValidationError(
                f"Enter a date in {self.performance_year}. For an earlier change, {call_it()}. "
                "Until the election window closes, you can also change the election itself. "
                "If you submit it again, you give up the approval."
            )
        return day
