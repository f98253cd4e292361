"""`make run`: everything started, watched and stopped."""

import contextlib
import fcntl
import http.client
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from . import keys, postgres, setting_up
from .commands import Args, command, side_by_side, stop_commands
from .paths import PYTHON, ROOT, VAR
from .processes import Interrupted, Process, check, ignore_signals, start, stop_all, wait_for
from .steps import PlainError, fingerprint, is_stamped, put_stamp, say, step

DEFAULT_PORT = 8000
HOME_SECONDS = 60
WORKERS = {  # name: the queue it serves (config/celery.py), and how many tasks at once
    "worker-mail": ("mail", 2),
    "worker-papers": ("papers", 2),
    "worker-other": ("celery", 3),  # loads of CMS data, one of each of 2 kinds, leave one for the rest
}


def run() -> int:
    """Set up and start the demo, and stop it on Ctrl-C (PORT=8001 for another port)"""
    with only_one():
        web_port()  # a port that cannot be had is said before the work
        setting_up.everything(checks=False)
        port = web_port()
        parent = os.getppid()
        started: list[Process] = []
        try:
            env = start_all(port, started)
            greet(port, env)
            watch(started, parent)
        except Interrupted as interrupted:
            say(f"\nStopping ({interrupted}) ...")
        finally:
            ignore_signals()
            stop_commands()
            stop_all(started)
    say("Everything is stopped.")
    return 0


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold this checkout; stop where another `make run` holds it."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise PlainError(f"`make run` is already running here (process {lock.read().strip()}).") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def web_port() -> int:
    """Return PORT where it is given, else 8000 or the next free one."""
    wanted = os.environ.get("PORT", "")
    if wanted:
        if not (wanted.isascii() and wanted.isdecimal()) or not 0 < int(wanted) < 65536:
            raise PlainError(f"PORT={wanted} is not a port. Give a number from 1 to 65535.")
        if postgres.free_port(int(wanted)) is None:
            other = int(wanted) + 1
            raise PlainError(f"Another program uses port {wanted}. Choose another: make run PORT={other}")
        return int(wanted)
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 100):
        if postgres.free_port(port):
            if port != DEFAULT_PORT:
                say(f"         Another program uses port {DEFAULT_PORT}, so the site uses {port}.")
            return port
    raise PlainError(f"Ports {DEFAULT_PORT} to {DEFAULT_PORT + 99} are all in use. Choose another: make run PORT=9000")


def start_all(port: int, started: list[Process]) -> dict[str, str]:
    """Start every process, the database first; return their environment."""
    before = keys.read()
    env = os.environ | clock_shift()
    chosen = {"SITE_URL": keys.set_by_hand("SITE_URL") or f"http://localhost:{port}"}
    if keys.set_by_hand("DATABASE_URL") is None:

        def serve() -> str:
            last_url = before.get("DATABASE_URL", "")
            chosen["DATABASE_URL"] = postgres.start(postgres.cluster(), started, last_url=last_url)
            return "ready"

        step("Database server", serve)
    if keys.set_by_hand("EMAIL_HOST") is None:
        last = before.get("EMAIL_PORT", "0")
        mail_port = postgres.free_port(int(last)) or postgres.free_port()
        chosen |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail_port)}
        started.append(start("mail", [sys.executable, "-m", "launcher.mailcatcher", str(mail_port), VAR / "mail"]))
    keys.write_started(chosen)
    env |= chosen
    bring_up_to_date(env)
    start_web(port, env, started)
    step("Home page", lambda: until_home_answers(port, started))
    start_jobs(env, started)  # after the page: its first reader waits for no worker
    return env


def bring_up_to_date(env: Mapping[str, str]) -> None:
    """Migrate, make the demo's world on the first start, and collect static files, side by side."""
    with side_by_side() as pool:
        static = pool.submit(step, "Static files", lambda: collect_static(env))
        step("Database contents", lambda: prepare(env))
        static.result()


