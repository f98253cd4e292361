"""Files as a data steward sends them: no TIN of theirs ever lies on disk.

They are rewritten line by line while they stream in: each TIN hashed or cut (tins.py), columns that are not loaded
left out. A line that cannot be read is replaced by one that is wrong in the same way, so that the load finds it where
it was. A zip can be read only once all of it is there: that of NPPES, which CMS publishes, is kept as it comes.
"""

import csv
import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ground.private_numbers import mask_private_numbers

from ..law import parameters
from ..law.identifiers import EIN_DIGITS
from .determinations import FIGURES
from .files import (
    BLOCK,
    BYTE_ORDER_MARK,
    LONGEST_LINE,
    SourceFile,
    as_text,
    cells_of,
    packed_as,
    read_header,
    safe_name,
)
from .nppes import COLUMNS as NPPES_COLUMNS
from .report import LoadFileUnreadable
from .tins import WRONG, hashed

GZIP = 31  # how zlib calls a gzip wrapper with the largest window
GIGABYTE = 1024**3
TOO_LARGE = "Unpacked, the file is larger than {:,} GB. It isn’t a file that you can load here."
CUT_OFF = "The file is incomplete. It was cut off during the upload. Upload it again."
DAMAGED = "The file is damaged, or it isn’t an archive. Upload it again."


class IncomingFile:
    """One file as it comes in, chunk by chunk; what may be kept of it goes to `path`.

    `rewriting` says what may be, None that it is a zip of NPPES. `problem` is the sentence that says why it cannot be
    loaded; from then on what comes is thrown away.
    """

    def __init__(self, name: str, path: Path, rewriting: "Rewriting | None") -> None:
        self.name = safe_name(name)
        self.problem: str | None = None
        self.size = 0
        self._digest = hashlib.sha256()
        self._rewriting = rewriting
        self._inflate = _Inflate(rewriting.most_bytes) if rewriting and packed_as(name) == ".gz" else None
        self._path = path
        self._file = path.open("wb")

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes as they were sent."""
        self.size += len(chunk)
        self._digest.update(chunk)
        if self.problem:
            return
        try:
            for block in self._inflate.feed(chunk) if self._inflate else (chunk,):
                self._file.write(self._rewriting.feed(block) if self._rewriting else block)
        except LoadFileUnreadable as problem:
            self.problem = str(problem)

    def close(self) -> None:
        """Note that all of it came, or that no more will."""
        try:
            if self._inflate and self.size and not self.problem and not self._inflate.members.eof:
                raise LoadFileUnreadable(CUT_OFF)
            if self._rewriting and not self.problem:
                self._file.write(self._rewriting.close())
            self._file.close()
            if not self._rewriting:
                with SourceFile(self._path, zipped=True) as zipped:
                    zipped.check_header(NPPES_COLUMNS)
        except LoadFileUnreadable as problem:
            self.problem = str(problem)
        finally:
            self._file.close()
            if self.problem:
                self._path.unlink(missing_ok=True)

    def fingerprint(self) -> dict[str, Any]:
        """Return name, bytes and SHA-256 of what was sent, as LoadRun.files keeps them."""
        return {"name": self.name, "bytes": self.size, "sha256": self._digest.hexdigest()}


class Rewriting:
    """The lines of one file, rewritten so that they hold the columns of a load and nothing that may not be kept."""

    others_allowed = False
    most_bytes = 2 * GIGABYTE  # unpacked

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._rest = b""
        self._order: Callable[[Sequence[str]], tuple[str, ...]] | None = None
        self._width = 0

    def feed(self, block: bytes) -> bytes:
        """Return the lines that end in this block, as they may be kept. Raise LoadFileUnreadable for a wrong header."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = self._rest[: LONGEST_LINE + 1]  # its end tells nothing more
        return b"".join(self._line(line) + b"\n" for line in lines)

    def close(self) -> bytes:
        """Return the last line as it may be stored. Raise LoadFileUnreadable if there was no line at all."""
        last = self._line(self._rest) if self._rest else b""
        if not self._order:
            read_header(None, self._columns, others_allowed=self.others_allowed)
        return last

    def kept(self, cells: list[str]) -> list[str]:
        """Return the cells of a row, in the order of the columns, as they may be kept."""
        return list(map(without_run, cells))

    def _line(self, line: bytes) -> bytes:
        if not self._order:
            return self._read_header(line.removeprefix(BYTE_ORDER_MARK))
        text, sentence = as_text(line)
        if sentence:
            return _as_wrong(line)
        if not text:
            return b""
        try:
            cells = cells_of(text)
        except csv.Error:
            return b'"'
        if not any(map(str.strip, cells)):
            return b""
        if len(cells) != self._width:
            return b"-,-"  # two cells: fewer than any file has
        return ",".join(map(_quoted, self.kept([*self._order(cells)]))).encode()

    def _read_header(self, line: bytes) -> bytes:
        text, sentence = as_text(line)
        if sentence:
            raise LoadFileUnreadable(sentence)
        self._order, self._width = read_header(text, self._columns, others_allowed=self.others_allowed)
        return ",".join(map(_quoted, self._columns)).encode()


