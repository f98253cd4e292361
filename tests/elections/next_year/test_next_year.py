"""Electing again: practices, clinicians and people are carried over, and only what differs is asked about."""

import pytest

from accounts.models import Role
from elections.models import Election, ElectionRole, UpdateKind
from elections.upkeep import actions as upkeep_actions

from .. import make
from ..make import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_year(representative, set_clock):
    """An election of 2026, approved; a clinician left since. CMS data of 2027 show one more, and one less."""
    reviewer = make.person("alex@cms.example", Role.REVIEWER)
    set_clock("2025-11-20T10:00:00-05:00")
    make.load_cms_data([make.SOLO, make.OTHER, make.GROUP], year=2026)
    election = make.draft(representative, (make.SOLO, make.OTHER, make.GROUP), year=2026)
    election = make.approved(election, representative, reviewer)
    now = set_clock("2026-06-01T10:00:00-04:00")
    upkeep_actions.report_clinician(
        election.pk,
        kind=UpdateKind.LEFT,
        practice=1,
        npi=make.OTHER.npis[0],
        effective_on=now.date(),
        by=representative,
        now=now,
    )
    kim = make.person("kim@example.org")
    ElectionRole.objects.create(election=election, user=kim, kind="viewer")
    set_clock("2026-12-01T10:00:00-05:00")
    joined = make.MadePractice(make.OTHER.name, make.OTHER.tin, (make.OTHER.npis[1], "1003153184"))
    left = make.MadePractice(make.GROUP.name, make.GROUP.tin, make.GROUP.npis[:1])
    make.load_cms_data([make.SOLO, joined, left])
    return election


def test_only_what_differs_is_asked_about(last_year, representative):
    client = make.signed_in(representative)
    assert "Start 2027 from this one" in text(client.get("/elections/"))
    answer = client.post(f"/elections/{last_year.pk}/next-year", follow=True)
    draft = Election.objects.exclude(pk=last_year.pk).get()
    assert answer.redirect_chain[-1][0] == f"/elections/{draft.pk}/roster?show=problems"
    assert (draft.performance_year, draft.status, draft.virtual_group) == (2027, "draft", last_year.virtual_group)
    assert [
        (member.name, member.tin, list(member.clinicians.values_list("npi", flat=True)))
        for member in draft.members.all()
    ] == [
        (make.SOLO.name, make.SOLO.tin, list(make.SOLO.npis)),
        (make.OTHER.name, make.OTHER.tin, [make.OTHER.npis[1]]),
        (make.GROUP.name, make.GROUP.tin, list(make.GROUP.npis)),
    ]
    assert sorted(draft.roles.values_list("user__email", "kind")) == [
        ("dana@example.org", "collaborator"),
        ("kim@example.org", "viewer"),
    ]
    parties = draft.members.values_list("party__signer_name", "party__executed_on", "party__opt_in_accepted")
    assert list(parties) == [("Sam Okafor", None, False)] * 3
    assert not draft.agreement.acknowledged
    joined, left = answer.context["practices"]
    assert (joined.member.name, [one.npi for one in joined.missing], joined.lines) == (
        make.OTHER.name,
        ["1003153184"],
        [],
    )
    assert left.member.name == make.GROUP.name
    assert [(line.cells[0], problem.sentence) for line in left.lines for problem in line.problems] == [
        (make.GROUP.npis[1], "CMS data do not show this NPI under this TIN.")
    ]


def test_it_starts_once_and_from_an_approved_one(last_year, representative):
    client = make.signed_in(representative)
    client.post(f"/elections/{last_year.pk}/next-year")
    again = client.post(f"/elections/{last_year.pk}/next-year", follow=True)
    assert "The election for 2027 was already started from this one." in text(again)
    draft = Election.objects.exclude(pk=last_year.pk).get()
    told = text(client.post(f"/elections/{draft.pk}/next-year", follow=True))
    assert "You can start the next year’s election only from an approved election." in told
    assert Election.objects.count() == 2
