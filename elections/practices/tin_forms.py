"""One practice: its name, its TIN and every NPI under it."""

import re
from typing import Any, ClassVar

from django import forms

from accounts.models import User
from eligibility.data import disclosure
from eligibility.law.calendar import billing_period
from eligibility.law.identifiers import (
    EIN,
    EIN_DIGITS,
    SSN,
    ein_or_ssn,
    format_ein,
    has_nine_digit_run,
    looks_like_ssn,
    npi_problem,
    tin_problem,
    typed_npis,
    typed_tin,
)
from eligibility.law.parameters import SSN_DIGITS
from ground import clock
from ground.fonts import validate_printable

from ..content import PracticeEntry
from ..frame_forms import GuardedForm
from ..models import Member, TinKind

MOST_NPIS = 500
LONGEST_SHOWN = 20  # characters of what is no NPI
LONGEST_LIST = 50_000  # characters: what is longer is not read
NOTHING_TYPED = "You haven’t typed anything yet. Type the practice’s name, its TIN, or an NPI."
ASKED_TOO_MUCH = (
    "You listed more TINs today than we can check for one account. We didn’t keep what you typed. "
    "Continue tomorrow, or call us. The number is at the bottom of the page."
)
ASKED_TOO_MUCH_FROM_HERE = (
    "More TINs were listed from your network today than we can check without an account. "
    "We didn’t keep what you typed. To continue, sign in or create an account."
)


