"""The packet has a column for the year before if a practice was in an approved virtual group then."""

from dataclasses import replace
from datetime import date

import pytest

from elections.models import UpdateKind
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, report_clinician
from tests.factories.practices import BY_SSN, GROUP, OTHER, SOLO, load_cms_data
from tests.moments import at
from tests.pages import text

pytestmark = pytest.mark.django_db

NEW = "1003001058"


def of_2026(state):
    """Make an election for 2026 with two of the practices; of one a clinician left in March, if it was approved."""
    with at("2025-11-20T10:00:00-05:00"):
        load_cms_data(performance_year=2026)
        election = ElectionFactory(year=2026, practices=(SOLO, GROUP, BY_SSN), name="Harbor Group 2026", state=state)
    if state == "approved":
        with at("2026-04-01T10:00:00-04:00"):
            report_clinician(election, GROUP.npis[1], UpdateKind.LEFT, on=date(2026, 3, 1))


def columns(client, election):
    """Return by practice each NPI with what is said of last year."""
    packet = client.get(desk(election))
    rows = {one.entry.name: {row.npi: row.last_year for row in one.roster} for one in packet.context["practices"]}
    return rows, packet.content.decode().count('<th scope="col">Last year (2026)</th>')


def test_last_year_s_roster_stands_beside_the_declared_one_and_cms_data(client, cms_data):
    of_2026("approved")
    listed = replace(GROUP, npis=(*GROUP.npis, NEW))
    election = ElectionFactory(practices=(listed, BY_SSN, OTHER), state="in_review")
    assert columns(client, election) == (
        {
            GROUP.name: {GROUP.npis[0]: True, GROUP.npis[1]: False, NEW: False},
            BY_SSN.name: {BY_SSN.npis[0]: True},
            OTHER.name: dict.fromkeys(OTHER.npis),
        },
        2,
    )


def test_who_left_since_last_year_has_a_row_too(client, cms_data):
    of_2026("approved")
    election = ElectionFactory(practices=(replace(GROUP, npis=(NEW,)), OTHER), state="in_review")
    assert columns(client, election)[0][GROUP.name] == {NEW: False, GROUP.npis[0]: True, GROUP.npis[1]: False}


def test_another_roster_last_year_makes_nobody_think(client, cms_data):
    of_2026("approved")
    packet = text(client.get(desk(ElectionFactory(practices=(GROUP, OTHER), state="in_review"))))
    assert "Nothing to decide" in packet
    assert "Last year" in packet


@pytest.mark.parametrize("state", [None, "in_review"])
def test_without_an_approved_election_there_is_no_column(client, cms_data, state):
    if state:
        of_2026(state)
    assert columns(client, ElectionFactory(state="in_review"))[1] == 0
