"""What is said of an agreement that is executed elsewhere."""

from collections.abc import Mapping
from typing import Any

from django import forms

from eligibility.law import calendar
from eligibility.law.low_volume import OPT_IN_FINAL
from eligibility.law.parameters import PERFORMANCE_YEARS
from ground import clock
from ground.fonts import validate_printable

from ..drafts.forms import DraftForm
from ..models import Member
from .executed import party_prefix


class OfParty(DraftForm):
    """What is said of one practice: its fields are those of its party, and bear the practice's prefix in the page."""

    def __init__(self, data: Mapping[str, Any] | None, *, member: Member) -> None:
        initial = {name: getattr(member.party, name) for name in self.base_fields}
        super().__init__(data, prefix=party_prefix(member.pk).removesuffix("-"), initial=initial)
        self.member = member


class PartyForm(OfParty):
    """When and by whom one practice executed the agreement, and whether it accepts the opt-in."""

    executed_on = forms.DateField(
        label="Date the practice signed (executed) the agreement",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    signer_name = forms.CharField(
        label="Who signed for the practice", max_length=200, required=False, validators=[validate_printable]
    )
    signer_title = forms.CharField(label="Their title", max_length=200, required=False, validators=[validate_printable])
    signer_email = forms.EmailField(
        label="Their email address",
        max_length=254,
        required=False,
        help_text="We email them what you enter here, 10 minutes after your last change. We also email them when you "
        "submit, change or withdraw this election, and when CMS decides. Without an address, we can’t tell them.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "data-on-leave": ""}),
    )
    opt_in_accepted = forms.BooleanField(
        label="The practice accepts: if CMS finds it opt-in eligible, taking part here is its decision to opt in to "
        f"MIPS for the year. {OPT_IN_FINAL}",
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, member: Member, asks_opt_in: bool) -> None:
        super().__init__(data, member=member)
        self.asks_opt_in = asks_opt_in
        if not asks_opt_in:
            del self.fields["opt_in_accepted"]

    def sound(self) -> dict[str, Any]:
        """Return the values that can be saved. An opt-in that is not asked for is not accepted."""
        return super().sound() | ({} if self.asks_opt_in else {"opt_in_accepted": False})

    def clean_signer_email(self) -> str:
        return str(self.cleaned_data["signer_email"]).lower()

    def clean_executed_on(self) -> Any:
        """Refuse a day that has not come: an agreement is executed on or before the day of the election."""
        day = self.cleaned_data["executed_on"]
        if day and day > clock.today():
            raise forms.ValidationError("This date is in the future. Enter the date the practice signed.")
        first = calendar.window(PERFORMANCE_YEARS[0]).opens.year
        if day and day.year < first:
            raise forms.ValidationError(f"There were no virtual groups before {first}. Check the year.")
        return day
