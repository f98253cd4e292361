"""The signing room: whom the representative asks, and what a practice's signer answers."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from agreements.text.fingerprints import Fingerprints
from ground.fonts import validate_printable

from ..agreement.executed_forms import OfParty
from ..frame_forms import GuardedForm

IS_FINGERPRINT = RegexValidator(r"\A[0-9a-f]{64}\Z")


def _in_letters(what: str) -> Callable[[str], None]:
    """Return a validator that refuses a text without letters, which no one could read; `what` says what to type."""

    def check(text: str) -> None:
        if not any(letter.isalpha() for letter in text):
            raise forms.ValidationError(f"Nothing was signed yet. Type {what}.")

    return check


class SignerForm(OfParty):
    """Who may bind one practice, and where the link goes."""

    signer_name = forms.CharField(
        label="Name of the person authorized to sign for the practice",
        max_length=200,
        required=False,
        validators=[validate_printable],
    )
    signer_email = forms.EmailField(
        label="Their own email address",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "data-on-leave": ""}),
    )

    def clean_signer_email(self) -> str:
        return str(self.cleaned_data["signer_email"]).lower()


class ReplaceForm(GuardedForm):
    """Who is asked to sign instead."""

    name = forms.CharField(
        label="Name of the person authorized to sign for the practice", max_length=200, validators=[validate_printable]
    )
    email = forms.EmailField(label="Their own email address", max_length=254)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AddressForm(ReplaceForm):
    """Who is told for a practice of the submission that the page showed."""

    submission = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SignForm(GuardedForm):
    """A signature: the roster confirmed, the opt-in answered where it is asked, consent, name, title and authority."""

    roster = forms.BooleanField(
        error_messages={"required": "Check this box if the list is right. If not, say what is wrong."}
    )
    opt_in = forms.ChoiceField(
        label="Does the practice accept an opt-in?",
        choices=[
            ("yes", "Yes. If CMS finds it opt-in eligible, taking part here is its decision to opt in."),
            ("no", "No. If CMS then finds it opt-in eligible, it cannot take part."),
        ],
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(
        label="I agree to sign electronically. I can download the agreement before I sign, and get the "
        "signed (executed) one later, with this link. To sign on paper instead, I ask the representative.",
        error_messages={"required": "Check this box to sign here. To sign on paper, ask the representative."},
    )
    name = forms.CharField(
        label="Your full name",
        max_length=200,
        validators=[_in_letters("your name in letters, for example “Maria Lopez”"), validate_printable],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    title = forms.CharField(
        label="Your title in the practice",
        max_length=200,
        validators=[_in_letters("your title in letters, for example “owner”"), validate_printable],
        help_text="For example: owner, managing partner, practice manager.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    authorized = forms.BooleanField(
        error_messages={"required": "Check this box only if it is true. If you aren’t authorized, don’t sign."}
    )
    text, parties, schedule = (
        forms.CharField(widget=forms.HiddenInput, validators=[IS_FINGERPRINT]) for _ in Fingerprints._fields
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        practice: str,
        covered: Fingerprints,
        period: str,
        asks_opt_in: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial=covered._asdict(), **kwargs)
        who = f"everyone who bills under the TIN of {practice}, or billed under it from {period},"
        self.fields["roster"].label = f"This is right: {who} is listed."
        self.statement = f"I am authorized to bind {practice} to this agreement, and sign it on its behalf."
        self.fields["authorized"].label = self.statement
        if not asks_opt_in:
            del self.fields["opt_in"]

    def untick(self, *names: str) -> None:
        """Let boxes come back empty: what they say is to be read again."""
        self.data = {key: self.data[key] for key in self.data if key not in names}

    def signature(self) -> dict[str, Any]:
        """Return the signature's values: name, title, statement, opt-in, and the fingerprints that the page showed."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "title": said["title"],
            "statement": self.statement,
            "opt_in_accepted": said["opt_in"] == "yes" if "opt_in" in said else None,
            "seen": Fingerprints(said["text"], said["parties"], said["schedule"]),
        }


class CorrectionForm(GuardedForm):
    """What is wrong with the practice's roster."""

    masked = ("text",)
    text = forms.CharField(
        label="What is wrong?",
        max_length=2000,
        help_text="For example: a clinician is missing, a clinician never billed under the TIN, or the TIN belongs to "
        "another practice.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ObjectionForm(GuardedForm):
    """What isn't right in an election that was submitted."""

    masked = ("text",)
    text = forms.CharField(
        label="What isn’t right?",
        max_length=2000,
        help_text="For example: your practice didn’t agree to take part, a clinician is missing, or the TIN is wrong.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DeclineForm(GuardedForm):
    """Why somebody does not sign."""

    masked = ("reason",)
    reason = forms.CharField(
        label="Why are you declining?",
        max_length=2000,
        help_text="CMS and the people who prepare the election will read this. If someone else should sign, say who.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SignerAnswerForm(GuardedForm):
    """An answer to what a signer wrote at the moment that the page showed."""

    masked = ("text",)
    outcome = forms.ChoiceField(
        label="What do you answer?",
        choices=[("fixed", "Fixed. They can look again and sign."), ("not", "Not changed. I say why.")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Your answer in words",
        max_length=10_000,
        required=False,
        help_text="What you changed, or why you didn’t. The signer and CMS read it.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    written = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("outcome") == "not" and "text" in values and not values["text"]:
            self.add_error("text", "Say why you didn’t change it.")
        return values

    def answer(self) -> dict[str, Any]:
        """Return the answer's values: whether it was fixed, the words, and when what is answered was written."""
        said = self.cleaned_data
        return {"fixed": said["outcome"] == "fixed", "text": said["text"], "written": said["written"]}
