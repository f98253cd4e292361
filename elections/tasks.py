"""What the clock does to elections."""

from celery import shared_task

from accounts import clock

from .actions.intake import lapse_due


@shared_task(name="elections.lapse")
def lapse() -> None:
    """Lapse the drafts whose window has closed."""
    lapse_due(now=clock.now())
