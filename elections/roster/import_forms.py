"""Taking over a list: pasted or sent as a file, and the question what kinds of numbers its TINs are."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms

from ground.vault import CannotDecrypt, decrypt, encrypt

from ..frame_forms import GuardedForm
from ..models import Member, TinKind
from .practices_read import ReadLine, ReadPractice, fitting_tin
from .reading import ReadRoster

DECRYPTED_WITHIN = timedelta(hours=1)
LONGEST_TEXT = 2_500_000


class RosterImportForm(GuardedForm):
    """A list as text or file. What is pasted is never shown again: it may hold whole Social Security numbers."""

    unguarded: ClassVar[tuple[str, ...]] = ("text",)

    text = forms.CharField(
        label="Paste the list",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Copy the cells in your spreadsheet, including the header line, and paste them here. "
        "NPIs alone need no header line.",
    )
    file = forms.FileField(
        label="Or choose a file",
        required=False,
        help_text="An Excel workbook (.xlsx) or a .csv file, up to 2.5 MB and 5,000 lines. "
        "We don’t read hidden sheets.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    replaces = forms.ChoiceField(
        label="If a practice on your list is already in the roster",
        choices=[
            ("", "Add its clinicians who aren’t in the roster yet"),
            ("yes", "Replace its clinicians with the ones on your list"),
        ],
        required=False,
        widget=forms.RadioSelect,
    )


class KindsForm(GuardedForm):
    """For each practice whose kind of TIN the list does not say: what it is. The list itself travels encrypted."""

    title, heading = "Kinds of TINs", "What kind of number is each TIN?"
    unguarded: ClassVar[tuple[str, ...]] = ("sealed",)

    sealed = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, read: ReadRoster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read = read
        for place, practice in enumerate(read.practices):
            if practice.needs_kind:
                self.fields[f"kind-{place}"] = forms.ChoiceField(
                    label=f"{practice.name or 'A practice without a name'}, TIN ending in {practice.tin[-4:]}, "
                    f"{len(practice.lines)} NPI{'' if len(practice.lines) == 1 else 's'}",
                    choices=TinKind.choices,
                    widget=forms.RadioSelect,
                    error_messages={"required": "Choose EIN or SSN."},
                )

    def answered(self, ssn_digits: int) -> ReadRoster:
        """Return the list with each TIN as it may be kept of its kind."""
        for place, practice in enumerate(self.read.practices):
            if practice.needs_kind:
                practice.tin_kind = self.cleaned_data[f"kind-{place}"]
                practice.tin, note = fitting_tin(practice.tin, practice.tin_kind, practice.tin_is_number, ssn_digits)
                if note:
                    self.read.notes.append(f"{practice.where}: {note}")
        return self.read


class WhoseForm(GuardedForm):
    """Whose clinicians a list has that names no practice. The list itself travels encrypted."""

    NEW = "new"
    title, heading = "Whose clinicians", "Which practice are these clinicians for?"
    unguarded: ClassVar[tuple[str, ...]] = ("sealed",)

    sealed = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(member.pk), str(member)) for member in members]
        self.fields["practice"] = forms.ChoiceField(
            label="Practice",
            choices=[*listed, (self.NEW, "A practice that isn’t listed yet")],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose a practice."},
        )

    def answered(self, read: ReadRoster) -> ReadRoster:
        """Return the list as that of the practice that was chosen."""
        chosen = self.cleaned_data["practice"]
        return read if chosen == self.NEW else of_practice(read, int(chosen))


def of_practice(read: ReadRoster, member_id: int) -> ReadRoster:
    """Return a list that names no practice as that of this one."""
    return replace(read, practices=[replace(practice, member_id=member_id) for practice in read.practices])


def encrypt_field(read: ReadRoster, *, replaces: bool, election_id: uuid.UUID, user: int, now: datetime) -> str:
    """Return a list that may hold whole SSNs so that only we can open it again: the browser keeps it, we do not."""
    content = [now.isoformat(), replaces, [asdict(practice) for practice in read.practices], read.notes, read.is_of_one]
    return encrypt(json.dumps(content), _context(election_id, user))


def decrypt_field(sealed: str, *, election_id: uuid.UUID, user: int, now: datetime) -> tuple[ReadRoster, bool] | None:
    """Return a list encrypted for this person and election within the hour, and whether it replaces; else None."""
    try:
        at, replaces, practices, notes, is_of_one = json.loads(decrypt(sealed, _context(election_id, user)))
    except (CannotDecrypt, ValueError):
        return None
    if now - datetime.fromisoformat(at) > DECRYPTED_WITHIN:
        return None
    return ReadRoster([_practice(practice) for practice in practices], list(notes), is_of_one), bool(replaces)


def _practice(kept: Mapping[str, Any]) -> ReadPractice:
    lines: Sequence[Mapping[str, Any]] = kept["lines"]
    return ReadPractice(**{**kept, "lines": [ReadLine(**line) for line in lines]})


def _context(election_id: uuid.UUID, user: int) -> str:
    return f"elections.roster_import {election_id} {user}"
