"""The dates ahead as a calendar file: which there are, for whom, and that they name no practice."""

import pytest
from django.test import Client

from tests.factories.corrections import ask_for_correction
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, submit
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import ALL
from tests.ground.test_icalendar import unfolded
from tests.pages import text

pytestmark = pytest.mark.django_db

ADD = "Add the dates to your calendar"


def dates(client: Client, election) -> list[tuple[str, str]]:
    """Return when each entry of an election's calendar begins, and its title."""
    lines = unfolded(client.get(f"/elections/{election.pk}/calendar").content)
    values = [line.partition(":")[2] for line in lines if line.startswith(("DTSTART", "SUMMARY"))]
    return list(zip(values[::2], values[1::2], strict=True))


LAST_CHANGE = ("20270101T045900Z", "Last minute to change or withdraw the 2027 election of Harbor Group")
LAST_UPDATE = ("20280102", "Last day to report changes in Harbor Group to CMS")


def test_the_receipt_leads_to_the_dates_ahead(submission, client):
    page = client.get(f"/elections/{submission.election_id}/receipt/1")
    address = f"/elections/{submission.election_id}/calendar"
    assert ADD in text(page)
    assert f'href="{address}"' in page.content.decode()
    answer = client.get(address)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'attachment; filename="election-2027.ics"',
        "Cache-Control": "private, no-store",
    }
    assert dates(client, submission.election) == [LAST_CHANGE, LAST_UPDATE]
    said = "\n".join(unfolded(answer.content))
    assert "Until Thursday\\, December 31\\, 2026\\, 11:59 p.m. ET\\, the representative can change" in said
    for made in ALL:
        for told in (made.name, made.tin, made.tin[-4:], *made.npis):
            assert told not in said


def test_asked_again_each_entry_is_the_same_one(submission, client, set_clock):
    address = f"/elections/{submission.election_id}/calendar"
    first = [line for line in unfolded(client.get(address).content) if line.startswith("UID:")]
    set_clock("2026-12-05T10:00:00-05:00")
    again = [line for line in unfolded(client.get(address).content) if line.startswith("UID:")]
    election = submission.election_id
    assert first == again == [f"UID:last-change-{election}@localhost", f"UID:last-update-{election}@localhost"]


def test_after_the_deadline_only_the_duty_to_report_is_ahead(submission, client, set_clock):
    set_clock("2027-01-01T00:00:00-05:00")
    assert dates(client, submission.election) == [LAST_UPDATE]


def test_a_correction_has_its_own_date(in_review, client, reviewer):
    correction = ask_for_correction(in_review, by=reviewer)
    due = correction.due_at.strftime("%Y%m%d")
    [(asked, title), last] = dates(client, in_review)
    assert (title, last) == ("Last minute to answer CMS about the 2027 election of Harbor Group", LAST_UPDATE)
    assert asked[:6] == due[:6]


def test_without_dates_it_leads_to_the_election(cms_data, client):
    election = ElectionFactory()
    for _ in ("a draft", "withdrawn"):
        answer = client.get(f"/elections/{election.pk}/calendar")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/elections/{election.pk}/")
        client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})


def test_a_replaced_receipt_offers_no_dates(submission, client):
    client.post(f"/elections/{submission.election_id}/virtual-group", {"name": "Harbor and Lake Group"})
    submit(submission.election)
    assert ADD not in text(client.get(f"/elections/{submission.election_id}/receipt/1"))
    assert ADD in text(client.get(f"/elections/{submission.election_id}/receipt/2"))


def test_it_is_for_those_who_may_see_the_election(submission, visitor, reviewer):
    address = f"/elections/{submission.election_id}/calendar"
    viewer = ElectionRoleFactory(election=submission.election).user
    assert signed_in(viewer).get(address).status_code == 200
    assert [signed_in(who).get(address).status_code for who in (UserFactory(), reviewer)] == [404, 404]
    assert visitor.get(address).headers["Location"].startswith("/accounts/login/")
