"""What happened since a reviewer last looked, in the packet and in the queue."""

import pytest

from elections.models import Look
from tests.elections.steps import desk
from tests.factories.elections import ElectionFactory, complete, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER
from tests.pages import text

pytestmark = pytest.mark.django_db

QUEUE = "/staff/elections/election/?status=all"
CHANGED = "Changed since you last looked"


def write_note(client, election):
    assert client.post(desk(election, "note/"), {"text": "Compare the names with PECOS."}).status_code == 302


def marked(client):
    """Return the groups that the queue marks, in its order."""
    rows = client.get(QUEUE).context["cl"].result_list
    return [row.submitted_name for row in rows if row.is_changed]


def test_the_packet_says_what_others_did_since_it_was_last_opened(client, in_review, lead, reviewer, set_clock):
    assert "you last looked" not in text(client.get(desk(in_review)))
    set_clock("2026-12-01T11:00:00-05:00")
    assert "Nothing new since you last looked, Dec 1, 2026, 10:00 a.m. ET." in text(client.get(desk(in_review)))
    set_clock("2026-12-01T11:10:00-05:00")
    write_note(client, in_review)
    write_note(signed_in(lead), in_review)
    set_clock("2026-12-01T11:30:00-05:00")
    submit(complete(in_review, OTHER))
    set_clock("2026-12-01T12:00:00-05:00")
    assert (
        "Since you last looked, Dec 1, 2026, 11:00 a.m. ET Dec 1, 2026, 11:30 a.m. ET: Submitted · Dana Rivera"
        " Dec 1, 2026, 11:10 a.m. ET: Note written · Lee Lead Changed since submission 1"
    ) in text(client.get(desk(in_review)))
    assert "Nothing new since you last looked, Dec 1, 2026, 12:00 p.m. ET." in text(client.get(desk(in_review)))
    looks = Look.objects.order_by("user__email").values_list("user__email", "at__hour")
    assert list(looks) == [(reviewer.email, 12)]


def test_the_queue_marks_what_others_changed_since_one_looked(client, cms_data, lead, set_clock):
    first = ElectionFactory(state="in_review")
    second = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    for election in (first, second):
        client.get(desk(election))
    set_clock("2026-12-01T11:00:00-05:00")
    write_note(client, second)
    colleague = signed_in(lead)
    write_note(colleague, first)
    assert (marked(client), marked(colleague)) == (["Harbor Group"], [])
    assert client.get(QUEUE).content.decode().count(CHANGED) == 1
    client.get(desk(first))
    assert marked(client) == []


def test_who_only_reads_leaves_no_look(in_review):
    signed_in(UserFactory(email="auditor@cms.example", roles=["auditor"])).get(desk(in_review))
    assert not Look.objects.exists()
