"""The lines of a roster as they are typed into its grid."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from eligibility.law.identifiers import is_valid_npi, typed_npis
from ground.private_numbers import has_nine_digit_run

from ..models import MemberClinician
from ..models.election import LONGEST_NPI
from .lines_typed import TypedLine

CELLS = ("npi", "last_name", "first_name")
_NAME = re.compile(r"line-([0-9a-f-]{36})-(npi|last_name|first_name|was|of|remove)")
NOT_KEPT = "Nine digits might be someone’s Social Security number. An NPI has 10 digits."
SEVERAL = "The NPI was too long to keep in full. Type one NPI on each line, or paste them as a list."
HEADS = {"npi": "NPI", "last_name": "Last name", "first_name": "First name"}


@dataclass(frozen=True, slots=True)
class TypedRoster:
    """What was typed: `refused` says by line what was not kept of it."""

    lines: list[TypedLine]
    refused: dict[uuid.UUID, str]


def read_typed(data: Mapping[str, str], member_id: int | None = None) -> TypedRoster:
    """Read the lines that a page sent; `member_id` is whose they are, None where each new line says it itself.

    NPIs typed in one place are lines of their own, with the same keys each time the page is sent.
    """
    found: dict[str, dict[str, str]] = {}
    for name in data:
        if match := _NAME.fullmatch(name):
            found.setdefault(match[1], {})[match[2]] = str(data[name])
    lines, refused = [], {}
    for text, cells in found.items():
        try:
            key = uuid.UUID(text)
        except ValueError:
            continue
        bad = [cell for cell in CELLS if _may_not_be_kept(cells.get(cell, ""))]
        if bad:
            stood = dict(zip(CELLS, _was(cells.get("was")) or ("", "", ""), strict=True))
            cells |= {cell: stood[cell] for cell in bad}
            refused[key] = f"We didn’t keep what you typed for {' and '.join(HEADS[cell] for cell in bad)}. {NOT_KEPT}"
        npi, *others = _npis(cells)
        if len(npi) > LONGEST_NPI:
            npi, refused[key] = npi[:LONGEST_NPI], SEVERAL
        of = cells.get("of", "")
        line = TypedLine(
            key=key,
            member_id=member_id or (int(of) if of.isascii() and of.isdigit() and len(of) < 18 else None),
            npi=npi,
            last_name=_of_one_line(cells.get("last_name", "")),
            first_name=_of_one_line(cells.get("first_name", "")),
            was=_was(cells.get("was")),
            is_removed="remove" in cells,
        )
        lines += [line, *(replace(line, key=uuid.uuid5(key, other), npi=other, was=None) for other in others)]
    return TypedRoster(lines, refused)


def shown_as(line: MemberClinician) -> str:
    """Return the text by which a page recognizes a line that changed since it was shown."""
    return "\t".join(line.cells)


def _npis(cells: Mapping[str, str]) -> list[str]:
    """Return the NPIs of a line: several only if each is one and no name is beside them, else what was typed."""
    npis = typed_npis(cells.get("npi", ""))
    names = cells.get("last_name", "") + cells.get("first_name", "")
    is_several = len(npis) > 1 and all(map(is_valid_npi, npis)) and not names.strip() and "remove" not in cells
    return npis if is_several else [" ".join(npis)]


def _may_not_be_kept(text: str) -> bool:
    return has_nine_digit_run(text) or has_nine_digit_run(" ".join(text.split())) or "\0" in text


def _was(noted: str | None) -> tuple[str, str, str] | None:
    parts = (noted or "").split("\t")
    return (parts[0], parts[1], parts[2]) if len(parts) == len(CELLS) else None


def _of_one_line(text: str) -> str:
    return " ".join(text.split())[:100]
