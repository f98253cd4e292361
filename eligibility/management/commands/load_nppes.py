"""`manage.py load_nppes FILE` (contracts.md 3)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ground import clock

from ...loads import nppes
from ...loads.command_line import progress_on, run_load, who


class Command(BaseCommand):
    help = "Load NPPES: insert or update every NPI of the file, or nothing of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="npidata_pfile as published: .csv, .csv.gz or .zip")

    def handle(self, *args: Any, **options: Any) -> None:
        run_load(
            self,
            lambda: nppes.load(
                options["file"], by=None, now=clock.now(), started_by=who(), progress=progress_on(self.stderr)
            ),
        )
