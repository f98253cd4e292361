"""What every template may show: the site's name, its notices and whom to call."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ground import clock


def support() -> dict[str, Any]:
    """Return the contacts for help, which the error page names as well."""
    names = ("SERVICE_CENTER", "ELECTION_EMAIL", "SMALL_PRACTICES_URL", "GUIDANCE_AS_OF")
    return {name: getattr(settings, name) for name in names}


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the names that every page's frame uses."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_OWNER": settings.SITE_OWNER,
        "OFFICIAL_SITE": settings.OFFICIAL_SITE,
        "DEMO": settings.DEMO,
        "demo_now": clock.now() if settings.DEMO_NOW else None,
        "FORM_NOTICE": settings.FORM_NOTICE,
        **support(),
    }
