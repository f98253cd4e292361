"""What the columns of a roster mean: by the words of its header line, or of two header lines one above the other."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ground.private_numbers import mask_private_numbers

from .tables import Cell, Row

HEADER_WITHIN = 15  # lines: a title and an address may stand above the header
LONGEST_HEADER = 120  # characters
LONGEST_SHOWN = 60  # characters of a header that is named
HEADER = "practice name, tin kind, tin, npi, last name, first name"

WORDS = {
    "name": "practice practicename group groupname organization organizationname organisation organisationname "
    "practicelegalname legalbusinessname legalname clinic clinicname namepractice namegroup "
    "namegrouppractice grouporganizationname org orgname tinname practicelegalbusinessname entity "
    "entityname legalentityname businessname companyname practicegroupname grouppracticename facility "
    "facilityname practiceorganization practicegroup company",
    "kind": "tinkind kind tintype kindtin typetin taxidtype typetaxid tinis taxidkind idtype practicekind "
    "practicetinkind practicetype einssntype tinkindeinssn tintypeeinssn",
    "tin": "tin taxid taxpayerid taxpayeridentification taxidentification ein fein federalein federaltaxid "
    "federaltaxidentification federalid ssn tinein eintin einssn ssnein tinssn ssntin groupein grouptin "
    "grouptaxid practicetin practiceein practicetaxid clinictin orgtin providertin billingtin "
    "organizationtin employeridentification employerid federalemployeridentification tintaxid taxidtin "
    "taxidein eintaxid taxidssn socialsecurity tinlast",
    "last": "last lastname surname family familyname lname namelast lastnamelegal",
    "first": "first firstname given givenname fname forename namefirst",
}
MEANS = {word: column for column, words in WORDS.items() for word in words.split()}
FILLERS = "no nr num nbr number numbers the of for each your and or s a required optional please last6 us"
PERSONS = (
    "individual ind indiv rendering clinician clinicians provider providers prov physician doctor md practitioner "
    "personal own servicing attending performing eligible mips member"
)
GROUPS = "group billing organization organizational organisation practice facility clinic entity payto pay to"
LEFT_OUT, OF_PERSONS, OF_GROUPS = (frozenset(words.split()) for words in (FILLERS, PERSONS, GROUPS))
_NPI = re.compile(r"national (provider|practitioner) (identifier|identification|id)\b")
_DIGITS_SAID = re.compile(r"\b(last )?(\d+|four|six|nine|ten)[ -]?digits?\b|\blast (4|6|four|six)\b")
_NUMBER_SAID = re.compile(r"#|\b(no|nr|num|nbr|number|id)\b")
OWN, PLAIN, OF_A_GROUP = range(3)


@dataclass(frozen=True, slots=True)
class ClinicianColumns:
    """Where an NPI stands, and the name beside it; None where there is no such column."""

    npi: int
    last: int | None = None
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Where what stands: places from 0. `unused` are columns that are not read, `width` is the header's last place + 1.

    `npi_name` is the header of the NPIs that are read where another column of NPIs is not, else empty; `nameless` are
    the places within that have no header.
    """

    width: int
    name: int | None
    kind: int | None
    tin: int | None
    clinicians: tuple[ClinicianColumns, ...]
    unused: tuple[str, ...] = ()
    npi_name: str = ""
    nameless: tuple[int, ...] = ()
    headers: frozenset[str] = frozenset()

    @property
    def names_practices(self) -> bool:
        """Say whether the lines say of which practice they are."""
        return self.name is not None or self.tin is not None

    @property
    def texts(self) -> list[int]:
        """The places in which a comma may stand within a cell."""
        names = [place for found in self.clinicians for place in (found.last, found.first)]
        return [place for place in (self.name, *names) if place is not None]


@dataclass(frozen=True, slots=True)
class _Named:
    """One column as its header names it: what it means, None where that is not understood.

    `rank` puts a clinician's own NPI before a group's; `number` is that of "NPI 2", None where it has none.
    """

    place: int
    header: str
    means: str | None = None
    rank: int = PLAIN
    number: int | None = None


