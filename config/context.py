"""What every template may show: the site's name, its notices and whom to call."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ground import clock


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the names that every page's frame uses."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        "demo_now": clock.now() if settings.DEMO_NOW else None,
        "FORM_NOTICE": settings.FORM_NOTICE,
        "SERVICE_CENTER": settings.SERVICE_CENTER,
        "TECHNICAL_ASSISTANCE_URL": settings.TECHNICAL_ASSISTANCE_URL,
    }
