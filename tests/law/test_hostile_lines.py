"""Lines that are no proposals, and lines that look like none and are; what is told never repeats the line."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from eligibility.law import proposals
from tests.factories.proposals import NPI, Json, answer_line, clinician, data, entry, error, line, practice, proposal

BASE = proposal(registry={NPI: entry()})
MARK = "123-45-6789 PLANTED"


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in the base proposal."""
    yield path
    for key, inside in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(inside, (*path, key))


def at(path: tuple[Any, ...], proposed: Json = BASE) -> Any:
    for key in path:
        proposed = proposed[key]
    return proposed


def put(path: tuple[Any, ...], value: object) -> bytes:
    """Return the base proposal's line with another value at a place."""
    changed = copy.deepcopy(BASE)
    at(path[:-1], changed)[path[-1]] = value
    return line(changed)


EVERY_PLACE = [path for path in places(BASE) if path]
OBJECTS = [path for path in places(BASE) if isinstance(at(path), dict)]
MAY_BE_NULL = {
    "data", "executed_on", "deactivated_on", "reactivated_on", "entity_type", "clinician_type", "qp_status",
    "newly_enrolled", "non_patient_facing", "hospital_based", "rural", "hpsa", "allowed_charges", "patients",
    "services",
}  # fmt: skip


@pytest.mark.parametrize("path", EVERY_PLACE, ids=str)
def test_null_only_where_it_is_allowed(path: tuple[Any, ...]) -> None:
    written = put(path, None)
    if path[-1] in MAY_BE_NULL:
        assert answer_line(written)["findings"]
    else:
        assert error(written)


@pytest.mark.parametrize("path", EVERY_PLACE, ids=str)
def test_wrong_types(path: tuple[Any, ...]) -> None:
    right = at(path)
    kinds: dict[type, list[object]] = {
        str: [1, True, [], {}, ["x"]],
        bool: [0, 1, "true", "", [], {}],
        int: [1.5, True, False, "1", [], {}],
        float: [True, False, "1", [], {}],
        dict: [1, True, "x", [], [{}]],
        list: [1, True, "x", {}, [[]], [None], [1]],
        type(None): [1, True, [], {}, "today", 2026],
    }
    for wrong in kinds[type(right)]:
        if path[-1] == "allowed_charges" and wrong == 1.5:
            continue
        assert error(put(path, wrong)), wrong


@pytest.mark.parametrize("path", OBJECTS, ids=str)
def test_missing_and_unknown_keys(path: tuple[Any, ...]) -> None:
    if path == ("registry",):
        return  # its keys are NPIs
    for key in at(path):
        changed = copy.deepcopy(BASE)
        del at(path, changed)[key]
        told = error(line(changed))
        assert told.endswith(f": missing {key}.")
    changed = copy.deepcopy(BASE)
    at(path, changed)[MARK] = None
    told = error(line(changed))
    assert "unknown key" in told
    assert MARK not in told


CHARGES = ("NaN", "Infinity", "-Infinity", "0x10", "090000", "+90000", "90000.", "-0.01", "-1e-400", f"-1e-{'9' * 20}")
EMPTY = line(proposal(registry={}))
LINES = {
    "blank": b"",
    "line feed": b"\n",
    "blanks": b"  \t \r\n",
    "not UTF-8": b'{"performance_year": "\xff"}',
    "UTF-8 of a surrogate": b'"\xed\xa0\x80"',
    "UTF-16": json.dumps(BASE).encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + line(BASE),
    "not JSON": b"performance_year: 2027",
    "two on a line": line(BASE) * 2,
    "cut off": line(BASE)[:-1],
    "single quotes": str(BASE).encode(),
    "a list": line([BASE]),
    "text": b'"x"',
    "a number": b"1",
    "null": b"null",
    "a control character": line(BASE).replace(b"Dana", b"Da\tna"),
    "a null byte": line(BASE) + b"\0",
    "nested deep": b"[" * 200_000,
    "nested deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "objects nested deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nested deep in a proposal": line(BASE).replace(b'"Dana Rivera"', b"[" * 100_000 + b"]" * 100_000),
    "a key twice": line(BASE).replace(b'"rural": false', b'"rural": false, "rural": true'),
    "a registry key twice": EMPTY.replace(b'"registry": {}', b'"registry": {"1": null, "1": null}'),
    "a year of 5,000 digits": EMPTY.replace(b"2027", b"2" * 5_000, 1),
    **{f"charges {written}": line(BASE).replace(b"90000.01", written.encode(), 1) for written in CHARGES},
}


