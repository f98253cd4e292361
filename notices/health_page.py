"""The staff page that says how every part of the site is at this moment."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.staff_pages import ReadOnlyAdmin, has_role
from accounts.staff_site import StaffPage
from ground import clock

from .parts import all_parts

READERS = tuple(Role)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Show every part, with what to do about those that do not work."""
    if not has_role(request, *READERS):
        raise PermissionDenied
    parts = all_parts(clock.now())
    told = {
        "title": "Health",
        "parts": parts,
        "bad_parts": [part for part in parts if not part.is_good],
        "may_read_emails": has_role(request, *ReadOnlyAdmin.readers),
    }
    return TemplateResponse(request, "admin/notices/health.html", admin.site.each_context(request) | told)


PAGE = StaffPage(
    "health",
    "health/",
    health,
    "notices",
    "Health",
    READERS,
    ("Look up", 4),
    "Whether everything that sends emails, makes PDFs, and keeps time works right now.",
)
