"""Every number and date of the law: its value by performance year, its unit, and where it is written.

Changed law is a new entry with the first performance year it holds for; the old entry stays. What CMS has not published
yet is projected: the last value published is carried on, until CONFIRMED_THROUGH is raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

Value = TypeVar("Value")

PERFORMANCE_YEARS = range(2018, 2033)
CONFIRMED_THROUGH = 2027  # the last performance year whose rules CMS has published


class UnknownPerformanceYearError(LookupError):
    """The law of this performance year is not known here."""


@dataclass(frozen=True, slots=True)
class Parameter(Generic[Value]):
    """A number or date of the law; `by_year` gives it from that performance year on, until the next entry.

    After the year `confirmed_through` it is projected.
    """

    unit: str
    cite: str
    by_year: Mapping[int, Value]
    confirmed_through: int = CONFIRMED_THROUGH
    _of_year: Mapping[int, Value] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = [year for year in PERFORMANCE_YEARS if year >= min(self.by_year)]
        latest = {year: max(since for since in self.by_year if since <= year) for year in known}
        object.__setattr__(self, "_of_year", {year: self.by_year[since] for year, since in latest.items()})

    def for_year(self, performance_year: int) -> Value:
        """Return the value that holds for a performance year; raise UnknownPerformanceYearError where there is none."""
        try:
            return self._of_year[performance_year]
        except KeyError:
            raise UnknownPerformanceYearError(f"No value for performance year {performance_year}.") from None

    def is_projected(self, performance_year: int) -> bool:
        """Say whether the value for a performance year is carried on from an earlier one, and not confirmed yet."""
        return performance_year > self.confirmed_through


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day, counted from the performance year."""

    years_before: int
    month: int
    day: int

    def in_year(self, performance_year: int) -> date:
        """Return the calendar day meant for a performance year."""
        return date(performance_year - self.years_before, self.month, self.day)


# --- Identifiers ----------------------------------------------------------------------------------------------------

SSN_DIGITS = Parameter("last digits of an SSN", "42 CFR 414.1315(c)(2)(ii); CMS 2017 process paper", {2018: 6})
EIN_PREFIXES_NEVER_LISTED = Parameter(
    "first two digits of an EIN",
    "IRS list of EIN prefixes",
    {2018: frozenset(f"{prefix:02}" for prefix in (0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97))},
)

# --- Who may elect --------------------------------------------------------------------------------------------------

MOST_CLINICIANS = Parameter("clinicians under one TIN", "42 CFR 414.1305; 414.1315(a)(1)", {2018: 10})
FEWEST_PRACTICES = Parameter("TINs in a virtual group", "42 CFR 414.1305; 414.1315(a)(1)", {2018: 2})

_TYPES_2017 = frozenset({"physician", "physician_assistant", "nurse_practitioner", "clinical_nurse_specialist", "crna"})
_TYPES_2019 = _TYPES_2017 | {
    "physical_therapist",
    "occupational_therapist",
    "speech_language_pathologist",
    "audiologist",
    "clinical_psychologist",
    "dietitian",
}
_TYPES_2022 = _TYPES_2019 | {"clinical_social_worker", "certified_nurse_midwife"}
ELIGIBLE_CLINICIAN_TYPES = Parameter(
    "clinician types", "42 CFR 414.1305", {2018: _TYPES_2017, 2019: _TYPES_2019, 2022: _TYPES_2022}
)

# --- Low-volume threshold: more than these exceeds ------------------------------------------------------------------

LOW_VOLUME_CITE = "42 CFR 414.1305; 414.1310(b)(1)(iii)"
CHARGES_LIMIT = Parameter("US dollars of allowed charges", LOW_VOLUME_CITE, {2018: 90_000})
PATIENTS_LIMIT = Parameter("Medicare Part B patients", LOW_VOLUME_CITE, {2018: 200})
SERVICES_LIMIT = Parameter("covered professional services", LOW_VOLUME_CITE, {2019: 200})

# --- As a virtual group ---------------------------------------------------------------------------------------------