def prepare(env: Mapping[str, str]) -> str:
    """Bring the database up to the code."""
    failed = "The database could not be brought up to date."
    command([PYTHON, "manage.py", "prepare"], log="prepare", env=env, failed=failed)
    return "up to date"


def collect_static(env: Mapping[str, str]) -> str:
    """Collect and compress static files unless their sources are as they were."""
    sources = [ROOT / "requirements-dev.lock", ROOT / "config" / "settings.py", ROOT / "package-lock.json"]
    folders = (ROOT / "static", VAR / "vendor" / "css")
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    mark = fingerprint([*sources, *(part for file in files for part in (str(file.relative_to(ROOT)), file))])
    stamp = VAR / "static" / ".stamp"
    if is_stamped(stamp, mark):
        return "unchanged"
    shutil.rmtree(VAR / "static", ignore_errors=True)
    collect: Args = [PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    command(collect, log="static", env=env, failed="The static files could not be collected.")
    put_stamp(stamp, mark)
    return "collected"


def start_web(port: int, env: Mapping[str, str], started: list[Process]) -> None:
    """Start the web server."""
    web = ["-m", "gunicorn", "-c", "launcher/gunicorn_conf.py", "--bind", f"127.0.0.1:{port}", "config.wsgi"]
    started.append(start("web", [PYTHON, *web], env=env))


def start_jobs(env: Mapping[str, str], started: list[Process]) -> None:
    """Start Celery's workers and its beat."""
    beat = ["beat", "--pidfile", ""]
    for name, args in ({name: worker(name) for name in WORKERS} | {"beat": beat}).items():
        started.append(start(name, [PYTHON, "-m", "celery", "-A", "config", *args, "--loglevel", "INFO"], env=env))


def worker(name: str) -> list[str]:
    """Return Celery's arguments for one of the workers."""
    queue, at_once = WORKERS[name]
    serving = ["--queues", queue, "--concurrency", str(at_once), "--hostname", f"{queue}@%h"]
    return ["worker", *serving, "--without-gossip", "--without-mingle"]


def until_home_answers(port: int, started: list[Process]) -> str:
    """Wait for the process, then for the first page; a page in error ends the start."""
    wait_for("The site", lambda: status_of(port, "/healthz") == http.HTTPStatus.OK, started, seconds=HOME_SECONDS)
    status = status_of(port, "/")
    if status >= http.HTTPStatus.BAD_REQUEST:
        raise PlainError(f"The home page answered with status {status}. See var/log/web.log.")
    check(started)
    return "answers"


def status_of(port: int, path: str) -> int:
    """Return the status a GET of this path gives; 0 where nobody answers."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0


def greet(port: int, env: Mapping[str, str]) -> None:
    """Say where the site is and who may sign in."""
    say(f"\n  The site is at {env['SITE_URL']}\n")
    accounts = VAR / "demo_accounts.txt"
    if accounts.is_file():
        say("\n".join("  " + line for line in accounts.read_text().splitlines()) + "\n")
    if env.get("EMAIL_HOST") == "127.0.0.1":
        say("  The demo sends no email. Each message is saved as a file in var/mail.")
    say("  Logs are in var/log. Ctrl-C stops everything.")


def watch(started: list[Process], parent: int) -> None:
    """Wait until a process fails, a signal comes, or the make that started us is gone."""
    while True:
        check(started)
        if "MAKELEVEL" in os.environ and os.getppid() != parent:
            raise Interrupted("make has ended")
        time.sleep(0.2)


def clock_shift() -> dict[str, str]:
    """Return the setting that moves the clock to the day REAL_DATE names; nothing if that is not set."""
    wanted = os.environ.get("REAL_DATE", "")
    if not wanted:
        return {}
    try:
        day = datetime.strptime(wanted, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise PlainError(f"REAL_DATE={wanted} is not a date. Write it as 2027-02-01.") from error
    now = datetime.now(UTC)
    moved = day.replace(hour=now.hour, minute=now.minute, second=now.second)
    return {"CLOCK_SHIFT_SECONDS": str(round((moved - now).total_seconds()))}
