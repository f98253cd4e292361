"""`manage.py load_determinations PRACTICES CLINICIANS [--stage]` (contracts.md 3)."""

from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand

from ...loads import determinations
from ...loads.command_line import run_load


class Command(BaseCommand):
    help = "Load CMS determinations for one performance year: both files completely, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("practices", metavar="PRACTICES", help="CSV, also .gz: one row per practice")
        parser.add_argument(
            "clinicians", metavar="CLINICIANS", help="CSV, also .gz: one row per clinician in a practice"
        )
        parser.add_argument("--stage", action="store_true", help="keep the run for later, and keep the active one")

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["practices"], options["clinicians"]
        run_load(self, partial(determinations.load, *files, activate=not options["stage"]))
