"""The same on real processes: a server, a worker, a broker, mails, and a PostgreSQL whose own log is read."""

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection
from pytest_django import DjangoDbBlocker

from agreements.models import Document, DocumentKind, DocumentState
from elections.models import Event
from ground import clock
from launcher import postgres, processes
from notices.models import Notice, NoticeState
from tests.factories.proposals import practice, proposal
from tests.proof.conftest import media
from tests.proof.test_kill import LEASE_OVER
from tests.proof.web import CSRF, Web
from tests.smtp import MailServer, html_of, text_of
from tests.walk.routes import ROUTES
from tests.walk.world import Who, World, make_world
from tests.workers import ROOT, Broker, Jobs, broker, places_of_this_test, wait_until

from . import places
from .conftest import let_cms_data_show_the_ssn
from .numbers import EINS, SHAPES, SSN, WHOLE_EIN, WHOLE_SSN, found
from .planting import Sessions, plant_in_address, plant_in_fields

__all__ = ["broker", "media"]

pytestmark = [pytest.mark.proof, pytest.mark.alone, pytest.mark.parametrize("broker", ["files"], indirect=True)]

BOUNDARY = "part"
ENDING = ("remove", "deactivate", "withdraw")  # what these take away, other pages need


@pytest.fixture
def server_log(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """Work on a PostgreSQL of one's own, started as the launcher starts it; return its log."""
    place = postgres.cluster("planted", throw_away=True)
    running: list[processes.Process] = []
    postgres.remove(place)
    postgres.prepare(place)
    url = urlsplit(postgres.start(place, running))
    before = dict(connection.settings_dict)
    there = {"USER": url.username, "PASSWORD": url.password, "HOST": url.hostname, "PORT": url.port}
    try:
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict.update(there, NAME=url.path[1:])
            call_command("migrate", verbosity=0)
            call_command("createcachetable")
            yield running[0].log
            connection.close()
    finally:
        connection.settings_dict.update(before)
        for each in running:
            each.end()
        postgres.remove(place)


@dataclass
class Site:
    """The site as gunicorn serves it, and everyone's session in it."""

    web: Web
    sessions: Sessions
    said: list[str] = field(default_factory=list)  # all that came back, by anybody

    def send(
        self, who: Who, method: str, address: str, fields: dict[str, str], headers: dict[str, str]
    ) -> tuple[int, str]:
        """Send a form or open a page as somebody."""
        form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
        return self.send_raw(who, method, address, urlencode(fields), form | headers)

    def send_raw(self, who: Who, method: str, address: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        """Send exactly this."""
        cookies = {settings.CSRF_COOKIE_NAME: CSRF, "other": "457-55-5462"}
        cookies[settings.SESSION_COOKIE_NAME] = self.sessions.cookie_of(who)
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        browser = HTTPConnection("127.0.0.1", self.web.port, timeout=120)
        browser.request(method, address, body.encode(), {"Cookie": cookie} | headers)
        answer = browser.getresponse()
        said = f"{answer.headers}\n{answer.read().decode(errors='replace')}"
        browser.close()
        self.said.append(said)
        return answer.status, said

    def shout(self, request: str) -> str:
        """Send what is no request, and return whatever is answered."""
        with socket.create_connection(("127.0.0.1", self.web.port), timeout=30) as line:
            line.sendall(request.encode())
            line.shutdown(socket.SHUT_WR)
            said = b"".join(iter(lambda: line.recv(65536), b"")).decode(errors="replace")
        self.said.append(said)
        return said


@pytest.fixture
def world(server_log: Path, media: Path, broker: Broker) -> World:
    made = make_world()
    let_cms_data_show_the_ssn()
    return made


@pytest.fixture
def site(world: World, broker: Broker, mail_server: MailServer, tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "tmp").mkdir()
    environment = {"TMPDIR": str(tmp_path / "tmp"), "DEMO": "0", "LOG_FORMAT": "json", "TRUSTED_PROXY": "1"}
    web = Web(tmp_path / "web.log", processes=2, threads=4, **environment, **broker.environment)
    yield Site(web, Sessions(world))
    web.stop()


def plant_everywhere(site: Site, world: World) -> list[str]:
    """Type it into every page; return what the sessions and the cache held of it, as both are emptied now and then."""
    there = []
    frozen = [replace(route, path=route.address(world), query="") for route in ROUTES]
    for route in sorted(frozen, key=lambda route: any(word in route.name for word in ENDING)):
        for plant in (plant_in_fields, plant_in_address):
            for _ in plant(route, world, site.send):
                pass
        there += found(WHOLE_SSN, places.sessions()) + found(WHOLE_SSN, places.cache())
        cache.clear()
    return there


def break_requests(site: Site, world: World) -> dict[str, int]:
    """Send it in requests that end badly; return what each was answered."""
    add = f"/elections/{world.draft.pk}/practices/add"
    fields = {"name": "457-55-5462", "tin_kind": "SSN", "tin": "457-55-5462", "npis": "457555462", "next": SSN}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sent_file = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="457-55-5462.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{'457-55-5462,457555462' * 200_000}\r\n--{BOUNDARY}--\r\n"
    )
    upload = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-CSRFToken": CSRF}
    who = Who.REPRESENTATIVE
    answers = {
        "no token": site.send_raw(who, "POST", add, urlencode(fields), form)[0],
        "too many": site.send(who, "POST", add, fields | {f"{SSN}{each}": SSN for each in range(20_001)}, {})[0],
        "bad host": site.send(who, "POST", add, fields, {"Host": "457-55-5462.example"})[0],
        "a file": site.send_raw(who, "POST", add, sent_file, upload)[0],
        "half a file": site.send_raw(who, "POST", add, sent_file[:4_000_000], upload)[0],
        "no utf-8": site.send_raw(who, "POST", add, "name=457-55-5462%ff", form | {"X-CSRFToken": CSRF})[0],
    }
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elections_election RENAME TO elections_gone")
        answers["no table"] = site.send(who, "POST", add, fields, {})[0]
        cursor.execute("ALTER TABLE elections_gone RENAME TO elections_election")
    for request in (
        "GET /457-55-5462 457-55-5462\r\n\r\n",
        "457-55-5462\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n457-55-5462 : 457555462\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 457-55-5462\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: 457-55-5462\r\n\r\n",
        f"GET /{'457-55-5462' * 1000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: localhost\r\nNumber: {'457-55-5462 ' * 1000}\r\n\r\n",
    ):
        site.shout(request)
    return answers


def fail_in_the_database() -> None:
    """Run statements that hold it and fail, as no door lets anybody: what matters is PostgreSQL's own log."""
    for statement in (
        "SELECT '457-55-5462'::integer",
        "SELECT 457555462 FROM nowhere WHERE ssn = '457-55-5462'",
        "INSERT INTO accounts_user (id, name) VALUES (0, '457-55-5462')",
        "INSERT INTO django_session VALUES ('457-55-5462', '', now()), ('457-55-5462', '', now())",
        "SELECT '457555462'::date",
        "DO $$ BEGIN RAISE WARNING '457-55-5462'; END $$; SELECT '457555462'::uuid",
        "SELECT x'457-55-5462'",
        "457-55-5462",
    ):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)


