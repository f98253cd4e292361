"""A practice of the working copy: kept as far as it is known, whether it is right yet or not."""

import re
import uuid
from typing import Any, ClassVar

from django import forms

from eligibility.law.identifiers import EIN_DIGITS, has_nine_digit_run, looks_like_ssn, normalise

from ..drafts.forms import DraftForm
from ..models import Member
from ..models.election import LONGEST_NPI
from .tin_forms import MOST_NPIS, NOTHING_TYPED, TinForm, npis_field, shown_tin


class MemberForm(TinForm, DraftForm):
    """Its name and its TIN. What is wrong with a TIN, the findings say; refused is only what must not be kept."""

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        if member:
            kwargs["initial"] = {"name": member.name, "tin_kind": member.tin_kind, "tin": shown_tin(member)}
        super().__init__(*args, **kwargs)
        self.tin_shown = normalise(str(self.initial.get("tin", "")))
        self.npis_listed = [line.npi for line in member.clinicians.all()] if member else []

    def clean(self) -> dict[str, Any]:
        """Refuse a TIN that may be a whole SSN, or is longer than any TIN."""
        cleaned = super().clean() or self.cleaned_data
        self.judge_tin(cleaned, self.npis_listed)
        if len(cleaned.get("tin", "")) > EIN_DIGITS:
            self.add_error("tin", f"No TIN is longer than {EIN_DIGITS} digits. This one was not saved.")
        return cleaned

    def sound(self) -> dict[str, Any]:
        """Return what can be saved, without the fields that only the page needs."""
        return {name: value for name, value in super().sound().items() if name in ("name", "tin_kind", "tin")}

    def full_clean(self) -> None:
        """Note whether the TIN was changed on the page; what it says it showed is repeated only where that stands."""
        if self.is_bound:
            sent = normalise(str(self.data.get(self.add_initial_prefix("tin"), "")))
            self.is_tin_left = sent == normalise(str(self.data.get(self.add_prefix("tin"), "")))
        super().full_clean()

    def was(self) -> dict[str, Any]:
        """Return what the page showed, the TIN as it is kept."""
        self.is_valid()
        shown = super().was()
        if "tin" in shown:
            shown["tin"] = self.cleaned_data.get("tin", "") if self.is_tin_left else normalise(shown["tin"])
        return shown

    def _is_private(self, key: str) -> bool:
        is_standing = key == self.add_initial_prefix("tin") and normalise(str(self.data.get(key))) == self.tin_shown
        return not is_standing and super()._is_private(key)


class AddMemberForm(MemberForm):
    """A new practice with its NPIs; `key` is the page's own, so that sending it again changes what it added."""

    unguarded: ClassVar[tuple[str, ...]] = (*MemberForm.unguarded, "key")  # it may hold nine digits in a row

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    npis = npis_field()
    refused_npis = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].show_hidden_initial = False

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
        return [npi for line in _lines_of(str(self.data[key])) for npi in _npis_of(line)] if key in self.data else None

    def was(self) -> dict[str, Any]:
        """Return what the page showed of the practice itself; its NPIs are told by npis_shown."""
        return {name: value for name, value in super().was().items() if name in ("name", "tin_kind", "tin")}

    @property
    def has_npis(self) -> bool:
        """Say whether the list of NPIs was sent and could be read."""
        return self.add_prefix("npis") in self.data and "npis" in self.cleaned_data

    def clean_npis(self) -> list[str]:
        """Return the NPIs in the order typed, right or not; nine digits are not kept."""
        typed = _lines_of(self.cleaned_data["npis"])
        kept = [line for line in typed if not _may_be_ssn(line)]
        if len(kept) < len(typed):
            refused = [str(place) for place, line in enumerate(typed, start=1) if line not in kept]
            self.retype("npis", "\n".join(line.strip() for line in kept))
            self.emptied.append(self.add_prefix("npis"))
            self.refused_npis = f"Entry {', '.join(refused)} had nine digits and was not kept. An NPI has ten."
        npis = [npi for line in kept for npi in _npis_of(line)]
        if len(npis) > MOST_NPIS:
            raise forms.ValidationError(
                f"{len(npis)} NPIs are more than can be listed here. The limit of a practice is 10 clinicians."
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


def _lines_of(text: str) -> list[str]:
    return [line for line in re.split(r"[\n\r,;\t]+", text) if line.strip()]


def _may_be_ssn(line: str) -> bool:
    """Say whether an entry may hold a whole SSN, whatever line ends stand within it."""
    joined = " ".join(line.split())
    return has_nine_digit_run(line) or has_nine_digit_run(joined) or looks_like_ssn(joined)


def _npis_of(line: str) -> list[str]:
    """Return the NPIs of one line: usually one, or several with blanks between."""
    words = [normalise(word) for word in line.split()]
    whole = normalise(line)
    are_npis = len(words) > 1 and all(word.isdigit() and len(word) > 9 for word in words)
    return words if are_npis else [whole[:LONGEST_NPI]]
