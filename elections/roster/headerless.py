"""Lists without a header line: their cells tell what the columns mean, or the list is nothing but NPIs."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from eligibility.law.identifiers import EIN_DIGITS, is_valid_npi, typed_npis, typed_tin
from ground.private_numbers import has_nine_digit_run, looks_like_ssn

from .columns import ClinicianColumns, Columns
from .practices_read import KINDS
from .tables import Cell, Row, Sheet

NPIS_ALONE = Columns(1, None, None, None, (ClinicianColumns(0),))
IN_WORDS = {"name": "the practice name", "kind": "the kind of TIN", "tin": "the TIN", "npi": "the NPI"}


def columns_by_content(rows: Sequence[Row], ssn_digits: int) -> Columns | None:
    """Return what the columns mean by what stands in them; None unless one holds TINs and another one NPIs.

    Of the texts, one to the left of the NPIs is the practice's name, and two to the right are last and first name.
    """
    width = max((len(cells) for _, cells in rows), default=0)
    means = [
        _meaning((cells[place].text for _, cells in rows if place < len(cells)), ssn_digits) for place in range(width)
    ]
    places = {what: [place for place, it in enumerate(means) if it == what] for what in ("npi", "tin", "kind", "text")}
    if not places["npi"] or len(places["tin"]) != 1 or len(places["kind"]) > 1:
        return None
    left = [place for place in places["text"] if place < places["npi"][0]]
    right = [place for place in places["text"] if place > places["npi"][-1]]
    names = right if len(right) == 2 and len(places["npi"]) == 1 else [None, None]
    name = left[0] if len(left) == 1 else None
    read = {name, *names, *places["npi"], *places["tin"], *places["kind"]}
    return Columns(
        width=width,
        name=name,
        kind=places["kind"][0] if places["kind"] else None,
        tin=places["tin"][0],
        clinicians=tuple(ClinicianColumns(place, *names) for place in places["npi"]),
        unused=tuple(str(place + 1) for place in range(width) if means[place] and place not in read),
    )


def columns_in_words(columns: Columns) -> str:
    """Return a sentence that says how a list without a header line was read."""
    [first, *others] = columns.clinicians
    of = {"name": columns.name, "kind": columns.kind, "tin": columns.tin, "npi": first.npi}
    named = [(place, IN_WORDS[what]) for what, place in of.items() if place is not None]
    named += [(found.npi, "an NPI") for found in others]
    named += [
        (place, what) for place, what in ((first.last, "the last name"), (first.first, "the first name")) if place
    ]
    said = ", ".join(f"column {place + 1} as {what}" for place, what in sorted(named))
    return f"there is no header line. We read {said}. Check them."


def npis_alone(sheet: Sheet) -> Sheet | None:
    """Return the sheet with one cell a line, if it is a list of NPIs and nothing else that we know; else None.

    Most lines with a number have an NPI then, and few have nine digits, which may be a TIN. A line of labels alone is
    a header, and is left out.
    """
    lines = [(number, (sheet.separator or ";").join(cell.text for cell in cells)) for number, cells in sheet.rows]
    numbered = [text for _, text in lines if re.search(r"\d", text)]
    with_npi = sum(any(map(is_valid_npi, typed_npis(text))) for text in numbered)
    with_tin = sum(has_nine_digit_run(text) for text in numbered)
    if not with_npi or 2 * with_npi < len(numbered) or 2 * with_tin > len(numbered):
        return None
    return replace(sheet, rows=[(number, [Cell(text)]) for number, text in lines if typed_npis(text)], separator="")


def _meaning(texts: Iterable[str], ssn_digits: int) -> str | None:
    """Return what most cells of a column are: npi, tin, kind or text; None where it is empty or unclear."""
    found = Counter(_kind_of_cell(text, ssn_digits) for text in texts if text)
    [(what, count)] = found.most_common(1) or [(None, 0)]
    return what if 2 * count > found.total() else None


def _kind_of_cell(text: str, ssn_digits: int) -> str | None:
    if any(map(is_valid_npi, typed_npis(text))):
        return "npi"
    tin = typed_tin(text)
    if looks_like_ssn(text) or (tin.isdecimal() and len(tin) in (ssn_digits, EIN_DIGITS - 1, EIN_DIGITS)):
        return "tin"
    words = re.findall(r"\w+", text.casefold())
    if words and all(word in KINDS for word in words):
        return "kind"
    return "text" if any(map(str.isalpha, text)) else None
