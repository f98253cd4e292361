"""What a site of one view can do, with the same middleware: one INSERT, one commit, for somebody signed in.

Settings and addresses of that site in one, as a server of its own reads them.
"""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import path

from config.settings import *  # noqa: F403 (all of them but one)

ROOT_URLCONF = "tests.bench.bare"
TABLE = "bench_insert"


def insert(request: HttpRequest) -> HttpResponseRedirect:
    """Insert one row, and say where to read of it."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (by_id, said) VALUES (%s, %s)", [request.user.pk, request.POST["confirm"]])
    return HttpResponseRedirect("/bare/done")


urlpatterns = [path("bare", insert)]
