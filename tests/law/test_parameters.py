"""Every number and date of the law, year by year; what follows from them is held by the tests of the rules."""

from datetime import date

import pytest

from eligibility.law import calendar, parameters
from eligibility.law.parameters import UnknownPerformanceYearError

FROM = {
    "SSN_DIGITS": {2018: 6},
    "MOST_CLINICIANS": {2018: 10},
    "FEWEST_PRACTICES": {2018: 2},
    "CHARGES_LIMIT": {2018: 90_000},
    "PATIENTS_LIMIT": {2018: 200},
    "SERVICES_LIMIT": {2019: 200},
    "SMALL_PRACTICE": {2018: 15},
    "READMISSION_CLINICIANS": {2018: 15},
    "READMISSION_CASES": {2018: 200},
    "STATUS_SHARE": {2018: 75},
    "CLAIMS_RUN_OUT": {2018: 0, 2019: 30},
    "PAYMENT_YEAR": {2018: 2},
    "ADJUSTMENT_PERCENT": {2018: 5, 2019: 7, 2020: 9},
    "SCALING_MOST": {2018: 3},
}


@pytest.mark.parametrize("name", FROM)
def test_numbers_by_year(name: str) -> None:
    by_year = FROM[name]
    parameter = getattr(parameters, name)
    first = min(by_year)
    with pytest.raises(UnknownPerformanceYearError):
        parameter.for_year(first - 1)
    for year in range(first, 2033):
        assert parameter.for_year(year) == by_year[max(since for since in by_year if since <= year)], year
    with pytest.raises(UnknownPerformanceYearError):
        parameter.for_year(2033)


@pytest.mark.parametrize("year", range(2018, 2033))
def test_days_by_year(year: int) -> None:
    """414.1305, 414.1315(b) and (c)(1)."""
    period = calendar.determination_period(year)
    assert (period.first, period.last, period.complete) == (
        (date(2017, 7, 1), date(2017, 11, 30), date(2017, 11, 30))
        if year == 2018
        else (date(year - 2, 10, 1), date(year - 1, 9, 30), date(year - 1, 10, 30))
    )
    assert calendar.window(year).closes.isoformat() == f"{year}-01-01T00:00:00-05:00"


def test_types_of_clinician_by_year() -> None:
    """414.1305."""
    counted = {year: len(parameters.ELIGIBLE_CLINICIAN_TYPES.for_year(year)) for year in parameters.PERFORMANCE_YEARS}
    assert counted == {2018: 5, **dict.fromkeys((2019, 2020, 2021), 11), **dict.fromkeys(range(2022, 2033), 13)}


def test_no_prefix_that_the_irs_lists_is_among_those_never_listed() -> None:
    never = {"00", "07", "08", "09", "17", "18", "19", "28", "29", "49", "69", "70", "78", "79", "89", "96", "97"}
    assert parameters.EIN_PREFIXES_NEVER_LISTED.for_year(2027) == never


def test_what_cms_has_not_published_is_carried_on_and_marked_projected() -> None:
    """Domain 3: the day a window opens was announced last for 2025; that it closes on December 31 is the regulation."""
    projected = {
        name: [year for year in parameters.PERFORMANCE_YEARS if it.is_projected(year)]
        for name, it in vars(parameters).items()
        if isinstance(it, parameters.Parameter)
    }
    assert projected.pop("WINDOW_OPENS") == [*range(2026, 2033)]
    assert projected.pop("DATA_SUBMISSION_STARTS") == [*range(2026, 2033)]
    in_the_regulation = ("WINDOW_CLOSES", "UPDATE_COUNTS_FROM", "UPDATE_ASKED_BY", "PARTIES_TOLD_WITHIN")
    assert [projected.pop(name) for name in in_the_regulation] == [[]] * len(in_the_regulation)
    assert projected.pop("ADJUSTMENT_PERCENT") == [*range(2027, 2033)]
    assert {tuple(years) for years in projected.values()} == {(2028, 2029, 2030, 2031, 2032)}
    assert [year for year in parameters.PERFORMANCE_YEARS if calendar.window(year).is_projected] == [*range(2026, 2033)]