def run_commands(tmp_path: Path) -> str:
    """Give it to every command that reads something; return all they said."""
    npis, names = ("457-55-5462", SSN), {"name": "457-55-5462", "tin_kind": "SSN"}
    practices = [practice(npis, tin=tin, executed_on=None, data=None, **names) for tin in SHAPES]
    representative = {"name": "457-55-5462", "email": SSN, "phone": SSN}
    proposed = proposal(*practices, representative=representative, registry={})
    changed: list[dict[str, Any]] = [{}, {SSN: SSN}, {"at": SSN}, {"registry": {SSN: SSN}}]
    lines = [*(json.dumps(proposed | each) for each in changed), *SHAPES, '{"457-55-5462"', "457-55-5462\0"]
    planted = tmp_path / "457-55-5462.csv"
    planted.write_text("\n".join(f"{each},{each}" for each in SHAPES))
    said = []
    for arguments in (
        ["determine", "-"],
        ["determine", "/nowhere/457-55-5462"],
        ["load_determinations", planted, planted],
        ["load_determinations", "/nowhere/457-55-5462", planted],
        ["load_nppes", planted],
        ["staff_role", "457-55-5462@example.org", "reviewer"],
    ):
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            input="\n".join(lines).encode(),
            capture_output=True,
            check=False,
            env={**os.environ, **places_of_this_test()},
        )
        said.append(f"{arguments[0]}: {done.returncode} {done.stdout.decode()} {done.stderr.decode()}")
    return "\n".join(said)


