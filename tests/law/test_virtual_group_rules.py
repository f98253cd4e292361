"""Each rule of the virtual group, at its boundaries; every case names its paragraph of 42 CFR or where it stands."""

import pytest

from tests.factories.proposals import NPIS, Json, finding, outcome, practice, proposal

MET, NOT_MET = "met", "not_met"
A, B, C = NPIS[:3]


def listed(*tins: str) -> list[Json]:
    """Practices written as kind:tin:letters of the NPIs listed."""
    npis = {"A": A, "B": B, "C": C}
    return [
        practice(npis=[npis[letter] for letter in letters], tin_kind=kind, tin=tin, data=None)
        for kind, tin, letters in (written.split(":") for written in tins)
    ]


# practices, two-or-more-practices, distinct-practices
SAME_TIN = [
    ("414.1315(a)(1) none", [], NOT_MET, MET),
    ("414.1315(a)(1) one", ["EIN:111111111:A"], NOT_MET, MET),
    ("414.1315(a)(1) two", ["EIN:111111111:A", "EIN:222222222:A"], MET, MET),
    ("414.1315(a)(1) one TIN twice", ["EIN:111111111:A", "EIN:111111111:B"], NOT_MET, NOT_MET),
    ("414.1315(a)(1) one TIN twice of three", ["EIN:111111111:A", "EIN:2:B", "EIN:111111111:B"], MET, NOT_MET),
    ("contracts 1: EINs equal as written", ["EIN:111111111:A", "EIN:11-1111111:A"], MET, MET),
    ("contracts 1: EINs equal as written, valid or not", ["EIN:x:A", "EIN:x:B"], NOT_MET, NOT_MET),
    ("contracts 1: an EIN is never an SSN", ["EIN:123456:A", "SSN:123456:A"], MET, MET),
    ("domain 7: last six and an NPI in common", ["SSN:123456:A", "SSN:123456:A"], NOT_MET, NOT_MET),
    ("domain 7: last six and one NPI of two in common", ["SSN:123456:AB", "SSN:123456:BC"], NOT_MET, NOT_MET),
    ("domain 7: last six, no NPI in common", ["SSN:123456:A", "SSN:123456:B"], MET, MET),
    ("domain 7: NPI in common, other last six", ["SSN:123456:A", "SSN:123457:A"], MET, MET),
    ("contracts 1: neither lists any", ["SSN:123456:", "SSN:123456:"], NOT_MET, NOT_MET),
    ("contracts 1: one lists some", ["SSN:123456:", "SSN:123456:A"], MET, MET),
    ("contracts 1: not transitive", ["SSN:123456:A", "SSN:123456:AB", "SSN:123456:B"], MET, NOT_MET),
    ("domain 1: one NPI under two TINs is no conflict", ["EIN:111111111:A", "SSN:123456:A"], MET, MET),
]


@pytest.mark.parametrize(("paragraph", "tins", "two", "distinct"), SAME_TIN)
def test_two_or_more_and_distinct_practices(paragraph: str, tins: list[str], two: str, distinct: str) -> None:
    proposed = proposal() | {"practices": listed(*tins)}
    told = (outcome("two-or-more-practices", proposed), outcome("distinct-practices", proposed))
    assert told == (two, distinct), paragraph


def test_distinct_practices_names_all_that_stand_twice() -> None:
    told = finding("distinct-practices", proposal(*listed("EIN:1:A", "EIN:2:A", "EIN:1:B", "EIN:1:C")))
    assert told["message"] == "Practices 1, 3 and 4 each have a TIN that another practice also has."
    assert told["facts"] == {"listed_twice": [1, 3, 4]}


def test_two_or_more_practices_as_the_contract_shows_it() -> None:
    told = finding("two-or-more-practices", proposal(practice()))
    assert (told["outcome"], told["facts"]) == (NOT_MET, {"practices": 1})


OPENS = {
    2018: "2017-10-11T00:00:00-04:00",
    2019: "2018-10-01T00:00:00-04:00",
    2020: "2019-10-01T00:00:00-04:00",
    2021: "2020-10-01T00:00:00-04:00",
    2022: "2021-10-01T00:00:00-04:00",
    2023: "2022-10-03T00:00:00-04:00",
    2024: "2023-10-02T00:00:00-04:00",
    2025: "2024-10-01T00:00:00-04:00",
    2026: "2025-10-01T00:00:00-04:00",
    **{year: f"{year - 1}-10-01T00:00:00-04:00" for year in range(2027, 2033)},
}


@pytest.mark.parametrize("year", OPENS)
def test_election_window_of_every_year(year: int) -> None:
    """414.1315(b); domain 3."""
    day_before = OPENS[year].replace("T00:00:00", "T00:00:00.000001")
    moments = {
        OPENS[year]: MET,
        day_before: MET,
        OPENS[year].replace("-04:00", "-03:59"): NOT_MET,
        f"{year - 1}-12-31T23:59:59.999999-05:00": MET,
        f"{year}-01-01T00:00:00-05:00": NOT_MET,
        f"{year - 2}-11-20T12:00:00-05:00": NOT_MET,
    }
    told = {at: outcome("election-window", proposal(performance_year=year, at=at)) for at in moments}
    assert told == moments