@pytest.mark.parametrize("name", LINES)
def test_lines_that_are_no_proposals(name: str) -> None:
    told = error(LINES[name])
    assert told.endswith(".")
    assert len(told) < 200
    assert "Dana" not in told


def one(**changed: Any) -> bytes:
    return line(proposal(practice(**changed)))


def made(**changed: Any) -> bytes:
    return line(proposal(**changed))


def shown(**changed: Any) -> bytes:
    return one(data=data(clinician(**changed)))


MOMENTS = [
    "2026-11-20T15:00:00", "2026-11-20", "2026-11-20T15:00:00 -05:00", "2026-11-20 15:00:00-05:00", "",
    "20261120T150000-0500", "2026-W47-5T15:00:00-05:00", "2026-324T15:00:00-05:00", "2026-11-31T15:00:00-05:00",
    "2026-11-20T24:00:00-05:00", "2026-11-20T23:59:60-05:00", "2026-11-20T15:00:00+24:00", "2026-11-20T15:00:00EST",
    "2026-11-20T15:00:00-05:60", "2026-11-20T15:00:00-0599", "2026-11-20T15:00:00-05:00:60",
    " 2026-11-20T15:00:00-05:00", "2026-11-20T15:00:00-05:00\n", "٢٠٢٦-11-20T15:00:00-05:00", "0000-01-01T00:00:00Z",
    "2026-11-20T15:00:00[America/New_York]", "+2026-11-20T15:00:00-05:00", "2026-11-20T15:00:00\u221205:00", "now",
]  # fmt: skip
DAYS = ["2026-1-1", "20261110", "11/10/2026", "2026-11-10T00:00:00", "2026-02-29", "2026-13-01", "0000-01-01", "",
        " 2026-11-10", "2026-11-10\n", "2026-W46-2", "２０２６-11-10", "2026-11-00"]  # fmt: skip
WORDS = {
    "tin_kind": ["ein", "EIN ", "", "ITIN"],
    "qp_status": ["None", "", "QP", "no"],
    "clinician_type": ["Physician", "", "doctor", "physician "],
}
BAD_VALUES = {
    **{f"at {at!r}": made(at=at) for at in MOMENTS},
    **{f"executed {day!r}": one(executed_on=day) for day in DAYS},
    **{
        f"{key} {day!r}": made(registry={NPI: entry() | {key: day}})
        for key in ("deactivated_on", "reactivated_on")
        for day in DAYS
    },
    **{f"kind {word!r}": one(tin_kind=word) for word in WORDS["tin_kind"]},
    **{f"{key} {word!r}": shown(**{key: word}) for key in ("qp_status", "clinician_type") for word in WORDS[key]},
    **{f"entity {kind}": made(registry={NPI: entry(kind)}) for kind in (0, 3, -1, 10**30)},
    **{f"{key} {number}": shown(**{key: number}) for key in ("patients", "services") for number in (-1, 201.0, 2e2)},
    **{f"TIN's {key}": one(data=data(clinician(), **{key: -1})) for key in ("patients", "services", "allowed_charges")},
    **{
        f"year {year}": line(proposal() | {"performance_year": year})
        for year in (2017, 2033, 0, -2027, 2027.0)
    },
    "an NPI twice in clinicians": one(data=data(clinician(), clinician())),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_VALUES)
def test_values_that_are_refused(name: str) -> None:
    assert error(BAD_VALUES[name])


GOOD_LINES = {
    "CRLF": line(BASE) + b"\r\n",
    "blanks around": b" \t" + line(BASE) + b"  \r\n",
    "not ASCII, as it is": json.dumps(
        proposal(practice(name="Clínica 日本 \u2028 \u0085")), ensure_ascii=False
    ).encode(),
    "half a surrogate, escaped": one(name="\ud800"),
    "a null character, escaped": one(name="\0"),
    "empty texts": one(name="", tin="", npis=[""]),
    "any text as an NPI in CMS data": shown(npi=""),
    "any key in the registry": made(registry={"": entry(), MARK: entry()}),
    "keys in another order": line(dict(reversed(BASE.items()))),
    "an escaped key": line(BASE).replace(b'"at"', b'"\\u0061t"'),
    "UTC": made(at="2026-11-20T15:00:00Z"),
    "without seconds": made(at="2026-11-20T15:00-05:00"),
    "a fraction": made(at="2026-11-20T15:00:00.1-05:00"),
    "no practices": made(practices=[]),
    "minus zero patients": shown().replace(b'"patients": 201', b'"patients": -0'),
}


