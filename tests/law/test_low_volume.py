"""The low-volume threshold and the opt-in: every combination of what may be known, against tables written by hand."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from eligibility.law.low_volume import opt_in_means
from tests.factories.proposals import NPIS, Json, clinician, data, finding, outcome, practice, proposal

FIGURES: Json = {
    "allowed_charges": {"+": 90_000.01, "-": 90_000, "?": None},
    "patients": {"+": 201, "-": 200, "?": None},
    "services": {"+": 201, "-": 200, "?": None},
}

# charges, patients, services (+ exceeds, - does not, ? not known): threshold, opt-in not accepted, opt-in accepted
FROM_2019 = """
+++ met         not_applicable not_applicable
++- met         not_met        met
++? met         cannot_tell    met
+-+ met         not_met        met
+-- met         not_met        met
+-? met         not_met        met
+?+ met         cannot_tell    met
+?- met         not_met        met
+?? met         cannot_tell    met
-++ met         not_met        met
-+- met         not_met        met
-+? met         not_met        met
--+ met         not_met        met
--- not_met     not_applicable not_applicable
--? cannot_tell cannot_tell    met
-?+ met         not_met        met
-?- cannot_tell cannot_tell    met
-?? cannot_tell cannot_tell    met
?++ met         cannot_tell    met
?+- met         not_met        met
?+? met         cannot_tell    met
?-+ met         not_met        met
?-- cannot_tell cannot_tell    met
?-? cannot_tell cannot_tell    met
??+ met         cannot_tell    met
??- cannot_tell cannot_tell    met
??? cannot_tell cannot_tell    met
"""
# charges, patients: threshold. Services play no part, and there is no opt-in.
IN_2018 = {
    "++": "met",
    "+-": "not_met",
    "+?": "cannot_tell",
    "-+": "not_met",
    "--": "not_met",
    "-?": "not_met",
    "?+": "cannot_tell",
    "?-": "not_met",
    "??": "cannot_tell",
}


def figures(signs: str) -> Json:
    return {name: FIGURES[name][sign] for name, sign in zip(FIGURES, signs, strict=True)}


def of_the_clinician(signs: str) -> Json:
    """A solo practitioner: the TIN's figures say the contrary and must not be looked at."""
    contrary = signs.translate(str.maketrans("+-?", "-+-"))
    return practice(data=data(clinician(**figures(signs)), **figures(contrary)))


def of_the_tin(signs: str) -> Json:
    """A group: each clinician's figures say the contrary and must not be looked at."""
    contrary = figures(signs.translate(str.maketrans("+-?", "-+-")))
    shown = data(*(clinician(npi, **contrary) for npi in NPIS[:2]), **figures(signs))
    return practice(NPIS[:2], data=shown)


@pytest.mark.parametrize("level", [of_the_clinician, of_the_tin])
@pytest.mark.parametrize("row", FROM_2019.split("\n")[1:-1])
@pytest.mark.parametrize("year", [2019, 2027])
def test_low_volume_threshold_and_opt_in_from_2019(year: int, row: str, level: Callable[[str], Json]) -> None:
    """414.1310(b)(1)(iii) and (iii)(A)."""
    signs, threshold, not_accepted, accepted = row.split()
    told = [
        (outcome("low-volume-threshold", proposed), outcome("opt-in-accepted", proposed))
        for proposed in (
            proposal(level(signs) | {"opt_in_accepted": choice}, performance_year=year) for choice in (False, True)
        )
    ]
    assert told == [(threshold, not_accepted), (threshold, accepted)]


@pytest.mark.parametrize("level", [of_the_clinician, of_the_tin])
@pytest.mark.parametrize("services", "+-?")
@pytest.mark.parametrize("signs", IN_2018)
def test_low_volume_threshold_and_opt_in_in_2018(signs: str, services: str, level: Callable[[str], Json]) -> None:
    """414.1305 as it was: both criteria, and no opt-in."""
    for accepted in (False, True):
        proposed = proposal(level(signs + services) | {"opt_in_accepted": accepted}, performance_year=2018)
        assert outcome("low-volume-threshold", proposed) == IN_2018[signs]
        assert outcome("opt-in-accepted", proposed) == "not_applicable"


@pytest.mark.parametrize("year", [2018, 2019, 2027])
def test_no_data(year: int) -> None:
    not_accepted, accepted = (
        proposal(practice(data=None, opt_in_accepted=choice), performance_year=year) for choice in (False, True)
    )
    assert outcome("low-volume-threshold", accepted) == "cannot_tell"
    assert outcome("opt-in-accepted", not_accepted) == ("not_applicable" if year == 2018 else "cannot_tell")
    assert outcome("opt-in-accepted", accepted) == ("not_applicable" if year == 2018 else "met")


