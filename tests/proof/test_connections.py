"""Database connections as gunicorn serves the site: given back in time, and taken anew when they were lost."""

import socket
from contextlib import ExitStack
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import connection

from . import crowd
from .web import APPLICATION, CSRF

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof, pytest.mark.alone]

SHARED, SLOW = 2, 4


@pytest.mark.parametrize("shared", ["0", str(SHARED)], ids=["of each thread", "shared"])
def test_connections_that_were_lost_are_replaced(shared, serve):
    """As after PostgreSQL was restarted."""
    [someone] = crowd.people(1)
    web = serve(processes=1, threads=2, DB_POOL_SIZE=shared)
    pages = [("/", ""), ("/elections/", someone.session)]
    for _ in range(3):
        assert [web.get(*page) for page in pages] == [HTTPStatus.OK] * 2
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = %s",
                [APPLICATION],
            )
            assert cursor.fetchone()[0] >= 1
        assert [web.get(*page) for page in pages] == [HTTPStatus.OK] * 2


def test_who_sends_slowly_holds_no_connection(serve):
    """More forms that come drop by drop than connections: everybody else is answered all the same."""
    [someone] = crowd.people(1)
    web = serve(processes=1, threads=SLOW + 2, DB_POOL_SIZE=str(SHARED))
    head = (
        "POST /elections/start HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={someone.session}; {settings.CSRF_COOKIE_NAME}={CSRF}\r\n"
        "Content-Length: 1000\r\n\r\na="
    )
    with ExitStack() as stack:
        for _ in range(SLOW):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=10))
            slow.sendall(head.encode())
        assert [web.get("/elections/", someone.session) for _ in range(5)] == [HTTPStatus.OK] * 5
