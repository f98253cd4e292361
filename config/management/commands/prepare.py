"""`manage.py prepare`: the database brought up to the code, on every start and every release."""

import io
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, make the cache's table, and in the demo its world; doing it again changes nothing."
    requires_system_checks = ()  # some ask the database, which is not there yet

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the steps in order, in one process: starting Django takes longer than any of them on a second start."""
        call_command("migrate", interactive=False, stdout=self.stdout)
        call_command("createcachetable", stdout=self.stdout)
        if settings.DEMO and "demo_world" in get_commands():
            call_command("demo_world", stdout=self.stdout)
            accounts = io.StringIO()
            call_command("demo_world", "--accounts", stdout=accounts)
            (settings.VAR_DIR / "demo_accounts.txt").write_text(accounts.getvalue())
