"""The staff page that shows which documents are made and which are stuck; never what is in them."""

from typing import Any

from django.contrib import messages
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

from .models import Document
from .papers import documents


class DocumentAdmin(ReadOnlyAdmin):
    """Read by staff; the data steward may have a failed document tried again.

    Registered by elections.desk.outgoing, which knows the elections that documents are of.
    """

    stock_pages = {"changelist", "change", "history"}
    list_display = ["__str__", "kind", "state", "requested_at", "next_attempt_at", "failure"]
    list_filter = ["state", "kind"]
    date_hierarchy = "requested_at"
    fields = (
        "kind",
        "state",
        "attempts",
        "failure",
        "requested_at",
        "next_attempt_at",
        "locked_until",
        "ready_at",
        "pages",
        "snapshot_sha256",
        "file_sha256",
    )
    change_form_template = "agreements/staff_document.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """Leave the frozen content where it is: no staff page opens it."""
        return super().get_queryset(request).defer("snapshot")

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
            messages.info(request, f"{document} has not failed. Nothing was changed.")
        return self.back_to(request, "change", document.pk)