ELSEWHERE = [
    ("the last moment in UTC", "2027-01-01T04:59:59.999999Z", MET),
    ("closing in UTC", "2027-01-01T05:00:00Z", NOT_MET),
    ("the last moment in Guam", "2027-01-01T14:59:59+10:00", MET),
    ("closing in Guam", "2027-01-01T15:00:00+10:00", NOT_MET),
    ("the last moment in Honolulu", "2026-12-31T18:59:59-10:00", MET),
    ("closing in Honolulu", "2026-12-31T19:00:00-10:00", NOT_MET),
    ("opening in UTC, by daylight saving time", "2026-10-01T04:00:00Z", MET),
    ("just before opening in UTC", "2026-10-01T03:59:59.999999Z", NOT_MET),
    ("finer than a microsecond", "2026-12-31T23:59:59.9999999999-05:00", MET),
    ("the night the clocks go back", "2026-11-01T01:30:00-05:00", MET),
    ("the first moment there is", "0001-01-01T00:00:00+14:00", NOT_MET),
    ("the last moment there is", "9999-12-31T23:59:59-14:00", NOT_MET),
]


@pytest.mark.parametrize(("where", "at", "expected"), ELSEWHERE)
def test_election_window_from_elsewhere(where: str, at: str, expected: str) -> None:
    assert outcome("election-window", proposal(at=at)) == expected, where


def test_election_window_in_words() -> None:
    told = [
        finding("election-window", proposal(at=f"{day}T12:00:00Z"))["message"] for day in ("2026-09-01", "2027-02-01")
    ]
    assert told == [
        "Elections for 2027 are expected to open Oct 1, 2026, 12:00 a.m. ET."
        " We haven’t seen CMS’s notice of the opening day yet.",
        "Elections for 2027 closed Dec 31, 2026, 11:59 p.m. ET.",
    ]


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        ("Dana Rivera", "dana@example.org", MET),
        ("", "dana@example.org", NOT_MET),
        ("Dana Rivera", "", NOT_MET),
        (" \t\u00a0\u2003", "dana@example.org", NOT_MET),
        ("Dana Rivera", " \n", NOT_MET),
        ("\u200b\u2060\ufeff\u00ad", "dana@example.org", NOT_MET),
        ("Dana Rivera", "\x00\x1f\x7f\x85 \u202a\u2066", NOT_MET),
        ("\u200bDana", "\u200bx", MET),
        ("\ue000", "\u2800", MET),
        ("x", "x", MET),
    ],
)
def test_representative_named(name: str, email: str, expected: str) -> None:
    """414.1315(c)(2)(ii). A phone number is not asked for."""
    proposed = proposal(representative={"name": name, "email": email, "phone": ""})
    assert outcome("representative-named", proposed) == expected


@pytest.mark.parametrize(("acknowledged", "expected"), [(True, MET), (False, NOT_MET)])
def test_agreement_acknowledged(acknowledged: bool, expected: str) -> None:
    """414.1315(c)(2)(i)."""
    assert outcome("agreement-acknowledged", proposal(agreement={"acknowledged": acknowledged})) == expected


EXECUTED = [
    ("414.1315(c)(3)(ix) the day before", "2026-12-01T10:00:00-05:00", "2026-11-30", MET),
    ("domain 4: on the day of the election", "2026-12-01T00:00:00-05:00", "2026-12-01", MET),
    ("domain 4: the day after", "2026-12-01T23:59:59-05:00", "2026-12-02", NOT_MET),
    ("contracts 1: the day is Eastern, still Nov 30", "2026-12-01T04:59:59Z", "2026-12-01", NOT_MET),
    ("contracts 1: the day is Eastern, Dec 1 now", "2026-12-01T05:00:00Z", "2026-12-01", MET),
    ("contracts 1: by daylight saving time", "2026-10-02T04:00:00Z", "2026-10-02", MET),
    ("contracts 1: by daylight saving time", "2026-10-02T03:59:59Z", "2026-10-02", NOT_MET),
    ("contracts 1: the day is Eastern, not Guam's", "2026-12-02T10:00:00+10:00", "2026-12-02", NOT_MET),
    ("414.1315(c)(3)(ix) not executed", "2026-12-01T10:00:00-05:00", None, NOT_MET),
    ("the first moment there is", "0001-01-01T00:00:00+14:00", "0001-01-01", NOT_MET),
    ("the last moment there is", "9999-12-31T23:59:59-14:00", "9999-12-31", MET),
]


@pytest.mark.parametrize(("paragraph", "at", "day", "expected"), EXECUTED)
def test_agreement_executed(paragraph: str, at: str, day: str | None, expected: str) -> None:
    other = practice(tin="151234567", executed_on="0001-01-01")
    told = outcome("agreement-executed", proposal(other, practice(executed_on=day), at=at))
    assert told == (NOT_MET if at.startswith("0001") else expected), paragraph


def test_agreement_executed_by_nobody() -> None:
    assert outcome("agreement-executed", proposal() | {"practices": []}) == NOT_MET


def test_agreement_executed_says_who_and_what() -> None:
    practices = [
        practice(tin=f"{number}11111111", executed_on=day) for number, day in enumerate((None, "2027-01-01"), 1)
    ]
    told = finding("agreement-executed", proposal(*practices))
    assert told["message"] == (
        "Practice 1 has not executed (signed) the agreement yet."
        " For practice 2, the execution date is after the day of the election."
    )
    assert told["facts"] == {"practices": 2, "not_executed": [1], "executed_later": [2]}
