"""Each rule of a practice, at its boundaries; every case names its paragraph of 42 CFR, or the section of domain.md."""

import pytest

from tests.factories.proposals import NPI, NPIS, answer, clinician, data, entry, finding, outcome, practice, proposal

MET, NOT_MET, CANNOT_TELL = "met", "not_met", "cannot_tell"

TIN_FORMAT = [
    ("414.1315(c)(2)(ii) nine digits", "EIN", "141234567", MET),
    ("414.1315(c)(2)(ii) eight digits", "EIN", "14123456", NOT_MET),
    ("414.1315(c)(2)(ii) ten digits", "EIN", "1412345678", NOT_MET),
    ("414.1315(c)(2)(ii) nothing", "EIN", "", NOT_MET),
    ("contracts 2: nothing is stripped", "EIN", "14-1234567", NOT_MET),
    ("contracts 2: nothing is stripped", "EIN", " 141234567", NOT_MET),
    ("contracts 2: nothing is stripped", "EIN", "141234567\n", NOT_MET),
    ("contracts 2: digits are ASCII", "EIN", "14123456٧", NOT_MET),
    ("contracts 2: digits are ASCII", "EIN", "14123456²", NOT_MET),
    ("domain 7: 00 is refused", "EIN", "001234567", NOT_MET),
    ("domain 7: 07 is only warned about", "EIN", "071234567", MET),
    ("domain 7: 01 is listed", "EIN", "011234567", MET),
    ("domain 4: last six of an SSN", "SSN", "123456", MET),
    ("domain 4: last six of an SSN", "SSN", "000000", MET),
    ("domain 4: last six of an SSN", "SSN", "12345", NOT_MET),
    ("domain 4: last six of an SSN", "SSN", "1234567", NOT_MET),
    ("domain 4: a nine-digit SSN is refused", "SSN", "123456789", NOT_MET),
    ("contracts 2: digits are ASCII", "SSN", "12345６", NOT_MET),
    ("contracts 2: nothing is stripped", "SSN", "12 3456", NOT_MET),
]


@pytest.mark.parametrize(("paragraph", "kind", "tin", "expected"), TIN_FORMAT)
def test_tin_format(paragraph: str, kind: str, tin: str, expected: str) -> None:
    assert outcome("tin-format", proposal(practice(tin_kind=kind, tin=tin))) == expected, paragraph


def test_every_prefix_never_listed_is_warned_about_and_no_other() -> None:
    warned = {
        prefix
        for prefix in (f"{number:02}" for number in range(1, 100))
        if "never listed" in finding("tin-format", proposal(practice(tin=f"{prefix}1234567")))["message"]
    }
    assert warned == {"07", "08", "09", "17", "18", "19", "28", "29", "49", "69", "70", "78", "79", "89", "96", "97"}


NPI_FORMAT = [
    ("domain 7", ["1234567893"], MET),
    ("domain 7", ["1558598797", "2000000002", "1999999992"], MET),
    ("domain 7: check digit", ["1234567890"], NOT_MET),
    ("domain 7: check digit", ["1234567898"], NOT_MET),
    ("domain 7: first digit", ["9876543213"], NOT_MET),
    ("domain 7: ten digits", ["123456789"], NOT_MET),
    ("domain 7: ten digits", ["12345678930"], NOT_MET),
    ("domain 7: ten digits", [""], NOT_MET),
    ("contracts 2: nothing is stripped", ["1234567893 "], NOT_MET),
    ("contracts 2: digits are ASCII", ["123456789３"], NOT_MET),
    ("414.1315(c)(2)(ii) every one", ["1234567893", "1234567890"], NOT_MET),
    ("414.1315(c)(2)(ii) at least one", [], NOT_MET),
    ("contracts 2: twice counts once", ["1234567893", "1234567893"], MET),
]


