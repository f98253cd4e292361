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
        help_text="Any name you like, for you and for CMS to find it again. An election is not submitted without one.",
    )

    def clean_name(self) -> str:
        """Refuse an address of the web: the name stands in mails to people who do not know the group."""
        name = str(self.cleaned_data["name"])
        if re.search(r"://|\bwww\.", name, re.IGNORECASE):
            raise forms.ValidationError("A name is no address of a website. Leave the address out.")
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
        label="E-mail address",
        max_length=254,
        required=False,
        help_text="Only the account with this verified address can submit.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "data-on-leave": ""}),
    )
    phone = forms.CharField(
        label="Telephone",
        max_length=40,
        required=False,
        validators=[validate_printable],
        help_text="With its area code. If you have none, type “none”. An election is not submitted without an answer.",
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
            raise forms.ValidationError("This is no telephone number. Give one with its area code, or type “none”.")
        return phone


class RepresentativeAndAlternateForm(RepresentativeForm):
    """The representative, and an alternate contact, which nobody has to give."""

    alternate_name = forms.CharField(
        label="Alternate contact: name (optional)", max_length=200, required=False, validators=[validate_printable]
    )
    alternate_email = forms.CharField(
        label="Alternate contact: e-mail address (optional)",
        max_length=254,
        required=False,
        validators=[validate_printable],
    )
    alternate_phone = forms.CharField(
        label="Alternate contact: telephone (optional)",
        max_length=40,
        required=False,
        validators=[validate_printable],
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def __init__(self, *args: Any, own: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own

    def clean_email(self) -> str:
        """Refuse an address that is not the representative's own: another person accepts that part."""
        email = super().clean_email()
        if not self._was_sent("email"):
            return email
        if email != self.initial["email"] and (email not in self.own or self.initial["email"] not in self.own):
            raise forms.ValidationError(NOT_OWN)
        return email
