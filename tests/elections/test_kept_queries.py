"""Statements that are written once and whose plans are kept find and change what Django itself would."""

import uuid

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError

from accounts.models import Role, StaffRole, User
from accounts.queries import Query
from accounts.statements import change
from elections.access import election_for
from elections.actions.verbs import lock
from elections.models import Election

from . import make

OFTEN = range(12)  # PostgreSQL settles on a plan at the sixth time
ROLES = Query(
    lambda role, user: StaffRole.objects.filter(user=user).exclude(role=role).select_related("user").order_by("role"),
    "reviewer",
    1,
)


@pytest.fixture
def staff(db) -> list[User]:
    """Return people of whom each has three roles."""
    roles = (Role.AUDITOR, Role.REVIEWER, Role.DATA_STEWARD)
    return [make.person(f"staff{number}@cms.example", *roles) for number in range(3)]


@pytest.fixture
def draft(representative) -> Election:
    return make.draft(representative)


def test_a_query_finds_what_it_is_asked_for_each_time_with_what_is_related(staff):
    first, _, third = staff
    for _ in OFTEN:
        for user, but, roles in (
            (first, "auditor", ["data_steward", "reviewer"]),
            (third, "reviewer", ["auditor", "data_steward"]),
        ):
            found = ROLES(but, user.pk)
            assert [one.role for one in found] == roles
            with connection.execute_wrapper(_nothing_more):
                assert {one.user.email for one in found} == {user.email}


def _nothing_more(*_: object) -> None:
    raise AssertionError("It asked the database again.")


def test_a_query_says_so_where_a_sample_does_not_stand_in_it():
    """As it would be with one that Django turns into something else: it would be asked for, for ever."""
    for samples in (("reviewer", "1"), (1, 1)):
        with pytest.raises(ValueError, match="Each sample has to stand in the statement"):
            Query(ROLES._build, *samples)("auditor", 1)


def test_a_query_finds_nothing_where_there_is_nothing(staff):
    assert ROLES("auditor", -1) == []


def test_what_is_null_is_none(draft, representative):
    found = election_for(representative, draft.pk)
    with connection.execute_wrapper(_nothing_more):
        assert (found.status_event, found.changed_by, str(found)) == (None, representative, "Harbor Group, 2027")


def test_a_change_says_whether_there_was_something_to_change(draft):
    for name in ("Anna Lindqvist", "Dana Rivera") * 6:
        assert change(Election, {"id": draft.pk, "status": "draft"}, {"representative_name": name})
        draft.refresh_from_db()
        assert draft.representative_name == name
    assert not change(Election, {"id": draft.pk, "status": "approved"}, {"representative_name": "Nobody"})
    assert not change(Election, {"id": uuid.uuid4(), "status": "draft"}, {"representative_name": "Nobody"})
    draft.refresh_from_db()
    assert draft.representative_name == "Dana Rivera"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_outside_a_transaction():
    with pytest.raises(TransactionManagementError):
        lock(uuid.uuid4())


def test_what_is_not_there_cannot_be_locked(db):
    with pytest.raises(Election.DoesNotExist):
        lock(uuid.uuid4())
