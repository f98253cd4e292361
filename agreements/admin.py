"""The staff page that shows which documents are made and which are stuck; never what is in them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.models import Role, User
from accounts.staff_pages import ReadOnlyAdmin, has_role
from ground import clock
from ground.templatetags.et import et_datetime
from ground.templatetags.tags import tag

from .models import Document, DocumentState
from .papers import documents

TONES = {
    DocumentState.QUEUED: "active",
    DocumentState.RENDERING: "active",
    DocumentState.READY: "good",
    DocumentState.FAILED: "bad",
}


class DocumentAdmin(ReadOnlyAdmin):
    """Read by staff; the data steward may have a failed document tried again.

    Registered by elections.desk.outgoing, which knows the elections that documents are of.
    """

    place = ("Look up", 3)
    intro = "Every PDF that this site prepared or is preparing, the newest first. Staff cannot open these PDFs here."
    if_empty = "No document yet. You’ll see a PDF here as soon as someone asks for it."
    stock_pages = {"changelist", "change", "history"}
    list_display = ["document", "state_now", "requested", "ready", "next_attempt", "problem"]
    list_filter = ["state", "kind"]
    date_hierarchy = "requested_at"
    fields = (
        *("kind", "state_now", "problem", "requested", "ready", "attempts", "next_attempt", "pages"),
        *("snapshot_sha256", "file_fingerprint"),
    )
    change_form_template = "agreements/staff_document.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """Leave the frozen content where it is: no staff page opens it."""
        return super().get_queryset(request).defer("snapshot")

    @admin.display(description="document", ordering="kind")
    def document(self, document: Document) -> str:
        return str(document)

    @admin.display(description="state", ordering="state")
    def state_now(self, document: Document) -> str:
        return tag(document.get_state_display(), TONES[DocumentState(document.state)])

    @admin.display(description="requested", ordering="requested_at")
    def requested(self, document: Document) -> str:
        return et_datetime(document.requested_at)

    @admin.display(description="ready", ordering="ready_at")
    def ready(self, document: Document) -> str:
        return et_datetime(document.ready_at) if document.ready_at else ""

    @admin.display(description="next attempt")
    def next_attempt(self, document: Document) -> str:
        is_unfinished = document.state in (DocumentState.QUEUED, DocumentState.RENDERING)
        return et_datetime(document.next_attempt_at) if is_unfinished and document.next_attempt_at else ""

    @admin.display(description="what went wrong")
    def problem(self, document: Document) -> str:
        return document.failure

    @admin.display(description="fingerprint of the PDF")
    def file_fingerprint(self, document: Document) -> str:
        return document.file_sha256

    def get_urls(self) -> list[URLPattern]:
        """Add the button that has a document tried again."""
        again = path(
            "<int:document_id>/retry/", self.admin_site.admin_view(self.retry), name="agreements_document_retry"
        )
        return [again, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one document's state, with the button for those who may press it."""
        may_retry = has_role(request, Role.DATA_STEWARD)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_retry": may_retry})

    @method_decorator(require_POST)
    def retry(self, request: HttpRequest, document_id: int) -> HttpResponse:
        """Queue a failed document again."""
        if not (isinstance(request.user, User) and has_role(request, Role.DATA_STEWARD)):
            raise PermissionDenied("Only a data steward can retry a document.")
        document = get_object_or_404(self.get_queryset(request), pk=document_id)
        if documents.retry(document, by=request.user, now=clock.now()):
            self.log_change(request, document, "Queued again.")
            messages.success(request, f"{document} is queued. We’ll make it in a moment.")
        else:
            messages.warning(request, f"{document} has not failed. Nothing was changed.")
        return self.back_to(request, "change", document.pk)
