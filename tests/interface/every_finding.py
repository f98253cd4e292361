"""Every finding that a person can meet: each rule with each of its outcomes and sentences, from proposals."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from eligibility.law import proposals
from eligibility.law.determination import Finding, determine
from tests.factories.proposals import NPIS, Json, clinician, data, entry, practice, proposal

SSN: Json = {"tin_kind": "SSN", "tin": "555462"}
LITTLE = {"allowed_charges": 100, "patients": 5, "services": 5}
SOME = {"allowed_charges": 100, "patients": 500, "services": 5}
UNKNOWN = {"allowed_charges": None, "patients": None, "services": None}


def of_one(npi: str = NPIS[0], **changed: object) -> Json:
    """Return a solo practice whose one clinician's data are changed."""
    return practice((npi,), data=data(clinician(npi, **changed), **{k: v for k, v in changed.items() if k in LITTLE}))


def proposed() -> Iterator[Json]:
    """Yield proposals that together meet every finding."""
    other = practice((NPIS[1],), tin="151234567")
    eleven = tuple(NPIS[:11])
    yield proposal()
    yield proposal(practice(tin="14-1234567"), practice(tin="14123456"), practice(tin="001234567"))
    yield proposal(practice(tin="071234567"), practice(**SSN), practice(**SSN))
    yield proposal(practice(("1234567890",)), practice(("123",)), practice(()))
    yield proposal(practice((NPIS[0], NPIS[0]), data=data(clinician())), other)
    for listed in (entry(2), entry(1, "2026-01-01"), entry(None), entry(1, "2026-01-01", "2026-02-01")):
        yield proposal(practice(), other, registry={NPIS[0]: listed, NPIS[1]: entry()})
    for listed in (entry(1, "2027-01-05"), entry(1, "2026-01-01", "2027-01-05")):  # dated after the moment
        yield proposal(practice(), other, registry={NPIS[0]: listed, NPIS[1]: entry()})
    yield proposal(practice(), other, registry={})
    yield proposal(practice(data=None), other)
    yield proposal(practice(**SSN, data=None), other)
    yield proposal(
        practice(NPIS[:2], data=data(clinician(NPIS[0]))), practice(NPIS[:1], data=data(*map(clinician, NPIS[:3])))
    )
    yield proposal(practice(eleven), other)
    yield proposal(practice(data=data()), other)
    for status in ("qp", "partial", None):
        yield proposal(of_one(qp_status=status), other)
    for changed in (
        {"newly_enrolled": True},
        {"newly_enrolled": None},
        {"clinician_type": "other"},
        LITTLE,
        SOME,
        UNKNOWN,
    ):
        for accepted in (True, False):
            yield proposal(of_one(**changed) | {"opt_in_accepted": accepted}, other)
    yield proposal(of_one(clinician_type=None), other)
    for figures in (LITTLE, SOME, UNKNOWN):
        many = data(*(clinician(npi, **figures) for npi in NPIS[:3]), **figures)
        for accepted in (True, False):
            yield proposal(practice(NPIS[:3], data=many, opt_in_accepted=accepted), other)
            yield proposal(practice(NPIS[:3], data=many, opt_in_accepted=accepted), other, performance_year=2018)
    yield proposal(practice(claimed_elsewhere=True), other)
    yield proposal() | {"practices": []}
    yield proposal(practice())
    yield proposal(practice(), practice())
    for at in ("2026-09-30T12:00:00-04:00", "2027-01-02T00:00:00-05:00"):
        yield proposal(at=at)
    yield proposal(performance_year=2025, at="2024-09-30T12:00:00-04:00")  # the day was announced
    for name, email in (("", "dana@example.org"), ("Dana", ""), ("", "")):
        yield proposal(representative={"name": name, "email": email, "phone": ""})
    yield proposal(agreement={"acknowledged": False})
    for executed in (None, "2027-03-01"):
        yield proposal(practice(executed_on=executed), other)


def every_finding() -> list[Finding]:
    """Return one finding for each rule, outcome and sentence, numbers and lists of them counting as the same."""
    found: dict[tuple[str, str, str], Finding] = {}
    for each in proposed():
        read = proposals.read(json.dumps(each).encode())
        first = replace(read.practices[0], claimed_elsewhere=None) if read.practices else None
        unasked = [replace(read, practices=(first, *read.practices[1:]))] if first else []  # as without an account
        for judged in (read, *unasked):
            for finding in determine(judged).findings:
                sentence = re.sub(r"[\d,.]+", "#", finding.message)
                found.setdefault((finding.rule, finding.outcome, sentence), finding)
    return list(found.values())


def outcomes() -> dict[str, list[str]]:
    """Return the outcomes that are met of each rule."""
    met: dict[str, set[str]] = {}
    for finding in every_finding():
        met.setdefault(finding.rule, set()).add(str(finding.outcome))
    return {rule: sorted(each) for rule, each in met.items()}
