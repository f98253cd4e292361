"""Inviting people to an election, and handing the representative's part over."""

from django import forms

from ground.fonts import validate_printable

from ..frame_forms import GuardedForm
from ..models import InvitationKind

Kind = InvitationKind


class InviteForm(GuardedForm):
    """Who is asked, and to do what."""

    email = forms.EmailField(label="Email address", max_length=254)
    kind = forms.ChoiceField(
        label="What can they do?",
        choices=[(kind.value, kind.label) for kind in (Kind.COLLABORATOR, Kind.VIEWER)],
        widget=forms.RadioSelect,
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class HandOverForm(GuardedForm):
    """To whom the representative's part is offered."""

    name = forms.CharField(label="Name", max_length=200, validators=[validate_printable])
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="To accept, they sign in with this email address. Until they do, you stay the representative.",
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
