"""Electing again: practices, clinicians and people are carried over, and only what differs is asked about."""

from datetime import date

import pytest

from elections.desk.decisions import reject
from elections.models import Election, UpdateKind
from elections.submission import actions as submission_actions
from elections.upkeep import actions as upkeep_actions
from ground import clock
from tests.factories.elections import ElectionFactory, ElectionRoleFactory
from tests.factories.people import ReviewerFactory
from tests.factories.practices import GROUP, OTHER, SOLO, FictionalPractice, load_cms_data
from tests.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_year(representative, set_clock):
    """An election of 2026, approved; a clinician left since. CMS data of 2027 show them, one more, and one less."""
    set_clock("2025-11-20T10:00:00-05:00")
    load_cms_data([SOLO, OTHER, GROUP], performance_year=2026)
    election = ElectionFactory(practices=(SOLO, OTHER, GROUP), year=2026, state="approved")
    now = set_clock("2026-06-01T10:00:00-04:00")
    left = {"kind": UpdateKind.LEFT, "practice": 1, "npi": OTHER.npis[0], "effective_on": now.date()}
    upkeep_actions.report_clinician(election.pk, **left, by=representative, now=now)
    ElectionRoleFactory(election=election, user__email="kim@example.org")
    set_clock("2026-12-01T10:00:00-05:00")
    more = FictionalPractice(OTHER.name, OTHER.tin, (*OTHER.npis, "1003003153"))
    fewer = FictionalPractice(GROUP.name, GROUP.tin, GROUP.npis[:1])
    load_cms_data([SOLO, more, fewer])
    return election


def test_only_what_differs_is_asked_about(client, last_year):
    assert "Start 2027 from this election" in text(client.get("/elections/"))
    answer = client.post(f"/elections/{last_year.pk}/next-year", follow=True)
    draft = Election.objects.exclude(pk=last_year.pk).get()
    assert answer.redirect_chain[-1][0] == f"/elections/{draft.pk}/roster?show=problems"
    assert (draft.performance_year, draft.status, draft.virtual_group) == (2027, "draft", last_year.virtual_group)
    assert [
        (member.name, member.tin, list(member.clinicians.values_list("npi", flat=True)))
        for member in draft.members.all()
    ] == [
        (SOLO.name, SOLO.tin, list(SOLO.npis)),
        (OTHER.name, OTHER.tin, [OTHER.npis[1]]),
        (GROUP.name, GROUP.tin, list(GROUP.npis)),
    ]
    assert sorted(draft.roles.values_list("user__email", "kind")) == [
        ("dana@example.org", "collaborator"),
        ("kim@example.org", "viewer"),
    ]
    parties = draft.members.values_list("party__signer_name", "party__executed_on", "party__opt_in_accepted")
    assert list(parties) == [("Sam Okafor", None, False)] * 3
    assert not draft.agreement.acknowledged
    joined, left = answer.context["practices"]
    assert (joined.member.name, [one.npi for one in joined.missing], joined.lines) == (OTHER.name, ["1003003153"], [])
    assert left.member.name == GROUP.name
    assert [(line.cells[0], problem.sentence) for line in left.lines for problem in line.problems] == [
        (GROUP.npis[1], "CMS data do not show this NPI under this TIN.")
    ]


def test_who_was_reported_as_having_left_is_not_added_again(client, last_year):
    page = client.post(f"/elections/{last_year.pk}/next-year", follow=True)
    draft = Election.objects.exclude(pk=last_year.pk).get()
    said = "Last year’s election says this clinician left on Jun 1, 2026. We don’t add this clinician for you."
    assert "Add the clinicians CMS shows (1)" in text(page)
    assert f"1003003153 NAME3153, ROBIN {OTHER.npis[0]} NAME0002, ROBIN {said}" in text(page)
    member = draft.members.get(position=2)
    address = f"/elections/{draft.pk}/practices/{member.pk}"
    offered = client.get(address)
    assert "This adds 1 clinician and removes no one." in text(offered)
    assert said in text(offered)
    version = offered.context["cms_list"].version
    assert "1 clinician added from CMS data." in text(
        client.post(f"{address}/cms-list", {"version": version}, follow=True)
    )
    client.post(f"/elections/{draft.pk}/roster/undo")
    client.post(f"/elections/{draft.pk}/roster/fix", {"fix": "missing"})
    assert sorted(member.clinicians.values_list("npi", flat=True)) == sorted([OTHER.npis[1], "1003003153"])
    shown = text(client.get(address))
    assert "CMS data show 1 clinician under this TIN who is not listed:" in shown
    assert said in shown
    assert "Your list has everyone CMS shows" not in shown


