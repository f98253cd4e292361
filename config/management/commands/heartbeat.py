"""`manage.py heartbeat`: the health check of what listens on no port."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ground import clock
from notices.parts import all_parts


class Command(BaseCommand):
    help = "Say how the named parts are, or all of them. Exits with status 1 if one is not as it should be."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", nargs="*", help="for example mail, papers, celery, beat, or due")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at the parts now, as the staff page “Health” does."""
        parts = {part.key: part for part in all_parts(clock.now())}
        if unknown := set(options["part"]) - set(parts):
            raise CommandError(f"There is no part {', '.join(sorted(unknown))}. The parts are: {', '.join(parts)}.")
        named = [parts[key] for key in options["part"] or parts]
        for part in named:
            self.stdout.write(f"{part.name}: {part.state}. {part.meaning}")
        if bad := [f"{part.name}: {part.what_to_do}" for part in named if not part.is_good]:
            raise CommandError("\n".join(bad))
