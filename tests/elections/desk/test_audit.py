"""The lists for auditors over HTTP: what happened to all elections, who decided, overrode and saw full TINs."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import Error, transaction
from django.test import Client, override_settings

from accounts.models import Role
from elections.models import Decision, Election, Event, Override
from elections.practices import contests
from eligibility.models import DeterminationClinician, LoadRun
from ground import clock
from tests.elections.steps import approve, desk, hidden
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, start_review, take_effect
from tests.factories.people import LeadFactory, ReviewerFactory, StewardFactory, UserFactory, signed_in
from tests.factories.practices import BELOW, SOLO, FictionalPractice, PracticeFactory, load_cms_data
from tests.pages import text

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

LISTS = {name: f"/staff/elections/{name}/" for name in ("event", "decision", "override", "reveal")}
RULE = "low-volume-threshold"
WHY = "The practice sent its claims of 2026; they exceed all three limits."
ASKED = "It called about NPI 1999999992."
NOW = "Dec 1, 2026, 10:00:00 a.m. ET"
NOT_UNDERSTOOD = "We didn’t understand the filters in this address, so this list shows everything."


@pytest.fixture
def auditor(db) -> Client:
    return signed_in(UserFactory(email="audrey@cms.example", name="Audrey Auditor", roles=[Role.AUDITOR]))


def decide(numbers: range) -> list[Election]:
    """Bring elections to an approval, each with one override and one full TIN shown."""
    practices = PracticeFactory.build_batch(2 * len(numbers))
    LoadRun.objects.update(status=LoadRun.Status.SUPERSEDED)
    load_cms_data(practices)
    DeterminationClinician.objects.filter(npi__in=[made.npis[0] for made in practices[::2]]).update(**BELOW)
    return [approved(number, practices[2 * at : 2 * at + 2]) for at, number in enumerate(numbers)]


def approved(number: int, practices: list[FictionalPractice]) -> Election:
    lead, reviewer = signed_in(LeadFactory()), signed_in(ReviewerFactory())
    by = UserFactory(email=f"by{number}@example.org", name=f"Robin {number}")
    election = ElectionFactory(by=by, practices=practices, name=f"Group {number}")
    member = election.members.all()[0]
    contests.contest(election.pk, member.pk, rule=RULE, statement="It exceeds them.", by=by, now=clock.now())
    start_review(election)
    fields = {"submission_number": 1, "finding": f"0:{RULE}", "justification": WHY}
    assert lead.post(desk(election, "override/"), fields).status_code == 302
    assert reviewer.post(desk(election, "reveal/"), {"practice": 0, "reason": ASKED}).status_code == 200
    assert approve(reviewer, election).status_code == 302
    take_effect(election)
    return election


@pytest.fixture(scope="module")
def _made(module_db: None) -> Election:
    with override_settings(STAFF_SECOND_FACTOR=False):
        [election] = decide(range(1))
    return election


@pytest.fixture
def decided(_made: Election, db: None) -> Election:
    """An election that was approved, with an override and a full TIN shown: the only one."""
    return Election.objects.get(pk=_made.pk)


def shown(client: Client, address: str) -> list[list[str]]:
    """Return the rows of a list, its head first."""
    page = client.get(address).content.decode()
    table = page[page.index('id="result_list"') : page.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


def file(client: Client, address: str, query: str = "") -> list[list[str]]:
    answer = client.get(f"{address}csv/{query}")
    assert answer.headers["Content-Disposition"].endswith('-2026-12-01.csv"')
    return list(csv.reader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize("more", [0, 2])
def test_lists_take_as_many_queries_for_three_elections_as_for_one(auditor, decided, more, django_assert_num_queries):
    decide(range(1, 1 + more))
    for name in LISTS:
        auditor.get(LISTS[name])
        with django_assert_num_queries(8):
            assert auditor.get(LISTS[name]).context["cl"].result_count >= 1 + more


def test_each_list_and_its_file_say_who_did_what_and_why(auditor, decided):
    decide(range(1, 3))
    practice = re.match(
        r"Practice \d+", Override.objects.get(submission__election__virtual_group__name="Group 2").practice_name
    )
    assert practice
    first = ["Group 2", "2027"]
    expected = {
        "event": [NOW, *first, "Approved", "Alex Reviewer", "", ""],
        "decision": [NOW, *first, "1", "Approved", "In effect", "Alex Reviewer", ""],
        "override": [NOW, *first, practice[0], "Low-volume threshold", "Lee Lead", WHY],
        "reveal": [NOW, *first, practice[0], "Alex Reviewer", "It called about NPI •••9992."],
    }
    for name, row in expected.items():
        rows = shown(auditor, LISTS[name])
        assert [cell.strip("-") for cell in rows[1]] == row, name
        assert file(auditor, LISTS[name])[1] == row
        assert len(file(auditor, LISTS[name])) == len(rows)
    assert [len(shown(auditor, LISTS[name])) - 1 for name in ("decision", "override", "reveal")] == [3, 3, 3]
    assert shown(auditor, LISTS["reveal"])[0] == [
        *("When", "Virtual group", "Performance year", "Practice", "Who", "Reason")
    ]


@pytest.mark.parametrize(
    ("words", "count"), [("low-volume threshold", 1), ("volume-threshold", 1), ("practice size", 0), ("exceed all", 1)]
)
def test_overrides_are_found_by_the_rule_s_name_or_id(auditor, decided, words, count):
    assert auditor.get(LISTS["override"], {"q": words}).context["cl"].result_count == count


def test_each_row_leads_to_the_packet(auditor, decided):
    for address in LISTS.values():
        assert f'<a href="{desk(decided)}">Group 0</a>' in auditor.get(f"{address}?year=2027").content.decode()
    assert auditor.get(desk(decided)).status_code == 200


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("verb=override", 1),
        ("by=cms", 4),
        ("by=site", 0),
        ("by=others&verb=contest", 1),
        ("year=2027&verb=approve", 1),
        ("at__year=2026&at__month=12&at__day=1&verb=approve", 1),
        ("at__year=2025", 0),
        ("q=PECOS", 0),
        ("q=Alex+Reviewer", 3),
        ("q=it+called", 1),
        ("q=Group+0&verb=submit", 1),
    ],
)
def test_events_are_filtered_and_searched(auditor, decided, query, count):
    address = f"{LISTS['event']}?{query}"
    assert auditor.get(address).context["cl"].result_count == count
    assert len(file(auditor, LISTS["event"], f"?{query}")) == 1 + count


@pytest.mark.parametrize("query", ["year=1999", "verb=nonsense", "by=nonsense", "year=2027&at__year=nonsense"])
@pytest.mark.parametrize("page", ["", "csv/"])
def test_a_filter_that_is_not_understood_is_said(auditor, decided, query, page):
    answer = auditor.get(f"{LISTS['event']}{page}?{query}", follow=True)
    assert answer.redirect_chain[-1] == (LISTS["event"], 302)
    assert NOT_UNDERSTOOD in text(answer)


def test_no_other_column_can_be_asked_about(auditor, decided):
    for address in LISTS.values():
        assert auditor.get(f"{address}?by__password__startswith=a").status_code == 400
        assert auditor.get(f"{address}csv/?details__contains=a").status_code == 400


def test_words_are_searched_by_a_form_that_posts_and_numbers_are_not(auditor, decided):
    page = auditor.post(f"{LISTS['event']}?verb=approve&q=before", {"q": "Group 0"})
    assert page.headers["Location"] == f"{LISTS['event']}?verb=approve&q=Group+0"
    found = text(auditor.get(page.headers["Location"]))
    assert "1 row, newest first. Search: “Group 0”. Show 6 more matches outside your filters" in found
    assert auditor.post(LISTS["event"], {"q": ""}).headers["Location"] == LISTS["event"]
    for number in (SOLO.tin, "96-1000001", SOLO.npis[0], "961 00 0001"):
        answer = auditor.post(LISTS["event"], {"q": number}, follow=True)
        assert answer.redirect_chain == [(LISTS["event"], 302)]
        assert "Search by words. No row of this list has a full TIN or NPI." in text(answer)


def test_nothing_of_a_draft_or_of_an_election_of_ones_own_is_listed(auditor, decided):
    ElectionFactory(name="A draft no one at CMS sees")
    assert "A draft no one" not in text(auditor.get(LISTS["event"]))
    ElectionRoleFactory(election=decided, user=auditor.get("/staff/").context["user"])
    for address in LISTS.values():
        assert auditor.get(address).context["cl"].result_count == 0
        assert len(file(auditor, address)) == 1


def test_auditors_and_lead_reviewers_read_them_and_no_one_else(auditor, lead, decided, visitor):
    addresses = [*LISTS.values(), *(f"{address}csv/" for address in LISTS.values())]
    for reader in (auditor, signed_in(lead)):
        assert {reader.get(address).status_code for address in addresses} == {200}
        page = reader.get("/staff/").content.decode()
        assert [address for address in LISTS.values() if f'href="{address}"' not in page] == []
    for stranger in (ReviewerFactory(), StewardFactory(), UserFactory(), UserFactory(roles=[Role.ADMINISTRATOR])):
        browser = signed_in(stranger)
        assert {browser.get(address).status_code for address in addresses} == {403}
        assert {browser.post(address).status_code for address in LISTS.values()} == {403}
    assert {visitor.get(address).status_code for address in addresses} == {302}


def test_no_row_is_changed_by_any_page(auditor, decided):
    for model in (Event, Decision, Override):
        row, rows = model.objects.latest("pk"), model.objects.count()
        address = f"/staff/elections/{model._meta.model_name}/"
        for page in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
            assert auditor.post(f"{address}{page}", {"post": "yes"}).status_code == 404
        for action in ("delete_selected", "delete"):
            auditor.post(address, {"action": action, "_selected_action": [row.pk], "post": "yes"})
        assert model.objects.count() == rows
        assert 'name="action"' not in auditor.get(address).content.decode()
        with pytest.raises(Error), transaction.atomic():
            model.objects.filter(pk=row.pk).delete()


def test_decisions_that_were_undone_or_reopened_say_so(auditor, decided, set_clock):
    lead, reviewer = signed_in(LeadFactory()), signed_in(ReviewerFactory())
    set_clock("2026-12-01T10:05:00-05:00")
    why = {"submission_number": 1, "reason": "PECOS was wrong."}
    lead.post(desk(decided, "reopen/"), why | hidden(lead.post(desk(decided, "reopen/"), why)))
    set_clock("2026-12-01T10:06:00-05:00")
    approve(reviewer, decided)
    set_clock("2026-12-01T10:06:30-05:00")
    reviewer.post(desk(decided, "take-back/"))
    set_clock("2026-12-01T10:07:00-05:00")
    approve(reviewer, decided)
    rows = shown(auditor, LISTS["decision"])
    at = rows[0].index("What became of it")
    assert [row[at] for row in rows[1:]] == [
        "Not in effect yet",
        "Undone Dec 1, 2026, 10:06:30 a.m. ET",
        "Reopened Dec 1, 2026, 10:05:00 a.m. ET",
    ]
    assert [row[at] for row in file(auditor, LISTS["decision"])[1:]] == [row[at] for row in rows[1:]]
