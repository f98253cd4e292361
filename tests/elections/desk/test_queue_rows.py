"""The queue's rows, where no other election is there: how many queries they take, and what is not called contested."""

from dataclasses import replace

import pytest

from tests.elections.steps import queue
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, SOLO

pytestmark = pytest.mark.django_db

QUEUE = "/staff/elections/election/"
OPEN = f"{QUEUE}?status=open"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_queries_whatever_it_shows(client, cms_data, rows, django_assert_num_queries):
    for number in range(rows):
        ElectionFactory(name=f"Group {number}", state="submitted")
    client.get(OPEN)
    many = "status=all&year=2027&reviewer=mine&attention=nothing"
    for query, queries in (("status=open", 7), (many, 7), ("status=all&q=Group", 7), ("status=open&q=Group", 8)):
        with django_assert_num_queries(queries):
            client.get(f"{QUEUE}?{query}")


def test_what_cms_alone_sees_as_not_met_is_not_called_contested(client, below):
    """No NPI listed bills under the TIN, so the representative was told “cannot tell”, and contested nothing."""
    ElectionFactory(practices=(replace(SOLO, npis=("1922002005",)), GROUP), state="submitted")
    assert queue(client, attention="contested") == []
    assert queue(client, attention="not-met") == ["Harbor Group"]
    assert '<td class="field-attention">Not met' in client.get(OPEN).content.decode()
