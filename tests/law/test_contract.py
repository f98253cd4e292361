"""`determine` against a second reading of contracts.md 1 and 2: hundreds of proposals over all years, at every limit.

The reading below shares no line with the law's own code: tables as the contract has them, sums done another way.
"""

import json
import random
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.factories.proposals import NPIS, Json, answer_line, proposal

EASTERN = ZoneInfo("America/New_York")
MET, NOT_MET, CANNOT_TELL, NOT_APPLICABLE = "met", "not_met", "cannot_tell", "not_applicable"
PRACTICE_RULES = [
    "tin-format",
    "npi-format",
    "npi-person",
    "determination-available",
    "roster-complete",
    "practice-size",
    "mips-eligible-clinician",
    "low-volume-threshold",
    "opt-in-accepted",
    "one-virtual-group",
]
GROUP_RULES = [
    "two-or-more-practices",
    "distinct-practices",
    "election-window",
    "representative-named",
    "agreement-acknowledged",
    "agreement-executed",
]
TYPES = {
    2018: "physician physician_assistant nurse_practitioner clinical_nurse_specialist crna",
    2019: "physical_therapist occupational_therapist speech_language_pathologist audiologist"
    " clinical_psychologist dietitian",
    2022: "clinical_social_worker certified_nurse_midwife",
    9999: "other",
}
FIRST_DAY = {2018: (10, 11), 2023: (10, 3), 2024: (10, 2)}
STATUSES = ("non_patient_facing", "hospital_based", "rural", "hpsa")
PROPOSALS = 600

# --- The second reading ---------------------------------------------------------------------------------------------


def read(p: Json) -> Json:
    """Return what the contract says of a proposal: the outcomes in order, the whole's, and the preview."""
    day = datetime.fromisoformat(p["at"]).astimezone(EASTERN).date()
    findings: list[tuple[str, int | None, str]] = [
        (rule, place, found) for place, one in enumerate(p["practices"]) for rule, found in of_one(p, one, day)
    ]
    findings += [(rule, None, found) for rule, found in of_all(p, day)]
    outcomes = {found for _, _, found in findings}
    whole = "ineligible" if NOT_MET in outcomes else "undetermined" if CANNOT_TELL in outcomes else "eligible"
    return {"outcome": whole, "findings": findings, "preview": preview(p)}


def of_one(p: Json, one: Json, day: date) -> list[tuple[str, str]]:
    data, npis = one["data"], set(one["npis"])
    shown = {clinician["npi"] for clinician in data["clinicians"]} if data else set()
    return list(
        zip(
            PRACTICE_RULES,
            [
                tin_format(one),
                MET if npis and all(map(is_npi, npis)) else NOT_MET,
                npi_person([p["registry"].get(npi) for npi in npis], day),
                MET if data else CANNOT_TELL,
                CANNOT_TELL if not shown else NOT_MET if shown - npis else CANNOT_TELL if npis - shown else MET,
                practice_size(data, len(shown), len(npis)),
                mips_eligible(p["performance_year"], data),
                low_volume(p["performance_year"], figures(p["performance_year"], data, len(shown))),
                opt_in(p["performance_year"], figures(p["performance_year"], data, len(shown)), one["opt_in_accepted"]),
                NOT_MET if one["claimed_elsewhere"] else MET,
            ],
            strict=True,
        )
    )


def tin_format(one: Json) -> str:
    digits = 9 if one["tin_kind"] == "EIN" else 6
    right = len(one["tin"]) == digits and set(one["tin"]) <= set("0123456789")
    return MET if right and not (digits == 9 and one["tin"][:2] == "00") else NOT_MET


def is_npi(npi: str) -> bool:
    if len(npi) != 10 or set(npi) - set("0123456789") or npi[0] not in "12":
        return False
    total = 0
    for place, digit in enumerate(reversed("80840" + npi)):
        total += sum(divmod(int(digit) * (1 + place % 2), 10))
    return total % 10 == 0


