"""Proposals as JSON: read strictly, answered in the same words every time. A stable contract with outsiders.

Whoever is told what is wrong with a line is told where, and never what stands there: it may be somebody's SSN.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from . import parameters
from .determination import Determination
from .facts import (
    CLINICIAN_TYPES,
    ENTITY_TYPES,
    QP_STATUSES,
    ClinicianData,
    Practice,
    PracticeData,
    Proposal,
    RegistryEntry,
    Representative,
)
from .identifiers import TIN_KINDS

Read = Callable[[object, str], Any]
"""Reads a JSON value that stands at a place in the line; raises NotAProposalError."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
    r"(Z|[+-][0-9]{2}(:?[0-5][0-9](:?[0-5][0-9])?)?)"  # fromisoformat carries 60 minutes over
)
_LONGEST_INTEGER = 4_000  # digits; Python reads no more than 4,300


class NotAProposalError(ValueError):
    """The line is no proposal; the message says why, without repeating any of it."""


def read(line: bytes) -> Proposal:
    """Return the proposal that a line of JSON holds; raise NotAProposalError."""
    if not line.strip():
        raise NotAProposalError("The line is blank.")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise NotAProposalError("The line is not UTF-8.") from None
    try:
        value = json.loads(
            text,
            parse_int=_parse_integer,
            parse_float=_parse_decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_parse_object,
        )
    except json.JSONDecodeError as error:
        raise NotAProposalError(f"The line is not JSON: see character {error.pos + 1}.") from None
    except RecursionError:
        raise NotAProposalError("The line is nested too deeply.") from None
    proposal: Proposal = _PROPOSAL(value, "the line")
    return proposal


def answer(determination: Determination) -> dict[str, object]:
    """Return a determination as JSON values."""
    return {
        "outcome": determination.outcome.value,
        "findings": [
            {name: value for name, value in finding._asdict().items() if name != "source"}
            for finding in determination.findings
        ],
        "preview": asdict(determination.preview) if determination.preview else None,
    }


# --- JSON, so that figures are compared exactly ---------------------------------------------------------------------


def _parse_integer(text: str) -> int:
    # Cut where Python reads no further: a number this long stands on the same side of every limit as its beginning.
    return int(text[:_LONGEST_INTEGER])


def _parse_decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        # The exponent is beyond what Decimal holds: the nearest it holds stands on the same side of every limit.
        mantissa, exponent = re.split("[eE]", text)
        if Decimal(mantissa) == 0:
            return Decimal(0)
        sign = "-" if mantissa.startswith("-") else ""
        return Decimal(f"{sign}1e{'-' if exponent.startswith('-') else ''}999999")


def _refuse_constant(name: str) -> NoReturn:
    raise NotAProposalError("NaN and Infinity are not numbers.")


def _parse_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotAProposalError("A key appears twice in one object.")
    return found


# --- Readers made of readers ----------------------------------------------------------------------------------------


def _exactly(expected: str, *kinds: type) -> Read:
    def read(value: object, where: str) -> Any:
        if type(value) not in kinds:  # isinstance would take true for an integer
            raise NotAProposalError(f"{where}: must be {expected}.")
        return value

    return read


def _one_of(read_value: Read, allowed: Container[object], expected: str) -> Read:
    def read(value: object, where: str) -> Any:
        found = read_value(value, where)
        if found not in allowed:
            raise NotAProposalError(f"{where}: must be {expected}.")
        return found

    return read


def _word(words: tuple[str, ...]) -> Read:
    return _one_of(_text, words, f"one of {', '.join(words)}")


def _not_negative(read_value: Read) -> Read:
    def read(value: object, where: str) -> Any:
        figure = read_value(value, where)
        if figure < 0:
            raise NotAProposalError(f"{where}: must not be negative.")
        return figure

    return read


def _in_form(form: re.Pattern[str], parse: Callable[[str], date], sentence: str) -> Read:
    def read(value: object, where: str) -> Any:
        text = _text(value, where)
        with suppress(ValueError):
            if form.fullmatch(text):
                return parse(text)
        raise NotAProposalError(f"{where}: {sentence}")

    return read


def _nullable(read_value: Read) -> Read:
    def read(value: object, where: str) -> Any:
        return None if value is None else read_value(value, where)

    return read