@pytest.mark.parametrize(("paragraph", "npis", "expected"), NPI_FORMAT)
def test_npi_format(paragraph: str, npis: list[str], expected: str) -> None:
    assert outcome("npi-format", proposal(practice(npis=npis, data=None))) == expected, paragraph


def test_npis_are_named_by_their_place_in_the_list_as_given() -> None:
    listed = practice(npis=[NPI, NPI, "123-45-6789", NPIS[1]], data=None)
    registry = {NPI: entry(), NPIS[1]: entry(2)}
    told = finding("npi-format", proposal(listed))
    assert told["message"] == "NPI 3 in the list is not valid. An NPI has 10 digits and nothing else."
    assert told["facts"] == {"listed": 3, "not_valid": [3]}
    told = finding("npi-person", proposal(listed, registry=registry))
    assert told["message"] == "NPI 4 in the list belongs to an organization in NPPES."
    assert told["facts"] == {"listed": 3, "organizations": [4], "deactivated": [], "unknown": [3]}


def test_many_places_are_cut_short() -> None:
    told = finding("npi-format", proposal(practice(npis=[str(number) for number in range(12)], data=None)))
    assert told["message"] == "NPIs 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more in the list are not valid."


DAY, BEFORE, AFTER = "2020-06-15", "2020-06-14", "2020-06-16"
NPI_PERSON = [
    ("414.1305 a person", {NPI: entry(1), NPIS[1]: entry(1)}, MET),
    ("domain 7: an organization", {NPI: entry(1), NPIS[1]: entry(2)}, NOT_MET),
    ("domain 7: deactivated", {NPI: entry(1), NPIS[1]: entry(1, DAY)}, NOT_MET),
    ("domain 7: reactivated before", {NPI: entry(1), NPIS[1]: entry(1, DAY, BEFORE)}, NOT_MET),
    ("domain 7: reactivated the same day", {NPI: entry(1), NPIS[1]: entry(1, DAY, DAY)}, MET),
    ("domain 7: reactivated after", {NPI: entry(1), NPIS[1]: entry(1, DAY, AFTER)}, MET),
    ("domain 7: reactivated, never deactivated", {NPI: entry(1), NPIS[1]: entry(1, None, DAY)}, MET),
    ("contracts 1: not listed", {NPI: entry(1)}, CANNOT_TELL),
    ("contracts 1: nothing listed", {}, CANNOT_TELL),
    ("contracts 1: without a type", {NPI: entry(1), NPIS[1]: entry(None)}, CANNOT_TELL),
    ("contracts 1: deactivated without a type", {NPI: entry(1), NPIS[1]: entry(None, DAY)}, NOT_MET),
    ("contracts 1: reactivated without a type", {NPI: entry(1), NPIS[1]: entry(None, DAY, DAY)}, CANNOT_TELL),
    ("contracts 1: not met goes before cannot tell", {NPIS[1]: entry(2)}, NOT_MET),
    ("contracts 1: not met goes before cannot tell", {NPI: entry(1, DAY)}, NOT_MET),
    ("contracts 1: an NPI that is not listed here plays no part", {NPI: entry(), NPIS[1]: entry(), "9": entry(2)}, MET),
]


@pytest.mark.parametrize(("paragraph", "registry", "expected"), NPI_PERSON)
def test_npi_person(paragraph: str, registry: dict[str, object], expected: str) -> None:
    assert outcome("npi-person", proposal(practice(NPIS[:2]), registry=registry)) == expected, paragraph


