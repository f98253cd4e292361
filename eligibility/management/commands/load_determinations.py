"""`manage.py load_determinations PRACTICES CLINICIANS [--stage]` (contracts.md 3)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ground import clock

from ...loads import determinations
from ...loads.command_line import progress_on, run_load, who


class Command(BaseCommand):
    help = "Load CMS determinations of one performance year: all of the two files, or nothing of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("practices", metavar="PRACTICES", help="CSV, also .gz: one row per practice")
        parser.add_argument(
            "clinicians", metavar="CLINICIANS", help="CSV, also .gz: one row per clinician in a practice"
        )
        parser.add_argument("--stage", action="store_true", help="keep the run for later; the active one stays")

    def handle(self, *args: Any, **options: Any) -> None:
        run_load(
            self,
            lambda: determinations.load(
                options["practices"],
                options["clinicians"],
                by=None,
                now=clock.now(),
                activate=not options["stage"],
                started_by=who(),
                progress=progress_on(self.stderr),
            ),
        )
