"""What the database refuses by itself, tried with raw SQL."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from django.db import Error, connection, transaction

from agreements.models import Agreement
from elections.models import Election, Event
from elections.states import TRANSITIONS, ElectionStatus, Verb
from elections.upkeep import actions as upkeep_actions
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, OTHER, SOLO

pytestmark = pytest.mark.django_db


def refused(sql: str, params: Sequence[Any]) -> bool:
    """Say whether the database refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except Error:
        return True
    return False


def test_a_status_never_changes_without_its_event(election):
    for status in ElectionStatus.values:
        if status != "draft":
            assert refused("UPDATE elections_election SET status = %s WHERE id = %s", [status, election.pk])
    assert Election.objects.get().status == "draft"


@pytest.mark.parametrize("source", ElectionStatus.values)
def test_a_pair_outside_the_table_is_refused_even_with_an_event(election, representative, source):
    allowed = {(line.verb.value, line.target.value) for line in TRANSITIONS if line.source == source}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger fires
        Election.objects.update(status=source)
        cursor.execute("SET LOCAL session_replication_role = origin")
    done = set()
    for verb, target in product(Verb.values, set(ElectionStatus.values) - {source}):
        with transaction.atomic():
            event = Event.objects.create(
                election=election, verb=verb, from_status=source, to_status=target, by=representative, at=clock.now()
            )
            statement = "UPDATE elections_election SET status = %s, status_event_id = %s WHERE id = %s"
            if not refused(statement, [target, event.pk, election.pk]):
                done.add((verb, target))
            transaction.set_rollback(True)
    assert done == {pair for pair in allowed if pair[1] != source}
    assert Election.objects.get().status == source


@pytest.mark.django_db(transaction=True)
def test_an_event_of_an_earlier_transaction_carries_no_status_change(election):
    event = Event.objects.create(
        election=election, verb="lapse", from_status="draft", to_status="lapsed", by=None, at=clock.now()
    )
    statement = "UPDATE elections_election SET status = 'lapsed', status_event_id = %s WHERE id = %s"
    assert refused(statement, [event.pk, election.pk])
    assert refused("UPDATE elections_event SET transaction = pg_current_xact_id()::text WHERE id = %s", [event.pk])


def test_an_election_starts_as_a_draft_and_is_never_deleted(election):
    columns = [field.column for field in Election._meta.concrete_fields]
    others = ", ".join(column for column in columns if column and column not in ("id", "status", "agreement_id"))
    agreement = Agreement.objects.create(performance_year=2027)
    copy = (
        f"INSERT INTO elections_election (id, status, agreement_id, {others}) "
        f"SELECT gen_random_uuid(), %s, %s, {others} FROM elections_election WHERE id = %s"
    )
    assert refused(copy, ["approved", agreement.pk, election.pk])
    assert not refused(copy, ["draft", agreement.pk, election.pk])
    assert refused("DELETE FROM elections_election WHERE id = %s", [election.pk])


def test_submissions_events_decisions_and_updates_are_append_only(approved, representative):
    upkeep_actions.report_contact(
        approved.pk, name="Dana R.", email="dana@example.org", phone="1", by=representative, now=clock.now()
    )
    for table, column in (
        ("elections_submission", "receipt_code"),
        ("elections_event", "verb"),
        ("elections_decision", "reasons"),
        ("elections_update", "npi"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] > 0
        assert refused(f"UPDATE {table} SET {column} = {column}", [])
        assert refused(f"DELETE FROM {table}", [])


def test_one_tin_has_one_holder(cms_data):
    for other in (GROUP, OTHER):
        ElectionFactory(practices=(SOLO, other), state="submitted")
    assert refused("UPDATE elections_claim SET state = 'held' WHERE state = 'waiting'", [])
