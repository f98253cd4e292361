"""The staff page that shows what was sent, what waits and what the mail server said."""

from datetime import datetime
from typing import Any, cast

import structlog
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from accounts.models import Role
from accounts.staff_pages import ReadOnlyAdmin, has_role
from accounts.staff_site import StaffSite
from ground import clock
from ground.templatetags.et import et_datetime
from ground.templatetags.tags import tag
from ground.vault import CannotDecrypt

from . import delivery, health_page
from .answers import meaning_of
from .kinds import kind_of_email
from .models import TO_CLINICIANS, Notice, NoticeState, UnmatchedBounce
from .parts import WEEK, unmatched
from .personal_links import PersonalLinks, links_of_account

TONES = {NoticeState.QUEUED: "active", NoticeState.SENT: "good", NoticeState.FAILED: "bad", NoticeState.BOUNCED: "bad"}
DEMO_ONLY = "Only in the demo: the email’s text, as its reader got it. Staff of the real site never see it."

cast(StaffSite, admin.site).pages.append(health_page.PAGE)

logger = structlog.get_logger(__name__)


class KindFilter(admin.SimpleListFilter):
    """The kinds of email that there are."""

    title, parameter_name = "kind", "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        reasons = Notice.objects.order_by("reason").values_list("reason", flat=True).distinct()
        return [(reason, kind_of_email(reason)) for reason in reasons]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        """Return the emails of the chosen kind. Raises IncorrectLookupParameters for one that there is not."""
        if self.value() is None:
            return queryset
        if self.value() not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.filter(reason=self.value())


class NoticeAdmin(ReadOnlyAdmin):
    """Read by staff, without its text; the data steward may send a notice again.

    Registered by elections.desk.outgoing, which knows the elections that notices are about.
    """

    title, place = "Emails", ("Look up", 2)
    intro = "Every email that this site sent or will send, the newest first, and what the email server said."
    if_empty = "No email yet. You’ll see an email here as soon as the site has one to send."
    stock_pages = {"changelist", "change", "history"}
    list_display = ("subject", "delivered", "recipient", "kind", "created")
    list_filter = ["state", "answer_kind", KindFilter]
    search_fields = ["to", "subject"]
    search_help_text = "Search by recipient or subject"
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    fields = (
        *("subject", "recipient", "reply_to", "kind", "delivered", "meaning", "attempts", "times_queued"),
        *("created", "next_attempt", "number"),
    )
    readonly_fields = (*fields, "shown_body")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """Return notices without their texts, which the list does not show."""
        return super().get_queryset(request).defer("body")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Notice], search_term: str
    ) -> tuple[QuerySet[Notice], bool]:
        """Return what the words are part of; the address of a clinician, which staff do not see, is not searched."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        by_address = Q(reason=TO_CLINICIANS) & ~Q(subject__icontains=search_term)
        return (found.exclude(by_address) if search_term else found), may_repeat

    @admin.display(description="to")
    def recipient(self, notice: Notice) -> str:
        return notice.to_as_staff_see

    @admin.display(description="kind", ordering="reason")
    def kind(self, notice: Notice) -> str:
        return kind_of_email(notice.reason)

    @admin.display(description="state", ordering="state")
    def delivered(self, notice: Notice) -> str:
        """Return the state, with the moment it was sent or the kind of answer and the email server's words."""
        state = tag(notice.get_state_display(), TONES[NoticeState(notice.state)])
        if notice.state == NoticeState.SENT and notice.sent_at:
            return format_html("{}<br>{}", state, et_datetime(notice.sent_at))
        kind = format_html("<br>{}", notice.get_answer_kind_display()) if notice.answer_kind else ""
        words = format_html("<br>{}", notice.answer_as_staff_see) if notice.server_answer else ""
        return format_html("{}{}{}", state, kind, words)

    @admin.display(description="what this means")
    def meaning(self, notice: Notice) -> str:
        return meaning_of(notice)

    @admin.display(description="times queued")
    def times_queued(self, notice: Notice) -> int:
        return notice.sending

    @admin.display(description="created", ordering="created_at")
    def created(self, notice: Notice) -> str:
        return et_datetime(notice.created_at)

    @admin.display(description="next attempt")
    def next_attempt(self, notice: Notice) -> str:
        return et_datetime(notice.next_attempt_at) if notice.state == NoticeState.QUEUED else ""

    @admin.display(description="Message-ID")
    def number(self, notice: Notice) -> str:
        return notice.message_id

    @admin.display(description="text")
    def shown_body(self, notice: Notice) -> str:
        """Return the text for a reader in the demo, which has no mailboxes."""
        try:
            return str(notice.body)
        except CannotDecrypt:
            return "We can’t open this message, because the key that encrypts it is missing."

    def get_fieldsets(self, request: HttpRequest, obj: Notice | None = None) -> Any:
        """Return what staff see of a notice; its text is for its reader alone, except in the demo."""
        shown = super().get_fieldsets(request, obj)
        return [*shown, (DEMO_ONLY, {"fields": ["shown_body"]})] if settings.DEMO else shown

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
            raise PermissionDenied("Only a data steward can send an email again.")
        notice = get_object_or_404(self.get_queryset(request), pk=notice_id)
        now = clock.now()
        links = self.personal_links(notice, now)
        if request.method != "POST":
            context = self.frame(request, "Send this email again?") | {"notice": notice, "links": links}
            return TemplateResponse(request, "admin/notices/notice/resend.html", context)
        if links.are_dead:
            messages.error(
                request, f"Nothing was sent, because the link in this email no longer works. {links.new_one}"
            )
        elif delivery.resend(notice.pk, now=now):
            self.log_change(request, notice, "Queued to be sent again.")
            logger.info("notice_resend", notice=notice.pk, by=request.user.pk)
            messages.success(request, f"The email to {notice.to_as_staff_see} is queued. We’ll send it in a moment.")
        else:
            messages.warning(request, "This email is already queued. Nothing was changed.")
        return self.back_to(request, "change", notice.pk)

    def personal_links(self, notice: Notice, now: datetime) -> PersonalLinks:
        """Return the personal links in an email; an app above knows those of its own."""
        return links_of_account(notice, now)


