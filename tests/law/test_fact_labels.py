"""The facts a finding was judged on, in words: every fact of every rule has its label, and figures are kept back."""

import re

from hypothesis import given

from eligibility.law.fact_labels import LABELS, NOT_KNOWN, against_limits, facts_in_words
from tests.factories.proposals import Json, answer, clinician, data, practice, proposal

from .test_properties import proposals


@given(proposals())
def test_every_fact_of_every_rule_is_told_in_words(proposed: Json) -> None:
    for finding in answer(proposed)["findings"]:
        told = facts_in_words(finding["rule"], finding["facts"], figures=True)
        usual = [name for name in ("odd_prefix", "projected") if finding["facts"].get(name) is False]
        assert len(told) == len(finding["facts"]) - len(usual)
        assert not [value for _, value in told if re.search(r"[\[{]|None|True|False", value)]


def of(rule: str, told: Json, *, figures: bool = False) -> list[tuple[str, str]]:
    [finding] = [found for found in told["findings"] if found["rule"] == rule]
    return facts_in_words(rule=rule, facts=finding["facts"], figures=figures)


def test_figures_are_told_only_to_those_who_may_see_them() -> None:
    shown = data(clinician(), clinician("1558598797"), allowed_charges=90_000.01, patients=1200, services=None)
    told = answer(proposal(practice(data=shown)))
    kept_back = [
        ("Whose figures", "the practice’s"),
        ("Exceeds the limit", f"allowed charges yes, patients yes, services {NOT_KNOWN}"),
        ("Limits", "allowed charges $90,000, patients 200, services 200"),
    ]
    assert of("low-volume-threshold", told) == kept_back
    assert of("low-volume-threshold", told, figures=True) == [
        *kept_back,
        ("Medicare figures", f"allowed charges $90,000.01, patients 1,200, services {NOT_KNOWN}"),
    ]


def test_figures_are_measured_by_twice_the_limit() -> None:
    for charges, in_words, exceeds, share in (
        (0, "$0", False, 0),
        (45_000, "$45,000", False, 25),
        (90_000, "$90,000", False, 50),
        (90_000.01, "$90,000.01", True, 51),
        (135_000, "$135,000", True, 75),
        (9_000_000, "$9,000,000", True, 100),
    ):
        shown = data(clinician(), clinician("1558598797"), allowed_charges=charges, patients=1200, services=None)
        [facts] = [
            found["facts"]
            for found in answer(proposal(practice(data=shown)))["findings"]
            if found["rule"] == "low-volume-threshold"
        ]
        assert against_limits(facts) == [
            ("Allowed charges", in_words, "$90,000", exceeds, share),
            ("Patients", "1,200", "200", True, 100),
        ]


def test_moments_places_and_what_is_not_known() -> None:
    told = answer(proposal(practice(npis=["1234567890", "1558598797", "123"], data=None), performance_year=2027))
    assert of("election-window", told) == [
        ("Opens", "Oct 1, 2026, 12:00 a.m. ET"),
        ("Opening day not confirmed by CMS yet", "yes"),
        ("Last minute to submit", "Dec 31, 2026, 11:59 p.m. ET"),
    ]
    assert of("npi-format", told) == [("NPIs listed", "3"), ("NPIs that are not valid", "numbers 1 and 3 in the list")]
    assert of("roster-complete", told) == [("NPIs listed", "3"), ("NPIs in CMS data", NOT_KNOWN)]
    assert of("npi-person", told) == [
        ("NPIs listed", "3"),
        ("NPIs of organizations", "none"),
        ("Deactivated NPIs", "none"),
        ("NPIs that NPPES does not show as a person’s", "numbers 1, 2 and 3 in the list"),
    ]
    assert of("determination-available", told) == [("CMS data list the TIN", "no")]


def test_eligibility_that_is_not_known_is_counted() -> None:
    told = answer(proposal(practice(data=data(clinician(), clinician("1558598797", newly_enrolled=None)))))
    assert of("mips-eligible-clinician", told) == [
        ("Clinicians under the TIN", "2"),
        ("MIPS eligible", "1"),
        ("MIPS eligibility not known", "1"),
        ("Partial QPs", "0"),
    ]


def test_each_kind_of_value_in_words() -> None:
    facts: dict[str, object] = {
        "kind": "EIN",
        "listed": 1_234,
        "not_valid": [],
        "organizations": [3],
        "deactivated": (1, 7, 12),
        "shown": None,
        "level": "clinician",
        "limits": {"services": 200, "allowed_charges": 90_000},
        "exceeds": {"allowed_charges": None, "patients": False, "services": True},
        "figures": {"allowed_charges": "1234.50", "patients": 0},
        "accepted": True,
        "name": False,
        "opens": "2026-10-01T04:00:00+00:00",
        "email": "2026-10-01",
        "not among the labels": 1,
    }
    told = [
        ("Kind of TIN", "EIN"),
        ("NPIs listed", "1,234"),
        ("NPIs that are not valid", "none"),
        ("NPIs of organizations", "number 3 in the list"),
        ("Deactivated NPIs", "numbers 1, 7 and 12 in the list"),
        ("NPIs in CMS data", "not known"),
        ("Whose figures", "the clinician’s own"),
        ("Exceeds the limit", "allowed charges not known, patients no, services yes"),
        ("Limits", "allowed charges $90,000, services 200"),
        ("Medicare figures", "allowed charges $1,234.50, patients 0"),
        ("Opt-in accepted", "yes"),
        ("Opens", "Oct 1, 2026, 12:00 a.m. ET"),
        ("Name entered", "no"),
        ("Email address entered", "2026-10-01"),
    ]
    assert facts_in_words("tin-format", facts, figures=True) == told
    kept_back = [(label, value) for label, value in told if label != "Medicare figures"]
    assert facts_in_words("agreement-executed", facts, figures=False) == kept_back
    assert facts_in_words("determination-available", {"listed": True}, figures=False) == [
        ("CMS data list the TIN", "yes")
    ]


def test_no_label_stands_twice() -> None:
    assert len(set(LABELS.values())) == len(LABELS)
