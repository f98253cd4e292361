"""A practice of the working copy: kept as far as it is known, whether it is right yet or not."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms

from eligibility.law.identifiers import EIN_DIGITS, typed_tin
from ground.fonts import validate_printable

from ..drafts.forms import DraftForm
from ..models import Member
from ..models.election import LONGEST_NPI
from ..roster.notes import in_words
from .tin_forms import MOST_NPIS, NOTHING_TYPED, TinForm, npi_entries, npis_field, shown_tin

START_WITH_ONE = (
    "With an EIN, you can start with one NPI. If CMS shows it under the EIN, we’ll offer CMS’s list of the practice’s "
    "NPIs. Otherwise, list all."
)


class MemberForm(TinForm, DraftForm):
    """Its name and its TIN. What is wrong with a TIN, the findings say; refused is only what must not be kept."""

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        if member:
            kwargs["initial"] = {"name": member.name, "tin_kind": member.tin_kind, "tin": shown_tin(member)}
        super().__init__(*args, **kwargs)
        self.tin_shown = typed_tin(str(self.initial.get("tin", "")))
        self.npis_listed = [line.npi for line in member.clinicians.all()] if member else []

    def clean(self) -> dict[str, Any]:
        """Refuse a TIN that may be a whole SSN, or is longer than any TIN."""
        cleaned = super().clean() or self.cleaned_data
        self.judge_tin(cleaned, self.npis_listed)
        if len(cleaned.get("tin", "")) > EIN_DIGITS:
            self.add_error("tin", f"This TIN was not saved. An EIN has {EIN_DIGITS} digits. Type it again.")
        return cleaned

    def sound(self) -> dict[str, Any]:
        """Return the values that can be saved, without the fields that only the page needs."""
        return {name: value for name, value in super().sound().items() if name in ("name", "tin_kind", "tin")}

    def full_clean(self) -> None:
        """Note whether the TIN was changed on the page; what it says it showed is repeated only where that stands."""
        if self.is_bound:
            sent = typed_tin(str(self.data.get(self.add_initial_prefix("tin"), "")))
            self.is_tin_left = sent == typed_tin(str(self.data.get(self.add_prefix("tin"), "")))
        super().full_clean()

    def was(self) -> dict[str, Any]:
        """Return the values that the page showed, with the TIN as it is stored."""
        self.is_valid()
        shown = super().was()
        if "tin" in shown:
            shown["tin"] = self.cleaned_data.get("tin", "") if self.is_tin_left else typed_tin(shown["tin"])
        return shown

    def _is_private(self, key: str) -> bool:
        is_standing = key == self.add_initial_prefix("tin") and typed_tin(str(self.data.get(key))) == self.tin_shown
        return not is_standing and super()._is_private(key)


class PracticeSignerForm(DraftForm):
    """Who may bind the practice, and where their link goes: to be named as soon as it is listed."""

    signer_name = forms.CharField(
        label="Who will sign for the practice (optional for now)",
        max_length=200,
        required=False,
        validators=[validate_printable],
        help_text="Someone authorized, such as an owner or an officer. We don’t email anyone yet.",
    )
    signer_email = forms.EmailField(
        label="Their own email address (optional for now)",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "data-on-leave": ""}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, member: Member | None = None) -> None:
        named = {name: getattr(member.party, name) for name in self.base_fields} if member else {}
        super().__init__(data, initial=named)

    def clean_signer_email(self) -> str:
        return str(self.cleaned_data["signer_email"]).lower()


class AddMemberForm(MemberForm):
    """A new practice with its NPIs; `key` is the page's own, so that sending it again changes what it added."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    npis = npis_field()
    refused_npis = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].show_hidden_initial = False
        self.fields["npis"].help_text = f"{START_WITH_ONE} {self.fields['npis'].help_text}"

    def full_clean(self) -> None:
        """Give the page a key of its own where it sent none that is one."""
        if self.is_bound:
            try:
                uuid.UUID(str(self.data.get(self.add_prefix("key"), "")))
            except ValueError:
                self.retype("key", str(uuid.uuid4()))
        super().full_clean()

    def npis_shown(self) -> list[str] | None:
        """Return the NPIs that the page knew before, None where it does not say so."""
        key = self.add_initial_prefix("npis")
        return _kept(npi_entries(str(self.data[key]))) if key in self.data else None

    def was(self) -> dict[str, Any]:
        """Return the values that the page showed of the practice, without its NPIs, which npis_shown returns."""
        return {name: value for name, value in super().was().items() if name in ("name", "tin_kind", "tin")}

    @property
    def has_npis(self) -> bool:
        """Say whether the list of NPIs was sent and could be read."""
        return self.add_prefix("npis") in self.data and "npis" in self.cleaned_data

    def clean_npis(self) -> list[str]:
        """Return the NPIs in the order typed, right or not; nine digits are not kept."""
        entries = npi_entries(self.cleaned_data["npis"])
        npis = _kept(entries)
        if "" in entries:
            refused = [place for place, entry in enumerate(entries, start=1) if not entry]
            self.retype("npis", "\n".join(filter(None, entries)))
            self.emptied.append(self.add_prefix("npis"))
            which = _entries(refused)
            them = "it" if len(refused) == 1 else "them"
            self.refused_npis = f"{which} had 9 digits, so we didn’t keep {them}. An NPI has 10."
        if len(npis) > MOST_NPIS:
            raise forms.ValidationError(
                f"You listed {len(npis)} NPIs. You can list at most {MOST_NPIS} here. "
                "The limit for a practice is 10 clinicians."
            )
        if too_long := [place for place, entry in enumerate(entries, start=1) if len(entry) > LONGEST_NPI]:
            are = "is" if len(too_long) == 1 else "are"
            raise forms.ValidationError(
                f"The NPIs were not saved. {_entries(too_long)} {are} too long for an NPI. Type each on its own line."
            )
        self.npis_listed = npis
        return npis

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.refused_npis:
            self.errors["npis"] = self.error_class([self.refused_npis], renderer=self.renderer)  # the others are kept
        if not self.errors and not any(cleaned.get(name) for name in ("name", "tin_kind", "tin", "npis")):
            raise forms.ValidationError(NOTHING_TYPED)
        return cleaned


def _entries(places: list[int]) -> str:
    """Return the places of entries as a sentence begins with them."""
    return f"Entry {places[0]}" if len(places) == 1 else f"Entries {in_words(places)}"


def _kept(entries: list[str]) -> list[str]:
    """Return the entries as they may be kept, right or not."""
    return [entry[:LONGEST_NPI] for entry in entries if entry]