class Narrowed(Rewriting):
    """NPPES: of its 330 columns those that are loaded."""

    others_allowed = True
    most_bytes = 16 * GIGABYTE


class WithoutTins(Rewriting):
    """Determinations, each TIN hashed or cut."""

    def __init__(self, columns: Sequence[str], secret: bytes) -> None:
        super().__init__(columns)
        self._secret = secret
        self._tin, self._kind = columns.index("tin"), columns.index("tin_kind")
        self._figures = {columns.index(column): check for column, check in FIGURES.items()}
        self._ssn_digits = parameters.SSN_DIGITS.for_year(parameters.PERFORMANCE_YEARS[-1])
        self._last_tin, self._last_token = ("", ""), WRONG

    def kept(self, cells: list[str]) -> list[str]:
        """Return a row without its TIN, and without digits that may be one which stand where none belongs.

        A figure may have nine digits; in a row whose TIN is wrong its columns may be mixed up.
        """
        tin = (cells[self._kind], cells[self._tin])
        if tin != self._last_tin:  # clinicians of one practice stand one after the other
            self._last_tin, self._last_token = tin, hashed(*tin, ssn_digits=self._ssn_digits, secret=self._secret)
        cells[self._tin] = self._last_token
        is_wrong = self._last_token.startswith(WRONG)
        return [
            cell if place == self._tin or (not is_wrong and self._is_figure(place, cell)) else without_run(cell)
            for place, cell in enumerate(cells)
        ]

    def _is_figure(self, place: int, cell: str) -> bool:
        return place in self._figures and self._figures[place](cell) is None


class _Inflate:
    """Gzip undone while it comes in, a block at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.members = zlib.decompressobj(GZIP)
        self._total = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next bytes unpack to; raise LoadFileUnreadable where they do not, or to too much."""
        block = b""
        try:
            while chunk or len(block) == BLOCK:  # a full block: more of it may be to come
                if self.members.eof:  # another archive in the same file, or what a tape was filled up with
                    if not chunk.strip(b"\0"):
                        return
                    self.members = zlib.decompressobj(GZIP)
                block = self.members.decompress(chunk, BLOCK)
                chunk = self.members.unconsumed_tail or self.members.unused_data
                self._total += len(block)
                if self._total > self._most:
                    raise LoadFileUnreadable(TOO_LARGE.format(self._most // GIGABYTE))
                yield block
        except zlib.error:
            raise LoadFileUnreadable(DAMAGED) from None


def _as_wrong(line: bytes) -> bytes:
    """Return a line that is as wrong as this one: too long, no UTF-8, or with a NUL in it."""
    if len(line) > LONGEST_LINE:
        return b"-" * (LONGEST_LINE + 1)
    try:
        line.decode()
    except UnicodeDecodeError:
        return b"\xff"
    return b"\0"


def without_run(cell: str) -> str:
    """Return a cell with zeros for each number that may not be kept: as wrong as before, and no one's."""
    if cell.isalpha() or (cell.isascii() and (len(cell) < EIN_DIGITS or (cell.isdigit() and len(cell) > EIN_DIGITS))):
        return cell
    return mask_private_numbers(cell, "0" * EIN_DIGITS)


def _quoted(cell: str) -> str:
    if '"' not in cell and "," not in cell:
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'
