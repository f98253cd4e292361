"""Proposals as outsiders write them, and what they are told: everything goes through the JSON door."""

import json
from typing import Any

from eligibility.law import proposals
from eligibility.law.determination import determine
from eligibility.law.identifiers import is_valid_npi

NPIS = tuple(str(number) for number in range(1_234_567_000, 1_234_567_900) if is_valid_npi(str(number)))
NPI = NPIS[0]

Json = dict[str, Any]


def clinician(npi: str = NPI, **changed: Any) -> Json:
    """Return a physician who exceeds all three criteria."""
    return {
        "npi": npi,
        "clinician_type": "physician",
        "newly_enrolled": False,
        "qp_status": "none",
        "allowed_charges": 90_000.01,
        "patients": 201,
        "services": 201,
        "non_patient_facing": False,
        "hospital_based": False,
        "rural": False,
        "hpsa": False,
        **changed,
    }


def data(*clinicians: Json, **changed: Any) -> Json:
    """Return CMS data of a TIN that exceeds all three criteria."""
    return {"allowed_charges": 90_000.01, "patients": 201, "services": 201, "clinicians": list(clinicians), **changed}


def practice(npis: tuple[str, ...] | list[str] = (NPI,), **changed: Any) -> Json:
    """Return a practice that meets every rule in 2027, with these NPIs listed and shown in CMS data."""
    return {
        "name": "Lakeside Family Medicine",
        "tin_kind": "EIN",
        "tin": "141234567",
        "npis": list(npis),
        "executed_on": "2017-10-11",
        "opt_in_accepted": False,
        "claimed_elsewhere": False,
        "data": data(*(clinician(npi) for npi in npis)),
        **changed,
    }


def proposal(*practices: Json, **changed: Any) -> Json:
    """Return a proposal; without practices it has two that meet every rule. NPPES lists all NPIs as persons."""
    year = changed.get("performance_year", 2027)
    return {
        "performance_year": year,
        "at": f"{year - 1}-11-20T15:00:00-05:00",
        "representative": {"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0100"},
        "agreement": {"acknowledged": True},
        "practices": list(practices) or [practice(), practice((NPIS[1],), tin="151234567")],
        "registry": {npi: entry() for npi in NPIS},
        **changed,
    }


def entry(entity_type: int | None = 1, off: str | None = None, on: str | None = None) -> Json:
    """Return what NPPES lists: a person, deactivated and reactivated on these days."""
    return {"entity_type": entity_type, "deactivated_on": off, "reactivated_on": on}


def answer(proposed: Json) -> Json:
    """Return what is told of a proposal."""
    return answer_line(json.dumps(proposed).encode())


def answer_line(line: bytes) -> Json:
    """Return what is told of a proposal's line."""
    told: Json = json.loads(json.dumps(proposals.answer(determine(proposals.read(line)))))
    return told


def finding(rule: str, proposed: Json) -> Json:
    """Return the first finding of a rule: the first practice's, or the virtual group's."""
    return next(found for found in answer(proposed)["findings"] if found["rule"] == rule)


def outcome(rule: str, proposed: Json) -> str:
    """Return the outcome of the first finding of a rule."""
    return str(finding(rule, proposed)["outcome"])


def error(line: bytes) -> str:
    """Return what is told of a line that is no proposal."""
    try:
        proposals.read(line)
    except proposals.NotAProposalError as refused:
        return str(refused)
    raise AssertionError("It was read as a proposal.")
