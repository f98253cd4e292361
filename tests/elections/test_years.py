"""The site over the turn of the years: Jan 2, 2027; Oct 1, 2027; Dec 31, 2027; what was not announced is expected."""

import pytest

from agreements.models import Party
from elections.models import Election
from elections.submission import actions as submission_actions
from eligibility.data import windows
from tests.elections.steps import as_typed, confirm
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, SOLO, load_cms_data
from tests.factories.windows import WindowFactory
from tests.pages import text

pytestmark = pytest.mark.django_db

EXPECTED = "Elections for 2028 are expected to open Friday, October 1, 2027, 12:00 a.m. ET"
CLOSE = "Elections for 2028 close Friday, December 31, 2027, 11:59 p.m. ET"
OF_2027 = "We haven’t seen CMS’s rules for 2028 yet. Until then, we use the rules for 2027. They might change."


@pytest.fixture
def election(db, set_clock):
    """A draft for 2028, begun on January 2, 2027, that lacks nothing; CMS data for 2028 came in November."""
    set_clock("2027-01-02T10:00:00-05:00")
    load_cms_data(performance_year=2028)
    draft = ElectionFactory(year=2028)
    Party.objects.update(executed_on="2027-09-30")
    return draft


def test_every_page_speaks_of_the_next_year(client, election, set_clock):
    of_election = [f"/elections/{election.pk}/", f"/elections/{election.pk}/practices"]
    pages = ["/", "/help", "/elections/", "/check/", *of_election]
    for moment, told, other in (
        ("2027-01-02T10:00:00-05:00", EXPECTED, CLOSE),
        ("2027-09-30T23:59:59-04:00", EXPECTED, CLOSE),
        ("2027-10-01T00:00:00-04:00", f"{CLOSE} 91 days left", "expected to open"),
        ("2027-12-31T23:59:59-05:00", f"{CLOSE} last day", "expected to open"),
    ):
        set_clock(moment)
        for page in pages:
            said = text(client.get(page))
            assert (told in said, OF_2027 in said, other in said) == (True, True, False), (moment, page)
    set_clock("2028-01-01T00:00:00-05:00")
    for page in pages[:4]:
        assert "Elections for 2029 are expected to open Sunday, October 1, 2028" in text(client.get(page))
    assert "Elections for 2028 closed Friday, December 31, 2027, 11:59 p.m. ET" in text(client.get(pages[4]))


def test_in_the_check_a_window_that_opens_later_is_no_obstacle(election, visitor):
    """It is January 2, 2027, and CMS data for 2028 are loaded."""
    for made in (SOLO, GROUP):
        visitor.post("/check/practice", as_typed(made))
    answer = visitor.get("/check/")
    assert "These two practices could form a virtual group." in text(answer)
    assert EXPECTED in text(answer)


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2027-01-02T10:00:00-05:00", "draft"),
        ("2027-09-30T23:59:59-04:00", "draft"),
        ("2027-10-01T00:00:00-04:00", "submitted"),
        ("2027-12-31T23:59:59-05:00", "submitted"),
        ("2028-01-01T00:00:00-05:00", "draft"),
    ],
)
def test_an_election_for_2028_is_received_from_october_1_to_december_31_2027(
    election, client, set_clock, moment, status
):
    set_clock(moment)
    confirm(client, election)
    assert Election.objects.get().status == status
    assert submission_actions.lapse_due(now=set_clock("2028-01-01T00:15:00-05:00")) == (status == "draft")


def test_an_election_starts_for_2028_from_january_on(client, set_clock):
    set_clock("2027-01-01T00:00:00-05:00")
    assert "Start an election for 2028" in text(client.get("/elections/"))
    client.post("/elections/start")
    assert Election.objects.get().performance_year == 2028


def test_a_draft_withdrawn_before_the_window_opens_is_copied_until_it_closes(client, election, set_clock):
    """As every page and mail about it says."""
    client.post(f"/elections/{election.pk}/withdraw", {"sure": "on"})
    assert "You can copy it into a new draft" in text(client.get(f"/elections/{election.pk}/"))
    client.post(f"/elections/{election.pk}/copy")
    assert Election.objects.get(copied_from=election).status == "draft"
    set_clock("2028-01-01T00:00:00-05:00")
    refused = text(client.post(f"/elections/{election.pk}/copy", follow=True))
    assert "This is your new draft for 2029. It is not submitted yet." in refused


def test_what_a_steward_confirmed_is_expected_no_more(client, election):
    WindowFactory(year=2028, opens=windows.window_for(2028).opens.replace(day=4))
    for page in ("/", "/elections/", f"/elections/{election.pk}/ledger"):
        said = text(client.get(page))
        assert "Elections for 2028 open Monday, October 4, 2027, 12:00 a.m. ET" in said, page
        assert "expected to" not in said, page
