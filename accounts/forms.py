"""The forms about people: allauth's, with our words and without placeholders that vanish when one types."""

from typing import Any, ClassVar

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from ground.fonts import validate_printable
from ground.ssn_guard import Guarded

from .models import User
from .sign_ins import record_second_factor

LABELS = {
    "email": "Email address",
    "login": "Email address",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
    "code": "Code from your app, or a recovery code",
}
HELP_CHOOSING = "Use at least 12 characters. Don’t use a common password, or one that is like your email address."
NAME = forms.CharField(
    max_length=200,
    required=False,
    label="Your name",
    help_text="We show it to the people you work with on an election.",
    widget=forms.TextInput({"autocomplete": "name"}),
    validators=[validate_printable],
)


class PlainWords(Guarded):
    """Gives a form of allauth our labels, and keeps nine digits in a row out of it."""

    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = (LABELS | self.labels).get(name, field.label)
            if name == "code":
                field.widget.attrs["inputmode"] = "numeric"
            if name == "password1":
                field.help_text = HELP_CHOOSING


class LoginForm(PlainWords, account_forms.LoginForm):  # type: ignore[misc]
    """Sign in."""


class SignupForm(PlainWords, account_forms.SignupForm):  # type: ignore[misc]
    """Create an account."""

    labels: ClassVar[dict[str, str]] = {"password1": "Password"}
    field_order: ClassVar[list[str]] = ["email", "name", "password1"]
    name = NAME

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Create the account; if a sign-up sent at the same moment did, say the same: its email is on the way."""
        try:
            with transaction.atomic():
                user, answer = super().try_save(request)
                return user, answer
        except IntegrityError:
            email = self.cleaned_data["email"]
            if not User.objects.filter(email=email).exists():
                raise
            adapter = get_adapter()
            said = "account/messages/email_confirmation_sent.txt"
            adapter.add_message(request, messages.INFO, said, {"email": email})
            return None, adapter.respond_email_verification_sent(request, None)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class InvitedForm(PlainWords, forms.Form):
    """Create an account for an address that the link of an invitation proves."""

    labels: ClassVar[dict[str, str]] = {"password1": "Password"}
    name = NAME
    password1 = forms.CharField(strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password1(self) -> str:
        """Return the password; a common one, or one like the person's address or name, is refused."""
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        return str(get_adapter().clean_password(self.cleaned_data["password1"], user=person))


class NameForm(Guarded, forms.ModelForm):  # type: ignore[type-arg]
    """Change one's name."""

    name = NAME

    class Meta:
        model = User
        fields = ["name"]


class AddEmailForm(PlainWords, account_forms.AddEmailForm):  # type: ignore[misc]
    """Add an e-mail address."""


class ChangePasswordForm(PlainWords, account_forms.ChangePasswordForm):  # type: ignore[misc]
    """Change the password."""


class SetPasswordForm(PlainWords, account_forms.SetPasswordForm):  # type: ignore[misc]
    """Set a password where there is none."""


class ResetPasswordForm(PlainWords, account_forms.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to a new password."""


class ResetPasswordKeyForm(PlainWords, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """Choose a new password."""


class ReauthenticateForm(PlainWords, account_forms.ReauthenticateForm):  # type: ignore[misc]
    """Type the password once more."""


class AuthenticateForm(PlainWords, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class MFAReauthenticateForm(PlainWords, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more, or for the first time in a session that began without one."""

    def save(self) -> None:
        """Note that it was proved."""
        super().save()
        record_second_factor(context.request, self.user)


class ActivateTOTPForm(PlainWords, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """Set up an authenticator app."""

    labels: ClassVar[dict[str, str]] = {"code": "Six-digit code from the app"}


class AddWebAuthnForm(PlainWords, webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    """Add a passkey."""

    labels: ClassVar[dict[str, str]] = {"name": "Name for this passkey"}

    def clean_name(self) -> str:
        """Return the name, or the one that was offered."""
        return self.cleaned_data["name"].strip() or str(super().clean_name())


class EditWebAuthnForm(PlainWords, webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Rename a passkey."""

    labels: ClassVar[dict[str, str]] = {"name": "Name for this passkey"}


class AuthenticateWebAuthnForm(PlainWords, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor at sign-in."""


class ReauthenticateWebAuthnForm(PlainWords, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey once more, or for the first time in a session that began without one."""

    def save(self) -> None:
        """Note that it was proved."""
        super().save()
        record_second_factor(context.request, self.user)