class ReadFilter(admin.SimpleListFilter):
    """What was read of late."""

    title, parameter_name = "read", "read"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("week", "In the last 7 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[UnmatchedBounce]) -> QuerySet[UnmatchedBounce]:
        """Return what was read then. Raises IncorrectLookupParameters for a time that is not offered."""
        if self.value() is None:
            return queryset
        if self.value() != "week":
            raise IncorrectLookupParameters
        now = clock.now()
        return queryset & unmatched(now - WEEK, now)


@admin.register(UnmatchedBounce)
class UnmatchedBounceAdmin(ReadOnlyAdmin):
    """What came to the mailbox for bounces and is about no email of ours; read by staff, never changed."""

    title, place = "Bounces without an email", ("Look up", 3)
    intro = (
        "What came to the mailbox for bounces and that we couldn’t match with an email. None of it changed anything."
    )
    if_empty = "Nothing yet. You’ll see a message here if we can’t tell which email it returns."
    readers = (Role.DATA_STEWARD, Role.AUDITOR)
    list_display = ("title_of", "problem", "sender", "read")
    list_filter = ("problem", ReadFilter)
    search_fields = ("sender", "subject")
    search_help_text = "Search by sender or subject"
    date_hierarchy = "received_at"
    fields = readonly_fields = ("subject", "sender", "problem", "read", "excerpt")

    @admin.display(description="subject", ordering="subject")
    def title_of(self, bounce: UnmatchedBounce) -> str:
        return str(bounce)

    @admin.display(description="read", ordering="received_at")
    def read(self, bounce: UnmatchedBounce) -> str:
        return et_datetime(bounce.received_at)
