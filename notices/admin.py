"""The staff page that shows what was sent, what waits and what the mail server said."""

import re
from typing import Any

import structlog
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.models import Role
from accounts.staff_pages import ReadOnlyAdmin, has_role
from ground import clock
from ground.vault import CannotDecrypt

from . import delivery
from .models import Notice

SHOWN = ("subject", "to", "reason", "state", "attempts", "created_at", "sent_at")
ACCOUNT = "account"  # so begin the reasons of mails whose links sign their reader in
LINK = re.compile(r"(https?://[^/\s]+/)\S+")

logger = structlog.get_logger(__name__)


class NoticeAdmin(ReadOnlyAdmin):
    """Read by staff; the data steward may send a notice again.

    Registered by elections.desk.outgoing, which knows the elections that notices are about.
    """

    stock_pages = {"changelist", "change", "history"}
    list_display = (*SHOWN, "server_answer")
    list_filter = ["state", "reason"]
    search_fields = ["to", "subject"]
    search_help_text = "Search by recipient or subject"
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    fields = readonly_fields = (*SHOWN, "next_attempt_at", "server_answer", "message_id", "shown_body")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """Return notices without their texts, which the list does not show."""
        return super().get_queryset(request).defer("body")

    @admin.display(description="message")
    def shown_body(self, notice: Notice) -> str:
        """Return the text as staff may read it: whoever follows a link in it could act for its reader."""
        if notice.reason.startswith(ACCOUNT) and not settings.DEMO:
            return "Not shown, because it lets its reader sign in."
        try:
            body = str(notice.body)
        except CannotDecrypt:
            return "We can’t open this message, because the key that encrypts it is missing."
        return body if settings.DEMO else LINK.sub(r"\1…", body)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that sends a notice again."""
        resend = path("<int:notice_id>/resend/", self.admin_site.admin_view(self.resend), name="notices_notice_resend")
        return [resend, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one notice, with the way to send it again for those who may."""
        may_resend = has_role(request, Role.DATA_STEWARD)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_resend": may_resend})

    def resend(self, request: HttpRequest, notice_id: int) -> HttpResponse:
        """Show what would be sent again and to whom; by POST, queue it."""
        if not has_role(request, Role.DATA_STEWARD):
            raise PermissionDenied("Only a data steward can send a notice again.")
        notice = get_object_or_404(self.get_queryset(request), pk=notice_id)
        if request.method != "POST":
            context = self.frame(request, "Send this notice again?") | {"notice": notice}
            return TemplateResponse(request, "admin/notices/notice/resend.html", context)
        if delivery.resend(notice.pk, now=clock.now()):
            self.log_change(request, notice, "Queued to be sent again.")
            logger.info("notice_resend", notice=notice.pk, by=request.user.pk)
            messages.success(request, f"The notice to {notice.to} is queued. We’ll send it in a moment.")
        else:
            messages.info(request, "This notice is already queued. Nothing was changed.")
        return self.back_to(request, "change", notice.pk)
