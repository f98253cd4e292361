"""What staff land on, over HTTP: what waits, and the next election to take."""

import re
from datetime import timedelta
from functools import partial

import pytest

from accounts.models import Role
from elections.models import Election
from ground import clock
from notices.models import Notice, UnmatchedBounce
from tests.elections.steps import queue
from tests.factories.corrections import ask_for_correction
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.notices import NoticeFactory
from tests.factories.people import PASSWORD, ReviewerFactory, StewardFactory, UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER, PracticeFactory
from tests.pages import text
from tests.threads import at_once

pytestmark = pytest.mark.django_db

TAKE = "/staff/elections/election/take-next/"
BOUNCES, UNREPORTED, GROUPS = "Bounces without an email", "Not reported yet", "Who was in which group"
LISTS = {
    "Review": ["Elections", "Conflicts", "Updates"],
    "Look up": ["Dashboard", "Emails", UNREPORTED, "Documents", BOUNCES, "Health", GROUPS],
    "Audit": ["Events", "Decisions", "Overrides", "Full TINs shown", "Log of what staff did", "Exports"],
    "CMS data": ["Loads of CMS data", "Election windows", "Lookups over the limit"],
    "People": ["People and roles", "Changes to roles and accounts", "Sign-ins"],
}
HIDDEN = {
    Role.REVIEWER: {BOUNCES},
    Role.LEAD_REVIEWER: {BOUNCES},
    Role.DATA_STEWARD: {"Dashboard", UNREPORTED, GROUPS, *LISTS["Audit"][:-1]},
    Role.ADMINISTRATOR: {"Dashboard", "Emails", UNREPORTED, "Documents", BOUNCES, GROUPS},
}


def counts(client) -> dict[str, int]:
    """Return what waits, as the first staff page says it."""
    return {
        label: int(count)
        for label, count in re.findall(r">([A-Z][a-z0-9, ]+) \((\d+)\)</a>", client.get("/staff/").content.decode())
    }