OFF_ON = [  # deactivated, reactivated, the moment, what is found
    ("2026-11-20", None, "2026-11-20T00:00:00-05:00", NOT_MET),
    ("2026-11-20", None, "2026-11-19T23:59:59.999999-05:00", MET),
    ("2026-11-20", None, "2026-11-20T04:59:59Z", MET),
    ("2026-11-20", None, "2026-11-20T05:00:00Z", NOT_MET),
    ("2026-10-20", None, "2026-10-20T04:00:00Z", NOT_MET),
    ("2026-11-20", None, "2026-11-20T14:59:59+10:00", MET),
    ("2026-11-18", "2026-11-20", "2026-11-20T04:59:59Z", NOT_MET),
    ("2026-11-18", "2026-11-20", "2026-11-20T05:00:00Z", MET),
    ("2026-11-20", "2026-11-18", "2026-11-19T12:00:00Z", MET),
    ("2026-11-20", "2026-11-18", "2026-11-20T12:00:00Z", NOT_MET),
    ("2026-11-20", "2026-11-20", "2026-11-20T12:00:00Z", MET),
    ("2026-11-20", "2026-11-21", "2026-11-20T12:00:00Z", NOT_MET),
    ("2026-11-20", "2026-11-21", "2026-11-19T12:00:00Z", MET),
    ("0001-01-01", None, "0001-01-01T00:00:00+14:00", MET),
    ("9999-12-31", None, "9999-12-31T23:59:59-14:00", NOT_MET),
]


@pytest.mark.parametrize(("off", "on", "at", "expected"), OFF_ON)
def test_npi_person_is_judged_at_the_moment(off: str, on: str | None, at: str, expected: str) -> None:
    """Contracts 1: dates count from their day in Eastern Time on."""
    registry = {NPI: entry(1, off, on)}
    assert outcome("npi-person", proposal(practice(), registry=registry, at=at)) == expected


def test_npi_person_without_an_npi() -> None:
    assert outcome("npi-person", proposal(practice(npis=[]))) == CANNOT_TELL


@pytest.mark.parametrize(
    ("paragraph", "at", "shown", "expected"),
    [
        ("414.1315(c)(1)", "2026-12-01T10:00:00-05:00", data(clinician()), MET),
        ("414.1315(c)(1) whatever the moment", "2026-10-01T00:00:00-04:00", data(clinician()), MET),
        ("414.1315(c)(1) listed without an NPI", "2026-12-01T10:00:00-05:00", data(), MET),
        ("414.1315(c)(1) not listed", "2026-12-31T23:00:00-05:00", None, CANNOT_TELL),
    ],
)
def test_determination_available(paragraph: str, at: str, shown: object, expected: str) -> None:
    assert outcome("determination-available", proposal(practice(data=shown), at=at)) == expected, paragraph


@pytest.mark.parametrize(("kind", "tin"), [("EIN", ""), ("EIN", "12345678"), ("SSN", "12345")])
def test_a_tin_that_is_not_right_is_not_said_to_lack_data(kind: str, tin: str) -> None:
    told = answer(proposal(practice(tin_kind=kind, tin=tin, data=None)))["findings"]
    [found] = [finding for finding in told if finding["rule"] == "determination-available"]
    assert found["message"] == "We can’t look up CMS data until the TIN is right."
    assert found["remedy"] == "Enter the TIN first."


A, B, C = NPIS[:3]
ROSTER = [
    ("414.1315(c)(2)(ii) the same", [A, B], [B, A], MET),
    ("414.1315(c)(2)(ii) twice counts once", [A, A, B], [A, B], MET),
    ("414.1315(c)(2)(ii) one missing", [A], [A, B], NOT_MET),
    ("414.1315(c)(2)(ii) none listed", [], [A], NOT_MET),
    ("414.1315(c)(2)(ii) one missing, one extra", [A, C], [A, B], NOT_MET),
    ("contracts 1: only extra ones", [A, B, C], [A, B], CANNOT_TELL),
    ("contracts 1: no NPI in them", [A], [], CANNOT_TELL),
    ("contracts 1: no NPI in them, none listed", [], [], CANNOT_TELL),
    ("contracts 1: no data", [A], None, CANNOT_TELL),
    ("contracts 1: no data, none listed", [], None, CANNOT_TELL),
]


