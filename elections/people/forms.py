"""Inviting people to an election, and handing the representative's part over."""

from django import forms

from ground.fonts import validate_printable

from ..frame_forms import GuardedForm
from ..models import InvitationKind

Kind = InvitationKind


class InviteForm(GuardedForm):
    """Who is asked, and to do what."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    kind = forms.ChoiceField(
        label="What may they do?",
        choices=[(kind.value, kind.label) for kind in (Kind.COLLABORATOR, Kind.VIEWER)],
        widget=forms.RadioSelect,
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class HandOverForm(GuardedForm):
    """To whom the representative's part is offered."""

    name = forms.CharField(label="Name", max_length=200, validators=[validate_printable])
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="They accept signed in with this address. Until they do, you stay the representative.",
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
