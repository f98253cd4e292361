"""Files as a data steward sends them: no TIN of theirs ever lies on disk.

Determinations are rewritten line by line while they stream in, each TIN hashed or cut (tins.py). A line that cannot be
read is replaced by one that is wrong in the same way, so that the load finds it where it was. NPPES is published by
CMS and holds no TIN: it is kept as it comes, zip or not.
"""

import csv
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .. import parameters
from ..identifiers import EIN_DIGITS, has_nine_digit_run
from .determinations import FIGURES
from .files import BYTE_ORDER_MARK, LONGEST_LINE, as_text, read_header, safe_name
from .report import Unreadable
from .tins import WRONG, hashed

BLOCK = 1 << 20
GZIP = 31  # how zlib calls a gzip wrapper with the largest window
MOST_BYTES = 4 * 1024**3
TOO_LARGE = "Unpacked, the file is larger than 4 GB: it is no file of one performance year."
CUT_OFF = "The file ends in the middle: it was cut off while it was sent. Send it again."
DAMAGED = "The archive is damaged, or it is none. Send the file again."


class Kept:
    """One file as it comes in, chunk by chunk; what may be kept of it goes to `path`.

    `problem` is the sentence that says why it cannot be loaded; from then on what comes is thrown away.
    """

    def __init__(self, name: str, path: Path, rewriting: "Rewriting | None") -> None:
        self.name = safe_name(name)
        self.problem: str | None = None
        self.size = 0
        self._digest = hashlib.sha256()
        self._rewriting = rewriting
        self._inflate = _Inflate() if rewriting and name.lower().endswith(".gz") else None
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
        except Unreadable as problem:
            self.problem = str(problem)

    def close(self) -> None:
        """Note that all of it came, or that no more will."""
        try:
            if self._inflate and not self.problem:
                self._inflate.close()
            if self._rewriting and not self.problem:
                self._file.write(self._rewriting.close())
        except Unreadable as problem:
            self.problem = str(problem)
        finally:
            self._file.close()

    def fingerprint(self) -> dict[str, Any]:
        """Return name, bytes and SHA-256 of what was sent, as LoadRun.files keeps them."""
        return {"name": self.name, "bytes": self.size, "sha256": self._digest.hexdigest()}


class Rewriting:
    """The lines of one file of determinations, rewritten without their TINs."""

    def __init__(self, columns: Sequence[str], secret: bytes) -> None:
        self._columns = columns
        self._secret = secret
        self._rest = b""
        self._header: list[str] = []
        self._last_tin, self._last_token = ("", ""), WRONG
        self._ssn_digits = parameters.SSN_DIGITS.for_year(parameters.PERFORMANCE_YEARS[-1])

    def feed(self, block: bytes) -> bytes:
        """Return what may be kept of the lines that end in this block; raise Unreadable for a header that is wrong."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = self._rest[: LONGEST_LINE + 1]  # its end tells nothing more
        return b"".join(self._line(line) + b"\n" for line in lines)

    def close(self) -> bytes:
        """Return what may be kept of the last line; raise Unreadable where there was none at all."""
        last = self._line(self._rest) if self._rest else b""
        if not self._header:
            read_header(None, self._columns, others_allowed=False)
        return last

    def _line(self, line: bytes) -> bytes:
        if not self._header:
            return self._read_header(line.removeprefix(BYTE_ORDER_MARK))
        text, sentence = as_text(line)
        if sentence:
            return _as_wrong(line)
        try:
            cells = text.split(",") if '"' not in text else next(csv.reader([text], strict=True))
        except csv.Error:
            return b'"'
        if not text:
            return b""
        if len(cells) != len(self._header):
            return b"," * len(self._header)
        return self._row(cells).encode()

    def _read_header(self, line: bytes) -> bytes:
        text, sentence = as_text(line)
        if sentence:
            raise Unreadable(sentence)
        read_header(text, self._columns, others_allowed=False)
        self._header = next(csv.reader([text]))
        self._tin, self._kind = self._header.index("tin"), self._header.index("tin_kind")
        self._figures = {self._header.index(column) for column in FIGURES}
        return text.encode()

    def _row(self, cells: list[str]) -> str:
        """Return a row without its TIN, and without digits that may be one which stand where none belongs.

        A figure may have nine digits; in a row whose TIN is wrong its columns may be mixed up.
        """
        tin = (cells[self._kind], cells[self._tin])
        if tin != self._last_tin:  # clinicians of one practice stand one after the other
            self._last_tin, self._last_token = tin, hashed(*tin, ssn_digits=self._ssn_digits, secret=self._secret)
        token = self._last_token
        cells[self._tin] = ""
        for place, cell in enumerate(cells):
            if len(cell) >= EIN_DIGITS and (token.startswith(WRONG) or place not in self._figures):
                cells[place] = _without_run(cell)
        cells[self._tin] = token
        return ",".join(_quoted(cell) if '"' in cell or "," in cell else cell for cell in cells)


class _Inflate:
    """Gzip undone while it comes in, a block at a time."""

    def __init__(self) -> None:
        self._members = zlib.decompressobj(GZIP)
        self._began = False
        self._total = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._began = True
        block = b""
        try:
            while chunk or len(block) == BLOCK:  # a full block: more of it may be to come
                if self._members.eof:  # another archive in the same file, or what a tape was filled up with
                    if not chunk.strip(b"\0"):
                        return
                    self._members = zlib.decompressobj(GZIP)
                block = self._members.decompress(chunk, BLOCK)
                chunk = self._members.unconsumed_tail or self._members.unused_data
                self._total += len(block)
                if self._total > MOST_BYTES:
                    raise Unreadable(TOO_LARGE)
                yield block
        except zlib.error:
            raise Unreadable(DAMAGED) from None

    def close(self) -> None:
        if self._began and not self._members.eof:
            raise Unreadable(CUT_OFF)


def _as_wrong(line: bytes) -> bytes:
    """Return a line that is as wrong as this one: too long, no UTF-8, or with a NUL in it."""
    if len(line) > LONGEST_LINE:
        return b"-" * (LONGEST_LINE + 1)
    return b"\0" if b"\0" in line and _is_text(line) else b"\xff"


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without_run(cell: str) -> str:
    """Return a cell with zeros for digits where nine of them stand in a row: as wrong as before, and nobody's."""
    return re.sub(r"\d", "0", cell) if has_nine_digit_run(cell) else cell
