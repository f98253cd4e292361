"""`manage.py prepare`: the database brought up to the code, on every start and every release."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from demo import people


class Command(BaseCommand):
    help = "Migrate, make the cache's table and, in a demo, the demo world. Running it again changes nothing."
    requires_system_checks = ()  # some ask the database, which is not there yet

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the steps in order, in one process: starting Django takes longer than any of them on a second start."""
        call_command("migrate", interactive=False, stdout=self.stdout)
        call_command("createcachetable", stdout=self.stdout)
        if settings.DEMO:
            call_command("demo_world", stdout=self.stdout)
            (settings.VAR_DIR / "demo_accounts.txt").write_text(people.table())
