"""Source files read as a stream: CSV in UTF-8, plain, gzipped or zipped, a record a line."""

import csv
import gzip
import hashlib
import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, cast

from ground.private_numbers import mask_private_numbers

from .report import LoadFileUnreadable, Report

LONGEST_LINE = 64 * 1024
PROGRESS_EVERY = 10_000
BLOCK = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BESIDE_NPPES = re.compile(r"(?i).*fileheader.*\.csv|(othername_pfile|pl_pfile|endpoint_pfile).*\.csv|.*\.pdf")
HIDDEN = re.compile(r"(^|/)(\.(?!\.?/)|__MACOSX/)")
PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z _-]{0,39}")
BROKEN_QUOTES = "A quotation mark is not closed, or is in the wrong place. A cell cannot contain a line break."

Progress = Callable[[str, int, int, int], None]
"""Called now and then with the file's name, rows read, bytes read and bytes in all."""


class SourceFile:
    """One file of a load, open while it is used as a context; `name` is safe to show: no path, no nine digits."""

    def __init__(self, path: str | Path, *, zipped: bool = False) -> None:
        """Open the file; `zipped` allows .zip beside .gz. Raise LoadFileUnreadable where there is no file to read."""
        self.path = Path(path)
        self.name = safe_name(self.path.name)
        self._zipped = zipped
        try:
            self._raw = self.path.open("rb")
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or "not a path"
            raise LoadFileUnreadable(f"{self.name} cannot be opened: {reason.lower()}.") from None
        status = os.fstat(self._raw.fileno())
        self.size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            self._raw.close()
            raise LoadFileUnreadable(f"{self.name} is not a file.")

    def __enter__(self) -> "SourceFile":
        return self

    def __exit__(self, *error: object) -> None:
        self._raw.close()

    def fingerprint(self) -> dict[str, Any]:
        """Return the file's name, bytes and SHA-256, as LoadRun.files keeps them."""
        self._raw.seek(0)
        digest = hashlib.file_digest(self._raw, "sha256").hexdigest()
        self._raw.seek(0)
        return {"name": self.name, "bytes": self.size, "sha256": digest}

    def records(
        self, columns: Sequence[str], report: Report, *, others_allowed: bool = False, progress: Progress | None = None
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield line number and cells, in the order of `columns`, of every line that is a record; report the others.

        A line in which every cell is empty or blank is none, whatever its number of cells.
        Raise LoadFileUnreadable for a header that will not do, a file without rows, and a broken archive.
        """
        before = report.count
        lines = self._text_lines(report)
        place, width = read_header(next(lines, (1, None))[1], columns, others_allowed=others_allowed)
        rows = 0
        for number, text in lines:
            if not text:
                continue
            try:
                cells = cells_of(text)
            except csv.Error:
                report.add(self.name, number, None, BROKEN_QUOTES)
                continue
            if not any(map(str.strip, cells)):
                continue
            rows += 1
            if progress and rows % PROGRESS_EVERY == 0:
                progress(self.name, rows, self._raw.tell(), self.size)
            if len(cells) != width:
                report.add(self.name, number, None, "The line has more or fewer cells than the header.")
                continue
            yield number, place(cells)
        if not rows and report.count == before:
            raise LoadFileUnreadable("The file has a header but no rows.")
        if progress:
            progress(self.name, rows, self.size, self.size)

    def check_header(self, columns: Sequence[str]) -> None:
        """Raise LoadFileUnreadable where the file cannot be read, or its first line lacks one of these columns."""
        _, first = next(self._text_lines(Report([self.name])), (1, None))
        read_header(first, columns, others_allowed=True)

    def _text_lines(self, report: Report) -> Iterator[tuple[int, str]]:
        """Yield each line that is text, with its number, without its end. Raise LoadFileUnreadable for a bad header."""
        for number, line in enumerate(self._lines(), 1):
            text, sentence = as_text(line)
            if not sentence:
                yield number, text
            elif number == 1:
                raise LoadFileUnreadable(sentence, number)
            else:
                report.add(self.name, number, None, sentence)

    def _lines(self) -> Iterator[bytes]:
        """Yield the lines; of one that is too long only its beginning, longer than LONGEST_LINE."""
        try:
            stream = self._open()
            readline = stream.readline
            first = True
            while line := readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    rest = line
                    while rest and not rest.endswith(b"\n"):
                        rest = readline(LONGEST_LINE)
                yield line.removeprefix(BYTE_ORDER_MARK) if first else line
                first = False
        except EOFError:
            raise LoadFileUnreadable(
                "The file is incomplete. It was cut off while it was copied. Copy it again."
            ) from None
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error):
            raise LoadFileUnreadable("The file is damaged, or it isn’t an archive. Copy it again.") from None
        except (RuntimeError, NotImplementedError):  # how zipfile says: a password, an unknown compression
            raise LoadFileUnreadable(
                "The zip file needs a password, or it is packed in a way that we can’t read."
            ) from None
        except OSError:
            raise LoadFileUnreadable("We couldn’t read the file to its end.") from None

    def _open(self) -> IO[bytes]:
        self._raw.seek(0)
        suffix = self.path.suffix.lower()
        if suffix == ".gz":
            return io.BufferedReader(gzip.GzipFile(fileobj=self._raw), BLOCK)
        if suffix == ".zip" and self._zipped:
            archive = zipfile.ZipFile(self._raw)
            return io.BufferedReader(cast(io.RawIOBase, archive.open(_member(archive))), BLOCK)
        return self._raw


def read_header(
    text: str | None, columns: Sequence[str], *, others_allowed: bool
) -> tuple[Callable[[Sequence[str]], tuple[str, ...]], int]:
    """Return a function that puts a record's cells into the order of `columns`, and the number of cells a record has.

    `text` is the first line, None where there is none. Raise LoadFileUnreadable for a header that will not do.
    """
    if text is None:
        raise LoadFileUnreadable("The file is empty.")
    try:
        header = next(csv.reader([text], strict=True), [])
    except csv.Error:
        raise LoadFileUnreadable(BROKEN_QUOTES, 1) from None
    missing = [column for column in columns if column not in header]
    if missing:
        raise LoadFileUnreadable(f"The header lacks {_listed(missing)}. It must be the first line.", 1)
    # Unknown columns are named where that is plain words, else by place: a row may stand for a header.
    named = [column if PLAIN_WORDS.fullmatch(column) else f"number {place}" for place, column in enumerate(header, 1)]
    unknown = [name for name, column in zip(named, header, strict=True) if column not in columns]
    if unknown and not others_allowed:
        raise LoadFileUnreadable(f"The header has unknown columns: {_listed(unknown)}.", 1)
    twice = [column for column in columns if header.count(column) > 1]
    if twice:
        raise LoadFileUnreadable(f"The header names {_listed(twice)} twice.", 1)
    return itemgetter(*(header.index(column) for column in columns)), len(header)


def cells_of(text: str) -> list[str]:
    """Return the cells of a line; raise csv.Error where its quotation marks are broken."""
    return text.split(",") if '"' not in text else next(csv.reader([text], strict=True))


def as_text(line: bytes) -> tuple[str, str | None]:
    """Return a line without its end, and what is wrong where it is no text."""
    if len(line) > LONGEST_LINE:
        return "", f"The line is longer than {LONGEST_LINE:,} bytes."
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "", "The line is not UTF-8. Save the file as CSV in UTF-8."
    return text.rstrip("\r\n"), "The line contains a NUL byte." if "\0" in text else None


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the one file to read: what NPPES publishes beside its main file does not count, nor do hidden files.

    A Mac puts hidden ones beside each file of a zip, in a folder __MACOSX; some tools of Windows write \\ for /.
    """
    members = [entry for entry in archive.infolist() if _is_to_load(entry.filename.replace("\\", "/"))]
    if len(members) != 1:
        raise LoadFileUnreadable(f"The zip file must contain 1 file to load. It contains {len(members)}.")
    return members[0]


def _is_to_load(name: str) -> bool:
    return not (name.endswith("/") or HIDDEN.search(name) or BESIDE_NPPES.fullmatch(Path(name).name))


def packed_as(name: str) -> str:
    """Return the end of a file's name that says how it is packed; nothing where it is not."""
    suffix = Path(name).suffix.lower()
    return suffix if suffix in (".gz", ".zip") else ""


def safe_name(name: str) -> str:
    """Return a file's name as it may be shown: without numbers that may not be kept."""
    return mask_private_numbers(name)


def _listed(names: Sequence[str], most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
