"""What the worker does for notices."""

from celery import shared_task

from ground import clock

from . import bounces, delivery

LIMITS = {"soft_time_limit": delivery.SOFT_LIMIT, "time_limit": delivery.HARD_LIMIT}


@shared_task(name="notices.deliver", **LIMITS)
def deliver(notice_id: int) -> None:
    """Send one notice."""
    delivery.deliver(notice_id, now=clock.now())


@shared_task(name="notices.sweep", **LIMITS)
def sweep() -> None:
    """Send what a nudge missed, and what has waited long enough."""
    delivery.sweep(now=clock.now())


@shared_task(name="notices.read_bounces")
def read_bounces() -> None:
    """Read what mail servers sent back."""
    bounces.read_bounces(now=clock.now())
