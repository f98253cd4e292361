"""What the law says of the practices that tests and the demo rely on."""

from datetime import date

import pytest

from elections.content import PracticeEntry, Snapshot
from elections.readiness import Audience, JudgedElection, judge
from ground import clock
from tests import world
from tests.world import WorldPractice


@pytest.fixture(autouse=True)
def loaded(db):
    world.load_world()


def judged(*practices: WorldPractice, opt_in: bool = False) -> JudgedElection:
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
    judged_election = judged(world.SOLO, world.GROUP_A, world.GROUP_B)
    assert judged_election.determination.outcome == "eligible"
    assert [len(one.npis) for one in (world.SOLO, world.GROUP_A, world.GROUP_B)] == [1, 3, 4]
    assert [one.name for one in (world.SOLO, world.GROUP_A, world.GROUP_B)] == [
        "GULNAZ MIRZA",
        "PULMONARY ASSOCIATES, PA",
        "DERMATOLOGY CONSULTANTS PC",
    ]


@pytest.mark.parametrize(
    ("practice", "expected"),
    [
        (world.SOLO, {}),
        (world.GROUP_A, {}),
        (world.GROUP_B, {}),
        (world.SSN_SOLO, {}),
        (world.TOO_LARGE, {"practice-size": "not_met"}),
        (world.OPT_IN, {"opt-in-accepted": "not_met"}),
        (world.BELOW, {"low-volume-threshold": "not_met"}),
        (
            world.NOT_IN_CMS_DATA,
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
    assert short_of(judged(world.OPT_IN, opt_in=True)) == {}


@pytest.mark.parametrize(
    ("npi", "outcome"),
    [(world.DEACTIVATED_NPI, "not_met"), (world.ORGANIZATION_NPI, "not_met"), (world.UNLISTED_NPI, "cannot_tell")],
    ids=["deactivated", "organization", "unlisted"],
)
def test_npi(npi, outcome):
    practice = world.NOT_IN_CMS_DATA
    other = WorldPractice(practice.name, practice.tin_kind, practice.tin, (npi,))
    assert short_of(judged(other))["npi-person"] == outcome
