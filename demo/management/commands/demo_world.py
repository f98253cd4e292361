"""Make the demo world once; `--accounts` prints who may sign in."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ground import clock

from ... import people, source, world


class Command(BaseCommand):
    """A second start keeps what is there."""

    help = "Make the demo world if it does not exist yet. --accounts only prints the demo accounts."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="print the demo accounts and make nothing")

    def handle(self, *, accounts: bool, **options: object) -> None:
        if accounts:
            self.stdout.write(people.table())
            return
        if not settings.DEMO:
            raise CommandError("The demo world works only in a demo. Set DEMO=1. Nothing was changed.")
        if settings.DEMO_NOW:
            clock.demo_offset()
        if world.exists():
            self.stdout.write("The demo world already exists. Nothing was changed.")
            return
        began = time.monotonic()

        def say(line: str) -> None:
            self.stdout.write(f"[{time.monotonic() - began:4.1f} s] {line}")

        try:
            data = source.read()
            say(f"Real data for {len(data.practices):,} practices")
            world.make(data, now=clock.now(), say=say)
        except (source.NoDataError, world.WrongMomentError) as problem:
            raise CommandError(str(problem)) from None