def npi_person(entries: list[Json | None], day: date) -> str:
    found = set()
    for entry in entries:
        if entry is None:
            found.add(CANNOT_TELL)
            continue
        off, on = (entry[key] and date.fromisoformat(entry[key]) for key in ("deactivated_on", "reactivated_on"))
        is_off = off and off <= day and not (on and off <= on <= day)
        found.add(NOT_MET if entry["entity_type"] == 2 or is_off else MET if entry["entity_type"] == 1 else CANNOT_TELL)
    return NOT_MET if NOT_MET in found else MET if found == {MET} else CANNOT_TELL


def practice_size(data: Json | None, shown: int, listed: int) -> str:
    if data:
        return MET if 1 <= shown <= 10 else NOT_MET if shown else CANNOT_TELL
    return NOT_MET if listed > 10 else CANNOT_TELL


def mips_eligible(year: int, data: Json | None) -> str:
    types = {kind for since, kinds in TYPES.items() if since <= year for kind in kinds.split()}
    sure, maybe = 0, 0
    for clinician in data["clinicians"] if data else []:
        kind, new, qp = (clinician[key] for key in ("clinician_type", "newly_enrolled", "qp_status"))
        sure += kind in types and new is False and qp in ("none", "partial")
        maybe += (kind is None or kind in types) and new is not True and qp != "qp"
    if sure:
        return MET
    return CANNOT_TELL if maybe or not data or not data["clinicians"] else NOT_MET


def figures(year: int, data: Json | None, shown: int) -> list[bool | None]:
    limits = {"allowed_charges": 90_000, "patients": 200} | ({"services": 200} if year > 2018 else {})
    source = {} if data is None else data["clinicians"][0] if shown == 1 else data
    return [None if source.get(name) is None else exact(source[name]) > limit for name, limit in limits.items()]


def low_volume(year: int, exceeds: list[bool | None]) -> str:
    if year == 2018:
        return NOT_MET if False in exceeds else CANNOT_TELL if None in exceeds else MET
    return MET if True in exceeds else CANNOT_TELL if None in exceeds else NOT_MET


def opt_in(year: int, exceeds: list[bool | None], accepted: bool) -> str:
    if year == 2018 or set(exceeds) in ({True}, {False}):
        return NOT_APPLICABLE
    if True in exceeds and False in exceeds:
        return MET if accepted else NOT_MET
    return MET if accepted else CANNOT_TELL


def of_all(p: Json, day: date) -> list[tuple[str, str]]:
    practices, year = p["practices"], p["performance_year"]
    pairs = [(a, b) for place, a in enumerate(practices) for b in practices[place + 1 :]]
    same = [
        a["tin_kind"] == b["tin_kind"]
        and a["tin"] == b["tin"]
        and (a["tin_kind"] == "EIN" or bool(set(a["npis"]) & set(b["npis"])) or not (a["npis"] or b["npis"]))
        for a, b in pairs
    ]
    first = date(year - 1, *FIRST_DAY.get(year, (10, 1)))
    executed = [one["executed_on"] and date.fromisoformat(one["executed_on"]) <= day for one in practices]
    held = [
        not all(same),  # of no pair: none differs
        not any(same),
        first <= day <= date(year - 1, 12, 31),
        not is_blank(p["representative"]["name"]) and not is_blank(p["representative"]["email"]),
        p["agreement"]["acknowledged"],
        bool(practices) and all(executed),
    ]
    return [(rule, MET if it else NOT_MET) for rule, it in zip(GROUP_RULES, held, strict=True)]


def is_blank(text: str) -> bool:
    return not "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc")).strip()


def preview(p: Json) -> Json | None:
    data = [one["data"] for one in p["practices"]]
    clinicians = [clinician for it in data if it for clinician in it["clinicians"]]
    npis = {clinician["npi"] for clinician in clinicians}
    if None in data or not npis:
        return None
    having = {name: len({c["npi"] for c in clinicians if c[name]}) for name in STATUSES}
    return {
        "clinicians": len(npis),
        "small_practice": len(npis) < 16,
        **{name: Decimal(number) / len(npis) > Decimal("0.75") for name, number in having.items()},
    }


