"""`manage.py determine FILE`: judge proposals, one JSON object a line, without database or configuration."""

import json
import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...law import proposals
from ...law.determination import determine


class Command(BaseCommand):
    """Exits with 0 when all lines were judged, 1 when some are no proposals, 2 when the file cannot be read."""

    help = "Judge proposals in JSON Lines by the law of their performance year. Print one JSON object per line."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one path."""
        parser.add_argument("file", metavar="FILE", help="JSON Lines, one proposal per line, or - for standard input")

    def handle(self, *args: object, **options: Any) -> None:
        """Answer each line as it comes."""
        refused = 0
        try:
            for line in _lines(options["file"]):
                said = _judge(line)
                refused += "error" in said
                self.stdout.write(json.dumps(said))
                self.stdout.flush()
        except BrokenPipeError:
            # Whoever read along has gone: keep the interpreter from flushing into the closed pipe once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        if refused:
            sys.exit(1)


def _judge(line: bytes) -> dict[str, object]:
    try:
        proposal = proposals.read(line)
    except proposals.NotAProposalError as error:
        return {"error": str(error)}
    return proposals.answer(determine(proposal))


def _lines(path: str) -> Iterator[bytes]:
    """Yield the lines, parted by line feeds alone; the path is not repeated in what is said of it.

    A byte-order mark at the beginning is passed over, as spreadsheets and editors on Windows write it.
    """
    try:
        with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as file:
            if first := file.readline().removeprefix(BOM_UTF8):
                yield first
            yield from file
    except (OSError, ValueError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or "it is closed or not a path"
        raise CommandError(f"The file cannot be read: {reason}.", returncode=2) from error
