"""The queue over HTTP: what it lists, filters that stay, and what is searched for."""

import csv
import io
import re
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry

from elections.models import Election
from elections.practices import contests
from elections.receipt_codes import grouped
from eligibility.models import DeterminationClinician
from ground import clock
from tests.elections.steps import approve, queue
from tests.factories.elections import ElectionFactory, submit
from tests.factories.people import UserFactory
from tests.factories.practices import BELOW, BY_SSN, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.moments import at
from tests.pages import text

pytestmark = pytest.mark.django_db

QUEUE = "/staff/elections/election/"
OPEN = f"{QUEUE}?status=open"
LAST = "2026-12-01T13:00:00-05:00"
NOT_UNDERSTOOD = "We didn’t understand the filters in this address, so this list shows what needs a decision."


def search(client, words, **filters):
    return client.post(f"{QUEUE}?{urlencode(filters)}", {"q": words})


@pytest.fixture(scope="module")
def _made(module_db: None) -> dict[str, UUID]:
    """Four elections: one waits, one is being read, one is approved and one was contested."""
    load_cms_data()
    rae = UserFactory(email="rae@example.org", name="Rae Vale")
    third = FictionalPractice("Third Clinic", "961000007", ("1003001058",))
    fourth = FictionalPractice("Fourth Clinic", "961000008", ("1003001066",))
    with at("2026-12-01T10:00:00-05:00"):
        made = {"Harbor Group": ElectionFactory(state="submitted")}
    with at("2026-12-01T11:00:00-05:00"):
        made["Mill Group"] = ElectionFactory(by=rae, practices=(OTHER, BY_SSN), name="Mill Group", state="in_review")
    with at("2026-12-01T12:00:00-05:00"):
        made["Pine Group"] = ElectionFactory(by=rae, practices=(third, fourth), name="Pine Group", state="approved")
    with at(LAST):
        DeterminationClinician.objects.filter(npi=SOLO.npis[0]).update(**BELOW)
        contested = made["Oak Group"] = ElectionFactory(by=rae, practices=(SOLO, fourth), name="Oak Group")
        told = {"rule": "low-volume-threshold", "statement": "Robin joined on Jan 5, 2026."}
        contests.contest(contested.pk, contested.members.all()[0].pk, **told, by=rae, now=clock.now())
        submit(contested)
    return {name: election.pk for name, election in made.items()}


@pytest.fixture
def groups(_made: dict[str, UUID], db: None, set_clock) -> dict[str, Election]:
    set_clock(LAST)
    return {name: Election.objects.get(pk=pk) for name, pk in _made.items()}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Harbor Group", "Mill Group", "Oak Group"]),
        ({"status": "all"}, ["Harbor Group", "Mill Group", "Pine Group", "Oak Group"]),
        ({"status": "in_review"}, ["Mill Group"]),
        ({"status": "withdrawn"}, []),
        ({"year": "2027"}, ["Harbor Group", "Mill Group", "Oak Group"]),
        ({"reviewer": "mine"}, ["Mill Group"]),
        ({"reviewer": "mine", "status": "all"}, ["Mill Group", "Pine Group"]),
        ({"reviewer": "unassigned"}, ["Harbor Group", "Oak Group"]),
        ({"attention": "contested"}, ["Oak Group"]),
        ({"attention": "conflict"}, ["Harbor Group", "Oak Group"]),
        ({"attention": "conflict", "reviewer": "mine"}, []),
        ({"attention": "conflict", "status": "all"}, ["Harbor Group", "Pine Group", "Oak Group"]),
        ({"o": "-3"}, ["Oak Group", "Mill Group", "Harbor Group"]),
    ],
)
def test_what_needs_a_decision_is_listed_oldest_first_unless_filters_say_otherwise(client, groups, filters, expected):
    assert queue(client, **filters) == expected


def test_a_row_says_what_needs_attention(client, groups):
    rows = {row.submitted_name: row for row in client.get(OPEN).context["cl"].result_list}
    page = client.get(f"{QUEUE}?status=all").content.decode()
    assert rows["Oak Group"].is_contested
    assert "Contested finding, conflict over a TIN" in page
    assert page.count('<td class="field-attention">Nothing</td>') == 1


