"""Where Django finds the staff pages of this app; they are in the desk."""

from typing import cast

from django.contrib import admin

from accounts.staff_site import StaffSite

from .desk import (
    audit,
    conflict,
    dashboard,
    decision_records,
    election,
    exports,
    groups,
    morning,
    outgoing,
    runs,
    staff_log,
    unreported,
    update_pages,
)

site = cast(StaffSite, admin.site)
site.panels.extend([morning.panel, morning.panel_of_emails])
site.pages.extend([*dashboard.PAGES, *groups.PAGES, *audit.PAGES, *staff_log.PAGES, *unreported.PAGES])

__all__ = ["audit", "conflict", "decision_records", "election", "exports", "outgoing", "runs", "update_pages"]
