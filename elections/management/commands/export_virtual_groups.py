"""`manage.py export_virtual_groups --performance-year N`: approved virtual groups as CSV on standard output."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ground.csv_cells import escaped

from ...upkeep.export import COLUMNS, export_rows


class Command(BaseCommand):
    help = "Write the approved virtual groups of a performance year as CSV, one row per identifier, TIN and NPI."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--performance-year", type=int, required=True, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        writer = csv.DictWriter(self, COLUMNS)
        writer.writeheader()
        rows = export_rows(options["performance_year"])
        writer.writerows({name: escaped(cell) for name, cell in row.items()} for row in rows)

    def write(self, line: str) -> None:
        """Write a line of CSV with our line end: the writer quotes only the characters of its own, both of them."""
        self.stdout.write(line.removesuffix("\r\n"))
