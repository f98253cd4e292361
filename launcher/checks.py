"""`make test`, `proof`, `lint`, `bench`: on a database server of their own, thrown away afterwards; and `mutants`."""

import contextlib
import os
import re
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import keys, migrated, next_django, packages, postgres, setting_up, tools
from .commands import captured, side_by_side, stop_commands
from .paths import PYTHON, ROOT, VAR, VENV
from .processes import Process, ignore_signals, run_shown, stop_all, watch_signals
from .running import clock_shift
from .steps import say, step

APPS = ["ground", "accounts", "notices", "eligibility", "agreements", "elections", "demo", "config"]
PACKAGES = [*APPS, "launcher", "tests", "manage.py"]
CHECKS: dict[str, list[str]] = {
    "mypy": ["mypy", *PACKAGES],
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "import contracts": ["lint-imports"],
    "templates, form": ["djlint", "templates", "--check"],
    "templates, sense": ["djlint", "templates", "--lint"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "Django's checks": ["python", "manage.py", "check"],
}
SIDE_BY_SIDE = ["-n", "auto", "--maxprocesses", "4", "--dist", "worksteal"]
NOTHING_CHOSEN = 5  # pytest's status where no test was selected
SETTING = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"")


def test() -> int:
    """Check lint, types, contracts and run the suite, browser included (ARGS="-k word" goes to pytest)"""
    setting_up.everything()
    with test_server(PYTHON) as (env, started):
        failed = failing_checks(env)  # whatever they say, the suite is run
        if failed:
            say(f"\nFailed before the suite: {', '.join(failed)}. Their output is above.\n")
        status = suite(SIDE_BY_SIDE, env, started) or (1 if failed else 0)
        if failed:  # again, as a suite that passed is the last one reads
            say(f"\nFailed before the suite: {', '.join(failed)}. Their output is above the suite's.")
        return status


def proof() -> int:
    """Run the slow tests: killed processes, simultaneous requests, every width, full-size data, the next Django"""
    setting_up.everything()
    with test_server(PYTHON) as (env, started):
        sittings = [
            ["-m", "proof and not alone", "-n", "3", "--dist", "worksteal"],  # much of it waits
            ["-m", "proof and alone", "-n", "0"],
        ]
        statuses = [suite(args, env, started) for args in sittings]
    statuses += suite_on_the_next_django()
    chosen = [status for status in statuses if status != NOTHING_CHOSEN]  # ARGS may choose from one of the two alone
    return next(filter(None, chosen), 0 if chosen else NOTHING_CHOSEN)


def suite_on_the_next_django() -> list[int]:
    """Run the suite on it, and return its status; none where no Python for it is found, which is said in a line."""
    python = next_django.interpreter()
    if python is None:
        say(next_django.NOT_RUN)
        return []
    step(f"Packages for {next_django.DJANGO}", lambda: next_django.install(python))
    with test_server(next_django.VENV / "bin" / "python") as (env, started):
        return [suite(SIDE_BY_SIDE, env, started, venv=next_django.VENV)]


def lint() -> int:
    """Check only lint, types and import contracts"""
    setting_up.everything()
    with test_server(PYTHON) as (env, _):
        return 1 if failing_checks(env) else 0


def bench() -> int:
    """Measure, print a table and write var/bench.json"""
    setting_up.everything()
    with test_server(PYTHON) as (env, started):
        return run_shown("bench", [PYTHON, "-m", "tests.bench", *arguments()], started, env=env)


def mutants() -> int:
    """Put small errors into a copy of the law, one by one, and show which its tests miss (ARGS="--only facts")"""
    step("uv", tools.install)
    step("Python packages", lambda: packages.install(checks=True))
    copy = VAR / f"mutants-{os.getpid()}"
    started: list[Process] = []
    try:
        for name in ("ground", "eligibility", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        return run_shown("mutants", [PYTHON, "-m", "tests.mutants", *arguments()], started, cwd=copy)
    finally:
        ignore_signals()
        stop_all(started)
        shutil.rmtree(copy, ignore_errors=True)


@contextlib.contextmanager
def test_server(python: Path) -> Iterator[tuple[dict[str, str], list[Process]]]:
    """Start a server for this run alone; give its environment and the list of what runs; remove all afterwards."""
    name = f"test-{os.getpid()}"
    place = postgres.cluster(name, throw_away=True)
    started: list[Process] = []
    watch_signals()  # a server before this one ended ignoring them, and what is started here would inherit that
    try:
        step("Database for the tests", lambda: migrated.lay_out(place, lambda url: environment(url, name), python))
        yield environment(postgres.start(place, started), name), started
    finally:
        ignore_signals()
        stop_commands()
        stop_all(started)
        postgres.remove(place)
        shutil.rmtree(VAR / name, ignore_errors=True)


def environment(database_url: str, name: str) -> dict[str, str]:
    """Return the suite's environment: none of this machine's settings, and folders of its own."""
    settings = set(SETTING.findall((ROOT / "config" / "settings.py").read_text()))
    settings.add("PYTHONDONTWRITEBYTECODE")  # or pytest would rewrite every assertion anew, in every worker
    env = {key: value for key, value in os.environ.items() if key not in settings}
    folder = VAR / name
    return env | {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{env['PATH']}",
        "LOCAL_ENV": str(folder / "none.env"),
        "DATABASE_URL": database_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "TIN_ENCRYPTION_KEYS": f"1:{keys.key()}",
        "TIN_INDEX_KEY": f"1:{keys.key()}",
        "DEMO": "1",
        "LOG_LEVEL": "WARNING",  # two lines a request are a quarter of what the suite would take
        "BROKER_DIR": str(folder / "broker"),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        **clock_shift(),
    }


def failing_checks(env: Mapping[str, str]) -> list[str]:
    """Run all checks side by side, show what each said, and return the names of those that failed."""
    failed = []
    with side_by_side(os.cpu_count()) as pool:
        runs = [
            (name, pool.submit(captured, [VENV / "bin" / args[0], *args[1:]], env=env)) for name, args in CHECKS.items()
        ]
        for name, run in runs:
            status, output = run.result()
            say(f"--- {name}: {'passed' if status == 0 else f'failed (status {status})'}")
            say(output.rstrip())
            if status:
                failed.append(name)
    return failed


def suite(args: list[str], env: Mapping[str, str], started: list[Process], *, venv: Path = VENV) -> int:
    """Run pytest with its output as it is, and return its status. The server goes with its databases, undropped."""
    args = [*args, "--reuse-db", *arguments()]
    say(f"--- pytest {shlex.join(args)}")
    path = f"{venv / 'bin'}{os.pathsep}{env['PATH']}"
    return run_shown("pytest", [venv / "bin" / "python", "-m", "pytest", *args], started, env={**env, "PATH": path})


def arguments() -> list[str]:
    """Return the arguments that ARGS adds to a verb's command."""
    return shlex.split(os.environ.get("ARGS", ""))