def test_a_decision_within_its_minute_is_not_shown_as_final(client, groups):
    assert approve(client, groups["Mill Group"]).status_code == 302
    page = client.get(f"{QUEUE}?status=approved").content.decode()
    assert re.findall(r'<span class="usa-tag [^"]*">(.*?)</span>', page) == ["Approved, not in effect yet", "Approved"]
    rows = list(csv.reader(io.StringIO(client.get(f"{QUEUE}csv/?status=approved").content.decode())))
    assert [row[2] for row in rows] == ["status", "Approved, not in effect yet", "Approved"]


@pytest.mark.parametrize(
    "query",
    [
        *("status=nonsense", "status=draft", "year=1999", "reviewer=0", "attention=nonsense", "among=nonsense"),
        *("nonsense=1", "representative_email__startswith=d", "status=open&nonsense=1", "e=1"),
    ],
)
def test_a_filter_that_is_not_understood_is_said_and_lists_no_more_than_the_open_ones(client, groups, query):
    answer = client.get(f"{QUEUE}?{query}", follow=True)
    assert answer.redirect_chain[-1] == (OPEN, 302)
    assert NOT_UNDERSTOOD in answer.content.decode()
    assert [election.submitted_name for election in answer.context["cl"].result_list] == [
        *("Harbor Group", "Mill Group", "Oak Group")
    ]


def test_filters_stay_until_they_are_cleared(client, groups):
    client.get(f"{QUEUE}?reviewer=mine&status=all&q=Mill&p=1")
    assert client.get(QUEUE).headers["Location"] == f"{QUEUE}?status=all&reviewer=mine"
    assert 'href="?status=open">Clear search and filters</a>' in client.get(f"{QUEUE}?status=all").content.decode()
    client.get(OPEN)
    assert client.get(QUEUE).headers["Location"] == OPEN


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mill", ["Mill Group"]),
        ("Old Mill Clinic", ["Mill Group"]),
        ("harbor medicine", ["Harbor Group", "Oak Group"]),
        ("rae vale", ["Mill Group", "Oak Group"]),
        ("dana@example.org", ["Harbor Group"]),
        ("Nobody of this name", []),
    ],
)
def test_words_find_groups_practices_and_representatives_within_the_filters(client, groups, words, expected):
    answer = search(client, words, status="open")
    assert answer.headers["Location"] == f"{QUEUE}?{urlencode({'status': 'open', 'q': words})}"
    page = client.get(answer.headers["Location"])
    assert [election.submitted_name for election in page.context["cl"].result_list] == expected
    assert f"Search: “{words}”." in page.content.decode()


def test_what_the_filters_hide_of_a_search_is_said_and_one_click_away(client, groups):
    code = groups["Pine Group"].last_submission.receipt_code
    for words, said, link in (
        (code, "No election matches within your filters.", "Show 1 match outside your filters"),
        ("group", "1 election, answered corrections first, then oldest.", "Show 3 more matches outside your filters"),
    ):
        page = search(client, words, reviewer="mine", status="open").headers["Location"]
        answer = client.get(page)
        assert said in text(answer)
        [address] = re.findall(rf'<a href="([^"]+)">{link}</a>', answer.content.decode())
        assert address == f"?status=all&amp;q={words}"
        beyond = client.get(f"{QUEUE}{unescape(address)}")
        assert "Pine Group" in text(beyond)
        assert "outside your filters" not in text(beyond)


def test_a_receipt_code_finds_its_election_however_it_is_typed(client, groups):
    code = groups["Mill Group"].last_submission.receipt_code
    for typed in (code, grouped(code), code.lower(), f"{code[:8]}-{code[8:]}"):
        assert queue(client, status="all", q=typed) == ["Mill Group"]