@pytest.mark.parametrize("name", GOOD_LINES)
def test_lines_that_are_proposals(name: str) -> None:
    assert answer_line(GOOD_LINES[name])["findings"]


REFUSED = [
    (b" \n", "The line is blank."),
    (b'"\xff"', "The line is not UTF-8."),
    (b"x", "The line is not JSON: see character 1."),
    (b'{"a": 1} x', "The line is not JSON: see character 10."),
    (b"[" * 200_000, "The line is nested too deeply."),
    (b'{"a": 1, "b": 1, "a": 2}', "A key appears twice in one object."),
    (b"[NaN]", "NaN and Infinity are not numbers."),
    (b"[]", "the line: must be an object."),
    (one(name=1), "practices[0].name: must be text."),
    (one(opt_in_accepted=None), "practices[0].opt_in_accepted: must be true or false."),
    (one(npis=["1234567893", []]), "practices[0].npis[1]: must be text."),
    (one(data=data(clinicians={})), "practices[0].data.clinicians: must be a list."),
    (one(tin_kind="ITIN"), "practices[0].tin_kind: must be one of EIN, SSN."),
    (one(executed_on="today"), "practices[0].executed_on: must be a date as YYYY-MM-DD."),
    (shown(patients="many"), "practices[0].data.clinicians[0].patients: must be an integer."),
    (shown(services=-1), "practices[0].data.clinicians[0].services: must not be negative."),
    (shown(allowed_charges="1"), "practices[0].data.clinicians[0].allowed_charges: must be a number."),
    (shown(allowed_charges=-0.01), "practices[0].data.clinicians[0].allowed_charges: must not be negative."),
    (one(data=data(clinician(), clinician())), "practices[0].data.clinicians: an NPI is listed twice."),
    (made(registry={MARK: 1}), "registry, entry 1: must be an object."),
    (
        made(registry={"1": entry(), "2": entry(3)}),
        "registry, entry 2.entity_type: must be 1 (a person) or 2 (an organization).",
    ),
    (made(registry={"1": {"entity_type": 1}}), "registry, entry 1: missing deactivated_on, reactivated_on."),
    (made(agreement={"acknowledged": True, "x": 1}), "agreement: has an unknown key. Allowed keys: acknowledged."),
    (line(BASE | {"performance_year": 2033}), "performance_year: must be a year from 2018 to 2032."),
    (made(at="2026-11-20T15:00:00"), "at: must be a time with its UTC offset, for example 2026-11-20T15:00:00-05:00."),
    (b"{}", "the line: missing performance_year, at, representative, agreement, practices, registry."),
]


@pytest.mark.parametrize(("refused", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_errors_say_where_and_what(refused: bytes, told: str) -> None:
    assert error(refused) == told


def test_a_registry_of_many() -> None:
    many = {str(number): entry() for number in range(300)}
    assert len(proposals.read(made(registry=many)).registry) == 300


def test_an_answer_holds_what_was_found_in_this_order() -> None:
    told = answer_line(line(BASE))
    assert list(told) == ["outcome", "findings", "preview"]
    assert {tuple(found) for found in told["findings"]} == {
        ("rule", "practice", "outcome", "cite", "message", "remedy", "facts")
    }


def test_no_answer_repeats_what_was_written() -> None:
    """Contracts 2: no output carries an SSN, wherever it was typed."""
    planted = "987654321"
    shaped = "987-65-4321"
    proposed = proposal(
        practice(name=shaped, tin_kind="SSN", tin=planted, npis=[planted, shaped], data=None),
        practice(name=planted, tin_kind="EIN", tin=shaped, data=data(clinician(planted))),
        practice(tin_kind="EIN", tin=planted, npis=[NPI, planted]),
        representative={"name": planted, "email": f"{shaped}@example.org", "phone": planted},
        registry={planted: entry(2), shaped: entry(None, "2020-01-01")},
    )
    told = json.dumps(answer_line(line(proposed)))
    assert planted not in told
    assert shaped not in told
    for path in EVERY_PLACE:
        try:
            told = json.dumps(answer_line(put(path, planted)))
        except ValueError as refused:
            told = str(refused)
        assert planted not in told
