"""The warning before a session ends; base.html shows it to everyone who is signed in."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest

from accounts import sessions

register = template.Library()


@register.inclusion_tag("accounts/session_dialog.html", takes_context=True)
def session_dialog(context: dict[str, Any]) -> dict[str, Any]:
    """Return the warning's values; nothing if no one is signed in or the page has no request."""
    request: HttpRequest | None = context.get("request")
    if request is None or not hasattr(request, "user") or not request.user.is_authenticated:
        return {}
    left, limit = sessions.time_left(request.session)
    return {
        "seconds_left": int(left),
        "limit": limit,
        "warning_seconds": settings.SESSION_WARNING_SECONDS,
        "csrf_token": context.get("csrf_token"),
    }
