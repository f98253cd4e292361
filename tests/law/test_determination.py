"""The whole: order of findings, outcome, preview, every performance year, and what only the application asks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eligibility.law import calendar, identifiers, parameters
from eligibility.law.calendar import Window
from eligibility.law.determination import Outcome, determine
from eligibility.law.rules import PRACTICE_RULES, VIRTUAL_GROUP_RULES, in_force
from tests.factories.proposals import NPIS, answer, clinician, data, practice, proposal, read

TABLE = {
    "tin-format": "414.1315(c)(2)(ii)",
    "npi-format": "414.1315(c)(2)(ii)",
    "npi-person": "414.1305",
    "determination-available": "414.1315(c)(1)",
    "roster-complete": "414.1315(c)(2)(ii)",
    "practice-size": "414.1315(a)(1)",
    "mips-eligible-clinician": "414.1305, 414.1310(b)",
    "low-volume-threshold": "414.1305, 414.1310(b)(1)(iii)",
    "opt-in-accepted": "414.1310(b)(1)(iii)(A)",
    "one-virtual-group": "414.1315(a)(1)",
}
TABLE_OF_THE_WHOLE = {
    "two-or-more-practices": "414.1315(a)(1)",
    "distinct-practices": "414.1315(a)(1)",
    "election-window": "414.1315(b)",
    "representative-named": "414.1315(c)(2)(ii)",
    "agreement-acknowledged": "414.1315(c)(2)(i)",
    "agreement-executed": "414.1315(c)(3)(ix)",
}


@pytest.mark.parametrize("year", range(2018, 2033))
def test_every_performance_year_computes(year: int) -> None:
    told = answer(proposal(performance_year=year))
    expected: list[tuple[str, int | None, str]] = [
        (rule, place, f"42 CFR {cite}") for place in (0, 1) for rule, cite in TABLE.items()
    ]
    expected += [(rule, None, f"42 CFR {cite}") for rule, cite in TABLE_OF_THE_WHOLE.items()]
    assert [(found["rule"], found["practice"], found["cite"]) for found in told["findings"]] == expected
    assert {found["rule"] for found in told["findings"] if found["outcome"] != "met"} == {"opt-in-accepted"}
    assert told["outcome"] == "eligible"
    assert all(found["message"] and found["remedy"] is None for found in told["findings"])


@pytest.mark.parametrize("year", [2017, 2033])
def test_no_law_before_2018_and_after_2032(year: int) -> None:
    known = read(proposal())
    with pytest.raises(parameters.UnknownPerformanceYearError):
        determine(replace(known, performance_year=year))
    with pytest.raises(parameters.UnknownPerformanceYearError):
        calendar.window(year)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "eligible"),
        ({"data": None}, "undetermined"),
        ({"claimed_elsewhere": True}, "ineligible"),
        ({"data": None, "claimed_elsewhere": True}, "ineligible"),
    ],
)
def test_outcome_of_the_whole(changed: dict[str, object], expected: str) -> None:
    told = answer(proposal(practice(), practice((NPIS[1],), tin="151234567", **changed)))
    assert told["outcome"] == expected
    assert all(
        (found["remedy"] is None) == (found["outcome"] in ("met", "not_applicable")) for found in told["findings"]
    )


def test_no_practices_are_judged() -> None:
    told = answer(proposal() | {"practices": []})
    assert [found["outcome"] for found in told["findings"]] == ["not_met", "met", "met", "met", "met", "not_met"]
    assert (told["outcome"], told["preview"]) == ("ineligible", None)


def test_a_changed_rule_has_one_form_a_year() -> None:
    for year in parameters.PERFORMANCE_YEARS:
        in_order = [rule.id for rule in in_force(PRACTICE_RULES, year)]
        in_order += [rule.id for rule in in_force(VIRTUAL_GROUP_RULES, year)]
        assert in_order == [*TABLE, *TABLE_OF_THE_WHOLE]
    assert [rule.since for rule in PRACTICE_RULES if rule.id == "low-volume-threshold"] == [2018, 2019]


def shown(*statuses: bool | None, first: int = 0, status: str = "rural") -> dict[str, object]:
    """A practice whose clinicians, from that NPI on, have the status or not."""
    clinicians = [clinician(npi, **{status: held}) for npi, held in zip(NPIS[first:], statuses, strict=False)]
    return practice(data=data(*clinicians))


@pytest.mark.parametrize("status", ["non_patient_facing", "hospital_based", "rural", "hpsa"])
@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([True] * 3 + [False], False),
        ([True] * 4 + [False], True),
        ([True] * 25 + [False] * 8, True),
        ([True] * 3 + [None], False),
        ([True] * 4 + [None], True),
        ([None], False),
        ([True], True),
    ],
)
def test_preview_share_is_strictly_more_than_75_percent(status: str, statuses: list[bool], expected: bool) -> None:
    told = answer(proposal(shown(*statuses, status=status)))["preview"]
    assert told == {
        "clinicians": len(statuses),
        "small_practice": len(statuses) <= 15,
        "non_patient_facing": False,
        "hospital_based": False,
        "rural": False,
        "hpsa": False,
        status: expected,
    }


@pytest.mark.parametrize(("clinicians", "small"), [(15, True), (16, False)])
def test_preview_small_practice(clinicians: int, small: bool) -> None:
    held = [False] * (clinicians - 1)
    told = answer(proposal(shown(*held), shown(False, first=clinicians - 1)))["preview"]
    assert (told["clinicians"], told["small_practice"]) == (clinicians, small)


def test_preview_counts_an_npi_once_with_a_status_held_under_any_tin() -> None:
    told = answer(proposal(shown(False, True), shown(True, None), shown(None, False)))["preview"]
    assert (told["clinicians"], told["rural"]) == (2, True)


@pytest.mark.parametrize(
    ("practices", "expected"),
    [
        ([shown(True), practice(data=None)], None),
        ([practice(data=data())], None),
        ([practice(data=data()), shown(True)], 1),
    ],
)
def test_preview_is_null_where_data_are_missing(practices: list[dict[str, object]], expected: int | None) -> None:
    told = answer(proposal(*practices))["preview"]
    assert (told and told["clinicians"]) == expected


def test_what_may_not_be_known_cannot_be_told() -> None:
    known = read(proposal())
    hidden = replace(known, practices=tuple(replace(it, claimed_elsewhere=None) for it in known.practices))
    told = determine(hidden)
    of_rule = [found.outcome for found in told.findings if found.rule == "one-virtual-group"]
    assert of_rule == [Outcome.CANNOT_TELL] * 2
    assert told.outcome is Outcome.UNDETERMINED


def test_a_window_given_is_judged_by_instead_of_the_one_shipped() -> None:
    known = read(proposal())
    opens = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    told = [
        next(found.outcome for found in determine(known, window).findings if found.rule == "election-window")
        for window in (
            Window(opens, opens + timedelta(seconds=1)),
            Window(opens - timedelta(seconds=1), opens),
            Window(opens + timedelta(microseconds=1), opens + timedelta(days=1)),
        )
    ]
    assert told == [Outcome.MET, Outcome.NOT_MET, Outcome.NOT_MET]


def test_findings_say_where_their_facts_come_from_and_what_is_known_of_that() -> None:
    known = read(proposal())
    entered, cms, nppes = "What was entered", "CMS data", "NPPES"
    sources = [entered, entered, nppes, cms, cms, cms, cms, cms, "CMS data and what was entered", "Other elections"]
    group = [entered, entered, "Election windows", entered, entered, entered]
    assert [found.source for found in determine(known).findings] == [*sources, *sources, *group]
    dated = determine(known, sources={cms: "CMS data of Oct 1", "Elsewhere": "nowhere"})
    assert [found.source for found in dated.findings] == [
        "CMS data of Oct 1" if source == cms else source for source in [*sources, *sources, *group]
    ]


@pytest.mark.parametrize(
    ("kind", "npis", "two", "distinct"),
    [
        (identifiers.SSN, NPIS[:2], Outcome.MET, Outcome.MET),
        (identifiers.SSN, NPIS[:1] * 2, Outcome.NOT_MET, Outcome.NOT_MET),
        (identifiers.EIN, NPIS[:2], Outcome.NOT_MET, Outcome.NOT_MET),
        ("", NPIS[:2], Outcome.NOT_MET, Outcome.MET),  # nothing shows yet that there are two, nor that there is one
    ],
)
def test_two_practices_with_the_same_digits(kind: str, npis: tuple[str, str], two: Outcome, distinct: Outcome) -> None:
    known = read(proposal())
    practices = tuple(replace(known.practices[0], tin_kind=kind, tin="123456", npis=(npi,)) for npi in npis)
    told = {found.rule: found.outcome for found in determine(replace(known, practices=practices)).findings}
    assert (told["two-or-more-practices"], told["distinct-practices"]) == (two, distinct)


def test_determination_periods() -> None:
    """Domain 2."""
    days = {year: calendar.determination_period(year) for year in (2018, 2019, 2027)}
    assert {year: (str(it.first), str(it.last), str(it.complete)) for year, it in days.items()} == {
        2018: ("2017-07-01", "2017-11-30", "2017-11-30"),
        2019: ("2017-10-01", "2018-09-30", "2018-10-30"),
        2027: ("2025-10-01", "2026-09-30", "2026-10-30"),
    }


def test_next_performance_year_turns_with_the_eastern_year() -> None:
    moments = ("2026-12-01T10:00:00-05:00", "2027-01-01T04:59:59+00:00", "2027-01-01T05:00:00+00:00")
    assert [calendar.next_performance_year(datetime.fromisoformat(at)) for at in moments] == [2027, 2027, 2028]


def test_the_next_year_of_known_law_is_the_last_one_for_good() -> None:
    moments = (
        "2026-12-01T10:00:00-05:00",
        "2032-01-01T04:59:59+00:00",
        "2032-01-01T05:00:00+00:00",
        "2040-07-01T00:00:00Z",
    )
    assert [calendar.next_known_year(datetime.fromisoformat(at)) for at in moments] == [2027, 2032, 2032, 2032]


def test_every_parameter_has_a_unit_a_citation_and_a_value_from_the_first_year_it_holds() -> None:
    named = {name: it for name, it in vars(parameters).items() if isinstance(it, parameters.Parameter)}
    assert len(named) == 24
    for name, parameter in named.items():
        assert parameter.unit, name
        assert parameter.cite, name
        for year in range(min(parameter.by_year), 2033):
            parameter.for_year(year)
