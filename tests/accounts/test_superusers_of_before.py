"""Superusers of an installation of before become administrators, and nobody else's roles change."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Role, StaffChange, StaffRole
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(name: str) -> None:
    MigrationExecutor(connection).migrate([("accounts", name)])


def migrate_to_the_last() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def before() -> Iterator[None]:
    """Have the tables as they were while there were superusers, and afterwards as they are."""
    migrate("0004_staff_changes")
    yield
    migrate_to_the_last()


@pytest.mark.proof
def test_superusers_become_administrators(before):
    for email, is_superuser, is_active, role in (
        ("root@cms.example", True, True, Role.LEAD_REVIEWER),
        ("boss@cms.example", True, True, Role.AUDITOR),
        ("left@cms.example", True, False, None),
        ("rene@cms.example", False, True, Role.REVIEWER),
        ("gone@cms.example", False, False, Role.REVIEWER),
        ("dana@example.org", False, True, None),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_user (email, password, name, is_active, is_superuser, date_joined)"
                " VALUES (%s, '', '', %s, %s, now())",
                [email, is_active, is_superuser],
            )
        UserFactory(email=email, roles=[role] if role else [], verified=False)
    migrate("0006_no_superusers")
    assert set(StaffRole.objects.values_list("user__email", "role")) == {
        ("root@cms.example", "administrator"),
        ("boss@cms.example", "administrator"),
        ("boss@cms.example", "auditor"),
        ("rene@cms.example", "reviewer"),
    }
    written = StaffChange.objects.exclude(reason="").order_by("pk").values_list("user__email", "verb", "role")
    assert [change for change in written if change[0] == "root@cms.example"] == [
        ("root@cms.example", "removed", "lead_reviewer"),
        ("root@cms.example", "given", "administrator"),
        ("root@cms.example", "started", "administrator"),
    ]