@pytest.mark.parametrize(("paragraph", "listed", "shown", "expected"), ROSTER)
def test_roster_complete(paragraph: str, listed: list[str], shown: list[str] | None, expected: str) -> None:
    cms = None if shown is None else data(*(clinician(npi) for npi in shown))
    assert outcome("roster-complete", proposal(practice(npis=listed, data=cms))) == expected, paragraph


def test_roster_complete_tells_how_many_and_not_which() -> None:
    told = finding("roster-complete", proposal(practice(npis=[A], data=data(clinician(A), clinician(B), clinician(C)))))
    assert told["message"] == "CMS data show 2 clinicians under this TIN who are not listed."
    assert told["remedy"] == (
        "List every clinician who billed under this TIN from Oct 1, 2025 to Sep 30, 2026."
        " If CMS’s list is wrong, contest it and say who did not bill under it then."
    )
    assert told["facts"] == {"listed": 1, "shown": 3, "missing": 2, "extra": 0}


def test_one_listed_too_many_is_no_reason_to_submit_where_the_practice_is_too_large() -> None:
    large = data(*(clinician(npi) for npi in NPIS[:11]))
    told = finding("roster-complete", proposal(practice(npis=NPIS[:12], data=large)))
    assert (told["outcome"], told["remedy"]) == (CANNOT_TELL, "Check that everyone listed bills under this TIN.")


SIZE = [
    ("414.1315(a)(1) one", 1, 1, MET),
    ("414.1315(a)(1) ten", 1, 10, MET),
    ("414.1315(a)(1) eleven", 1, 11, NOT_MET),
    ("414.1315(a)(1) what is listed plays no part where data are", 11, 10, MET),
    ("contracts 1: data without an NPI", 1, 0, CANNOT_TELL),
    ("contracts 1: data without an NPI, eleven listed", 11, 0, CANNOT_TELL),
    ("contracts 1: no data, ten listed", 10, None, CANNOT_TELL),
    ("contracts 1: no data, eleven listed", 11, None, NOT_MET),
    ("contracts 1: no data, none listed", 0, None, CANNOT_TELL),
]


@pytest.mark.parametrize(("paragraph", "listed", "shown", "expected"), SIZE)
def test_practice_size(paragraph: str, listed: int, shown: int | None, expected: str) -> None:
    cms = None if shown is None else data(*(clinician(npi) for npi in NPIS[:shown]))
    assert outcome("practice-size", proposal(practice(npis=NPIS[:listed], data=cms))) == expected, paragraph


def test_practice_size_counts_distinct_npis_listed() -> None:
    assert outcome("practice-size", proposal(practice(npis=[A] * 11, data=None))) == CANNOT_TELL


def test_practice_size_counts_excluded_clinicians_and_all_types() -> None:
    excluded = [clinician(npi, clinician_type="other", newly_enrolled=True, qp_status="qp") for npi in NPIS[:11]]
    proposed = proposal(practice(data=data(*excluded)))
    told = finding("practice-size", proposed)
    assert told["outcome"] == NOT_MET
    assert told["message"] == ("11 clinicians bill under this TIN. A practice in a virtual group can have at most 10.")
    incomplete = finding("roster-complete", proposed)
    assert (incomplete["outcome"], incomplete["message"]) == (
        NOT_MET,
        "CMS data show 10 clinicians under this TIN who are not listed.",
    )
    assert (
        told["remedy"]
        == incomplete["remedy"]
        == (
            "If CMS’s list is wrong, contest it and say who did not bill under this TIN "
            "from Oct 1, 2025 to Sep 30, 2026."
            " Otherwise, leave this practice out of the election."
        )
    )


def test_practice_size_met_in_the_words_of_the_screens() -> None:
    told = finding("practice-size", proposal(practice(NPIS[:9])))
    assert told == {
        "rule": "practice-size",
        "practice": 0,
        "outcome": MET,
        "cite": "42 CFR 414.1315(a)(1)",
        "message": "9 clinicians bill under this TIN. The limit is 10.",
        "remedy": None,
        "facts": {"clinicians": 9, "limit": 10},
    }


