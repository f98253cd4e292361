"""Run every benchmark, print a table and write var/bench.json; end with 1 where a ratio is over its limit.

Arguments choose among them by their modules' names; `pages`, `desk` and `submissions` need what `loads` leaves.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 (settings first)
from django.test.utils import setup_databases  # noqa: E402

from . import agreements, desk, loads, mails, pages, submissions, weight  # noqa: E402
from .measuring import Row  # noqa: E402

HEAD = f"{'name':22} {'ratio':>7} {'limit':>6} {'measured':>11} {'baseline':>11} {'peak MB':>8} {'rows':>10}  against"


def rows(chosen: Sequence[str]) -> Iterator[Row]:
    """Run the benchmarks chosen, or all, and yield what each measured."""
    with tempfile.TemporaryDirectory() as folder:
        measures: dict[str, Callable[[], Iterator[Row]]] = {
            "weight": weight.measure,
            "loads": partial(loads.measure, Path(folder)),
            "pages": pages.measure,
            "desk": desk.measure,
            "submissions": submissions.measure,
            "agreements": agreements.measure,
            "paint": _paint,
            "mails": partial(mails.measure, Path(folder)),
        }
        for name in chosen or measures:
            yield from measures[name]()


def _paint() -> Iterator[Row]:
    from . import paint  # when its turn comes: what drives a browser would count in the memory of the loads

    yield from paint.measure()


def as_line(row: Row) -> str:
    """Return a line of the table; the limit of a row without a baseline is one of seconds."""
    peak, limit = (f"{number:.4g}" if number else "-" for number in (row.peak_mb, row.limit or row.most_seconds))
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
    baseline = "-" if row.baseline_seconds is None else f"{row.baseline_seconds:.3f}"
    measured = f"{row.seconds:8.3f} {row.unit:2} {baseline:>8} {row.unit:2}"
    return f"{row.name:22} {ratio:>7} {limit:>6} {measured} {peak:>8} {row.rows:>10,}  {row.against}"


def main() -> int:
    settings.ALLOWED_HOSTS = ["testserver"]
    setup_databases(verbosity=0, interactive=False)
    print(HEAD)
    measured = []
    for row in rows(sys.argv[1:]):
        print(as_line(row), flush=True)
        measured.append(row)
    kept = [
        {
            name: getattr(row, name)
            for name in ("name", "ratio", "against", "seconds", "baseline_seconds", "peak_mb", "rows", "unit")
        }
        for row in measured
    ]
    Path(settings.VAR_DIR, "bench.json").write_text(json.dumps(kept, indent=2) + "\n")
    over = [row.name for row in measured if not row.is_within]
    if over:
        print(f"Over the limit: {', '.join(over)}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
