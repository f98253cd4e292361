"""`manage.py read_bounces`: what the worker does every minute."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ground import clock

from ...bounces import read_bounces


class Command(BaseCommand):
    help = "Read the bounces in BOUNCE_MAILDIR, at most 50, and delete each one that was dealt with."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_MAILDIR:
            raise CommandError("Set BOUNCE_MAILDIR to the folder where your mail server puts bounces.")
        self.stdout.write(f"{read_bounces(now=clock.now())} read.")