def find_header(rows: Sequence[Row]) -> tuple[int, Columns] | None:
    """Return the place of the first row below the header, and what its columns mean; None without a header.

    The header is the first row that can be one, with the line above or below it where the two name more together.
    """
    top = rows[:HEADER_WITHIN]
    for at, (_, cells) in enumerate(top):
        if _columns(_one_line(cells)) is None:
            continue
        ways = [(at + 1, _one_line(cells))]
        ways += [(at + 1, _two_lines(top[at - 1][1], cells))] if at else []
        ways += (
            [(at + 2, _two_lines(cells, top[at + 1][1]))] if at + 1 < len(top) and not _has_number(top[at + 1]) else []
        )
        below, named = max(ways, key=lambda way: _count_known(way[1]))
        columns = _columns(named)
        return (below, columns) if columns else None
    return _split_header(top)


def _split_header(top: Sequence[Row]) -> tuple[int, Columns] | None:
    """Return the header where only two lines together are one."""
    for at, ((_, above), below) in enumerate(pairwise(top)):
        columns = None if _has_number(below) else _columns(_two_lines(above, below[1]))
        if columns:
            return at + 2, columns
    return None


def strength(rows: Sequence[Row]) -> tuple[int, int]:
    """Return the most columns that a line names, and the most cells of a row. They decide the separator."""
    top = rows[:HEADER_WITHIN]
    return max((_count_known(_one_line(cells)) for _, cells in top), default=0), max(
        (len(cells) for _, cells in top), default=0
    )


def header_again(cells: Sequence[Cell], columns: Columns) -> Columns | None:
    """Return the columns from this row on, where it is a header once more; None where it is a line of the list."""
    texts = [cell.text for cell in cells if cell.text]
    if len(texts) < 2 or any(re.search(r"\d{3}", text) for text in texts):
        return None
    named = _one_line(cells)
    if all(found.header in columns.headers for found in named if found.header):
        return columns
    is_header = any(found.means == "npi" for found in named) and 2 * _count_known(named) >= len(texts)
    return _columns(named) if is_header else None


def _one_line(cells: Sequence[Cell]) -> list[_Named]:
    return [_named(place, cell.text) for place, cell in enumerate(cells)]


def _count_known(named: Sequence[_Named]) -> int:
    return sum(found.means is not None for found in named)


def _has_number(row: Row) -> bool:
    """Say whether a row holds a number, as no second line of a header does."""
    return any(re.search(r"\d{4}", cell.text) for cell in row[1])


def _two_lines(above: Sequence[Cell], below: Sequence[Cell]) -> list[_Named]:
    """Return the columns of a header of two lines, as "Practice" above "Name". A word above is for all to its right."""
    named, over = [], ""
    for place in range(max(len(above), len(below))):
        upper = above[place].text if place < len(above) else ""
        lower = below[place].text if place < len(below) else ""
        over = upper or over
        found = _named(place, f"{over} {lower}" if lower else upper)
        alone = _named(place, lower) if lower else found
        named.append(found if found.means or not alone.means else alone)
    return named


def _named(place: int, text: str) -> _Named:
    """Return a header's meaning: by all its words, by those outside its parentheses, or by those within."""
    header = " ".join(text[: LONGEST_HEADER + 1].split())
    if len(header) > LONGEST_HEADER or not header:
        return _Named(place, header[:LONGEST_HEADER])
    plain = unicodedata.normalize("NFKC", header).casefold()
    inside = " ".join(re.findall(r"\(([^)]*)\)", plain))
    for words in (plain, re.sub(r"\([^)]*\)", " ", plain), inside):
        if found := _meaning(words):
            means, rank, number = found
            return _Named(place, header, means, rank, number)
    return _Named(place, header)


