"""What is wrong with the files of a load: where, and in a sentence that never quotes a cell."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..models import LoadRun

FIRST_PROBLEMS = 1_000


class LoadFileUnreadable(Exception):
    """A file cannot be read on; the sentence says why, `line` where, None for the file as a whole."""

    def __init__(self, sentence: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(sentence)
        self.line = line
        self.column = column


class LoadRefused(Exception):
    """Nothing was loaded and nothing changed; `run` holds the problems, None where no file was read."""

    def __init__(self, sentence: str, run: LoadRun | None = None) -> None:
        super().__init__(sentence)
        self.run = run


def where(entry: Mapping[str, Any]) -> str:
    """Return the place of a LoadRun.errors or error_counts entry, as in `a.csv, line 2, tin`; empty if it has none."""
    line = f"line {entry['line']}" if entry.get("line") else None
    return ", ".join(part for part in (entry["file"], line, entry["column"]) if part)


class Report:
    """The problems of one load: the first 1,000 by line, file after file, and the counts of all."""

    def __init__(self, files: list[str]) -> None:
        self.count = 0
        self._order = {file: place for place, file in enumerate(files)}
        self._counts: Counter[tuple[str, str | None, str]] = Counter()
        self._first: list[tuple[int, int, int, str | None, str]] = []

    def add(self, file: str, line: int | None, column: str | None, sentence: str) -> None:
        """Note one problem; line None means the file as a whole, column None the whole line."""
        self.count += 1
        self._counts[file, column, sentence] += 1
        self._first.append((self._order[file], line or 0, self.count, column, sentence))
        if len(self._first) >= 4 * FIRST_PROBLEMS:
            self._cut()

    def _cut(self) -> None:
        self._first.sort(key=lambda entry: entry[:3])
        del self._first[FIRST_PROBLEMS:]

    def first(self) -> list[dict[str, Any]]:
        """Return the first 1,000 problems as LoadRun.errors keeps them."""
        self._cut()
        names = list(self._order)
        return [
            {"file": names[place], "line": line or None, "column": column, "problem": sentence}
            for place, line, _, column, sentence in self._first
        ]

    def counted(self) -> list[dict[str, Any]]:
        """Return the number of times each problem was met, as LoadRun.error_counts stores it."""
        return [
            {"file": file, "column": column, "problem": sentence, "count": count}
            for (file, column, sentence), count in self._counts.most_common()
        ]
