"""`manage.py export_virtual_groups --performance-year N`: approved virtual groups as CSV on standard output."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...upkeep.export import COLUMNS, export_rows


class Command(BaseCommand):
    help = "Write the approved virtual groups of a performance year as CSV, a row per identifier, TIN and NPI."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--performance-year", type=int, required=True, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(export_rows(options["performance_year"]))
