"""`make bench`: the benchmarks, each of which comes with the issue that builds what it measures."""

import os
import shlex

from . import setting_up
from .checks import test_server
from .paths import PYTHON, ROOT
from .processes import start
from .steps import say


def bench() -> int:
    """Measure, print a table and write var/bench.json"""
    if not (ROOT / "tests" / "bench").is_dir():
        say("There are no benchmarks yet: each comes with the issue that builds what it measures.")
        return 0
    setting_up.everything()
    with test_server() as (env, started):
        more = shlex.split(os.environ.get("ARGS", ""))
        measuring = start("bench", [PYTHON, "-m", "tests.bench", *more], env=env, show=True)
        started.append(measuring)
        return measuring.popen.wait()