def _each(read_item: Read) -> Read:
    def read(value: object, where: str) -> tuple[Any, ...]:
        return tuple(read_item(item, f"{where}[{place}]") for place, item in enumerate(_list(value, where)))

    return read


def _record(make: Callable[..., Any], **fields: Read) -> Read:
    def read(value: object, where: str) -> Any:
        found = _object(value, where)
        missing = [name for name in fields if name not in found]
        if missing:
            raise NotAProposalError(f"{where}: missing {', '.join(missing)}.")
        if len(found) > len(fields):
            raise NotAProposalError(f"{where}: has an unknown key. Allowed keys: {', '.join(fields)}.")
        inside = "" if where == "the line" else f"{where}."
        return make(**{name: read_field(found[name], f"{inside}{name}") for name, read_field in fields.items()})

    return read


# --- Readers of one value -------------------------------------------------------------------------------------------

_text = _exactly("text", str)
_flag = _exactly("true or false", bool)
_integer = _exactly("an integer", int)
_object = _exactly("an object", dict)
_list = _exactly("a list", list)
_figure = _not_negative(_integer)
_number = _not_negative(_exactly("a number", int, Decimal))
_day = _in_form(_DAY, date.fromisoformat, "must be a date as YYYY-MM-DD.")
_moment = _in_form(
    _MOMENT, datetime.fromisoformat, "must be a time with its UTC offset, for example 2026-11-20T15:00:00-05:00."
)
_performance_year = _one_of(
    _integer,
    parameters.PERFORMANCE_YEARS,
    f"a year from {parameters.PERFORMANCE_YEARS[0]} to {parameters.PERFORMANCE_YEARS[-1]}",
)
_entity_type = _one_of(_integer, ENTITY_TYPES, "1 (a person) or 2 (an organization)")


def _charges(value: object, where: str) -> Decimal:
    return Decimal(_number(value, where))


def _registry(value: object, where: str) -> dict[str, RegistryEntry]:
    entries = _object(value, where).items()
    return {npi: _REGISTRY_ENTRY(entry, f"{where}, entry {place}") for place, (npi, entry) in enumerate(entries, 1)}


def _clinicians(value: object, where: str) -> tuple[ClinicianData, ...]:
    clinicians: tuple[ClinicianData, ...] = _each(_CLINICIAN)(value, where)
    if max(Counter(clinician.npi for clinician in clinicians).values(), default=0) > 1:
        raise NotAProposalError(f"{where}: an NPI is listed twice.")
    return clinicians


def _proposal(agreement: bool, **fields: Any) -> Proposal:
    return Proposal(agreement_acknowledged=agreement, **fields)


# --- What a proposal is made of -------------------------------------------------------------------------------------

_CLINICIAN = _record(
    ClinicianData,
    npi=_text,
    clinician_type=_nullable(_word(CLINICIAN_TYPES)),
    newly_enrolled=_nullable(_flag),
    qp_status=_nullable(_word(QP_STATUSES)),
    allowed_charges=_nullable(_charges),
    patients=_nullable(_figure),
    services=_nullable(_figure),
    non_patient_facing=_nullable(_flag),
    hospital_based=_nullable(_flag),
    rural=_nullable(_flag),
    hpsa=_nullable(_flag),
)
_DATA = _record(
    PracticeData,
    allowed_charges=_nullable(_charges),
    patients=_nullable(_figure),
    services=_nullable(_figure),
    clinicians=_clinicians,
)
_PRACTICE = _record(
    Practice,
    name=_text,
    tin_kind=_word(TIN_KINDS),
    tin=_text,
    npis=_each(_text),
    executed_on=_nullable(_day),
    opt_in_accepted=_flag,
    claimed_elsewhere=_flag,
    data=_nullable(_DATA),
)
_REGISTRY_ENTRY = _record(
    RegistryEntry, entity_type=_nullable(_entity_type), deactivated_on=_nullable(_day), reactivated_on=_nullable(_day)
)
_PROPOSAL = _record(
    _proposal,
    performance_year=_performance_year,
    at=_moment,
    representative=_record(Representative, name=_text, email=_text, phone=_text),
    agreement=_record(lambda acknowledged: acknowledged, acknowledged=_flag),
    practices=_each(_PRACTICE),
    registry=_registry,
)
