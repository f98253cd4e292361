"""Nothing but the verbs changes what was decided, submitted, signed or told: raw SQL, update() and forms are tried."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, connection, models, transaction
from django.db.models import F
from django.forms.models import model_to_dict

from accounts import roles
from accounts.models import Role, SignIn, StaffChange, StaffRole, User, WaitingRole
from agreements.models import Signature
from elections.desk import actions, decisions
from elections.models import Correction, CorrectionRequest, Decision, Election, Event, Override, ReviewNote, Submission
from elections.practices import contests
from elections.states import ElectionStatus
from eligibility.models import DeterminationClinician
from ground import clock
from tests.factories.corrections import answer_correction, ask_for_correction
from tests.factories.elections import ElectionFactory, start_review, submit, take_effect
from tests.factories.people import AdministratorFactory, LeadFactory, ReviewerFactory, UserFactory, signed_in
from tests.factories.practices import BELOW, PracticeFactory, load_cms_data
from tests.factories.signing import ask_to_sign, sign_and_submit

pytestmark = pytest.mark.django_db

APPEND_ONLY: tuple[type[models.Model], ...] = (
    *(Submission, Event, Decision, Override, ReviewNote, Signature, StaffChange, SignIn),
)
OTHERS: tuple[type[models.Model], ...] = (Election, Correction, CorrectionRequest, StaffRole, WaitingRole)
MODELS = APPEND_ONLY + OTHERS
RULE = "low-volume-threshold"
REFUSALS = (
    *("pgtrigger: Cannot", "The status of an election may not go", "A decision waits only", "A decision takes effect"),
    *("Only a later submission", "A row of", "This request was answered for good", "A staff role", "Nobody signs for"),
    *("The last administrator stays", 'new row for relation "accounts_staffchange" violates check constraint'),
)


@pytest.fixture(scope="module")
def world(module_db: None) -> dict[str, Any]:
    """One row and more of each model, written by the verbs long ago: in another transaction than this one."""
    practices = PracticeFactory.build_batch(8)
    load_cms_data(practices)
    DeterminationClinician.objects.filter(npi=practices[0].npis[0]).update(**BELOW)
    lead, reviewer, now = LeadFactory(), ReviewerFactory(), clock.now()
    decided = _decided(ElectionFactory(practices=practices[:2]), lead, reviewer)
    pending = ElectionFactory(practices=practices[2:4], state="in_review")
    decisions.reject(pending.pk, by=reviewer, now=now, submission_number=1, reasons="A clinician left.")
    asked = ElectionFactory(practices=practices[4:6], state="in_review")
    ask_for_correction(asked, by=reviewer)
    answer_correction(asked)
    submit(asked)
    actions.start_review(asked.pk, by=reviewer, now=now)
    ask_for_correction(asked, by=reviewer)
    sign_and_submit(ask_to_sign(ElectionFactory(practices=practices[6:])))
    newcomer = UserFactory(email="newt@cms.example")
    roles.give(newcomer.pk, Role.AUDITOR, reason="Joins the desk.", by=AdministratorFactory(), now=now)
    SignIn.objects.create(user=reviewer, at=now, how="password", address="192.0.2.1")
    _long_ago()
    submissions = list(asked.submissions.order_by("number").values_list("pk", flat=True))
    return {
        "decided": decided.pk,
        "pending": pending.pk,
        "asked": asked.pk,
        "first": submissions[0],
        "decision": decided.submissions.get().decisions.get().pk,
        "event": Event.objects.filter(election=decided, verb="submit").get().pk,
    }


def _decided(election: Election, lead: User, reviewer: User) -> Election:
    """Approve an election, with an override and a note."""
    by, member, now = election.started_by, election.members.all()[0], clock.now()
    contests.contest(election.pk, member.pk, rule=RULE, statement="It exceeds them.", by=by, now=now)
    start_review(election)
    finding = {"submission_number": 1, "practice": 0, "rule": RULE, "justification": "Seen on paper."}
    actions.override(election.pk, by=lead, now=now, **finding)  # type: ignore[arg-type]
    actions.write_note(election.pk, by=lead, now=now, text="Called the group.")
    decisions.approve(election.pk, by=reviewer, now=now, submission_number=1)
    take_effect(election)
    return Election.objects.get(pk=election.pk)


def _long_ago() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger fires
        for table in ("elections_event", "accounts_staffchange"):
            cursor.execute(f"UPDATE {table} SET transaction = '0'")
        cursor.execute("SET LOCAL session_replication_role = origin")


def got_through(statement: str, values: dict[str, Any]) -> str:
    """Return a statement that the database took, with what it said where it refused for no reason of ours; or none."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            found = cursor.rowcount
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except Error as error:
        return "" if str(error).startswith(REFUSALS) else f"{statement}: {error}"
    return f"{statement}: {found} rows"


def table_of(model: type[models.Model]) -> str:
    return str(model._meta.db_table)


def copied(model: type[models.Model], **other: str) -> str:
    """Return the statement that copies one row, with other values in some columns."""
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = [other.get(column, column) for column in columns]
    table = table_of(model)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} LIMIT 1"


