"""`manage.py heartbeat`: the health check of worker and beat, which listen on no port."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.health import HEARTBEAT_LIMIT
from ground import clock
from notices.models import WorkerHeartbeat


class Command(BaseCommand):
    help = "Say when a worker last answered beat. Exits with status 1 if that is too long ago."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at the newest heartbeat: it is late when the worker, beat or the broker between them does not work."""
        newest = WorkerHeartbeat.objects.order_by("-at").first()
        if newest is None:
            raise CommandError("No worker has answered beat yet.")
        age = clock.now() - newest.at
        if age > HEARTBEAT_LIMIT:
            raise CommandError(
                f"The last heartbeat is {age.total_seconds():.0f} s old. Check the worker, beat and the broker."
            )
        self.stdout.write(f"The last heartbeat is {age.total_seconds():.0f} s old.")
