"""The last 48 hours before the deadline: what is left, who has not signed, what can be done, and the way by email."""

from datetime import timedelta

import pytest

from elections.submission.last_hours import MOST_NAMED, time_left
from tests.elections.steps import as_typed, confirm
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import signed_in
from tests.factories.practices import OTHER, PracticeFactory
from tests.factories.signing import ask_to_sign
from tests.pages import text

pytestmark = pytest.mark.django_db

EVENING = "2026-12-31T18:10:00-05:00"
BEGINS, NOT_SIGNED = "left to submit", "Not signed yet: call or write to them now"
IN_TIME = (
    "It is now Dec 31, 2026, 6:10 p.m. ET. The last minute that counts is Thursday, December 31, 2026, 11:59 p.m. ET. "
    "You are in time if you type CONFIRM and press “Submit the election” by then"
)


def said(client, election, page: str = "review") -> str:
    return text(client.get(f"/elections/{election.pk}/{page}"))


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("2026-12-29T23:59:59-05:00", None),
        ("2026-12-30T00:00:00-05:00", "48 hours"),
        ("2026-12-31T21:59:59-05:00", "2 hours"),
        ("2026-12-31T22:00:01-05:00", "119 minutes"),
        ("2026-12-31T23:59:30-05:00", "Less than 1 minute"),
        ("2027-01-01T00:00:00-05:00", None),
    ],
)
def test_they_begin_48_hours_before_the_deadline_and_end_with_it(election, client, set_clock, moment, left):
    set_clock(moment)
    for page in ("", "review"):
        shown = said(client, election, page)
        assert (BEGINS in shown) is (left is not None)
        assert left is None or f"{left} {BEGINS}" in shown


def test_one_minute_is_one():
    assert [time_left(timedelta(minutes=minutes)) for minutes in (1, 2, 120)] == ["1 minute", "2 minutes", "2 hours"]


def test_what_is_ready_is_to_be_submitted_and_the_page_says_what_is_in_time(election, client, set_clock, settings):
    set_clock(EVENING)
    shown = said(client, election)
    assert f"5 hours {BEGINS} {IN_TIME}, even if the receipt" in shown
    assert (
        "Without a receipt, nothing was submitted. What can be done now Submit as soon as everything is ready." in shown
    )
    assert "What can be done now Review and submit as soon as everything is ready." in said(client, election, "")
    assert NOT_SIGNED not in shown
    assert f"Email the election to CMS at {settings.ELECTION_EMAIL} by the same deadline." in shown
    assert "give only its last 6 digits. For help, call the Quality Payment Program Service Center at" in shown


def test_who_has_not_signed_is_named_with_the_way_to_reach_them(client, set_clock, cms_data):
    election = ask_to_sign(ElectionFactory())
    set_clock(EVENING)
    shown = said(client, election, "")
    for signer in (
        "Quiet Harbor Medicine : Sol Harbor , sol@example.org",
        "Lakeside Family Practice : Gwen Lake , gwen",
    ):
        assert signer in shown
    assert "Send reminders, or name another signer" in shown
    assert "The others then sign again, because the agreement names every practice." in shown


def test_where_practices_sign_somewhere_else_it_says_what_to_enter(election, client, set_clock):
    client.post(f"/elections/{election.pk}/practices/add", as_typed(OTHER))
    set_clock(EVENING)
    shown = said(client, election)
    assert f"{NOT_SIGNED} Old Mill Clinic : no signer named yet What can be done now If a practice signed" in shown
    assert "The others then sign again" not in shown


@pytest.mark.parametrize("more", [0, 1, 3])
def test_of_many_the_first_are_named_and_the_others_counted(client, set_clock, cms_data, more):
    election = ElectionFactory(practices=PracticeFactory.build_batch(MOST_NAMED + more))
    election.agreement.parties.update(executed_on=None, signer_name="")
    set_clock(EVENING)
    shown = said(client, election)
    assert shown.count(": no signer named yet") == MOST_NAMED
    assert (f"and {more} more What can be done now" in shown) is bool(more)


def test_what_was_submitted_can_be_changed_until_then(election, client, set_clock):
    confirm(client, election)
    set_clock(EVENING)
    shown = said(client, election, "")
    assert "5 hours left to change what was submitted" in shown
    assert "What was submitted counts. The election can be changed and submitted again until the deadline." in shown
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    assert "hours left to" not in said(client, election, "")


def test_a_viewer_reads_it_too(election, set_clock):
    viewer = ElectionRoleFactory(election=election).user
    set_clock(EVENING)
    assert f"5 hours {BEGINS}" in said(signed_in(viewer), election, "")


def test_a_viewer_is_led_to_no_page_that_is_closed_to_them(election, client, set_clock):
    client.post(f"/elections/{election.pk}/practices/add", as_typed(OTHER))
    viewer = signed_in(ElectionRoleFactory(election=election).user)
    set_clock(EVENING)
    paper = f"/elections/{election.pk}/agreement/paper"
    assert paper in client.get(f"/elections/{election.pk}/signing").content.decode()
    for page in ("", "review", "signing"):
        assert paper not in viewer.get(f"/elections/{election.pk}/{page}").content.decode()
    assert "If a practice signed on paper, the people who edit this election can enter" in said(viewer, election, "")
