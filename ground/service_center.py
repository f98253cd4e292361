"""How sentences outside templates name the service center."""

from django.conf import settings


def call_it() -> str:
    """Return `call the Quality Payment Program Service Center at 1-866-…`, as the middle of a sentence has it."""
    return f"call the {settings.SERVICE_CENTER['name']} at {settings.SERVICE_CENTER['phone']}"
