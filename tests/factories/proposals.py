"""Proposals as outsiders write them, and what they are told: everything goes through the JSON door."""

import json
from typing import Any

import factory

from eligibility.law import proposals
from eligibility.law.determination import determine
from eligibility.law.facts import Proposal
from eligibility.law.identifiers import is_valid_npi

from .typed import DictFactory

NPIS = tuple(str(number) for number in range(1_234_567_000, 1_234_567_900) if is_valid_npi(str(number)))
NPI = NPIS[0]

EXCEEDING = (90_000.01, 201, 201)  # charges, patients, services

Json = dict[str, Any]


class ClinicianFactory(DictFactory):
    """What CMS data show of a clinician: a physician who exceeds all three criteria."""

    npi = NPI
    clinician_type = "physician"
    qp_status = "none"
    newly_enrolled = non_patient_facing = hospital_based = rural = hpsa = False
    allowed_charges, patients, services = EXCEEDING


class DataFactory(DictFactory):
    """CMS data of a TIN that exceeds all three criteria."""

    allowed_charges, patients, services = EXCEEDING


class PracticeFactory(DictFactory):
    """A practice that meets every rule in 2027, with its NPIs listed and shown in CMS data."""

    name = "Lakeside Family Medicine"
    tin_kind = "EIN"
    tin = "141234567"
    executed_on = "2017-10-11"
    opt_in_accepted = claimed_elsewhere = False
    data = factory.LazyAttribute(lambda made: data(*(clinician(npi) for npi in made.npis)))


class ProposalFactory(DictFactory):
    """A proposal of two practices that meet every rule. NPPES lists all NPIs as persons."""

    performance_year = 2027
    at = factory.LazyAttribute(lambda made: f"{made.performance_year - 1}-11-20T15:00:00-05:00")
    representative = factory.Dict({"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0100"})
    agreement = factory.Dict({"acknowledged": True})
    practices = factory.LazyFunction(lambda: [practice(), practice((NPIS[1],), tin="151234567")])
    registry = factory.LazyFunction(lambda: {npi: entry() for npi in NPIS})


def clinician(npi: str = NPI, **changed: Any) -> Json:
    """Return what CMS data show of the clinician with this NPI."""
    return ClinicianFactory(npi=npi, **changed)


def data(*clinicians: Json, **changed: Any) -> Json:
    """Return CMS data of a TIN with these clinicians."""
    return DataFactory(**{"clinicians": list(clinicians), **changed})


def practice(npis: tuple[str, ...] | list[str] = (NPI,), **changed: Any) -> Json:
    """Return a practice that lists these NPIs."""
    return PracticeFactory(npis=list(npis), **changed)


def proposal(*practices: Json, **changed: Any) -> Json:
    """Return a proposal of these practices, or of two that meet every rule."""
    return ProposalFactory(**({"practices": list(practices)} if practices else {}), **changed)


def entry(entity_type: int | None = 1, off: str | None = None, on: str | None = None) -> Json:
    """Return what NPPES lists: a person, deactivated and reactivated on these days."""
    return {"entity_type": entity_type, "deactivated_on": off, "reactivated_on": on}


def line(proposed: Any, **written: str) -> bytes:
    """Return a proposal's line; `written` gives a number as it stands there, in place of the text of that name."""
    text = json.dumps(proposed)
    for name, number in written.items():
        text = text.replace(f'"{name}"', number)
    return text.encode()


def read(proposed: Json) -> Proposal:
    """Return a proposal as the law takes it."""
    return proposals.read(line(proposed))


def answer(proposed: Json, **written: str) -> Json:
    """Return what is told of a proposal."""
    return answer_line(line(proposed, **written))


def answer_line(written: bytes) -> Json:
    """Return what is told of a proposal's line."""
    told: Json = json.loads(json.dumps(proposals.answer(determine(proposals.read(written)))))
    return told


def finding(rule: str, proposed: Json, **written: str) -> Json:
    """Return the first finding of a rule: the first practice's, or the virtual group's."""
    return next(found for found in answer(proposed, **written)["findings"] if found["rule"] == rule)


def outcome(rule: str, proposed: Json, **written: str) -> str:
    """Return the outcome of the first finding of a rule."""
    return str(finding(rule, proposed, **written)["outcome"])


def error(written: bytes) -> str:
    """Return what is told of a line that is no proposal."""
    try:
        proposals.read(written)
    except proposals.NotAProposalError as refused:
        return str(refused)
    raise AssertionError("It was read as a proposal.")