# --- Proposals at every limit ---------------------------------------------------------------------------------------


def exact(figure: int | str) -> Decimal:
    """Return a figure as it is written; charges stand as text until the line is written."""
    return Decimal(str(figure).strip("@"))


def proposed(chance: random.Random) -> Json:
    """Return a proposal in which most things are right, so that each limit is met from both sides."""
    year = chance.randint(2018, 2032)
    at = moment(chance, year)
    day = datetime.fromisoformat(at).astimezone(EASTERN).date()
    pool = chance.sample(NPIS, 18)
    return {
        "performance_year": year,
        "at": at,
        "representative": {
            "name": chance.choice(["Dana Rivera"] * 6 + ["", " \u200b", "\x07\u2066", "\u200bx"]),
            "email": chance.choice(["dana@example.org"] * 6 + ["", "\u00a0", "x"]),
            "phone": chance.choice(["", "555-0100"]),
        },
        "agreement": {"acknowledged": chance.random() < 0.9},
        "practices": [practice(chance, pool, day) for _ in range(chance.choice([0, 1, 2, 2, 2, 3, 4]))],
        "registry": {npi: entry(chance, day) for npi in pool if chance.random() < 0.95},
    }


def nearly_right(chance: random.Random) -> Json:
    """Return a proposal that meets every rule but for one thing of it, which is as in any other."""
    any_other = proposed(chance)
    right = proposal(performance_year=any_other["performance_year"])
    key = chance.choice([*right, "practices", "practices"])
    first, *others = right["practices"]
    if key == "registry":
        return right | {key: {first["npis"][0]: entry(chance, date(right["performance_year"] - 1, 11, 20))}}
    if key != "practices":
        return right | {key: any_other[key]}
    changed = practice(chance, [first["npis"][0], *NPIS[20:40]], date(right["performance_year"] - 1, 11, 20))
    one = chance.choice(list(first))
    return right | {"practices": [first | {one: changed[one]}, *others]}


def moment(chance: random.Random, year: int) -> str:
    edge = chance.choice(
        [
            datetime(year - 1, *FIRST_DAY.get(year, (10, 1)), tzinfo=EASTERN),
            datetime(year, 1, 1, tzinfo=EASTERN),
            datetime(year - 1, 11, 20, 15, tzinfo=EASTERN),
            datetime(year - 1, 11, 1, chance.randint(0, 23), tzinfo=EASTERN),
        ]
    )
    zone = timezone(timedelta(minutes=chance.choice([0, 0, -300, -240, 600, 840, -720, chance.randint(-800, 800)])))
    return (edge.astimezone(zone) + timedelta(microseconds=chance.choice([0, 0, -1, 1]))).isoformat()


def near(chance: random.Random, day: date, days: range = range(-2, 3)) -> str:
    return (day + timedelta(days=chance.choice(days))).isoformat()


def entry(chance: random.Random, day: date) -> Json:
    dated = chance.random() < 0.15
    return {
        "entity_type": chance.choice([1] * 30 + [2, None]),
        "deactivated_on": near(chance, day) if dated and chance.random() < 0.9 else None,
        "reactivated_on": near(chance, day) if dated and chance.random() < 0.6 else None,
    }