def test_staff_land_on_what_waits(visitor, cms_data, reviewer, lead):
    ElectionFactory(state="submitted")
    ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    ElectionFactory(practices=PracticeFactory.build_batch(2), name="Pine Group", state="approved")
    asked = ElectionFactory(practices=PracticeFactory.build_batch(2), name="Oak Group", state="in_review")
    ask_for_correction(asked, by=reviewer)
    Notice.objects.filter(pk=Notice.objects.earliest("pk").pk).update(state="failed", attempts=8)
    answer = visitor.post("/accounts/login/", {"login": reviewer.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/staff/"
    assert counts(visitor) == {
        "Mine": 1,
        "Unassigned": 1,
        "Corrections answered": 0,
        "Waiting for the representative": 1,
        "Objections from signers": 0,
        "Contested findings": 0,
        "Open conflicts": 0,
        "Updates": 0,
        "Emails that failed": 1,
        "Emails that bounced": 0,
    }
    said = text(visitor.get("/staff/"))
    assert "Elections for 2027 close Thursday, December 31, 2026, 11:59 p.m. ET 30 days left" in said
    assert "Take the next one" in said
    assert queue(visitor, status="action_needed") == ["Oak Group"]


def test_each_count_leads_to_its_list(client, cms_data):
    election = ElectionFactory(state="submitted")
    page = client.get("/staff/").content.decode()
    for address in re.findall(r'href="(/staff/\S+)">[A-Z][a-z ]+ \(\d+\)</a>', page):
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address
    [unassigned] = re.findall(r'href="(\S+)">Unassigned \(1\)</a>', page)
    assert str(election.pk) in client.get(unassigned.replace("&amp;", "&")).content.decode()


def test_who_represents_a_group_lands_on_their_elections(visitor, representative):
    answer = visitor.post("/accounts/login/", {"login": representative.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/elections/"


def test_an_auditor_lands_on_what_happened_not_on_work_of_others(cms_data):
    client = signed_in(UserFactory(roles=[Role.AUDITOR]))
    page = client.get("/staff/").content.decode()
    assert "My morning" not in page
    assert '<a class="usa-button" href="/staff/dashboard/">Open the dashboard</a>' in page
    assert 'href="/staff/elections/event/">Open the events</a>' in page


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        (Role.REVIEWER, ["Review", "Look up"]),
        (Role.LEAD_REVIEWER, ["Review", "Look up", "Audit"]),
        (Role.DATA_STEWARD, ["Look up", "Audit", "CMS data"]),
        (Role.AUDITOR, ["Review", "Look up", "Audit", "CMS data", "People"]),
        (Role.ADMINISTRATOR, ["Look up", "People"]),
    ],
)
def test_each_role_finds_its_lists_in_groups(cms_data, role, groups):
    client = signed_in(UserFactory(roles=[role]))
    page = client.get("/staff/").content.decode()
    sections = re.findall(r'<h2 id="lists-[^>]+>(.*?)</h2>(.*?)</section>', page, re.DOTALL)
    found = {name: re.findall(r'<a class="text-bold" href="[^"]+">(.*?)</a>', part) for name, part in sections}
    hidden = HIDDEN.get(role, set())
    assert found == {name: [listed for listed in LISTS[name] if listed not in hidden] for name in groups}
    inside = client.get(re.findall(r'<a class="text-bold" href="([^"]+)">', page)[0], follow=True).content.decode()
    [places] = re.findall(r'aria-label="Staff pages">(.*?)</nav>', inside, re.DOTALL)
    assert re.findall(r'<h2 id="nav-[^>]+>(.*?)</h2>', places) == groups


def test_a_data_steward_has_no_desk(cms_data):
    client = signed_in(StewardFactory())
    assert "My morning" not in client.get("/staff/").content.decode()
    assert client.post(TAKE).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_a_data_steward_lands_on_the_emails_to_send_again(cms_data, rows, django_assert_num_queries):
    at = clock.now()
    for number in range(2 * rows):
        state = ("failed", "bounced")[number % 2]
        Notice.objects.filter(pk=NoticeFactory().pk).update(state=state, failed_at=at, attempts=1)
        days = timedelta(days=8) if number >= rows else timedelta(days=6)
        UnmatchedBounce.objects.create(file_name=f"{number}.mail", received_at=at - days, problem="unknown")
    client = signed_in(StewardFactory())
    client.get("/staff/")
    with django_assert_num_queries(5):
        page = client.get("/staff/").content.decode()
    of_bounces = {"Bounces without an email, 7 days": rows}
    assert counts(client) == {"Emails that failed": rows, "Emails that bounced": rows} | of_bounces
    addresses = re.findall(r'href="(/staff/\S+)">(?:Emails|Bounces) [^<]+ \(\d+\)</a>', page)
    assert len(addresses) == 3
    for address in addresses:
        assert client.get(address).context["cl"].result_count == rows, address


def test_bounces_of_another_time_than_the_last_week_are_no_filter(cms_data):
    answer = signed_in(StewardFactory()).get("/staff/notices/unmatchedbounce/?read=year", follow=True)
    assert "We didn’t understand the filters in this address" in text(answer)


@pytest.mark.parametrize(
    ("roles", "panels"),
    [
        ([Role.DATA_STEWARD], 1),
        ([Role.DATA_STEWARD, Role.AUDITOR], 1),
        ([Role.DATA_STEWARD, Role.REVIEWER], 0),  # among their other work
        ([Role.AUDITOR], 0),
        ([Role.ADMINISTRATOR], 0),  # they have no list of emails
    ],
)
def test_who_sends_emails_again_has_them_on_the_first_page(cms_data, roles, panels):
    page = signed_in(UserFactory(roles=roles)).get("/staff/").content.decode()
    assert page.count("Emails that did not arrive</h2>") == panels
    assert page.count(">Emails that failed (0)</a>") == (1 if Role.REVIEWER in roles else panels)


def test_the_next_one_is_the_oldest_without_a_reviewer_in_which_one_has_no_role(client, cms_data, reviewer, set_clock):
    first = ElectionFactory(state="submitted")
    ElectionRoleFactory(election=first, user=reviewer)
    set_clock("2026-12-01T11:00:00-05:00")
    second = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    answer = client.post(TAKE, follow=True)
    assert answer.redirect_chain == [(f"/staff/elections/election/{second.pk}/", 302)]
    assert "You’re now the reviewer of this election. We didn’t email anyone." in text(answer)
    assert dict(Election.objects.values_list("pk", "status")) == {first.pk: "submitted", second.pk: "in_review"}
    assert "No unassigned election is waiting." in text(client.post(TAKE, follow=True))
    assert client.get(TAKE).headers["Location"] == "/staff/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_first_page_takes_as_many_queries_whatever_waits(client, cms_data, rows, django_assert_num_queries):
    for number in range(rows):
        by = UserFactory(email=f"by{number}@example.org", name="Robin")
        ElectionFactory(by=by, practices=PracticeFactory.build_batch(2), name=f"Group {number}", state="submitted")
    client.get("/staff/")
    with django_assert_num_queries(8):
        client.get("/staff/")


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_two_elections(settings):
    for number in range(2):
        by = UserFactory(email=f"by{number}@example.org", name="Robin")
        ElectionFactory(by=by, practices=PracticeFactory.build_batch(2), name=f"Group {number}", state="submitted")
    browsers = [signed_in(person) for person in (ReviewerFactory(), UserFactory(roles=[Role.REVIEWER]))]
    answers = at_once(*(partial(browser.post, TAKE) for browser in browsers))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Election.objects.filter(status="in_review").values("reviewer").distinct().count() == 2