class TinForm(GuardedForm):
    """The name of a practice, and its TIN, which may be somebody's Social Security number."""

    unguarded: ClassVar[tuple[str, ...]] = ("tin", "npis")

    name = forms.CharField(
        label="Name of the practice",
        max_length=200,
        required=False,
        validators=[validate_printable],
        help_text="The name Medicare has. For a solo practitioner without one, the clinician’s own name.",
    )
    tin_kind = forms.ChoiceField(
        label="What kind of number is the practice’s TIN?",
        choices=TinKind.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="A solo practitioner without an EIN bills under a Social Security number.",
    )
    tin = forms.CharField(label="TIN", required=False, max_length=40, strip=True)

    def __init__(
        self, *args: Any, performance_year: int, by: User | None, address: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.address = by, address
        self.ssn_digits = SSN_DIGITS.for_year(performance_year)
        self.fields["tin"].widget.attrs |= {"autocomplete": "off", "inputmode": "numeric", "data-on-leave": ""}
        self.fields[
            "tin"
        ].help_text = (
            f"An EIN: all 9 digits. A Social Security number: only the last {self.ssn_digits}. Never type a full one."
        )
        if "npis" in self.fields:
            period = billing_period(performance_year)
            self.fields["npis"].help_text = self.fields["npis"].help_text.format(period=period)

    def judge_tin(self, cleaned: dict[str, Any], npis: list[str]) -> str | None:
        """Put the TIN as it is kept into what was cleaned; a number that may be a whole SSN is forgotten at once.

        Return the kind of number that was said, None where the TIN was refused.
        """
        self._forget_unread()
        kind, typed = cleaned.get("tin_kind") or "", cleaned.get("tin") or ""
        tin = typed_tin(typed)
        problem = self._may_be_whole_ssn(kind, typed, tin, npis)
        if problem:
            self.forget("tin")
            self.add_error("tin", problem)
            return None
        if "tin" in cleaned:
            cleaned["tin"] = tin
        return kind

    def _forget_unread(self) -> None:
        """Let a field come back empty that was refused before it could be judged: too long, or not text at all."""
        for name in ("tin", "npis"):
            typed = str(self.data.get(self.add_prefix(name), ""))
            unread = "\0" in typed or len(typed) > LONGEST_LIST or (name == "tin" and has_nine_digit_run(typed))
            if name in self.errors and unread:
                self.forget(name)

    def _may_be_whole_ssn(self, kind: str, typed: str, tin: str, npis: list[str]) -> str | None:
        only = f"Type only the last {self.ssn_digits} digits."
        if kind == SSN and len(re.sub(r"\D", "", tin)) > self.ssn_digits:
            return f"That is more of the Social Security number than we need, so we didn’t keep it. {only}"
        if looks_like_ssn(typed):
            return f"This looks like a Social Security number, so we didn’t keep it. {ein_or_ssn(self.ssn_digits)}"
        if not kind and has_nine_digit_run(typed):
            return "We didn’t keep what you typed. First choose what kind of number it is, then type it again."
        if kind != EIN or not npis:
            return None
        try:  # CMS data are asked, which counts against the limits of the one who asks
            [is_ssn] = disclosure.refuse_ssns([(tin, npis)], by=self.by, address=self.address, now=clock.now())
        except disclosure.AskedTooMuch:
            return ASKED_TOO_MUCH if self.by else ASKED_TOO_MUCH_FROM_HERE
        not_kept = "This might be a Social Security number, not an EIN, so we didn’t keep it."
        may_be = f"{not_kept} If it is one, choose “SSN”. {only}"
        return may_be if is_ssn else None


def shown_tin(practice: Member | PracticeEntry) -> str:
    """Return a TIN as its own field shows it: a whole EIN the way the IRS writes it."""
    is_whole_ein = practice.tin_kind == TinKind.EIN and len(practice.tin) == EIN_DIGITS
    return format_ein(practice.tin) if is_whole_ein else str(practice.tin)


def npis_field() -> forms.CharField:
    """Return the field for every NPI under a TIN."""
    return forms.CharField(
        label="NPIs of all clinicians who bill under this TIN",
        max_length=LONGEST_LIST,
        error_messages={"max_length": f"You can list at most {MOST_NPIS} NPIs here."},
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        required=False,
        help_text="One on each line, or paste a spreadsheet column. Include everyone who bills under the TIN, or "
        "billed under it from {period}, even if they left or aren’t MIPS eligible.",
    )


class PracticeForm(TinForm):
    """A practice that somebody without an account checks: each number has to be one."""

    npis = npis_field()

    @classmethod
    def initial_of_entry(cls, entry: PracticeEntry) -> dict[str, Any]:
        """Return the fields' initial values for a practice that was typed before."""
        return {"name": entry.name, "tin_kind": entry.tin_kind, "tin": shown_tin(entry), "npis": "\n".join(entry.npis)}

    def clean_npis(self) -> list[str]:
        """Return the NPIs once each, in the order typed; lines that cannot be right are named by their number."""
        entries = npi_entries(self.cleaned_data["npis"])
        npis = [entry for entry in entries if entry]
        problems = []
        for number, entry in enumerate(entries, start=1):
            if not entry:
                problems.append(f"Entry {number} had 9 digits, so we didn’t keep it. An NPI has 10.")
            elif problem := npi_problem(entry):
                problems.append(f"Entry {number}, {entry[:LONGEST_SHOWN]}: {problem}")
        if len(npis) < len(entries):
            self.retype("npis", "\n".join(npis))
        if len(npis) > MOST_NPIS:
            problems = [
                f"You listed {len(npis)} NPIs. You can list at most {MOST_NPIS} here. "
                "The limit for a practice is 10 clinicians."
            ]
        if problems:
            raise forms.ValidationError(problems[:20])
        return list(dict.fromkeys(npis))

    def clean(self) -> dict[str, Any]:
        """Judge the TIN with its kind and its NPIs."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(NOTHING_TYPED)
        kind = self.judge_tin(cleaned, cleaned.get("npis") or [])
        tin = cleaned.get("tin") or ""
        if tin and kind == "":
            self.add_error("tin_kind", "Choose what kind of number the TIN is. We can’t tell from the digits.")
        elif tin and kind:
            problem = tin_problem(kind, tin, ssn_digits=self.ssn_digits)
            if problem:
                self.add_error("tin", problem)
        return cleaned


def npi_entries(text: str) -> list[str]:
    """Return the entries of a typed list of NPIs; an entry that may be a full SSN comes back empty."""
    entries = []
    for line in re.split(r"[\n\r]+", text):
        typed = typed_npis(line)
        if looks_like_ssn(" ".join(line.split())) or _spread(line, typed):
            typed = [""]
        entries += ["" if has_nine_digit_run(entry) else entry for entry in typed]
    return entries


def _spread(line: str, entries: list[str]) -> bool:
    """True if a line has nine digits that no single entry of it has, as 4, 5, 7, 5, 5, 5, 4, 6, 2."""
    return has_nine_digit_run(line) and not any(has_nine_digit_run(entry) for entry in entries)
