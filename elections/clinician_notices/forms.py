"""To which address each clinician gets the notice, or how else the practice told them."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from ground import clock
from ground.templatetags.et import et_date

from ..frame_forms import GuardedForm
from ..models import ClinicianNotice
from .actions import problem_of_day

How = ClinicianNotice.How
NOTHING = "Nothing was sent to anyone."


def key_of(npi: str) -> str:
    """Return what stands for an NPI in the names of fields: links to fields in errors are addresses, too."""
    return hashlib.sha256(npi.encode()).hexdigest()[:12]


class AddressesForm(GuardedForm):
    """An address for each clinician, by key_of their NPIs; none must be given. `clinicians` are NPIs with names."""

    says_optional = False

    def __init__(self, *args: Any, clinicians: Mapping[str, str], **kwargs: Any) -> None:
        self.base_fields = {  # type: ignore[misc]  # of this form alone
            f"email-{key_of(npi)}": forms.EmailField(
                label=f"Email address of {name}",
                max_length=254,
                required=False,
                widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            )
            for npi, name in clinicians.items()
        }
        super().__init__(*args, **kwargs)
        self.npis = tuple(clinicians)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            raise forms.ValidationError(NOTHING)
        if not any(cleaned.values()):
            raise forms.ValidationError(f"{NOTHING} Type at least one email address.")
        return cleaned

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses that were typed, by NPI."""
        typed = {npi: self.cleaned_data[f"email-{key_of(npi)}"] for npi in self.npis}
        return {npi: email for npi, email in typed.items() if email}

    def refuse(self, lines: Mapping[str, str]) -> None:
        """Say at each line why nothing was sent."""
        self.add_error(None, NOTHING)
        for npi, problem in lines.items():
            self.add_error(f"email-{key_of(npi)}", problem)


class OtherWayForm(GuardedForm):
    """Which clinicians the practice told by letter or in person, and when."""

    told = forms.MultipleChoiceField(
        label="Which clinicians got it?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one clinician."},
    )
    how = forms.ChoiceField(
        label="How?",
        choices=[
            (How.LETTER, "In writing (a letter, an email you sent yourself, or other)"),
            (How.IN_PERSON, "In person, with a written notice"),
        ],
        widget=forms.RadioSelect,
    )
    told_on = forms.DateField(label="On what date?", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, clinicians: Mapping[str, str], first: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.npis, self.first = {key_of(npi): npi for npi in clinicians}, first
        self.fields["told"].choices = [(key_of(npi), name) for npi, name in clinicians.items()]  # type: ignore[attr-defined]
        day, today = self.fields["told_on"], clock.today()
        day.help_text = f"From the day the election was submitted, {et_date(first)}, to today."
        day.widget.attrs |= {"min": first.isoformat(), "max": today.isoformat()}

    def clean_told(self) -> list[str]:
        return [self.npis[key] for key in self.cleaned_data["told"]]

    def clean_told_on(self) -> date:
        day: date = self.cleaned_data["told_on"]
        if problem := problem_of_day(day, self.first, clock.today()):
            raise forms.ValidationError(problem)
        return day
