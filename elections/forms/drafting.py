"""The virtual group, its representative, and its agreement."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from accounts import clock
from eligibility.parameters import PERFORMANCE_YEARS, WINDOW_OPENS

from ..actions.drafting import party_prefix
from ..models import Member
from .draft import DraftForm


class VirtualGroupForm(DraftForm):
    """What the virtual group calls itself."""

    name = forms.CharField(
        label="Name of the virtual group",
        max_length=200,
        required=False,
        help_text="Any name you like, for you and for CMS to find it again.",
    )


class RepresentativeForm(DraftForm):
    """Who represents the virtual group, and submits."""

    name = forms.CharField(
        label="Name", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        required=False,
        help_text="Only the account with this verified address can submit. "
        "If it is somebody else’s, we invite them by mail.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="Telephone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )

    gives_up = forms.BooleanField(
        label="Yes: from now on only the person with this address submits and withdraws, and I do not.", required=False
    )

    def __init__(self, *args: Any, own: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        if not (self.is_bound and own and str(self.data.get("email", "")).strip().lower() not in own):
            del self.fields["gives_up"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_gives_up(self) -> bool:
        """Demand a yes of the representative who names another address than their own."""
        if not self.cleaned_data["gives_up"]:
            raise forms.ValidationError(
                "This address is not one of yours, so you could no longer submit. If you mean that, tick the box; "
                "if not, correct the address. Nothing was saved yet."
            )
        return True


class AcknowledgementForm(DraftForm):
    """That the agreement exists and was executed (414.1315(c)(2)(i))."""

    acknowledged = forms.BooleanField(
        label="A formal written agreement exists between all practices of this virtual group, and each of them "
        "executed it on or before the day of this election.",
        required=False,
    )


class PartyForm(DraftForm):
    """When and by whom one practice executed the agreement, and whether it accepts the opt-in."""

    executed_on = forms.DateField(
        label="Date the practice executed the agreement",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    signer_name = forms.CharField(label="Who signed for the practice", max_length=200, required=False)
    signer_title = forms.CharField(label="Their title", max_length=200, required=False)
    opt_in_accepted = forms.BooleanField(
        label="The practice accepts: if CMS finds it opt-in eligible, taking part here is its decision to opt in to "
        "MIPS for the year. It cannot be undone.",
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, member: Member, asks_opt_in: bool) -> None:
        party = member.party
        initial = {
            "executed_on": party.executed_on,
            "signer_name": party.signer_name,
            "signer_title": party.signer_title,
            "opt_in_accepted": party.opt_in_accepted,
        }
        super().__init__(data, prefix=party_prefix(member.pk).removesuffix("-"), initial=initial)
        self.member = member
        self.asks_opt_in = asks_opt_in
        if not asks_opt_in:
            del self.fields["opt_in_accepted"]

    def sound(self) -> dict[str, Any]:
        """Return what can be saved; an opt-in that is not asked for is not accepted."""
        return super().sound() | ({} if self.asks_opt_in else {"opt_in_accepted": False})

    def clean_executed_on(self) -> Any:
        """Refuse a day that has not come: an agreement is executed on or before the day of the election."""
        day = self.cleaned_data["executed_on"]
        if day and day > clock.today():
            raise forms.ValidationError("This day has not come yet. Give the day on which the practice signed.")
        first = WINDOW_OPENS.for_year(PERFORMANCE_YEARS[0]).year
        if day and day.year < first:
            raise forms.ValidationError(f"There were no virtual groups before {first}. Check the year.")
        return day