FIRST_ELIGIBLE = {
    "physician": 2018,
    "physician_assistant": 2018,
    "nurse_practitioner": 2018,
    "clinical_nurse_specialist": 2018,
    "crna": 2018,
    "physical_therapist": 2019,
    "occupational_therapist": 2019,
    "speech_language_pathologist": 2019,
    "audiologist": 2019,
    "clinical_psychologist": 2019,
    "dietitian": 2019,
    "clinical_social_worker": 2022,
    "certified_nurse_midwife": 2022,
    "other": 9999,
}


@pytest.mark.parametrize("year", range(2018, 2033))
@pytest.mark.parametrize("kind", FIRST_ELIGIBLE)
def test_mips_eligible_clinician_types_by_year(kind: str, year: int) -> None:
    proposed = proposal(practice(data=data(clinician(clinician_type=kind))), performance_year=year)
    assert outcome("mips-eligible-clinician", proposed) == (MET if year >= FIRST_ELIGIBLE[kind] else NOT_MET)


OUT = clinician(B, clinician_type="other")
MIPS_ELIGIBLE = [
    ("414.1310(b) newly enrolled", [clinician(newly_enrolled=True)], NOT_MET),
    ("414.1310(b) a QP", [clinician(qp_status="qp")], NOT_MET),
    ("domain 1: a Partial QP is not excluded", [clinician(qp_status="partial")], MET),
    ("414.1305 one is enough", [OUT, clinician(A)], MET),
    ("414.1305 none", [OUT, clinician(A, qp_status="qp")], NOT_MET),
    ("contracts 1: type not known", [clinician(clinician_type=None)], CANNOT_TELL),
    ("contracts 1: newly enrolled not known", [clinician(newly_enrolled=None)], CANNOT_TELL),
    ("contracts 1: QP status not known", [clinician(qp_status=None)], CANNOT_TELL),
    ("contracts 1: one may be", [OUT, clinician(A, qp_status=None)], CANNOT_TELL),
    ("contracts 1: one surely is", [clinician(B, qp_status=None), clinician(A)], MET),
    ("contracts 1: surely not, whatever its type", [clinician(clinician_type=None, qp_status="qp")], NOT_MET),
    ("contracts 1: surely not, whatever else", [clinician(clinician_type="other", newly_enrolled=None)], NOT_MET),
    ("contracts 1: surely not, whatever else", [clinician(newly_enrolled=True, qp_status=None)], NOT_MET),
    ("contracts 1: other statuses play no part", [clinician(rural=None, hpsa=None, patients=None)], MET),
    ("contracts 1: no NPI in them", [], CANNOT_TELL),
]


@pytest.mark.parametrize(("paragraph", "clinicians", "expected"), MIPS_ELIGIBLE)
def test_mips_eligible_clinician(paragraph: str, clinicians: list[dict[str, object]], expected: str) -> None:
    assert outcome("mips-eligible-clinician", proposal(practice(data=data(*clinicians)))) == expected, paragraph


def test_mips_eligible_clinician_without_data() -> None:
    assert outcome("mips-eligible-clinician", proposal(practice(data=None))) == CANNOT_TELL


def test_partial_qp_is_said_in_the_message() -> None:
    told = finding("mips-eligible-clinician", proposal(practice(data=data(clinician(qp_status="partial")))))
    assert told["message"] == (
        "1 clinician under this TIN is MIPS eligible. At least 1 is required."
        " 1 Partial QP (partial qualifying APM participant) is not excluded, because a virtual group election "
        "counts as electing to take part in MIPS."
    )


def test_one_virtual_group() -> None:
    assert outcome("one-virtual-group", proposal(practice(claimed_elsewhere=False))) == MET, "414.1315(a)(1)"
    assert outcome("one-virtual-group", proposal(practice(claimed_elsewhere=True))) == NOT_MET, "414.1315(a)(1)"