def practice(chance: random.Random, pool: list[str], day: date) -> Json:
    size = chance.choice([0, 1, 1, 1, 2, 3, 4, 5, 9, 10, 11])
    shown = chance.sample(pool, size)
    listed = shown[: chance.choice([size] * 8 + [size // 2])] + chance.sample(pool, chance.choice([0] * 9 + [1, 11]))
    kind = chance.choice(["EIN", "EIN", "SSN"])
    right = {"EIN": ["141234567", "151234567", "071234567"], "SSN": ["123456", "000000"]}[kind]
    known = chance.random() < 0.85
    return {
        "name": chance.choice(["", "Lakeside"]),
        "tin_kind": kind,
        "tin": chance.choice(right * 6 + ["001234567", "12345", "123456", "14-1234567", "12345６", ""]),
        "npis": listed + listed[:1] + chance.choice([[]] * 12 + [["1234567890"], ["9876543213"], ["123456789３"]]),
        "executed_on": chance.choice([near(chance, day, range(-3, 1))] * 12 + [near(chance, day, range(3)), None]),
        "opt_in_accepted": chance.random() < 0.5,
        "claimed_elsewhere": chance.random() < 0.1,
        "data": billed(chance) | {"clinicians": [clinician(chance, npi) for npi in shown]} if known else None,
    }


def billed(chance: random.Random) -> Json:
    level = chance.choice([0, 0, 1, 2])  # below most limits, around them, above most
    charges = [["0", "90000", "9e4"], ["90000.00", "90000.000000000000000001", "89999.99"], ["1e6", "90000.01"]]
    counts = [[0, 200], [200, 201], [201, 10**30]]
    pick = chance.choice
    return {
        "allowed_charges": pick([f"@{pick(charges[min(2, level + (chance.random() < 0.3))])}@"] * 9 + [None]),
        "patients": pick([pick(counts[level])] * 9 + [None]),
        "services": pick([pick(counts[min(2, level + (chance.random() < 0.3))])] * 9 + [None]),
    }


def clinician(chance: random.Random, npi: str) -> Json:
    kinds = [kind for named in TYPES.values() for kind in named.split()]
    most = chance.random() < 0.8
    return {
        "npi": npi,
        "clinician_type": chance.choice([*kinds, "other", None]),
        "newly_enrolled": chance.choice([False] * 4 + [True, None]),
        "qp_status": chance.choice(["none"] * 3 + ["partial", "qp", None]),
        **billed(chance),
        **{name: chance.choice([most] * 8 + [not most, None]) for name in STATUSES},
    }


@pytest.fixture(scope="module")
def answers() -> list[tuple[Json, Any]]:
    """Each proposal with what is told of its line."""
    chance = random.Random("contracts.md 1 and 2")
    made = [chance.choice([proposed, proposed, nearly_right])(chance) for _ in range(PROPOSALS)]
    return [(it, answer_line(json.dumps(it).replace('"@', "").replace('@"', "").encode())) for it in made]


def test_determine_says_what_the_contract_says(answers: list[tuple[Json, Any]]) -> None:
    for given, told in answers:
        findings = [(found["rule"], found["practice"], found["outcome"]) for found in told["findings"]]
        assert {"outcome": told["outcome"], "findings": findings, "preview": told["preview"]} == read(given), given
        assert all((f["remedy"] is None) == (f["outcome"] in (MET, NOT_APPLICABLE)) for f in told["findings"])


def test_every_outcome_that_the_contract_knows_was_met_often(answers: list[tuple[Json, Any]]) -> None:
    """Or the test above would hold nothing."""
    seen = Counter((found["rule"], found["outcome"]) for _, told in answers for found in told["findings"])
    two, three = {MET, NOT_MET}, {MET, NOT_MET, CANNOT_TELL}
    possible = dict.fromkeys((*GROUP_RULES, "tin-format", "npi-format", "one-virtual-group"), two)
    possible |= {rule: three for rule in PRACTICE_RULES if rule not in possible}
    possible |= {"determination-available": {MET, CANNOT_TELL}, "opt-in-accepted": {*three, NOT_APPLICABLE}}
    assert set(seen) == {(rule, outcome) for rule, outcomes in possible.items() for outcome in outcomes}
    assert min(seen.values()) >= 20, seen
    assert {it["performance_year"] for it, _ in answers} == set(range(2018, 2033))
    assert min(Counter(told["outcome"] for _, told in answers).values()) >= 20
    assert len({told["outcome"] for _, told in answers}) == 3
    assert len({json.dumps(told["preview"]) for _, told in answers}) > 50
