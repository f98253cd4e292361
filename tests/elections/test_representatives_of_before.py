"""Submissions of an installation of before get their representative's columns from what was submitted."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from elections.models import Submission
from tests.factories.elections import ElectionFactory
from tests.factories.practices import load_cms_data

pytestmark = [pytest.mark.proof, pytest.mark.django_db(transaction=True)]


def migrate_to_the_last() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("elections"))


@pytest.fixture
def before() -> Iterator[None]:
    """Have an election submitted, then the tables as they were before, and afterwards as they are."""
    load_cms_data()
    ElectionFactory(state="submitted")
    MigrationExecutor(connection).migrate([("elections", "0019_say_what_collaborators_can_do")])
    yield
    migrate_to_the_last()


def test_representatives_are_read_from_what_was_submitted(before):
    migrate_to_the_last()
    [submission] = Submission.objects.all()
    assert (submission.representative_name, submission.representative_email) == ("Dana Rivera", "dana@example.org")
