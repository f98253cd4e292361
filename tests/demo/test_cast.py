"""What the law says of the practices that tests and the demo rely on."""

from dataclasses import replace
from datetime import date

import pytest

from demo.made_up import Determined
from elections.content import PracticeEntry, Snapshot
from elections.readiness import Audience, JudgedElection, judge
from ground import clock
from tests.factories import extract


@pytest.fixture(autouse=True)
def loaded(db):
    extract.load()


def judged(*practices: Determined, opt_in: bool = False) -> JudgedElection:
    entries = [
        PracticeEntry(
            name=one.name,
            tin_kind=one.tin_kind,
            tin=one.tin,
            npis=one.npis,
            executed_on=date(2026, 11, 10),
            signer_name="Avery Stone",
            signer_title="Partner",
            opt_in_accepted=opt_in,
        )
        for one in practices
    ]
    snapshot = Snapshot(2027, "Group", "Dana Rivera", "dana.rivera@example.org", "", True, tuple(entries))
    return judge(snapshot, election_id=None, at=clock.now(), by=Audience.CMS)


def short_of(judged_election: JudgedElection) -> dict[str, str]:
    """Return the first practice's findings that are neither met nor without application."""
    return {
        finding.rule: str(finding.outcome)
        for finding in judged_election.for_practice(0)
        if finding.outcome not in ("met", "not_applicable")
    }


def test_the_three_can_form_a_virtual_group():
    three = (extract.SOLO, extract.GROUP_A, extract.GROUP_B)
    assert judged(*three).determination.outcome == "eligible"
    assert [(one.name, len(one.npis)) for one in three] == [
        ("GULNAZ MIRZA", 1),
        ("PULMONARY ASSOCIATES, PA", 3),
        ("DERMATOLOGY CONSULTANTS PC", 4),
    ]


@pytest.mark.parametrize(
    ("practice", "expected"),
    [
        (extract.SOLO, {}),
        (extract.GROUP_A, {}),
        (extract.GROUP_B, {}),
        (extract.SSN_SOLO, {}),
        (extract.TOO_LARGE, {"practice-size": "not_met"}),
        (extract.OPT_IN, {"opt-in-accepted": "not_met"}),
        (extract.BELOW, {"low-volume-threshold": "not_met"}),
        (
            extract.NOT_IN_CMS_DATA,
            {
                "determination-available": "cannot_tell",
                "roster-complete": "cannot_tell",
                "practice-size": "cannot_tell",
                "mips-eligible-clinician": "cannot_tell",
                "low-volume-threshold": "cannot_tell",
                "opt-in-accepted": "cannot_tell",
            },
        ),
    ],
    ids=["solo", "group_a", "group_b", "ssn", "too_large", "opt_in", "below", "not_in_cms_data"],
)
def test_practice(practice, expected):
    assert short_of(judged(practice)) == expected


def test_opt_in_once_accepted():
    assert short_of(judged(extract.OPT_IN, opt_in=True)) == {}


@pytest.mark.parametrize(
    ("npi", "outcome"),
    [
        (extract.DEACTIVATED_NPI, "not_met"),
        (extract.ORGANIZATION_NPI, "not_met"),
        (extract.UNLISTED_NPI, "cannot_tell"),
    ],
    ids=["deactivated", "organization", "unlisted"],
)
def test_npi(npi, outcome):
    practice = extract.NOT_IN_CMS_DATA
    other = replace(practice, clinicians=(replace(practice.clinicians[0], npi=npi),))
    assert short_of(judged(other))["npi-person"] == outcome
