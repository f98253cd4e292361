"""The admin site for CMS staff: a role, and a second factor, or nothing."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class StaffSite(AdminSite):
    """Django's admin, closed to everyone without a staff role."""

    site_header = site_title = "Virtual Group Elections: CMS staff"
    index_title = "Work"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.is_staff
