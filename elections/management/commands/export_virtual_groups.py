"""`manage.py export_virtual_groups --performance-year N`: approved virtual groups on standard output."""

from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ground import clock

from ...models import ExportFormat
from ...upkeep.export import ExportRequest, export


class Command(BaseCommand):
    help = "Write the approved virtual groups of a performance year, one row per identifier, TIN and NPI."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--performance-year", type=int, required=True, metavar="N")
        parser.add_argument("--as-of", metavar="DAY", help="The roster of this day, YYYY-MM-DD. Without it: all days.")
        parser.add_argument(
            "--recorded-by",
            metavar="MOMENT",
            help="Nothing recorded later: ISO 8601 with an offset, as in 2027-07-01T00:00:00-04:00.",
        )
        parser.add_argument(
            "--changed-since", metavar="MOMENT", help="Only the rows that differ from those recorded by this moment."
        )
        parser.add_argument("--format", choices=ExportFormat.values, default=ExportFormat.CSV)

    def handle(self, *args: Any, **options: Any) -> None:
        asked = ExportRequest(
            performance_year=options["performance_year"],
            as_of=_day(options["as_of"]),
            recorded_by=_moment("recorded-by", options["recorded_by"]),
            changed_since=_moment("changed-since", options["changed_since"]),
            format=ExportFormat(options["format"]),
        )
        now = clock.now()
        if problems := asked.problems(now):
            raise CommandError("\n".join(f"--{name.replace('_', '-')}: {said}" for name, said in problems.items()))
        _, content = export(asked, by=None, now=now)
        self.stdout.write(content.decode(), ending="")


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise CommandError(f"--as-of: “{given}” is not a day. Write it as YYYY-MM-DD.") from None


def _moment(option: str, given: str | None) -> datetime | None:
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(
            f"--{option}: “{given}” is not a moment. Write it with its offset, as in 2027-07-01T00:00:00-04:00."
        )
    return moment
