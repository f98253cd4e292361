"""What people read, word for word: each thing a rule can say, with what would mend it and the facts it tells."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from eligibility.law.calendar import Window
from eligibility.law.determination import determine
from eligibility.law.facts import Setting
from eligibility.law.identifiers import mask_tin, tin_problem
from eligibility.law.low_volume import THRESHOLD_2018, THRESHOLD_2019, sides
from eligibility.law.rule_results import be, count, places
from eligibility.law.rules import PRACTICE_RULES, RULE_NAMES, VIRTUAL_GROUP_RULES, rule_name
from tests.factories.proposals import NPIS, Json, answer, clinician, data, entry, finding, practice, proposal, read

A, B, C = NPIS[:3]
ANYWAY = "This doesn’t keep you from submitting. A reviewer will decide."
OR_LEAVE_OUT = "Otherwise, leave this practice out of the election."
CONTEST = f"If CMS data are wrong, contest this finding and say why. {OR_LEAVE_OUT}"
CONTEST_LIST = "If CMS’s list is wrong, contest it and say who did not bill under it then."
NOT_PUBLISHED = "CMS has not published 2027 data for this TIN."
LOOK_AGAIN = f"Check every digit of the TIN and the NPIs. {ANYWAY}"
NOBODY = "CMS data for 2027 list this TIN but show no clinicians under it."
LIST_ALL = "List every clinician who bills under this TIN."
COMPARE = "Compare with NPPES (npiregistry.cms.hhs.gov) and type all 10 digits."
OF_NPPES = "List the clinician’s own active NPI, or fix the record in NPPES."
ACTIVE = "In NPPES, every NPI here is active and belongs to a person."
MISTYPED = f"Check for a mistyped digit. {ANYWAY}"
LATER = "NPPES also shows later dates, which do not count for this election:"
NINE_DIGITS = (
    "Type the 9 digits of the EIN as the IRS assigned it."
    " If the TIN is a Social Security number, choose that kind instead."
)
PARTIAL = "not excluded, because a virtual group election counts as electing to take part in MIPS."
NO_DATA: Json = {"data": None}
OFF = entry(1, "2020-01-01")
OUT = {"clinician_type": "other"}

# rule, what is changed in the practice, message, remedy, facts
OF_PRACTICES: list[tuple[str, Json, str, str | None, Json]] = [
    ("tin-format", {}, "The EIN has 9 digits.", None, {"kind": "EIN", "digits": 9, "odd_prefix": False}),
    (
        "tin-format",
        {"tin": "071234567"},
        "The EIN has 9 digits. The IRS has never listed its first 2 digits. Check them.",
        None,
        {"kind": "EIN", "digits": 9, "odd_prefix": True},
    ),
    ("tin-format", {"tin": "001234567"}, "No EIN begins with 00.", NINE_DIGITS, {"kind": "EIN", "digits": 9}),
    (
        "tin-format",
        {"tin_kind": "SSN", "tin": "123456"},
        "This TIN is the last 6 digits of a Social Security number.",
        None,
        {"kind": "SSN", "digits": 6},
    ),
    (
        "tin-format",
        {"tin_kind": "SSN", "tin": "12345"},
        "For a Social Security number, we need exactly the last 6 digits.",
        "Type only the last 6 digits.",
        {"kind": "SSN", "digits": 6},
    ),
    ("npi-format", {"npis": []}, "No NPI is listed.", LIST_ALL, {"listed": 0, "not_valid": []}),
    ("npi-format", {"npis": [A]}, "The NPI listed is valid.", None, {"listed": 1, "not_valid": []}),
    ("npi-format", {"npis": [A, B]}, "The 2 NPIs listed are valid.", None, {"listed": 2, "not_valid": []}),
    (
        "npi-format",
        {"npis": ["x", A, "9876543213"]},
        "NPIs 1 and 3 in the list are not valid.",
        COMPARE,
        {"listed": 3, "not_valid": [1, 3]},
    ),
    (
        "npi-format",
        {"npis": [A, "9876543213"]},
        "NPI 2 in the list is not valid. An NPI begins with 1 or 2.",
        COMPARE,
        {"listed": 2, "not_valid": [2]},
    ),
    ("determination-available", {}, "CMS data for 2027 list this TIN.", None, {"listed": True}),
    ("determination-available", NO_DATA, NOT_PUBLISHED, LOOK_AGAIN, {"listed": False}),
    (
        "roster-complete",
        {},
        "The clinicians listed are the ones CMS data show under this TIN.",
        None,
        {"listed": 1, "shown": 1, "missing": 0, "extra": 0},
    ),
    ("roster-complete", NO_DATA, NOT_PUBLISHED, LOOK_AGAIN, {"listed": 1, "shown": None}),
    ("roster-complete", {"data": data()}, NOBODY, ANYWAY, {"listed": 1, "shown": 0, "missing": 0, "extra": 1}),
    (
        "roster-complete",
        {"npis": [], "data": data(clinician())},
        "CMS data show 1 clinician under this TIN who is not listed.",
        f"List every clinician who billed under this TIN from Oct 1, 2025 to Sep 30, 2026. {CONTEST_LIST}",
        {"listed": 0, "shown": 1, "missing": 1, "extra": 0},
    ),
    (
        "roster-complete",
        {"npis": [A, B, C], "data": data(clinician())},
        "CMS data do not show 2 listed clinicians under this TIN.",
        f"Check that everyone listed bills under this TIN. {ANYWAY}",
        {"listed": 3, "shown": 1, "missing": 0, "extra": 2},
    ),
    ("practice-size", {}, "1 clinician bills under this TIN. The limit is 10.", None, {"clinicians": 1, "limit": 10}),
    ("practice-size", {"data": data()}, NOBODY, ANYWAY, {"clinicians": 0, "limit": 10}),
    ("practice-size", NO_DATA, NOT_PUBLISHED, LOOK_AGAIN, {"clinicians": None, "listed": 1, "limit": 10}),
    (
        "practice-size",
        {"npis": [*NPIS[:11], A], "data": None},
        "11 clinicians are listed. A practice in a virtual group can have at most 10.",
        "If some of them did not bill under this TIN from Oct 1, 2025 to Sep 30, 2026, contest this and say who. "
        f"{OR_LEAVE_OUT}",
        {"clinicians": None, "listed": 11, "limit": 10},
    ),
    (
        "mips-eligible-clinician",
        {},
        "1 clinician under this TIN is MIPS eligible. At least 1 is required.",
        None,
        {"clinicians": 1, "eligible": 1, "unknown": 0, "partial_qp": 0},
    ),
    ("mips-eligible-clinician", NO_DATA, NOT_PUBLISHED, LOOK_AGAIN, {"eligible": None}),
    (
        "mips-eligible-clinician",
        {"data": data()},
        NOBODY,
        ANYWAY,
        {"clinicians": 0, "eligible": 0, "unknown": 0, "partial_qp": 0},
    ),
    (
        "mips-eligible-clinician",
        {
            "data": data(
                clinician(A, qp_status="partial"),
                clinician(B, qp_status="partial", newly_enrolled=None),
                clinician(C, qp_status="partial", **OUT),
            )
        },
        f"1 clinician under this TIN is MIPS eligible. At least 1 is required. 2 Partial QPs (partial qualifying "
        f"APM participant) are {PARTIAL}",
        None,
        {"clinicians": 3, "eligible": 1, "unknown": 1, "partial_qp": 2},
    ),
    (
        "mips-eligible-clinician",
        {"data": data(clinician(A, qp_status=None), clinician(B, newly_enrolled=None, qp_status="partial"))},
        f"CMS data do not say whether 2 clinicians are MIPS eligible. 1 Partial QP (partial qualifying APM "
        f"participant) is {PARTIAL}",
        ANYWAY,
        {"clinicians": 2, "eligible": 0, "unknown": 2, "partial_qp": 1},
    ),
    (
        "mips-eligible-clinician",
        {"data": data(clinician(A, **OUT), clinician(B, qp_status="qp"))},
        "No clinician under this TIN is MIPS eligible."
        " Each one has a type that is not eligible, is newly enrolled in Medicare, or is a qualifying APM "
        "participant (QP).",
        CONTEST,
        {"clinicians": 2, "eligible": 0, "unknown": 0, "partial_qp": 0},
    ),
    (
        "one-virtual-group",
        {},
        "No other virtual group’s election for 2027 has claimed this TIN.",
        None,
        {"claimed_elsewhere": False},
    ),
    (
        "one-virtual-group",
        {"claimed_elsewhere": True},
        "Another virtual group’s election for 2027 names this TIN. A TIN can be in only one.",
        "Ask the practice which virtual group it wants to be in. You can submit, and CMS will decide.",
        {"claimed_elsewhere": True},
    ),
]


@pytest.mark.parametrize(("rule", "changed", "message", "remedy", "facts"), OF_PRACTICES)
def test_rules_of_a_practice(rule: str, changed: Json, message: str, remedy: str | None, facts: Json) -> None:
    found = finding(rule, proposal(practice(**changed)))
    assert (found["message"], found["remedy"], found["facts"]) == (message, remedy, facts)


FUTURE = "2027-01-05"  # after the moment: it is said, and does not count
# NPPES' entries of the NPIs listed, message, remedy, and the facts that are not empty: places in the list
OF_PERSONS: list[tuple[list[Json | None], str, str | None, Json]] = [
    ([entry(), entry(), entry()], "In NPPES, every NPI here is active and belongs to a person.", None, {}),
    ([], "No NPI is listed.", LIST_ALL, {}),
    (
        [entry(2), entry(2), OFF],
        "NPIs 1 and 2 in the list belong to organizations in NPPES. NPI 3 in the list is deactivated in NPPES.",
        OF_NPPES,
        {"organizations": [1, 2], "deactivated": [3]},
    ),
    ([OFF, entry(), OFF], "NPIs 1 and 3 in the list are deactivated in NPPES.", OF_NPPES, {"deactivated": [1, 3]}),
    (
        [entry(), None, entry()],
        "NPPES data do not show that NPI 2 in the list belongs to a person.",
        MISTYPED,
        {"unknown": [2]},
    ),
    (
        [entry(None), None, entry()],
        "NPPES data do not show that NPIs 1 and 2 in the list belong to people.",
        MISTYPED,
        {"unknown": [1, 2]},
    ),
    ([entry(), entry(1, FUTURE)], f"{ACTIVE} {LATER} NPI 2 deactivated Jan 5, 2027.", None, {"later": [2]}),
    (
        [entry(1, "2020-06-15", FUTURE), entry()],
        f"NPI 1 in the list is deactivated in NPPES. {LATER} NPI 1 reactivated Jan 5, 2027.",
        OF_NPPES,
        {"deactivated": [1], "later": [1]},
    ),
    (
        [entry(1, FUTURE, "2027-02-01"), None],
        f"NPPES data do not show that NPI 2 in the list belongs to a person. {LATER}"
        " NPI 1 deactivated Jan 5, 2027; NPI 1 reactivated Feb 1, 2027.",
        MISTYPED,
        {"unknown": [2], "later": [1]},
    ),
    (
        [entry(1, FUTURE)] * 12,
        f"{ACTIVE} {LATER} " + "".join(f"NPI {n} deactivated Jan 5, 2027; " for n in range(1, 11)) + "2 more.",
        None,
        {"later": [*range(1, 13)]},
    ),
]


@pytest.mark.parametrize(("entries", "message", "remedy", "facts"), OF_PERSONS)
def test_npi_person(entries: list[Json | None], message: str, remedy: str | None, facts: Json) -> None:
    npis = NPIS[: len(entries)]
    registry = {npi: found for npi, found in zip(npis, entries, strict=True) if found}
    found = finding("npi-person", proposal(practice(npis=npis), registry=registry))
    assert (found["message"], found["remedy"]) == (message, remedy)
    empty: Json = {"organizations": [], "deactivated": [], "unknown": []}
    assert found["facts"] == {"listed": len(entries)} | empty | facts


def test_what_may_not_be_known_of_other_elections() -> None:
    known = read(proposal(practice()))
    hidden = replace(known, practices=(replace(known.practices[0], claimed_elsewhere=None),))
    [found] = [found for found in determine(hidden).findings if found.rule == "one-virtual-group"]
    assert (found.message, found.remedy) == (
        "CMS will check whether this TIN is free to take part in a virtual group for 2027.",
        ANYWAY,
    )
    assert found.facts == {"claimed_elsewhere": None}


CHARGES, PATIENTS, SERVICES = ("$90,000 in allowed charges", "200 patients", "200 covered professional services")
SOLO = " For a solo practitioner, the clinician’s own figures count."
SIDES = [
    ((90_001, 201, 201), f"It exceeds {CHARGES}, {PATIENTS} and {SERVICES}."),
    ((0, 0, 0), f"It does not exceed {CHARGES}, {PATIENTS} or {SERVICES}."),
    ((None, None, None), f"CMS data do not show whether it exceeds {CHARGES}, {PATIENTS} or {SERVICES}."),
    ((90_001, 0, 201), f"It exceeds {CHARGES} and {SERVICES}. It does not exceed {PATIENTS}."),
    (
        (None, 0, 201),
        f"It exceeds {SERVICES}. It does not exceed {PATIENTS}. CMS data do not show whether it exceeds {CHARGES}.",
    ),
]


@pytest.mark.parametrize("solo", [True, False])
@pytest.mark.parametrize(("figures", "expected"), SIDES)
def test_sides_of_the_low_volume_limits(figures: tuple[int | None, ...], expected: str, solo: bool) -> None:
    named: Json = dict(zip(("allowed_charges", "patients", "services"), figures, strict=True))
    shown = data(clinician(A, **named)) if solo else data(clinician(A), clinician(B), **named)
    found = finding("low-volume-threshold", proposal(practice(data=shown)))
    assert found["message"] == (
        f"A practice must exceed at least 1 of the 3 low-volume limits. {expected}{SOLO if solo else ''}"
    )
    exceeded = any(found["facts"]["exceeds"].values())
    assert found["remedy"] == (None if exceeded else ANYWAY if None in figures else CONTEST)
    charges = None if figures[0] is None else str(figures[0])
    assert found["facts"] == {
        "level": "clinician" if solo else "practice",
        "exceeds": {
            name: None if figure is None else figure > limit
            for (name, figure), limit in zip(named.items(), (90_000, 200, 200), strict=True)
        },
        "limits": {"allowed_charges": 90_000, "patients": 200, "services": 200},
        "figures": {**named, "allowed_charges": charges},
    }


def test_both_limits_of_2018() -> None:
    for year, words, limits in ((2018, "both", 2), (2019, "at least 1 of the 3", 3)):
        found = finding("low-volume-threshold", proposal(performance_year=year))
        assert found["message"].startswith(f"A practice must exceed {words} low-volume limits. It exceeds {CHARGES}")
        assert len(found["facts"]["limits"]) == limits
        found = finding("low-volume-threshold", proposal(practice(data=None), performance_year=year))
        assert found["message"] == f"CMS has not published {year} data for this TIN."
        assert (found["facts"]["level"], set(found["facts"]["exceeds"].values())) == (None, {None})


def test_without_data_it_is_not_said_whose_figures_are_judged() -> None:
    known = read(proposal(practice(data=None)))
    setting = Setting(known.performance_year, known.registry)
    said = [sides(setting, known.practices[0], threshold).in_words() for threshold in (THRESHOLD_2018, THRESHOLD_2019)]
    assert said == [
        f"CMS data do not show whether it exceeds {CHARGES} or {PATIENTS}.",
        f"CMS data do not show whether it exceeds {CHARGES}, {PATIENTS} or {SERVICES}.",
    ]


FINAL = (
    "its decision to opt in to MIPS for 2027. Until the deadline the election can be changed or withdrawn. After that"
    " the opt-in cannot be undone. Medicare payments in 2029 can then go down by at most 9 percent. They can go up by"
    " at most 9 percent times CMS’s scaling factor, which is never above 3. These figures are expected for 2027."
)
ACCEPT = f"Ask the practice’s signer to read this and accept the opt-in. {OR_LEAVE_OUT}"
UNSETTLED = f"We don’t know yet whether this practice is opt-in eligible. If it is, taking part is {FINAL}"
ALL, NONE, TWO, UNKNOWN = (90_001, 201, 201), (0, 0, 0), (90_001, 201, 0), (90_001, 201, None)
OPT_IN: list[tuple[tuple[int | None, ...], bool, str, str | None, bool | None]] = [
    (ALL, False, "This practice exceeds all of the low-volume limits. It does not need to opt in.", None, False),
    (NONE, True, "This practice exceeds none of the low-volume limits. It cannot opt in.", None, False),
    (UNKNOWN, True, f"{UNSETTLED} The practice has accepted the opt-in.", None, None),
    (UNKNOWN, False, UNSETTLED, f"Ask the practice’s signer to accept the opt-in now. {ANYWAY}", None),
    (
        TWO,
        True,
        f"This practice exceeds 2 of the 3 low-volume limits. Taking part here is {FINAL}"
        " The practice has accepted the opt-in.",
        None,
        True,
    ),
    (
        TWO,
        False,
        f"This practice exceeds 2 of the 3 low-volume limits. Taking part here is {FINAL}"
        " The practice has not accepted the opt-in.",
        ACCEPT,
        True,
    ),
]


@pytest.mark.parametrize(("figures", "accepted", "message", "remedy", "eligible"), OPT_IN)
def test_opt_in(
    figures: tuple[int | None, ...], accepted: bool, message: str, remedy: str | None, eligible: bool | None
) -> None:
    named: Json = dict(zip(("allowed_charges", "patients", "services"), figures, strict=True))
    proposed = proposal(practice(opt_in_accepted=accepted, data=data(clinician(**named))))
    found = finding("opt-in-accepted", proposed)
    assert (found["message"], found["remedy"]) == (message, remedy)
    assert found["facts"] == {"opt_in_eligible": eligible, "accepted": accepted}


def test_no_opt_in_in_2018() -> None:
    found = finding("opt-in-accepted", proposal(performance_year=2018))
    assert (found["message"], found["facts"]) == (
        "Before performance year 2019, a practice could not opt in to MIPS.",
        {"accepted": False},
    )


ANOTHER_TIN = "Add a practice with a different TIN. A virtual group needs at least 2."
TWO_PRACTICES = "Add at least 2 practices, each with its own TIN."
ONCE = "Merge them so that each TIN is listed once, with all its clinicians."
EXECUTE = (
    "Every practice must execute (sign) the agreement. If the practices sign on this site, see which ones still have to"
    " sign. If they sign somewhere else, such as on paper, enter the date each one signed. It cannot be later "
    "than today."
)
OPENED = "Oct 1, 2026, 12:00 a.m. ET"
CLOSED = "Dec 31, 2026, 11:59 p.m. ET"
NOT_SEEN = "We haven’t seen CMS’s notice of the opening day yet."
WINDOW = {"opens": "2026-10-01T00:00:00-04:00", "projected": True, "closes": "2027-01-01T00:00:00-05:00"}
TWICE = [practice(), practice()]
LATE = practice(executed_on="2026-11-21")
NEVER = practice(executed_on=None)

# rule, what is changed in the proposal, message, remedy, facts
OF_GROUPS: list[tuple[str, Json, str, str | None, Json]] = [
    ("two-or-more-practices", {}, "2 practices are listed. A virtual group needs at least 2.", None, {"practices": 2}),
    ("two-or-more-practices", {"practices": []}, "No practice is listed.", TWO_PRACTICES, {"practices": 0}),
    ("two-or-more-practices", {"practices": [practice()]}, "Only 1 practice is listed.", ANOTHER_TIN, {"practices": 1}),
    (
        "two-or-more-practices",
        {"practices": TWICE},
        "The 2 practices listed have the same TIN.",
        ANOTHER_TIN,
        {"practices": 2},
    ),
    ("distinct-practices", {}, "No TIN is listed twice.", None, {"listed_twice": []}),
    (
        "distinct-practices",
        {"practices": TWICE},
        "Practices 1 and 2 each have a TIN that another practice also has.",
        ONCE,
        {"listed_twice": [1, 2]},
    ),
    (
        "election-window",
        {},
        f"Elections for 2027 were expected to open {OPENED}, and close {CLOSED}. {NOT_SEEN}",
        None,
        WINDOW,
    ),
    (
        "election-window",
        {"at": "2026-09-30T12:00:00Z"},
        f"Elections for 2027 are expected to open {OPENED}. {NOT_SEEN}",
        "Prepare everything now. You can submit after the window opens.",
        WINDOW,
    ),
    (
        "election-window",
        {"at": "2027-01-02T12:00:00Z"},
        f"Elections for 2027 closed {CLOSED}.",
        "It is too late for 2027. You can elect for 2028 when its window opens.",
        WINDOW,
    ),
    (
        "representative-named",
        {},
        "The representative has a name and an email address.",
        None,
        {"name": True, "email": True},
    ),
    (
        "representative-named",
        {"representative": {"name": " ", "email": "x", "phone": ""}},
        "The representative’s name is missing.",
        "Enter the representative’s name.",
        {"name": False, "email": True},
    ),
    (
        "representative-named",
        {"representative": {"name": "x", "email": " ", "phone": ""}},
        "The representative’s email address is missing.",
        "Enter the representative’s email address.",
        {"name": True, "email": False},
    ),
    (
        "representative-named",
        {"representative": {"name": "", "email": "", "phone": "x"}},
        "The representative’s name and email address are missing.",
        "Enter the representative’s name and email address.",
        {"name": False, "email": False},
    ),
    (
        "agreement-acknowledged",
        {},
        "The group acknowledged that a written agreement exists between all practices.",
        None,
        {"acknowledged": True},
    ),
    (
        "agreement-acknowledged",
        {"agreement": {"acknowledged": False}},
        "The group has not acknowledged that a written agreement exists between all practices.",
        "Acknowledge it when you submit, after every practice has executed (signed) the agreement.",
        {"acknowledged": False},
    ),
    (
        "agreement-executed",
        {},
        "Every practice executed (signed) the agreement on or before the day of the election (ET).",
        None,
        {"practices": 2, "not_executed": [], "executed_later": []},
    ),
    (
        "agreement-executed",
        {"practices": []},
        "No practice is listed, so no practice has executed (signed) the agreement.",
        "Add the practices. Then each practice must execute (sign) the agreement.",
        {"practices": 0, "not_executed": [], "executed_later": []},
    ),
    (
        "agreement-executed",
        {"practices": [practice(), NEVER, NEVER]},
        "Practices 2 and 3 have not executed (signed) the agreement yet.",
        EXECUTE,
        {"practices": 3, "not_executed": [2, 3], "executed_later": []},
    ),
    (
        "agreement-executed",
        {"practices": [LATE, practice()]},
        "For practice 1, the execution date is after the day of the election.",
        EXECUTE,
        {"practices": 2, "not_executed": [], "executed_later": [1]},
    ),
]


@pytest.mark.parametrize(("rule", "changed", "message", "remedy", "facts"), OF_GROUPS)
def test_rules_of_the_group(rule: str, changed: Json, message: str, remedy: str | None, facts: Json) -> None:
    found = finding(rule, proposal() | changed)
    assert (found["message"], found["remedy"], found["facts"]) == (message, remedy, facts)


@pytest.mark.parametrize(
    ("opens", "expected"),
    [
        ("2026-12-02T00:00:00-05:00", "Dec 2, 2026, 12:00 a.m. ET"),
        ("2026-12-02T01:05:00-05:00", "Dec 2, 2026, 1:05 a.m. ET"),
        ("2026-12-02T11:59:00-05:00", "Dec 2, 2026, 11:59 a.m. ET"),
        ("2026-12-02T12:00:00-05:00", "Dec 2, 2026, 12:00 p.m. ET"),
        ("2026-12-02T18:30:00Z", "Dec 2, 2026, 1:30 p.m. ET"),
        ("2026-12-03T04:59:00Z", "Dec 2, 2026, 11:59 p.m. ET"),
    ],
)
def test_moments_as_people_read_them(opens: str, expected: str) -> None:
    moment = datetime.fromisoformat(opens)
    told = determine(read(proposal()), Window(moment, moment + timedelta(days=1))).findings
    [message] = [found.message for found in told if found.rule == "election-window"]
    assert message == f"Elections for 2027 open {expected}."


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 cows are"), (1, "1 cow is"), (2, "2 cows are"), (1_000, "1,000 cows are")]
)
def test_one_and_many(number: int, expected: str) -> None:
    assert f"{count(number, 'cow')} {be(number)}" == expected
    assert count(number, "ox", "oxen") == expected.replace("cows", "oxen").replace("cow", "ox").rsplit(" ", 1)[0]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([2], "NPI 2"),
        ([2, 5], "NPIs 2 and 5"),
        ([2, 5, 7], "NPIs 2, 5 and 7"),
        (list(range(1, 11)), "NPIs 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10"),
        (list(range(1, 12)), "NPIs 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1 more"),
        (list(range(1, 2_011)), "NPIs 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2,000 more"),
    ],
)
def test_places(found: list[int], expected: str) -> None:
    assert places("NPI", found) == expected


def test_a_large_virtual_group_is_counted_as_a_small_one() -> None:
    """300 practices of three clinicians each, and a registry of as many NPIs."""
    registry = {str(number): entry() for number in range(300)}
    practices = [practice(NPIS[:3], tin=f"{number:09}") for number in range(100_000_000, 300_000_000, 666_667)]
    told = answer(proposal(*practices, registry=registry))
    assert {found["message"] for found in told["findings"] if found["rule"] == "two-or-more-practices"} == {
        "300 practices are listed. A virtual group needs at least 2."
    }
    assert told["preview"]["clinicians"] == 3
    assert told["outcome"] == "undetermined"


def test_no_other_kind_of_number_is_taken_for_a_tin() -> None:
    assert [tin_problem(kind, "141234567", ssn_digits=9) for kind in ("ITIN", "TIN", "", "EIN", "SSN")] == [
        *["We don’t know yet whether this TIN is an EIN or a Social Security number."] * 3,
        None,
        None,
    ]
    assert mask_tin("", "4567") == "••-•••4567"


def test_cms_staff_have_a_name_of_its_own_for_every_rule() -> None:
    of_practices, of_groups = ([rule.id for rule in PRACTICE_RULES], [rule.id for rule in VIRTUAL_GROUP_RULES])
    ids = list(dict.fromkeys([*of_practices, *of_groups]))
    assert list(RULE_NAMES) == ids
    names = [rule_name(id) for id in ids]
    assert len(set(names)) == len(ids)
    assert set(names).isdisjoint(ids)
    assert rule_name("a-rule-of-old") == "a-rule-of-old"
