"""The dashboard over HTTP: exact figures of a world that can be counted by hand, and the same in every file."""

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape

import pytest

from accounts.models import Role
from elections.models import Decision, Election
from ground import clock
from notices.models import Notice
from tests.elections.steps import desk, hidden, reject
from tests.factories.elections import ElectionFactory, take_effect
from tests.factories.many import Copy, copies_of
from tests.factories.people import DanaFactory, ReviewerFactory, StewardFactory, UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER, PracticeFactory, load_cms_data
from tests.pages import text

from ..corrections.test_corrections import asking

pytestmark = pytest.mark.django_db

DASHBOARD = "/staff/dashboard/"
TABLES = ("statuses", "ages", "days", "waiting-times", "rejections", "reviewers", "emails")
DAY = timedelta(days=1)


def rows_of(page: str, table: str) -> list[list[str]]:
    """Return the cells of a table as the page shows them, its head first; none where there is nothing to count."""
    section = re.search(rf'<section[^>]*aria-labelledby="{table}">(.*?)</section>', page, re.DOTALL)
    assert section, table
    return [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", section[1], re.DOTALL)
    ]


def file_of(client, table: str, query: str = "") -> list[list[str]]:
    answer = client.get(f"{DASHBOARD}{table}.csv{query}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode())))


@pytest.fixture
def world(cms_data, reviewer, lead, set_clock) -> None:
    """Eleven elections of 2027, one of 2026, and a draft; it is Dec 1, 2026, 10:00 a.m. ET, as everywhere."""
    set_clock("2025-11-20T10:00:00-05:00")
    load_cms_data(performance_year=2026)
    ElectionFactory(year=2026, name="Last Year’s Group", state="submitted")
    set_clock("2026-12-01T10:00:00-05:00")
    ElectionFactory(name="A draft no one at CMS sees")
    pattern = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    now = clock.now()
    copies_of(
        pattern,
        [
            Copy(now - 4 * DAY, "submitted"),
            Copy(now - 4 * DAY, "in_review", reviewer),
            Copy(now - 45 * DAY, "in_review", lead),
            *(Copy(now - 20 * DAY, "approved", reviewer, waited=days * DAY) for days in (2, 3, 6)),
            Copy(now - 45 * DAY, "approved", lead, waited=14 * DAY),
            Copy(now - 20 * DAY, "rejected", lead, waited=7 * DAY, not_met=("practice-size", "agreement-executed")),
            Copy(now - 4 * DAY, "rejected", lead, waited=DAY, not_met=("practice-size",)),
            Copy(now - 4 * DAY, "withdrawn"),
        ],
    )
    first, *others = Notice.objects.order_by("pk")
    Notice.objects.filter(pk=first.pk).update(state="failed", attempts=8)
    Notice.objects.filter(pk__in=[notice.pk for notice in others]).update(state="bounced")


EXPECTED = {
    "statuses": [
        ["Status", "Elections"],
        ["Submitted", "2"],
        ["In review", "2"],
        ["Action needed", "0"],
        ["Approved", "4"],
        ["Rejected", "2"],
        ["Withdrawn", "1"],
        ["All", "11"],
    ],
    "ages": [
        ["Received", "Submitted", "In review", "Both"],
        ["30 days ago or more", "0", "1", "1"],
        ["14 to 29 days ago", "0", "0", "0"],
        ["7 to 13 days ago", "0", "0", "0"],
        ["3 to 6 days ago", "1", "1", "2"],
        ["Less than 3 days ago", "1", "0", "1"],
    ],
    "days": [
        ["Day", "Days to deadline", "Not decided yet", "Decided", "Withdrawn", "Received", "Received so far"],
        ["Oct 17, 2026", "75", "1", "1", "0", "2", "2"],
        ["Nov 11, 2026", "50", "0", "4", "0", "4", "6"],
        ["Nov 27, 2026", "34", "2", "1", "1", "4", "10"],
        ["Dec 1, 2026", "30", "1", "0", "0", "1", "11"],
    ],
    "waiting-times": [
        ["Decisions", "Number", "Median", "Shortest", "Longest"],
        ["All decisions", "6", "4", "1", "14"],
        ["In the last 30 days", "5", "3", "1", "7"],
        ["Approved", "4", "fewer than 5", "", ""],
        ["Rejected", "2", "fewer than 5", "", ""],
    ],
    "rejections": [
        ["Finding", "Paragraph", "Rejections"],
        ["Practice size", "42 CFR 414.1315(a)(1)", "2"],
        ["Agreement executed", "42 CFR 414.1315(c)(3)(ix)", "1"],
    ],
    "reviewers": [
        ["Reviewer", "In review", "Decided in the last 30 days"],
        ["Alex Reviewer", "1", "3"],
        ["Lee Lead", "1", "2"],
    ],
    "emails": [["Email", "Failed", "Bounced"], ["Election submitted", "1", "1"]],
}


def test_every_figure_is_exact_and_each_file_has_the_same(client, world):
    page = client.get(DASHBOARD).content.decode()
    assert {table: rows_of(page, table) for table in TABLES} == EXPECTED
    assert {table: file_of(client, table) for table in TABLES} == EXPECTED
    said = text(client.get(DASHBOARD))
    assert "CMS received 11 elections. 4 need a decision. The oldest came 45 days ago." in said
    assert "Elections for 2027 close Thursday, December 31, 2026, 11:59 p.m. ET 30 days left" in said
    assert "2 elections without a reviewer." in said
    assert "2 rejections. One can have several reasons." in said


def test_charts_are_drawn_without_styles_or_scripts_and_say_where_their_numbers_are(client, world):
    page = client.get(DASHBOARD).content.decode()
    charts = re.findall(r'<svg class="display-block.*?</svg>', page, re.DOTALL)
    assert len(charts) == len(TABLES)
    assert [chart for chart in charts if "style" in chart or "script" in chart] == []
    assert 'aria-label="Chart of elections by status. The table has the same numbers."' in charts[0]


def test_each_count_leads_to_what_it_counts(client, world, lead):
    page = client.get(DASHBOARD).content.decode()
    links = dict(re.findall(r'<th scope="row">\s*<a href="(/staff/[^"]+)">([^<]+)</a>', page))
    counts = {label: row for table in TABLES for label, *row in rows_of(page, table)}
    for address, label in links.items():
        listed = client.get(unescape(address)).context["cl"]
        count = counts[label][-1] if label == "All" else counts[label][0]
        assert listed.result_count == (2 if label == "Election submitted" else int(count)), label
    assert set(links.values()) == {
        *(row[0] for row in EXPECTED["statuses"][1:]),
        *("Alex Reviewer", "Lee Lead", "Election submitted"),
    }


def test_a_performance_year_is_chosen(client, world):
    assert '<a class="chip' in client.get(DASHBOARD).content.decode()
    said = text(client.get(f"{DASHBOARD}?year=2026"))
    assert "Dashboard for 2026" in said
    assert "CMS received 1 election. 1 needs a decision. The oldest came 376 days ago." in said
    assert file_of(client, "statuses", "?year=2026")[-1] == ["All", "1"]
    answer = client.get(f"{DASHBOARD}?year=2025", follow=True)
    assert answer.redirect_chain == [(DASHBOARD, 302)]
    assert "CMS received no elections for that performance year, so this page shows 2027." in text(answer)
    assert client.get(f"{DASHBOARD}statuses.csv?year=nonsense").status_code == 404
    assert client.get(f"{DASHBOARD}nonsense.csv").status_code == 404


def test_nothing_received_is_said(client, cms_data):
    ElectionFactory(name="A draft no one at CMS sees")
    said = text(client.get(DASHBOARD))
    assert "CMS received 0 elections. None needs a decision." in said
    assert "Nothing to count yet." in said
    assert "A draft no one" not in said


def test_a_rejection_in_words_alone_has_no_finding(client, in_review):
    reject(client, in_review, "The group asked us to.")
    take_effect(in_review)
    assert file_of(client, "rejections")[1:] == [["Reviewer’s own words only", "", "1"]]


def test_requests_for_correction_count_by_what_they_are_about(client, in_review, lead):
    asked = asking(*((place, "It is wrong.", "Mend it.") for place in ("practice:0", "practice:1", "field:agreement")))
    shown = client.post(desk(in_review, "ask/"), asked)
    assert client.post(desk(in_review, "ask/"), hidden(shown) | asked).status_code == 302
    assert file_of(client, "corrections") == [
        ["What CMS asked about", "Requests"],
        ["A practice", "2"],
        ["The agreement", "1"],
    ]


def test_a_decision_that_was_undone_is_no_waiting_time(client, cms_data, reviewer):
    pattern = ElectionFactory(practices=(OTHER, BY_SSN), state="submitted")
    received = clock.now() - 9 * DAY
    elections = copies_of(pattern, [Copy(received, "approved", reviewer, waited=2 * DAY)] * 5)
    assert file_of(client, "waiting-times")[1] == ["All decisions", "5", "2", "2", "2"]
    undo(elections[0], received + 2 * DAY + timedelta(seconds=59))
    assert file_of(client, "waiting-times")[1] == ["All decisions", "4", "fewer than 5", "", ""]


def undo(election: Election, at: datetime) -> None:
    """Write down that the decision was taken back; the election's status is not what is looked at here."""
    decision = Decision.objects.get(submission__election=election)
    statuses = {"from_status": "approved", "to_status": "in_review"}
    election.events.create(verb="take_back", by=election.reviewer, at=at, details={"decision": decision.pk}, **statuses)


@pytest.mark.parametrize("count", [3, 300])
def test_it_takes_as_many_queries_whatever_it_counts(client, cms_data, reviewer, count, django_assert_num_queries):
    pattern = ElectionFactory(practices=PracticeFactory.build_batch(2), state="submitted")
    states = ("in_review", "approved", "rejected")
    copies_of(pattern, [Copy(clock.now() - n % 30 * DAY, states[n % 3], reviewer) for n in range(count - 1)])
    client.get(DASHBOARD)
    with django_assert_num_queries(9):
        answer = client.get(DASHBOARD)
    assert rows_of(answer.content.decode(), "statuses")[-1] == ["All", str(count)]
    with django_assert_num_queries(9):
        client.get(f"{DASHBOARD}days.csv")


def test_those_who_read_the_desk_read_it_and_no_one_else(world, visitor):
    for role in (Role.REVIEWER, Role.LEAD_REVIEWER, Role.AUDITOR):
        reader = signed_in(UserFactory(roles=[role]))
        assert reader.get(DASHBOARD).status_code == 200
        page = reader.get("/staff/").content.decode()
        words = "Open the dashboard" if role == Role.AUDITOR else "See all elections on the dashboard"
        assert f'href="{DASHBOARD}">{words}</a>' in page
        assert f'href="{DASHBOARD}">Dashboard</a>' in page
    for stranger in (StewardFactory(), DanaFactory(), UserFactory(roles=[Role.ADMINISTRATOR])):
        browser = signed_in(stranger)
        assert {browser.get(f"{DASHBOARD}{file}").status_code for file in ("", "statuses.csv")} == {403}
    assert visitor.get(DASHBOARD).status_code == 302
    assert signed_in(ReviewerFactory()).post(DASHBOARD).status_code == 405
