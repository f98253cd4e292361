"""`manage.py load_nppes FILE` (contracts.md 3)."""

from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand

from ...loads import nppes
from ...loads.command_line import run_load


class Command(BaseCommand):
    help = "Load NPPES: insert or update every NPI in the file, or change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="npidata_pfile as published: .csv, .csv.gz or .zip")

    def handle(self, *args: Any, **options: Any) -> None:
        run_load(self, partial(nppes.load, options["file"]))
