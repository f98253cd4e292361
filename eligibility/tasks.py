"""What the clock does for CMS data."""

from celery import shared_task

from accounts import clock

from . import disclosure


@shared_task(name="eligibility.forget_probes")
def forget_probes() -> None:
    """Forget who asked about which TIN once no open election can rest on it; daily."""
    disclosure.forget_probes(now=clock.now())
