"""What `make run` decides before it starts anything, and how it stops what it started."""

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launcher import processes, running, steps
from launcher.paths import ROOT
from launcher.steps import PlainError

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
WITH_CHILD = (
    "import subprocess, time; child = subprocess.Popen(['/bin/sleep', '60']);"
    "print('up', child.pid, flush=True); time.sleep(60)"
)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (processes, running):
        for name in ("VAR", "LOGS"):
            monkeypatch.setattr(module, name, tmp_path, raising=False)


def test_a_port_asked_for_and_taken_is_said(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(taken))
    with pytest.raises(PlainError) as stopped:
        running.web_port()
    assert str(stopped.value) == f"Another program uses port {taken}. Choose another: make run PORT={taken + 1}"


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1", "٣"])
def test_what_is_no_port_is_said(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(PlainError, match=f"PORT={port} is not a port"):
        running.web_port()


def test_where_the_usual_port_is_taken_the_next_free_one_is_used(
    taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(running, "DEFAULT_PORT", taken)
    chosen = running.web_port()
    assert taken < chosen < taken + 100
    assert f"Another program uses port {taken}, so the site uses {chosen}." in capsys.readouterr().out


def test_two_starts_of_one_checkout_do_not_meet() -> None:
    with (
        running.only_one(),
        pytest.raises(PlainError, match=f"already running here \\(process {os.getpid()}\\)"),
        running.only_one(),
    ):
        pytest.fail("both hold the checkout")
    with running.only_one():
        pass


@pytest.mark.parametrize("day", ["2027-02-01", "2028-07-01"])
def test_one_setting_moves_the_real_clock(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REAL_DATE", day)
    shift = int(running.clock_shift()["CLOCK_SHIFT_SECONDS"])
    assert datetime.fromtimestamp(datetime.now(UTC).timestamp() + shift, UTC).date().isoformat() == day


def test_a_date_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REAL_DATE", "Feb 1")
    with pytest.raises(PlainError, match="Write it as 2027-02-01"):
        running.clock_shift()


def test_without_a_date_the_clock_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REAL_DATE", raising=False)
    assert running.clock_shift() == {}


def begin(name: str, code: str) -> processes.Process:
    process = processes.start(name, [sys.executable, "-c", code])
    processes.wait_for(name, lambda: re.search(r"up.*\n", process.log.read_text()) is not None, [process], seconds=20)
    return process


def test_a_process_that_will_not_stop_is_killed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(processes, "SECONDS_TO_STOP", 0.2)
    process = begin("stubborn", STUBBORN)
    processes.stop_all([process])
    assert process.popen.returncode == -signal.SIGKILL
    assert "stubborn did not stop within 0.2 s, so it is killed." in capsys.readouterr().out


def test_what_a_process_started_is_stopped_with_it() -> None:
    process = begin("parent", WITH_CHILD)
    child = int(process.log.read_text().split()[1])
    assert is_running(child)
    processes.stop_all([process])
    processes.wait_for("the end", lambda: not is_running(child), [], seconds=10)


def test_a_process_that_ends_by_itself_is_named_with_its_last_words() -> None:
    process = processes.start("worker", [sys.executable, "-c", "print('no broker'); raise SystemExit(3)"])
    process.popen.wait()
    with pytest.raises(PlainError) as stopped:
        processes.check([process])
    assert str(stopped.value) == (
        "worker ended unexpectedly (status 3), so everything is stopped. "
        "Its last lines (var/log/worker.log):\n  no broker"
    )


@pytest.mark.applies(sys.platform == "linux")  # the kernel's help is Linux's
def test_a_killed_launcher_leaves_no_process(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from launcher import processes; import time;"
        f"processes.LOGS = Path({str(tmp_path)!r});"
        "p = processes.start('child', ['/bin/sleep', '60']); print(p.popen.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) as launcher:
        assert launcher.stdout
        child = int(launcher.stdout.readline())
        launcher.kill()
    processes.wait_for("the end", lambda: not is_running(child), [], seconds=10)


@pytest.mark.proof
def test_what_a_second_test_server_starts_can_be_stopped() -> None:
    child = "import signal; print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, flush=True)"
    code = (
        "import subprocess, sys; from launcher import checks\n"
        "for _ in range(2):\n"
        f"    with checks.test_server(checks.PYTHON): subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert [line for line in run.stdout.splitlines() if line in {"True", "False"}] == ["True", "True"]


def is_running(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_work_is_done_again_only_when_its_sources_changed(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "stamps" / "work"
    source.write_text("one")
    mark = steps.fingerprint([source, "3.11"])
    assert not steps.is_stamped(stamp, mark)
    steps.put_stamp(stamp, mark)
    assert steps.is_stamped(stamp, mark)
    source.write_text("two")
    assert not steps.is_stamped(stamp, steps.fingerprint([source, "3.11"]))
