"""Several NPIs typed into one line of the grid."""

import uuid

import pytest

from elections.roster.forms import read_typed
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, OTHER, SOLO

A, B = "1234567893", "1558598797"


@pytest.fixture
def election(cms_data):
    return ElectionFactory(practices=(SOLO, GROUP))


def test_several_npis_in_a_line_of_the_grid_are_several_lines(client, election):
    member, key = election.members.get(name=GROUP.name), uuid.uuid4()
    path = f"/elections/{election.pk}/practices/{member.pk}"
    for _ in range(2):
        client.post(path, {f"line-{key}-npi": "".join(OTHER.npis)})
    assert list(member.clinicians.values_list("npi", flat=True)) == [*GROUP.npis, *OTHER.npis]


@pytest.mark.parametrize(
    ("cells", "npis"),
    [
        ({"npi": f"{A}{B}"}, [A, B]),
        ({"npi": f"{A}{B}", "last_name": "Vale"}, [f"{A} {B}"]),
        ({"npi": f"{A} 12345"}, [f"{A} 12345"]),
        ({"npi": f"{A}, {B}", "remove": "on"}, [f"{A} {B}"]),
    ],
)
def test_lines_are_parted_only_where_that_is_sure(cells, npis):
    key = str(uuid.uuid4())
    found = read_typed({f"line-{key}-{cell}": typed for cell, typed in cells.items()}, 1)
    assert [line.npi for line in found.lines] == npis
    assert found.refused == {}
