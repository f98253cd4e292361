"""Where Django finds the staff pages of this app; they are in the desk."""

from typing import cast

from django.contrib import admin

from accounts.staff_site import StaffSite

from .desk import conflict, election, morning, runs

cast(StaffSite, admin.site).panels.append(morning.panel)

__all__ = ["conflict", "election", "runs"]
