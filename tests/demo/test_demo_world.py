"""What the demo world holds: an election in every status, and people who can sign in."""

from datetime import datetime

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User, WaitingRole
from accounts.roles import why_not_confirm
from demo import people
from elections.content import Snapshot
from elections.models import Claim, Conflict, Election, ElectionRole, Event, Update
from elections.readiness import judge
from elections.upkeep.export import ExportRequest, rows_of
from eligibility.models import LoadRun
from ground import clock
from ground.clock import EASTERN
from notices.models import Notice

pytestmark = [pytest.mark.proof, pytest.mark.django_db]


def test_an_election_in_every_status(made):
    found = [
        (
            one.status,
            one.performance_year,
            str(one.virtual_group),
            one.representative_name,
            one.last_submission and one.last_submission.ledger_for_cms["outcome"],
            one.members.count(),
        )
        for one in Election.objects.order_by("started_at")
    ]
    assert found == [
        ("approved", 2026, "Three Rivers Virtual Group", "Dana Rivera", "undetermined", 3),
        ("approved", 2026, "Foothills Virtual Group", "Elena Petrova", "undetermined", 2),
        ("lapsed", 2026, "Summit and Valley", "Dana Rivera", None, 1),
        ("approved", 2027, "River Bend Virtual Group", "Dana Rivera", "eligible", 3),
        ("withdrawn", 2027, "Eye and Heart Partners", "Elena Petrova", "eligible", 2),
        ("rejected", 2027, "Summit Cedar Alliance", "Dana Rivera", "undetermined", 2),
        ("in_review", 2027, "Diagnostics and Vision Network", "Marcus Bell", "eligible", 2),
        ("submitted", 2027, "Medical Leaders Virtual Group", "Elena Petrova", "ineligible", 2),
        ("submitted", 2027, "Prairie Health Partners", "Dana Rivera", "eligible", 3),
        ("draft", 2027, "Lakeside Virtual Group", "Dana Rivera", None, 3),
    ]


def test_the_draft_has_three_things_to_mend(made):
    draft = Election.objects.get(status="draft")
    judged_election = judge(Snapshot.of_working_copy(draft), election_id=draft.pk, at=clock.now(), by=draft.started_by)
    assert [(finding.rule, finding.practice) for finding in judged_election.blocking] == [
        ("roster-complete", 1),
        ("opt-in-accepted", 2),
        ("agreement-acknowledged", None),  # with the submission
        ("agreement-executed", None),
    ]
    assert {finding.outcome for finding in judged_election.findings} == {"met", "not_met", "not_applicable"}
    roles = ElectionRole.objects.filter(election=draft).order_by("kind")
    assert [(role.user.name, role.kind) for role in roles] == [("Priya Shah", "collaborator"), ("Tom Okafor", "viewer")]


def test_one_claim_waits_and_its_conflict_is_open(made):
    claims = Claim.objects.filter(state="waiting").values_list("election__virtual_group__name", "practice_name")
    assert list(claims) == [("Medical Leaders Virtual Group", "PALOS DIAGNOSTICS SC")]
    conflict = Conflict.objects.get()
    assert (str(conflict.holder.election.virtual_group), conflict.closed_at) == ("Diagnostics and Vision Network", None)


def test_the_approved_one_was_updated_since(made):
    approved = Election.objects.get(status="approved", performance_year=2027)
    assert (len(approved.virtual_group_identifier or ""), approved.identifier_is_provisional) == (6, True)
    updates = Update.objects.filter(submission=approved.last_submission)
    assert list(updates.values_list("kind", "practice")) == [("joined", 0), ("contact", None)]


def test_a_group_of_last_year_has_a_year_of_updates_behind_it_and_one_has_none(made):
    updates = Update.objects.filter(submission__election__performance_year=2026)
    assert [(update.kind, str(update.reported_at.date()), update.state) for update in updates] == [
        ("joined", "2026-02-10", "acknowledged"),
        ("renamed", "2026-04-06", "acknowledged"),
        ("left", "2026-06-15", "acknowledged"),
        ("contact", "2026-08-20", "recorded"),
        ("left", "2026-09-14", "undone"),
        ("closed", "2026-10-12", "recorded"),
        ("nothing", "2026-11-16", "recorded"),
    ]
    assert {update.submission.virtual_group_name for update in updates} == {"Three Rivers Virtual Group"}


def test_exports_of_last_year_as_recorded_in_it_have_names(made):
    rows = rows_of(ExportRequest(2026, recorded_by=datetime(2026, 6, 30, 12, tzinfo=EASTERN)))
    assert {row["virtual_group_name"] for row in rows} == {"Three Rivers Virtual Group", "Foothills Virtual Group"}
    assert [row["npi"] for row in rows if not row["last_name"] or not row["first_name"]] == []


def test_elections_come_after_the_data_and_before_now(made):
    moments = list(Event.objects.filter(election__performance_year=2027).order_by("at").values_list("at", flat=True))
    loaded = list(LoadRun.objects.values_list("finished_at", flat=True))
    assert [moment.isoformat()[:10] for moment in (moments[0], moments[-1])] == ["2026-11-05", "2026-11-29"]
    assert [moment.isoformat()[:10] for moment in loaded if moment] == ["2026-11-03", "2026-11-03"]


def test_loads_are_marked_as_made_up(made):
    run = LoadRun.objects.get(kind="determinations")
    assert [file["name"] for file in run.files] == [
        "made-up-determinations-2027-practices.csv",
        "made-up-determinations-2027-clinicians.csv",
    ]
    assert (run.status, run.performance_year, run.started_by) == ("active", 2027, "mei.tan@example.org")


def test_everybody_can_sign_in(made):
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(people.EVERYBODY) == 11
    assert [user.email for user in User.objects.all() if not user.check_password(people.PASSWORD)] == []
    held = {user.email: [role.role for role in user.staff_roles.all()] for user in User.objects.all() if user.is_staff}
    assert held == {
        "rosa.lind@example.org": ["reviewer"],
        "henry.cole@example.org": ["lead_reviewer"],
        "mei.tan@example.org": ["data_steward"],
        "omar.haddad@example.org": ["auditor"],
        "alex.kim@example.org": ["administrator"],
        "nora.whitfield@example.org": ["administrator"],
    }


def test_a_role_waits_for_the_second_administrator(made):
    waiting = WaitingRole.objects.get()
    assert (waiting.user.email, waiting.role) == ("rosa.lind@example.org", "lead_reviewer")
    assert waiting.given.takes_effect_at is None
    assert why_not_confirm(waiting, User.objects.get(email=people.NORA.email)) == ""
    [notice] = Notice.objects.filter(reason="staff given")
    assert (notice.to, notice.subject) == ("nora.whitfield@example.org", "Confirm a staff role: Lead reviewer")
