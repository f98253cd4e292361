"""A GET shows: of every address, as everyone, no row changes but those of sessions, of the cache, and of who looked."""

import pytest
from django.db import connection
from django.test import Client

from .routes import ROUTES
from .world import Who, World, carry, session_cookie, signed_in

LOOKS = "elections_look"  # the packet says what happened since it was opened last, so opening it has to be kept
MAY_CHANGE = {"django_session", "django_cache", LOOKS}


QUICK = (Who.REPRESENTATIVE, Who.REVIEWER)  # they get most of what there is to get; the others walk in the proof


@pytest.mark.parametrize("who", [who if who in QUICK else pytest.param(who, marks=pytest.mark.proof) for who in Who])
def test_get_changes_nothing(who: Who, world: World):
    client, cookie = Client(), session_cookie(signed_in(who, world))
    tables = sorted(set(connection.introspection.table_names()) - MAY_CHANGE)
    before = digests(tables)
    for route in ROUTES:
        carry(client, cookie)
        for ask in (client.get, client.head):
            ask(route.address(world))
    after = digests(tables)
    assert [table for table in tables if after[table] != before[table]] == []


def digests(tables: list[str]) -> dict[str, str]:
    """Return a fingerprint of each table's rows."""
    rows = "md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), ''))"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', {rows} FROM \"{table}\" t" for table in tables))
        return dict(cursor.fetchall())


def test_a_changed_row_would_be_seen(world: World):
    tables = connection.introspection.table_names()
    before = digests(tables)
    type(world.draft).objects.filter(pk=world.draft.pk).update(representative_phone="555-0199")
    after = digests(tables)
    assert [table for table in tables if before[table] != after[table]] == ["elections_election"]