def test_nothing_keeps_or_says_it(
    site: Site, world: World, broker: Broker, mail_server: MailServer, server_log: Path, media: Path, tmp_path: Path
) -> None:
    left = {"sessions and cache, meanwhile": "\n".join(plant_everywhere(site, world))}
    assert break_requests(site, world) == {
        "no token": 403,
        "too many": 400,
        "bad host": 400,
        "a file": 200,
        "half a file": 200,
        "no utf-8": 200,
        "no table": 500,
    }
    fail_in_the_database()
    left["commands"] = run_commands(tmp_path)
    assert list(broker.folder.iterdir()) != []
    left["queue"] = places.files(broker.folder)
    jobs = Jobs(broker, tmp_path / "jobs.log")
    try:
        jobs.start(ahead=LEASE_OVER, TMPDIR=str(tmp_path / "tmp"))  # one is half made
        wait_until(lambda: not _owed(), 180)
    finally:
        jobs.kill()  # nothing is owed any more
    left |= places.kept() | {"temporary files": places.files(tmp_path / "tmp"), "media": places.files(media)}
    left |= {"the site's log": site.web.log(), "the worker's log": jobs.log.read_text()}
    left["PostgreSQL's log"] = server_log.read_text()
    left["mails"] = "\n".join(f"{mail}\n{text_of(mail)}\n{html_of(mail)}" for mail in mail_server.messages)
    documents = list(places.pdfs())
    assert {name for name, text in left.items() if not text} <= {
        "sessions and cache, meanwhile",
        "temporary files",
        "cache",
    }
    made = {f"{kind} {number}": "\n".join(texts) for number, (kind, *texts) in enumerate(documents)}
    assert _where(WHOLE_SSN, left | made | {"pages": "\n".join(site.said)}) == []
    assert _where(WHOLE_EIN, left) == []
    assert {kind for kind, *_ in documents} == set(DocumentKind.values)
    name_eins = Counter(kind for kind, text, _ in documents if found(WHOLE_EIN, text))
    assert set(name_eins) == {DocumentKind.AGREEMENT}, "receipts have the last four; who signs here has other numbers"
    assert name_eins[DocumentKind.AGREEMENT] > 5


def test_whole_tins_are_in_the_export_and_in_a_reveal_that_is_written_down(
    site: Site, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    call_command("export_virtual_groups", performance_year=2027)
    assert [tin in capsys.readouterr().out for tin in EINS[7:8]] == [True]
    address = f"/staff/elections/election/{world.in_review.pk}/reveal/"
    assert found(WHOLE_EIN, site.send(Who.REVIEWER, "POST", address, {"practice": "0", "reason": ""}, {})[1]) == []
    said = site.send(Who.REVIEWER, "POST", address, {"practice": "0", "reason": "They called about it."}, {})[1]
    assert found(WHOLE_EIN, said) != []
    assert list(Event.objects.filter(verb="reveal_tin").values_list("details", flat=True)) == [
        {"practice": "Bayview Cardiology", "number": 1, "reason": "They called about it."}
    ]


def _owed() -> bool:
    waiting = Document.objects.filter(state__in=[DocumentState.QUEUED, DocumentState.RENDERING])
    due = Notice.objects.filter(state=NoticeState.QUEUED, next_attempt_at__lte=clock.now())
    return due.exists() or waiting.exists()


def _where(pattern: Any, places_: dict[str, str]) -> list[str]:
    return [f"{place}: {hit}" for place, text in places_.items() for hit in found(pattern, text)][:60]