def _meaning(text: str) -> tuple[str, int, int | None] | None:
    """Return the meaning of a header's words, its rank, and its number if there are several."""
    said = text
    text = re.sub(r"\b(?:\w\.){2,}", lambda found: found[0].replace(".", ""), text)  # N.P.I.
    text = re.sub(r"\btype[ -]*(1|i)\b", "individual", re.sub(r"\btype[ -]*(2|ii)\b", "group", text))
    text = _NPI.sub("npi", re.sub(r"[\W_]+", " ", _DIGITS_SAID.sub(" ", text)))
    tokens = [token for token in re.findall(r"[^\W\d]+|\d+", text) if token not in LEFT_OUT]
    numbers = [int(token) for token in tokens if token.isdigit() and len(token) < 4]
    words = [token for token in tokens if not token.isdigit()]
    number = numbers[0] if len(numbers) == 1 else None
    if {"npi", "npis"} & set(words):
        others = set(words) - {"npi", "npis", "id", "identifier", "all", "list"}
        if others - OF_PERSONS - OF_GROUPS:
            return None
        rank = OWN if others & OF_PERSONS else OF_A_GROUP if others else PLAIN
        return "npi", rank, number
    joined = "".join(words)
    means = MEANS.get(joined) or MEANS.get("".join(word for word in words if word not in OF_PERSONS))
    if means in ("name", "kind", "tin") and (joined not in MEANS or number is not None):
        return None
    if means == "name" and _NUMBER_SAID.search(said):
        return None  # "Group #" is no name
    return (means, _rank(said, words), number) if means else None


def _rank(said: str, words: Sequence[str]) -> int:
    """Return the rank of a column of a name or a TIN: a person's SSN, its last digits, and a place come last."""
    if "last" in said and {"ssn", "tin", "security"} & set(words):
        return OF_A_GROUP
    return OF_A_GROUP if {"ssn", "social", "facility", "clinic", "company", "entity"} & set(words) else PLAIN


def _columns(named: Sequence[_Named]) -> Columns | None:
    """Return the columns: the first of each meaning, and of the NPIs those of the clinicians themselves.

    None where no NPI is named, or nothing beside it.
    """
    first: dict[str, _Named] = {}
    for found in sorted(named, key=lambda it: it.rank):
        if found.means:
            first.setdefault(found.means, found)
    npis = [found for found in named if found.means == "npi"]
    if not npis or len(first) == 1:
        return None
    rank = min(found.rank for found in npis)
    read = [found for found in npis if found.rank == rank]
    if all(found.number is None for found in read):
        read = [found for found in read if found.header == read[0].header]
    clinicians = tuple(_with_names(place, read, named) for place in range(len(read)))
    places = {found.place for found in read} | {it for found in clinicians for it in (found.last, found.first)}
    places |= {first[what].place for what in ("name", "kind", "tin") if what in first}
    left = [found for found in named if found.header and found.place not in places]
    width = max(found.place for found in named if found.header) + 1
    return Columns(
        width=width,
        name=first["name"].place if "name" in first else None,
        kind=first["kind"].place if "kind" in first else None,
        tin=first["tin"].place if "tin" in first else None,
        clinicians=clinicians,
        unused=tuple(mask_private_numbers(found.header)[:LONGEST_SHOWN] for found in left),
        npi_name=mask_private_numbers(read[0].header)[:LONGEST_SHOWN] if len(read) < len(npis) else "",
        nameless=tuple(found.place for found in named[:width] if not found.header),
        headers=frozenset(found.header for found in named if found.header),
    )


def _with_names(which: int, npis: Sequence[_Named], named: Sequence[_Named]) -> ClinicianColumns:
    """Return the columns of one clinician: names of the same number or turn, else those of the first NPI."""
    npi = npis[which]
    of: dict[str, int | None] = {}
    for what in ("last", "first"):
        found = [it for it in named if it.means == what]
        numbered = [it for it in found if it.number == npi.number]
        if npi.number is None and len(found) == len(npis):
            of[what] = found[which].place
        elif numbered and (npi.number is not None or which == 0):
            of[what] = numbered[0].place
        elif which == 0 and found:
            of[what] = next((it.place for it in found if it.number is None), None)
    return ClinicianColumns(npi.place, of.get("last"), of.get("first"))
