"""`make run` in a fresh clone, as whoever runs the tests and, where that is root, as an ordinary account too."""

import http.client
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.checks import SETTING
from launcher.paths import ROOT
from launcher.postgres import free_port
from launcher.processes import wait_for
from launcher.steps import say

pytestmark = [
    pytest.mark.proof,
    pytest.mark.alone,
    pytest.mark.applies(Path("/proc/self").exists()),  # it reads Linux's /proc
]
COUNT = "from accounts.models import User; print('count', User.objects.count())"
ADD = "from accounts.models import User; User.objects.create_user('marked@example.org')"


class Clone:
    """A clone of this repository, and the processes that belong to it."""

    def __init__(self, folder: Path, user: str) -> None:
        self.folder, self.user = folder, user
        self.port = next(filter(free_port, range(18000, 19000)))  # not one that the system hands out
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{user}:", folder], check=True)
        drop = set(SETTING.findall((ROOT / "config" / "settings.py").read_text())) | {"MAKELEVEL", "MAKEFLAGS", "ARGS"}
        self.env = {name: value for name, value in os.environ.items() if name not in drop}
        self.env |= {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder.parent), "PORT": str(self.port)}

    def popen(self, args: list[str], out: Path) -> "subprocess.Popen[bytes]":
        entry = pwd.getpwnam(self.user)
        who = (entry.pw_uid, entry.pw_gid) if os.geteuid() == 0 else (None, None)
        with out.open("wb") as log:
            return subprocess.Popen(
                args, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, user=who[0], group=who[1], extra_groups=[] if who[0] else None,
            )  # fmt: skip

    def run(self) -> "tuple[subprocess.Popen[bytes], float, str]":
        """Start `make run`; return it, the seconds until it said it was up, and what it said."""
        began, out = time.monotonic(), self.folder.parent / "out"
        make = self.popen(["make", "run"], out)
        wait_for("make run", lambda: "Ctrl-C" in out.read_text() or make.poll() is not None, [], seconds=300)
        assert "Ctrl-C" in out.read_text(), out.read_text()
        return make, time.monotonic() - began, out.read_text()

    def ask(self, code: str) -> str:
        out = self.folder.parent / "asked"
        assert self.popen([".venv/bin/python", "manage.py", "shell", "-c", code], out).wait() == 0, out.read_text()
        return out.read_text()

    def manage(self, *args: str) -> int:
        return self.popen([".venv/bin/python", "manage.py", *args], self.folder.parent / "managed").wait()

    def processes(self) -> list[str]:
        """Return the command lines of all that runs in this clone."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                line = process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()
                place = os.readlink(process / "cwd")  # noqa: PTH115  # it may be gone
            except OSError:
                continue
            if line and (str(self.folder) in line or place.startswith(str(self.folder))):
                found.append(line)
        return found

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        return connection.getresponse().status


@pytest.fixture(params=["root", "nobody"] if os.geteuid() == 0 else [pwd.getpwuid(os.geteuid()).pw_name])
def clone(request: pytest.FixtureRequest, open_folder: Path) -> Iterator[Clone]:
    home = open_folder / "home"
    home.mkdir()
    if os.geteuid() == 0:
        shutil.chown(home, request.param)
    made = Clone(home / "clone", request.param)
    yield made
    for line in made.processes():
        pytest.fail(f"left behind: {line}")


def test_a_newcomer_runs_stops_and_runs_again(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    make, cold, said = clone.run()
    assert f"The site is at http://localhost:{clone.port}" in said
    assert "reviewer" in said.lower()
    assert clone.status("/") == 200
    assert clone.status("/readyz") == 200
    wait_for("the workers", lambda: clone.manage("heartbeat", "mail", "papers", "celery", "beat") == 0, [], seconds=60)
    clone.ask(ADD)
    before = re.findall(r"count \d+", clone.ask(COUNT))
    names = {name for line in clone.processes() for name in re.findall(r"gunicorn|celery|postgres|mailcatcher", line)}
    assert names == {"gunicorn", "celery", "postgres", "mailcatcher"}

    os.killpg(make.pid, signal.SIGINT)  # what Ctrl-C in a terminal does
    make.wait(60)
    assert clone.processes() == []

    make, warm, said = clone.run()
    assert re.findall(r"count \d+", clone.ask(COUNT)) == before
    launcher = int((clone.folder / "var" / "run.lock").read_text())
    os.kill(launcher, signal.SIGKILL)
    make.wait(60)
    wait_for("the end of all processes", lambda: clone.processes() == [], [], seconds=60)

    make, _, said = clone.run()
    assert re.findall(r"count \d+", clone.ask(COUNT)) == before
    second = clone.popen(["make", "run"], clone.folder.parent / "second")
    assert second.wait(60) == 2
    assert "is already running here" in (clone.folder.parent / "second").read_text()
    make.terminate()
    make.wait(60)
    assert clone.processes() == []
    with capsys.disabled():
        say(f"\nmake run as {clone.user}: cold {cold:.1f} s, second start {warm:.1f} s")
    assert cold <= 60
    assert warm <= 10


def test_a_process_that_fails_stops_all_and_is_named(clone: Clone) -> None:
    make, *_ = clone.run()
    beat = subprocess.run(["pgrep", "-f", f"{clone.folder}.*celery -A config beat"], capture_output=True, check=True)
    os.kill(int(beat.stdout), signal.SIGKILL)
    assert make.wait(60) == 2
    assert "beat ended unexpectedly (status -9), so everything is stopped." in (clone.folder.parent / "out").read_text()
