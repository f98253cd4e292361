"""What the clock does for CMS data."""

from celery import shared_task

from ground import clock

from .data import disclosure
from .loads import jobs

SECONDS = 2 * 60 * 60  # that a worker may take for one load


@shared_task(name="eligibility.forget_probes")
def forget_probes() -> None:
    """Forget who asked about which TIN once no open election can rest on it; daily."""
    disclosure.forget_probes(now=clock.now())


@shared_task(name=jobs.TASK, soft_time_limit=SECONDS, time_limit=SECONDS + 60)
def load(run_id: int) -> None:
    """Load what a data steward sent."""
    jobs.carry_out(run_id, now=clock.now())


@shared_task(name="eligibility.sweep")
def sweep() -> None:
    """Have loads done that wait or were interrupted, and forget what nobody can go back to."""
    jobs.sweep()
