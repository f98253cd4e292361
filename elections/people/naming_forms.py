"""The name of the virtual group, and how CMS reaches its representative: as they are typed."""

import re
from collections.abc import Collection
from typing import Any

from django import forms

from ground.fonts import validate_printable

from ..drafts.forms import DraftForm
from .naming import NOT_OWN

NO_PHONE = "none"
WORDS_FOR_NONE = ("", NO_PHONE, "no", "n/a", "na", "no phone")
SHORTEST_PHONE = 7  # digits


class VirtualGroupForm(DraftForm):
    """What the virtual group calls itself."""

    name = forms.CharField(
        label="Name of the virtual group",
        max_length=200,
        required=False,
        validators=[validate_printable],
        help_text="Any name that helps you and CMS find the group. You cannot submit without a name.",
    )

    def clean_name(self) -> str:
        """Refuse an address of the web: the name stands in mails to people who do not know the group."""
        name = str(self.cleaned_data["name"])
        if re.search(r"://|\bwww\.", name, re.IGNORECASE):
            raise forms.ValidationError("Enter a name without a web address.")
        return name


class RepresentativeForm(DraftForm):
    """Who represents the virtual group, and whom CMS reaches otherwise."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        required=False,
        validators=[validate_printable],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        required=False,
        help_text="Only the account with this verified email address can submit.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "data-on-leave": ""}),
    )
    phone = forms.CharField(
        label="Phone",
        max_length=40,
        required=False,
        validators=[validate_printable],
        help_text="Include the area code. If you have no phone, type “none”.",
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),  # of no type: a keypad could not type the word
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_phone(self) -> str:
        """Take a number, or the word for none."""
        phone = str(self.cleaned_data["phone"])
        if phone.lower().strip(".-") in WORDS_FOR_NONE:
            return NO_PHONE if phone else ""
        if sum(map(str.isdigit, phone)) < SHORTEST_PHONE:
            raise forms.ValidationError(
                "Enter a phone number with its area code, such as 410-555-0123. If you have no phone, type “none”."
            )
        return phone


class RepresentativeAndAlternateForm(RepresentativeForm):
    """The representative, and an alternate contact, which nobody has to give."""

    alternate_name = forms.CharField(
        label="Alternate contact’s name", max_length=200, required=False, validators=[validate_printable]
    )
    alternate_email = forms.CharField(
        label="Alternate contact’s email address", max_length=254, required=False, validators=[validate_printable]
    )
    alternate_phone = forms.CharField(
        label="Alternate contact’s phone",
        max_length=40,
        required=False,
        validators=[validate_printable],
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def __init__(self, *args: Any, own: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own

    @property
    def has_alternate(self) -> bool:
        """Say whether an alternate contact was typed, so that nothing typed is folded away."""
        return any(self[name].value() or self[name].errors for name in self.fields if name.startswith("alternate_"))

    def clean_email(self) -> str:
        """Refuse an address that is not the representative's own: another person accepts that part."""
        email = super().clean_email()
        if not self._was_sent("email"):
            return email
        if email != self.initial["email"] and (email not in self.own or self.initial["email"] not in self.own):
            raise forms.ValidationError(NOT_OWN)
        return email