def updates() -> Iterator[str]:
    """Yield an UPDATE of each column of what is only appended to, and of what else stays."""
    for model in APPEND_ONLY:
        for field in model._meta.concrete_fields:
            yield f"UPDATE {table_of(model)} SET {field.column} = {field.column}"
    election = "UPDATE elections_election SET {} WHERE id = %({})s"
    for status in ElectionStatus.values:
        for which in {"approved": ("pending",), "rejected": ("decided",)}.get(status, ("decided", "pending")):
            change = f"status = '{status}', pending_decision_id = NULL"
            yield election.format(change, which)
            yield election.format(f"{change}, status_event_id = %(event)s", which)
    yield election.format("status_event_id = %(event)s", "decided")
    yield election.format("pending_decision_id = NULL", "pending")
    yield election.format("pending_decision_id = %(decision)s", "pending")
    yield election.format("pending_decision_id = %(decision)s", "decided")
    for submission in ("NULL", "%(first)s"):
        for which in ("decided", "asked"):
            yield election.format(f"last_submission_id = {submission}", which)
    correction = "UPDATE elections_correction SET {}"
    yield correction.format("ended_at = NULL, answered_in_id = NULL WHERE ended_at IS NOT NULL")
    yield correction.format("answered_in_id = NULL WHERE ended_at IS NOT NULL")
    for column, value in {"submission_id": 0, "asked_by_id": 0, "asked_at": "now()", "due_at": "now()"}.items():
        yield correction.format(f"{column} = {value}")
    yield correction.format("mail = '1'")
    request = "UPDATE elections_correctionrequest SET {} WHERE correction_id IN ({})"
    ended = "SELECT id FROM elections_correction WHERE ended_at IS NOT NULL"
    for column in ("reason", "settled_by", "npi", "field", "pin", "practice_name"):
        yield request.format(f"{column} = {column} || 'x'", "SELECT id FROM elections_correction")
    yield request.format("position = position + 50", ended)
    for change in ("answer = 'changed'", "explanation = 'x'", "answered_by_id = NULL", "answered_at = NULL"):
        yield request.format(change, ended)
    for table in ("accounts_staffrole", "accounts_waitingrole"):
        yield f"UPDATE {table} SET role = 'lead_reviewer'"
        yield f"UPDATE {table} SET user_id = (SELECT min(id) FROM accounts_user)"


def inserts() -> Iterator[str]:
    """Yield an INSERT of what only a verb writes."""
    yield copied(Submission, number="number + 100", receipt_code="'0000'")
    yield copied(Decision)
    yield copied(Override, rule="'practice-size'")
    yield copied(Correction, ended_at="now()", answered_in_id="NULL")
    yield copied(CorrectionRequest, position="position + 50")
    yield copied(Signature, party_id="(SELECT other.id FROM agreements_party other WHERE other.id <> party_id LIMIT 1)")
    yield copied(StaffRole, role="'data_steward'")
    yield copied(StaffChange, verb="'given'", by_id="user_id", reason="'For myself.'")


def deletes() -> Iterator[str]:
    for model in MODELS:
        if model is not WaitingRole:  # canceling it deletes it, and is told in another row
            yield f"DELETE FROM {table_of(model)}"


@pytest.mark.parametrize("statements", [updates, inserts, deletes])
def test_the_database_refuses_raw_sql(world, db, statements):
    assert [said for statement in statements() if (said := got_through(statement, world))] == []


def test_update_and_delete_of_a_queryset_are_refused(world, db):
    changes: list[tuple[models.QuerySet[Any], dict[str, Any]]] = [
        (model._default_manager.all(), {field.name: F(field.name)})
        for model in APPEND_ONLY
        for field in model._meta.concrete_fields
    ]
    changes += [
        (Election.objects.filter(pk=world["decided"]), {"status": "rejected"}),
        (Election.objects.filter(pk=world["pending"]), {"pending_decision": None}),
        (Correction.objects.all(), {"mail": {}}),
        (CorrectionRequest.objects.filter(correction__ended_at__isnull=False), {"answer": "changed"}),
        (StaffRole.objects.all(), {"role": Role.LEAD_REVIEWER}),
        (WaitingRole.objects.all(), {"role": Role.LEAD_REVIEWER}),
    ]
    for rows, fields in changes:
        with pytest.raises(Error), transaction.atomic():
            rows.update(**fields)
    for model in MODELS:
        if model is not WaitingRole:
            with pytest.raises((Error, models.ProtectedError)), transaction.atomic():
                model._default_manager.all().delete()


def rows_of(model: type[models.Model]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table_of(model)} AS row")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize("person", [LeadFactory, AdministratorFactory])
def test_no_form_and_no_action_of_the_admin_changes_them(world, db, person):
    client, before = signed_in(person()), [rows_of(model) for model in MODELS]
    for model in MODELS:
        row = model._default_manager.order_by("pk")[0]
        listed = f"/staff/{model._meta.app_label}/{model._meta.model_name}/"
        action = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes", "index": "0"}
        sent = dict.fromkeys(model_to_dict(row), "1") | {"status": "approved", "_save": "Save"} | action
        for page in ("", "add/", f"{row.pk}/", f"{row.pk}/change/", f"{row.pk}/delete/", f"{row.pk}/history/"):
            assert client.post(f"{listed}{page}", sent).status_code in (200, 302, 403, 404, 405), page
    assert [rows_of(model) for model in MODELS] == before