@pytest.mark.parametrize(("number", "kind"), [("96-1000003", "TIN"), ("NPI: 2000000002", "NPI")], ids=["TIN", "NPI"])
def test_a_number_that_one_election_lists_opens_its_packet_and_is_logged(client, groups, reviewer, number, kind):
    assert search(client, number).headers["Location"] == f"{QUEUE}{groups['Mill Group'].pk}/"
    entry = LogEntry.objects.get()
    digits = "".join(filter(str.isdigit, number))
    assert (entry.user, entry.change_message) == (
        reviewer,
        f"Searched by the {kind} ending in {digits[-4:]}. Found: 1.",
    )


def test_a_number_that_several_list_leads_to_them_and_stands_in_no_address(client, groups):
    answer = search(client, SOLO.tin, status="in_review")
    assert SOLO.tin not in answer.headers["Location"]
    page = client.get(answer.headers["Location"])
    assert [election.submitted_name for election in page.context["cl"].result_list] == ["Harbor Group", "Oak Group"]
    assert "These elections list the TIN or NPI that you searched by." in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("961009999", "No submitted election lists the TIN ending in 9999."),
        ("1003001033", "No submitted election lists the NPI ending in 1033."),
        ("Lakeside 961000002", "Search by a TIN (9 digits) or an NPI (10 digits) alone, without other words."),
        ("Vega 1999999992", "Search by a TIN (9 digits) or an NPI (10 digits) alone, without other words."),
        ("457-55-5462", "No submitted election lists the TIN ending in 5462."),
    ],
)
def test_a_number_that_is_not_found_is_not_shown_again(client, groups, typed, said):
    client.get(f"{QUEUE}?status=in_review&reviewer=mine")
    answer = client.post(OPEN, {"q": typed}, follow=True)
    listed = [election.submitted_name for election in answer.context["cl"].result_list]
    page = answer.content.decode()
    if said.startswith("No submitted election"):
        assert answer.redirect_chain == [(f"{QUEUE}?status=all&among=nothing", 302)]
        assert listed == []
        assert "No submitted election lists the TIN or NPI that you searched by." in page
        assert "No election matches" not in page
        assert client.get(QUEUE).headers["Location"] == f"{QUEUE}?status=in_review&reviewer=mine"
    else:
        assert answer.redirect_chain == [(OPEN, 302)]
    assert said in page
    assert typed not in page


@pytest.mark.parametrize("typed", [SOLO.npis[0], "961000001"])
def test_a_number_in_the_address_lists_nothing(client, groups, typed):
    answer = client.get(f"{QUEUE}?status=all&q={typed}", follow=True)
    page = answer.content.decode()
    assert typed not in page
    if answer.status_code == 200:
        assert answer.redirect_chain == [(OPEN, 302)]
        assert "Type a TIN or an NPI into the search box. We keep numbers out of addresses." in page
    else:
        assert answer.status_code == 400  # as everywhere, before the desk is asked


def test_the_list_is_downloaded_as_it_is_filtered(client, groups):
    oak = Election.objects.filter(pk=groups["Oak Group"].pk)
    oak.update(representative_name="=cmd|'/c calc'!A1")
    with at(LAST):
        submit(oak.get())
    oak.update(representative_name="Not Submitted", representative_email="draft@example.org")
    answer = client.get(f"{QUEUE}csv/?status=open&attention=conflict")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="elections-2026-12-01.csv"'
    assert list(csv.reader(io.StringIO(answer.content.decode()))) == [
        [
            *("virtual group", "performance year", "status", "received", "age", "reviewer", "needs attention"),
            *("representative", "representative’s email"),
        ],
        [
            *("Harbor Group", "2027", "Submitted", "Dec 1, 2026, 10:00 a.m. ET", "0 days", "", "Conflict over a TIN"),
            *("Dana Rivera", "dana@example.org"),
        ],
        [
            *("Oak Group", "2027", "Submitted", "Dec 1, 2026, 1:00 p.m. ET", "0 days", ""),
            *("Contested finding, conflict over a TIN, cannot tell yet", "'=cmd|'/c calc'!A1", "rae@example.org"),
        ],
    ]
    for typed in ("Not Submitted", "draft@example.org"):
        assert "Oak Group" not in client.get(f"{QUEUE}?status=all&q={typed}").content.decode()
    assert client.get(f"{QUEUE}csv/?status=nonsense").headers["Location"] == OPEN
