"""Submissions of an installation of before: who signed here is told from now on."""

from collections.abc import Callable, Iterator
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agreements.models import SigningRequest
from elections.models import Election, PracticeSigner
from elections.next_year.copying import copy_election
from elections.signers import link_for
from elections.submission.actions import withdraw
from ground import clock
from tests.factories.elections import submit
from tests.factories.practices import BY_SSN, SAME_DIGITS, load_cms_data
from tests.factories.signing import acknowledge, sign_all, sign_and_submit, to_be_signed

pytestmark = [pytest.mark.proof, pytest.mark.django_db(transaction=True)]


def migrate_to_the_last() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("elections"))


@pytest.fixture
def election() -> Election:
    """An election signed here and submitted."""
    load_cms_data()
    election = to_be_signed()
    sign_and_submit(election)
    return Election.objects.get(pk=election.pk)


def go_back() -> None:
    """Make the tables as they were before signers were kept."""
    MigrationExecutor(connection).migrate([("elections", "0022_identifier_in_any_case")])


@pytest.fixture
def migrate() -> Iterator[Callable[[], None]]:
    """Return how the tables are made as they were before, then as they are."""

    def there_and_back() -> None:
        go_back()
        migrate_to_the_last()

    yield there_and_back
    migrate_to_the_last()


def signers() -> list[tuple[int, str]]:
    """Return whom the rows name for each practice."""
    return list(PracticeSigner.objects.order_by("practice", "pk").values_list("practice", "request__email"))


def test_signers_are_found_by_what_they_signed(election, migrate):
    migrate()
    assert signers() == [(0, "sol@example.org"), (1, "gwen@example.org")]
    assert set(PracticeSigner.objects.values_list("submission__election", flat=True)) == {election.pk}


def test_who_was_asked_since_has_a_row_too(election, migrate):
    go_back()
    closed = SigningRequest.objects.get(email="sol@example.org")
    SigningRequest.objects.filter(pk=closed.pk).update(revoked_at=clock.now())
    asked: dict[str, Any] = {"by": election.started_by, "now": clock.now(), "asked_for": "0" * 64}
    link_for(closed.party_id, name="Sue Harbor", email="sue@example.org", **asked).save()
    migrate()
    assert signers() == [(0, "sol@example.org"), (0, "sue@example.org"), (1, "gwen@example.org")]


@pytest.mark.parametrize("asked_since", [0, 1])
def test_of_two_ssns_with_the_same_last_digits_each_keeps_its_own_signers(migrate, asked_since):
    load_cms_data()
    election = to_be_signed(practices=(BY_SSN, SAME_DIGITS))
    acknowledge(election)
    sign_all(election, opt_in="yes")
    submit(election)
    go_back()
    before = ["signer1@example.org", "signer2@example.org"]
    closed = SigningRequest.objects.get(email=before[asked_since])
    SigningRequest.objects.filter(pk=closed.pk).update(revoked_at=clock.now())
    asked: dict[str, Any] = {"by": election.started_by, "now": clock.now(), "asked_for": "0" * 64}
    link_for(closed.party_id, name="Sue Harbor", email="sue@example.org", **asked).save()
    migrate()
    assert signers() == sorted([*enumerate(before), (asked_since, "sue@example.org")], key=lambda row: row[0])


@pytest.mark.parametrize("has_links", [True, False])
def test_who_signed_in_an_agreement_that_it_goes_on_from_gets_a_link_of_its_own(election, migrate, has_links):
    by, now = election.started_by, clock.now()
    withdraw(election.pk, by=by, now=now)
    copy = copy_election(election.pk, by=by, now=now)
    acknowledge(copy)
    submit(copy)
    go_back()
    own = SigningRequest.objects.filter(party__agreement=copy.agreement_id)
    if not has_links:
        with pgtrigger.ignore("agreements.SigningRequest:request_never_deleted"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM agreements_signingrequest WHERE id = ANY(%s)", [[link.pk for link in own]])
    migrate()
    rows = PracticeSigner.objects.filter(submission__election=copy).order_by("practice")
    assert [row.request.email for row in rows] == ["sol@example.org", "gwen@example.org"]
    assert {row.request for row in rows} == set(own.all())
    assert all(row.request.revoked_at and row.request.opened_at is None for row in rows)


def test_links_by_which_nothing_is_signed_are_closed(election, migrate):
    SigningRequest.objects.filter(email="sol@example.org").update(asked_for="")
    migrate()
    closed = SigningRequest.objects.exclude(revoked_at=None).values_list("email", flat=True)
    assert list(closed) == ["sol@example.org"]