SMALL_PRACTICE = Parameter("most clinicians in a small practice", "42 CFR 414.1305", {2018: 15})
READMISSION_CLINICIANS = Parameter(
    "clinicians; above this, the all-cause readmission measure applies", "42 CFR 414.1330; CMS measures", {2018: 15}
)
READMISSION_CASES = Parameter(
    "fewest cases for the all-cause readmission measure", "42 CFR 414.1330; CMS measures", {2018: 200}
)
STATUS_SHARE = Parameter("percent of the NPIs; above this, the group has the status", "42 CFR 414.1305", {2018: 75})

# --- When -----------------------------------------------------------------------------------------------------------

WINDOW_OPENS = Parameter(
    "first day of the election window, from 00:00 ET",
    "42 CFR 414.1315(b); CMS notices",
    {
        2018: DayOfYear(1, 10, 11),
        2019: DayOfYear(1, 10, 1),
        2023: DayOfYear(1, 10, 3),
        2024: DayOfYear(1, 10, 2),
        2025: DayOfYear(1, 10, 1),
    },
    confirmed_through=2025,  # no CMS notice was seen for a later one
)
WINDOW_CLOSES = Parameter(
    "first moment after the election window, 00:00 ET of this day",
    "42 CFR 414.1315(b)",
    {2018: DayOfYear(0, 1, 1)},
    confirmed_through=PERFORMANCE_YEARS[-1],  # the regulation says so of every year
)
DATA_SUBMISSION_STARTS = Parameter(
    "first day on which MIPS data are submitted: the first working day from January 2",
    "42 CFR 414.1325(e)(1), 414.1315(c)(2)(iii); CMS, data submission dates of each year",
    {
        2018: DayOfYear(-1, 1, 2),
        2020: DayOfYear(-1, 1, 4),
        2021: DayOfYear(-1, 1, 3),
        2023: DayOfYear(-1, 1, 2),
        2026: DayOfYear(-1, 1, 4),
        2027: DayOfYear(-1, 1, 3),
        2028: DayOfYear(-1, 1, 2),
        2032: DayOfYear(-1, 1, 3),
    },
    confirmed_through=2025,
)
UPDATE_COUNTS_FROM = Parameter(
    "first day on which an update meets the duty to report before data submission",
    "42 CFR 414.1315(c)(2)(iii), which names no first day: this site asks in the last quarter",
    {2018: DayOfYear(0, 10, 1)},
    confirmed_through=PERFORMANCE_YEARS[-1],
)
UPDATE_ASKED_BY = Parameter(
    "last day by which CMS asks for the update",
    "42 CFR 414.1315(c)(2)(iii); CMS, virtual groups toolkit",
    {2018: DayOfYear(0, 12, 31)},
    confirmed_through=PERFORMANCE_YEARS[-1],
)
PARTIES_TOLD_WITHIN = Parameter(
    "days within which a party notifies the others of a change of the NPIs under its TIN",
    "42 CFR 414.1315(c)(3)(vi)",
    {2018: 30},
    confirmed_through=PERFORMANCE_YEARS[-1],
)

DETERMINATION_FIRST_DAY = Parameter(
    "first day of the determination period",
    "42 CFR 414.1305; 414.1315(c)(1)",
    {2018: DayOfYear(1, 7, 1), 2019: DayOfYear(2, 10, 1)},
)
DETERMINATION_LAST_DAY = Parameter(
    "last day of the determination period",
    "42 CFR 414.1305; 414.1315(c)(1)",
    {2018: DayOfYear(1, 11, 30), 2019: DayOfYear(1, 9, 30)},
)
CLAIMS_RUN_OUT = Parameter("days", "42 CFR 414.1305", {2018: 0, 2019: 30})

# --- When it is paid (414.1305) ---------------------------------------------------------------------------------------

PAYMENT_YEAR = Parameter("years after the performance year", "42 CFR 414.1305", {2018: 2})

# --- How much is paid (414.1405) --------------------------------------------------------------------------------------

ADJUSTMENT_PERCENT = Parameter(
    "most percent of a payment, up or down",
    "42 CFR 414.1405(c)",
    {2018: 5, 2019: 7, 2020: 9},
    confirmed_through=2026,  # CMS has announced it for no later one
)
SCALING_MOST = Parameter("most times the upward percent", "42 CFR 414.1405(b)(3)", {2018: 3})
