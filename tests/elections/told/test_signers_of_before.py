"""Submissions of an installation of before: who signed here is told from now on."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from elections.models import Election, PracticeSigner
from tests.factories.practices import load_cms_data
from tests.factories.signing import sign_and_submit, to_be_signed

pytestmark = pytest.mark.django_db(transaction=True)


def migrate_to_the_last() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("elections"))


@pytest.fixture
def before() -> Iterator[Election]:
    """Have an election signed here and submitted, then the tables as they were before, and afterwards as they are."""
    load_cms_data()
    election = to_be_signed()
    sign_and_submit(election)
    MigrationExecutor(connection).migrate([("elections", "0022_identifier_in_any_case")])
    yield election
    migrate_to_the_last()


def test_signers_are_found_by_what_they_signed(before):
    migrate_to_the_last()
    found = PracticeSigner.objects.order_by("practice").values_list(
        "submission__election", "practice", "request__email"
    )
    assert list(found) == [(before.pk, 0, "sol@example.org"), (before.pk, 1, "gwen@example.org")]
