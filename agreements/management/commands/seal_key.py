"""`manage.py seal_key`: a key for the seal of a demo."""

from typing import Any

from django.core.management.base import BaseCommand

from ...papers.seal_keys import new_seal_key


class Command(BaseCommand):
    """Print a new value of SEAL_KEY."""

    help = "Print a new SEAL_KEY for a demo: a key and a self-signed certificate. Production has its own."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_seal_key())