def test_data_without_an_npi_are_judged_by_the_figures_of_the_tin() -> None:
    assert outcome("low-volume-threshold", proposal(practice(data=data(**figures("---"))))) == "not_met"
    assert outcome("low-volume-threshold", proposal(practice(data=data(**figures("--+"))))) == "met"


EXACT = [
    ("90000", False),
    ("9e4", False),
    ("90000.00", False),
    ("90000.000000000001", True),
    ("90000." + "0" * 400 + "1", True),
    ("89999." + "9" * 400, False),
    ("1e400", True),
    ("1e-400", False),
    ("1e99999999999999999999", True),
    ("1e-99999999999999999999", False),
    ("0e99999999999999999999", False),
    ("-0", False),
    ("-0.0", False),
    ("9" * 5_000, True),
    ("9" * 5_000 + ".5", True),
]


@pytest.mark.parametrize(("written", "exceeds"), EXACT)
def test_figures_are_compared_exactly(written: str, exceeds: bool) -> None:
    """Contracts 2; 414.1305 "exceeds" is strict."""
    proposed = proposal(practice(data=data(clinician(allowed_charges="CHARGES", patients=0, services=0))))
    assert outcome("low-volume-threshold", proposed, CHARGES=written) == ("met" if exceeds else "not_met")


def test_an_integer_longer_than_python_reads_exceeds() -> None:
    proposed = proposal(practice(data=data(clinician(allowed_charges=0, patients="PATIENTS", services=0))))
    found = finding("low-volume-threshold", proposed, PATIENTS="1" + "0" * 10_000)
    as_far_as_python_reads = {"allowed_charges": "0", "patients": 10**3_999, "services": 0}
    assert (found["outcome"], found["facts"]["figures"]) == ("met", as_far_as_python_reads)


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ("1e99999999999999999999", "1E+999999"),
        ("2.5E-99999999999999999999", "1E-999999"),
        ("0.0e99999999999999999999", "0"),
        ("-0e-99999999999999999999", "0"),
        ("90000.10", "90000.10"),
    ],
)
def test_charges_are_told_as_they_are_held(written: str, held: str) -> None:
    proposed = proposal(practice(data=data(clinician(allowed_charges="CHARGES"))))
    told = finding("low-volume-threshold", proposed, CHARGES=written)["facts"]["figures"]
    assert told == {"allowed_charges": held, "patients": 201, "services": 201}


def test_the_figures_stand_in_the_facts_and_never_in_the_message() -> None:
    own = clinician(allowed_charges=123_456.78, patients=77, services=None)
    told = finding("low-volume-threshold", proposal(practice(data=data(own))))
    assert told["message"] == (
        "A practice must exceed at least 1 of the 3 low-volume limits."
        " It exceeds $90,000 in allowed charges. It does not exceed 200 patients."
        " CMS data do not show whether it exceeds 200 covered professional services."
        " For a solo practitioner, the clinician’s own figures count."
    )
    assert told["facts"] == {
        "level": "clinician",
        "exceeds": {"allowed_charges": True, "patients": False, "services": None},
        "limits": {"allowed_charges": 90_000, "patients": 200, "services": 200},
        "figures": {"allowed_charges": str(Decimal("123456.78")), "patients": 77, "services": None},
    }


@pytest.mark.parametrize(
    ("year", "end"),
    [(2026, "which is never above 3."), (2027, "which is never above 3. These figures are expected for 2027.")],
)
def test_a_percent_that_cms_has_not_announced_is_called_expected(year: int, end: str) -> None:
    assert opt_in_means(year).partition("scaling factor, ")[2] == end


def test_the_opt_in_says_that_it_is_final() -> None:
    told = finding("opt-in-accepted", proposal(practice(data=data(clinician(**figures("+--"))))))
    assert told["message"] == (
        "This practice exceeds 1 of the 3 low-volume limits. Taking part here is its decision to opt in to MIPS for"
        " 2027. Until the deadline the election can be changed or withdrawn. After that the opt-in cannot be undone."
        " Medicare payments in 2029 can then go down by at most 9 percent. They can go up by at most 9 percent times"
        " CMS’s scaling factor, which is never above 3. These figures are expected for 2027."
        " The practice has not accepted the opt-in."
    )
    assert told["facts"] == {"opt_in_eligible": True, "accepted": False}
