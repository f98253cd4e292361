"""What the worker does for staff roles."""

from celery import shared_task

from ground import clock

from . import roles


@shared_task(name="accounts.start_roles")
def start_roles() -> None:
    """Let the roles take effect that nobody could confirm and whose 24 hours are over."""
    roles.start_due(now=clock.now())
