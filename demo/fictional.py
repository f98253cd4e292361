"""Fictional practices and clinicians, whom the demo's pages can show to anybody.

Their NPIs begin with 2, of which NPPES has given out none; their TINs begin with 96, as no EIN does, and have 0 in the
fourth and fifth place, as no ITIN has.
"""

from dataclasses import replace

from stdnum import luhn

from eligibility.law.identifiers import NPI_ISSUER

from .draws import Draw
from .made_up import DemoFigures, Determined, Listed, together
from .source import NppesRow

DEACTIVATED_ON = "03/02/2026"


def npi(number: int) -> str:
    """Return the fictional NPI of a number below 100 million."""
    digits = f"2{number:08d}"
    return digits + luhn.calc_check_digit(NPI_ISSUER + digits)


def ein(number: int) -> str:
    """Return the fictional EIN of a number below 100; no synthetic TIN of the real data begins like it."""
    return f"9690099{number:02d}"


def full(name: str, kind: str = "physician") -> Listed:
    """Describe a clinician who exceeds all three low-volume criteria alone."""
    draw = Draw(name)
    charges, patients = draw.between("charges", 95_000, 240_000), draw.between("patients", 260, 700)
    return _listed(name, kind, DemoFigures(round(charges, 2), round(patients), round(4 * patients)))


def part(name: str, kind: str = "physician") -> Listed:
    """Describe a clinician whose services alone exceed a low-volume criterion."""
    draw = Draw(name)
    charges, patients = draw.between("charges", 15_000, 35_000), draw.between("patients", 50, 80)
    return _listed(name, kind, DemoFigures(round(charges, 2), round(patients), 230))


def _listed(name: str, kind: str, figures: DemoFigures) -> Listed:
    first, last = name.upper().split()
    return Listed("", last, first, kind, figures)


def practice(number: int, name: str, *people: Listed, kind: str = "EIN") -> Determined:
    """Return a fictional practice; its clinicians' NPIs follow from its number."""
    clinicians = tuple(replace(one, npi=npi(100 * number + place)) for place, one in enumerate(people, start=1))
    figures = together([clinician.figures for clinician in clinicians], Draw(name))
    return Determined(name, kind, ein(number)[-6:] if kind == "SSN" else ein(number), figures, clinicians)


# The draft's.
LAKESIDE = practice(
    1,
    "Lakeside Family Medicine",
    full("Nora Abernathy"),
    full("Luis Cordero"),
    full("Grace Whitfield", "nurse_practitioner"),
    full("Peter Lindqvist", "physician_assistant"),
)
HARBOR = practice(
    2, "Harbor Street Internal Medicine", full("Amara Osei"), full("David Kessler"), full("Joan Tremaine")
)
MILLPOND = practice(3, "Millpond Behavioral Health", part("Ruth Ellery", "clinical_psychologist"), part("Ian Marsh"))

# The submitted one's.
PRAIRIE = practice(4, "Prairie Heart Clinic", full("Samuel Oyelaran"), full("Beth Halvorsen"))
WHEATLAND = practice(
    5,
    "Wheatland Orthopedics",
    full("Carl Vandermeer"),
    full("Lena Sorensen"),
    full("Miguel Arroyo", "physical_therapist"),
)
SOLO_BY_SSN = practice(6, "Helen Brandt, MD", full("Helen Brandt"), kind="SSN")

# The approved one's.
RIVER_BEND = practice(7, "River Bend Primary Care", full("Anita Desrosiers"), full("Paul Nakagawa"))
FERRY_ROAD = practice(8, "Ferry Road Dermatology", full("Olivia Sandoval"), full("Owen Pritchard"))
OXBOW = practice(
    9, "Oxbow Physical Therapy", part("Dale Winters", "physical_therapist"), part("Kim Soto", "physical_therapist")
)
JOINED = replace(RIVER_BEND.clinicians[0], npi=npi(790), last_name="FONTAINE", first_name="CLAIRE")

# The rejected and the lapsed one's.
SUMMIT = practice(10, "Summit Eye Care", full("Robert Ashworth"), full("Tessa Grieve"))
VALLEY = practice(11, "Valley Foot and Ankle", full("Martin Okonkwo"))
NOT_IN_CMS_DATA = practice(12, "Cedar Hollow Pain Clinic", full("Ellen Prewitt"))

# Those of last year's approved ones: one lists a clinician less than CMS data of this year.
CANAL_STREET = practice(20, "Canal Street Family Practice", full("Irene Maddox"), full("Joel Farrow"))
JUNIPER = practice(21, "Juniper Eye Clinic", full("Tomas Ibarra"), full("Wendy Clarke"))
STILLWATER = practice(22, "Stillwater Rheumatology", full("Naomi Feld"))
FOOTHILLS = practice(23, "Foothills Family Practice", full("Gus Marlow"), full("Vera Stanton"), full("Eli Brooks"))
ASPEN_GROVE = practice(24, "Aspen Grove Podiatry", full("Lorna Keats"))
JOINED_LAST_YEAR = replace(CANAL_STREET.clinicians[0], npi=npi(2901), last_name="HOLLIS", first_name="MAEVE")

# Nobody's yet: to be tried.
ELEVEN = practice(
    13,
    "Eastgate Multispecialty Group",
    *map(full, ["Ada Adair", "Ben Birch", "Cora Clay", "Dean Dunn", "Elsa Eames", "Finn Frost", "Gail Gale"]),
    *map(full, ["Hugh Hurst", "Iris Inman", "Jack Joyce", "Kate Keane"]),
)
WITHOUT_ELIGIBLE = practice(14, "Northfield Clinic", full("Victor Lowell"))
DEACTIVATED = npi(1500)
ORGANIZATION = npi(1600)

DETERMINED = (
    *(LAKESIDE, HARBOR, MILLPOND, PRAIRIE, WHEATLAND, SOLO_BY_SSN, RIVER_BEND, FERRY_ROAD, OXBOW, SUMMIT, VALLEY),
    *(CANAL_STREET, JUNIPER, STILLWATER, FOOTHILLS, ASPEN_GROVE),
    ELEVEN,
    replace(
        WITHOUT_ELIGIBLE, clinicians=tuple(replace(one, newly_enrolled=True) for one in WITHOUT_ELIGIBLE.clinicians)
    ),
)


def nppes() -> list[NppesRow]:
    """Return the NPPES rows of the fictional NPIs. One is deactivated, one is an organization."""
    clinicians = [one for found in (*DETERMINED, NOT_IN_CMS_DATA) for one in found.clinicians]
    people = [
        NppesRow(one.npi, "1", "", one.last_name, one.first_name, "", "")
        for one in (*clinicians, JOINED, JOINED_LAST_YEAR)
    ]
    return [
        *people,
        NppesRow(DEACTIVATED, "1", "", "HALLORAN", "MAEVE", DEACTIVATED_ON, ""),
        NppesRow(ORGANIZATION, "2", "LAKESIDE FAMILY MEDICINE", "", "", "", ""),
    ]