def test_one_whose_rejection_has_not_taken_effect_is_not_over_yet(client, last_year):
    more = FictionalPractice(OTHER.name, OTHER.tin, (*OTHER.npis, "1003003153"))
    started = ElectionFactory(practices=(SOLO, more), state="in_review")
    Election.objects.filter(pk=started.pk).update(copied_from=last_year)
    reject(started.pk, by=ReviewerFactory(), now=clock.now(), submission_number=1, reasons="A TIN is wrong.")
    page = client.get("/elections/").content.decode()
    assert f'href="/elections/{started.pk}/">Go to your 2027 election</a>' in page
    assert "Start 2027 from this election" not in page


def test_it_starts_once_and_from_an_approved_one(client, last_year):
    client.post(f"/elections/{last_year.pk}/next-year")
    draft = Election.objects.exclude(pk=last_year.pk).get()
    link = f'href="/elections/{draft.pk}/">Go to your 2027 draft</a>'
    page = client.get("/elections/").content.decode()
    assert (link in page, "Start 2027 from this election" in page) == (True, False)
    again = client.post(f"/elections/{last_year.pk}/next-year", follow=True)
    assert again.redirect_chain == [(f"/elections/{draft.pk}/", 302)]
    assert "You already have an election for 2027. This is it." in text(again)
    Election.objects.filter(pk=draft.pk).update(representative_email="else@example.org")
    draft.roles.all().delete()
    assert "Go to your 2027 draft" not in text(client.get("/elections/"))
    again = client.post(f"/elections/{last_year.pk}/next-year", follow=True)
    assert again.redirect_chain == [(f"/elections/{last_year.pk}/", 302)]
    assert (
        "Someone already started the election for 2027 from this one. Ask Dana Rivera, who started it, to invite you."
        in text(again)
    )
    Election.objects.filter(pk=draft.pk).update(representative_email="dana@example.org")
    told = text(client.post(f"/elections/{draft.pk}/next-year", follow=True))
    assert "You can start the next year’s election only from an approved election." in told
    assert Election.objects.count() == 2


def test_new_names_are_carried_over_and_what_ended_is_pointed_out(client, representative, last_year):
    now = {"by": representative, "now": clock.now(), "effective_on": date(2026, 7, 1)}
    upkeep_actions.report_practice(last_year.pk, kind=UpdateKind.RENAMED, practice=0, other="Harbor Medicine", **now)
    upkeep_actions.report_practice(last_year.pk, kind=UpdateKind.MERGED, practice=1, other="", **now)
    answer = client.post(f"/elections/{last_year.pk}/next-year", follow=True)
    draft = Election.objects.exclude(pk=last_year.pk).get()
    member = draft.members.get(position=2)
    assert (
        "Last year’s election says this practice closed, merged, or was sold: "
        f'<a href="/elections/{draft.pk}/practices/{member.pk}">Old Mill Clinic</a>. If a practice no longer bills'
    ) in answer.content.decode()
    assert [member.name for member in draft.members.all()] == ["Harbor Medicine", OTHER.name, GROUP.name]


@pytest.mark.parametrize("end", ["lapsed", "withdrawn"])
def test_the_list_of_an_election_that_is_over_starts_the_open_year(client, set_clock, end):
    set_clock("2025-12-30T10:00:00-05:00")
    load_cms_data(performance_year=2026)
    over = ElectionFactory(year=2026, state="draft" if end == "lapsed" else "submitted")
    if end == "lapsed":
        submission_actions.lapse_due(now=set_clock("2026-01-01T00:20:00-05:00"))
    else:
        submission_actions.withdraw(over.pk, by=over.started_by, now=clock.now())
    set_clock("2026-12-01T10:00:00-05:00")
    load_cms_data()
    for page in ("/elections/", f"/elections/{over.pk}/"):
        assert "Start 2027 from this election" in text(client.get(page))
    assert "Elections for 2026 closed" in text(client.get(f"/elections/{over.pk}/"))
    shown = text(client.post(f"/elections/{over.pk}/copy", follow=True))
    assert "This is your new draft for 2027. It is not submitted yet." in shown
    draft = Election.objects.exclude(pk=over.pk).get()
    assert (draft.performance_year, draft.status, draft.virtual_group) == (2027, "draft", over.virtual_group)
    assert [(member.name, member.tin) for member in draft.members.all()] == [
        (made.name, made.tin) for made in (SOLO, GROUP)
    ]
    assert not draft.agreement.acknowledged
    for page in ("/elections/", f"/elections/{over.pk}/"):
        shown = client.get(page).content.decode()
        assert f'href="/elections/{draft.pk}/">Go to your 2027 draft</a>' in shown
        assert "Start 2027 from this election" not in shown
    again = client.post(f"/elections/{over.pk}/copy", follow=True)
    assert again.redirect_chain == [(f"/elections/{draft.pk}/", 302)]
    assert "You already have an election for 2027. This is it." in text(again)
    assert Election.objects.count() == 2
