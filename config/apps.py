"""The project's own app (checks, admin site); it knows every other app and none imports it."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Load the Celery app, so that nudges know their broker, and the system checks."""
        from . import celery, checks  # noqa: F401


class StaffAdminConfig(AdminConfig):
    """Django's admin, on the staff site that demands a role and a second factor."""

    default_site = "accounts.staff_site.StaffSite"
