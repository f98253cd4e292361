"""Judge the tests of the law: put one small error at a time into it, and see whether they fail.

An error stands in the memory of a forked process alone. Ends with 1 where the tests miss more than 5 percent.
"""

import argparse
import os
import sys
import time
from collections import Counter

from .errors import in_module
from .judging import Court, Verdict

LAW = (
    "identifiers",
    "parameters",
    "calendar",
    "facts",
    "rule_results",
    "practice_rules",
    "low_volume",
    "virtual_group_rules",
    "rules",
    "determination",
    "proposals",
    "fact_labels",
)
LEAST_PERCENT = 95


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description="Judge the tests of the law.")
    parser.add_argument("--only", nargs="+", choices=LAW, default=LAW, help="modules of the law")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many side by side")
    asked = parser.parse_args()
    begun = time.monotonic()
    court = Court(asked.processes)
    print(f"The tests of the law pass in {court.all_seconds:.1f} s.", flush=True)
    found: Counter[Verdict] = Counter()
    for name in asked.only:
        verdicts = court.judge(in_module(name))
        survivors = [mutant for mutant, verdict in verdicts.items() if verdict is Verdict.SURVIVED]
        counted = Counter(verdicts.values())
        found += counted
        print(f"{name:20} {line(counted)}", flush=True)
        for mutant in sorted(survivors, key=lambda mutant: mutant.row):
            print(mutant.in_words(), flush=True)
    percent = score(found)
    print(f"\n{'all':20} {line(found)}; {time.monotonic() - begun:.0f} s")
    if percent < LEAST_PERCENT:
        print(f"{LEAST_PERCENT} % are asked for.")
    return 0 if percent >= LEAST_PERCENT else 1


def score(found: "Counter[Verdict]") -> float:
    """Return the percentage that tests found, of the errors with which the law can be imported at all."""
    caught = found[Verdict.KILLED] + found[Verdict.OUT_OF_TIME]
    return 100 * caught / ((caught + found[Verdict.SURVIVED]) or 1)


def line(found: "Counter[Verdict]") -> str:
    told = ", ".join(f"{found[verdict]:5} {verdict}" for verdict in Verdict)
    return f"{score(found):6.2f} % of {found.total() - found[Verdict.BROKEN]:5}: {told}"


if __name__ == "__main__":
    sys.exit(main())
