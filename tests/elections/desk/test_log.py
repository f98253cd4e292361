"""Django's own log: one entry for each verb at the desk, with the election, for the admin's history and its start."""

import pytest
from django.contrib.admin.models import LogEntry

from elections.models import Conflict, Election, ReviewNote
from tests.elections.steps import approve, desk, hidden, reject, settle
from tests.factories.elections import ElectionFactory, ElectionRoleFactory, take_effect
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import BY_SSN, OTHER
from tests.pages import text

pytestmark = pytest.mark.django_db

DECIDED = {"submission_number": 1, "identifier": ""}


def entries() -> list[tuple[str, str, str]]:
    """Return who did what to which election, in the order it was done."""
    found = LogEntry.objects.filter(content_type__model="election").order_by("pk").select_related("user")
    assert found.count() == LogEntry.objects.count()
    return [(str(entry.user), entry.change_message, entry.object_repr) for entry in found]


def test_each_verb_leaves_one_entry_with_the_election(client, submitted, reviewer):
    client.post(desk(submitted, "start-review/"))
    client.post(desk(submitted, "assign/"), {"reviewer": ""})
    client.post(desk(submitted, "assign/"), {"reviewer": reviewer.pk})
    client.post(desk(submitted, "note/"), {"text": "Compare \u202ewith PECOS."})
    assert ReviewNote.objects.get().text == "Compare with PECOS."  # without what turns the direction of text
    client.post(desk(submitted, "reveal/"), {"practice": 0, "reason": "The name differs from PECOS."})
    approve(client, submitted)
    take_effect(submitted)
    read = client.post(desk(submitted, "identifier/"), {"identifier": "VG-1"})
    client.post(desk(submitted, "identifier/"), hidden(read) | {"identifier": "VG-1"})
    done = (
        *("Review started", "Reviewer changed", "Reviewer changed", "Note added", "A full TIN was shown to staff"),
        *("Approved", "Virtual group identifier replaced by the one CMS assigned"),
    )
    assert entries() == [("Alex Reviewer", verb, "Harbor Group, 2027") for verb in done]
    assert {entry.object_id for entry in LogEntry.objects.all()} == {str(submitted.pk)}


def test_the_next_one_that_is_taken_and_a_rejection_leave_theirs(client, submitted):
    client.post("/staff/elections/election/take-next/")
    reject(client, submitted, "No agreement.")
    assert entries() == [("Alex Reviewer", verb, "Harbor Group, 2027") for verb in ("Review started", "Rejected")]


def test_an_election_that_was_released_is_the_next_one_again(client, in_review):
    client.post(desk(in_review, "assign/"), {"reviewer": ""})
    assert "1 election without a reviewer." in text(client.get("/staff/dashboard/"))
    client.post("/staff/elections/election/take-next/")
    assert entries() == [("Alex Reviewer", "Reviewer changed", "Harbor Group, 2027")] * 2
    assert str(Election.objects.get().reviewer) == "Alex Reviewer"


def test_a_settled_conflict_is_logged_for_both_elections(cms_data, lead):
    ElectionFactory(state="submitted")
    ElectionFactory(by=UserFactory(name="Rae Rival"), name="Rival Group", state="submitted")
    conflict = Conflict.objects.earliest("pk")
    fields = {"outcome": "kept", "reason": "The practice signed the first."}
    settle(signed_in(lead), conflict, **fields)
    told = "Conflict over a TIN settled"
    assert sorted(entries()) == [
        ("Lee Lead", told, "Harbor Group, 2027"),
        ("Lee Lead", told, "Rival Group, 2027"),
        ("Lee Lead", "Correction requested", "Rival Group, 2027"),
        ("Lee Lead", "Review started", "Rival Group, 2027"),
    ]


def test_what_is_refused_or_done_already_leaves_none(client, submitted, reviewer):
    client.post(desk(submitted, "approve/"), DECIDED)
    client.post(desk(submitted, "reveal/"), {"practice": 0, "reason": ""})
    assert entries() == []
    for _ in range(2):
        client.post(desk(submitted, "start-review/"))
        client.post(desk(submitted, "assign/"), {"reviewer": reviewer.pk})
    assert [verb for _, verb, _ in entries()] == ["Review started"]


def test_the_first_page_and_the_election_s_history_tell_it(client, submitted, reviewer):
    other = ElectionFactory(practices=(OTHER, BY_SSN), name="Mill Group", state="submitted")
    client.post(desk(submitted, "start-review/"))
    assert f'<a href="{desk(submitted)}">Harbor Group, 2027</a>' in client.get("/staff/").content.decode()
    history = text(client.get(desk(submitted, "history/")))
    assert "Dec 1, 2026, 10:00:00 a.m. ET Alex Reviewer Review started" in history
    assert history.count("Review started") == 1
    assert "Review started" not in text(client.get(desk(other, "history/")))
    assert f'href="{desk(submitted, "history/")}"' in client.get(desk(submitted)).content.decode()
    ElectionRoleFactory(election=Election.objects.get(pk=submitted.pk), user=reviewer)
    assert client.get(desk(submitted, "history/")).status_code == 403


def test_auditors_read_the_log_searches_included_and_not_of_their_own_elections(client, submitted, reviewer):
    client.post(desk(submitted, "start-review/"))
    client.post("/staff/elections/election/", {"q": "96-1000002"})
    auditor = UserFactory(email="audrey@cms.example", roles=["auditor"])
    browser = signed_in(auditor)
    said = text(browser.get("/staff/elections/log/"))
    assert "2 rows, newest first." in said
    assert "Dec 1, 2026, 10:00:00 a.m. ET Alex Reviewer Harbor Group, 2027 Review started" in said
    assert "Alex Reviewer Search Searched by the TIN ending in 0002. Found: 1." in said
    [head, *rows] = browser.get("/staff/elections/log/csv/").content.decode().splitlines()
    assert (head, len(rows)) == ("when,who,about,what was done", 2)
    ElectionRoleFactory(election=submitted, user=auditor)
    assert "Harbor Group" not in text(browser.get("/staff/elections/log/"))
    assert client.get("/staff/elections/log/").status_code == 403


@pytest.mark.parametrize("entries", [1, 3])
def test_the_log_takes_as_many_queries_whatever_it_shows(
    client, submitted, reviewer, lead, entries, django_assert_num_queries
):
    for _ in range(entries):
        client.post("/staff/elections/election/", {"q": "96-1000002"})
    browser = signed_in(lead)
    browser.get("/staff/elections/log/")
    with django_assert_num_queries(7):
        assert browser.get("/staff/elections/log/").context["cl"].result_count == entries
