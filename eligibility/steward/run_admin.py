"""What staff see of loads of CMS data, and the page on which a data steward sends files for one."""

import csv
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_htmx.http import HttpResponseClientRefresh

from accounts.models import Role, User
from accounts.staff_pages import has_role
from ground import clock
from ground.csv_cells import escaped_for_people

from ..admin import DataAdmin
from ..loads import jobs
from ..loads.cms_uploads import receiving
from ..loads.report import where
from ..models import LoadKind, LoadRun
from .forms import FORMS


class LoadRunAdmin(DataAdmin):
    """Every load: what it held, from which files, who began it, and what was wrong with it.

    Registered by elections.desk.runs, which knows the elections that another run would change.
    """

    title, place = "Loads of CMS data", ("CMS data", 1)
    intro = "Every load of determinations and NPPES data: its files, its problems, and whether it is in use."
    if_empty = "No load yet. Load files to see one here."
    change_list_template = "admin/eligibility/loadrun/change_list.html"
    list_display = ["run", "kind", "performance_year", "status", "rows", "error_count", "started_by", "started_at"]
    list_filter = ["kind", "status", "performance_year"]
    date_hierarchy = "started_at"
    fields = [
        *("kind", "performance_year", "status", "rows_kept", "rows", "source_files", "started_by"),
        *("started_at", "finished_at", "activated_at", "error_count", "problems_counted", "first_problems"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoadRun]:
        return super().get_queryset(request).select_related("by")

    @admin.display(description="run", ordering="pk")
    def run(self, run: LoadRun) -> str:
        return str(run.pk)

    @admin.display(description="rows")
    def rows(self, run: LoadRun) -> str:
        return run.counted()

    @admin.display(description="source files")
    def source_files(self, run: LoadRun) -> SafeString:
        return _lines([f"{file['name']}, {file['bytes']:,} bytes, SHA-256 {file['sha256']}" for file in run.files])

    @admin.display(description="problems counted")
    def problems_counted(self, run: LoadRun) -> SafeString:
        return _lines(
            [f"{entry['count']:,} × {where(entry) or 'the load'}: {entry['problem']}" for entry in run.error_counts]
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of sending files, how far their load is, and the download of what was wrong."""
        view = self.admin_site.admin_view
        return [
            path("upload/<str:kind>/", view(self.upload), name="eligibility_run_upload"),
            path("<int:run_id>/progress/", view(self.progress), name="eligibility_run_progress"),
            path("<int:run_id>/errors/", view(self.errors), name="eligibility_run_errors"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """List the loads; a data steward may send files for another."""
        told = {"may_upload": has_role(request, Role.DATA_STEWARD), "kinds": LoadKind.choices}
        return super().changelist_view(request, told | (extra_context or {}))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show one load, and how far it is while it waits or goes on."""
        run = context["original"]
        if run.status in jobs.UNFINISHED:
            context |= told_of(run) | {"going_on": True}
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(csrf_exempt)  # what checks the token reads the files, and may only once we say where they go
    def upload(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Take the files of a load from a data steward, and have the worker load them."""
        if not has_role(request, Role.DATA_STEWARD):
            raise PermissionDenied("Only a data steward can load CMS data.")
        if kind not in LoadKind:
            raise Http404
        with receiving(request, LoadKind(kind)) as upload:
            return self._upload(request, LoadKind(kind), upload)

    @method_decorator(csrf_protect)
    def _upload(self, request: HttpRequest, kind: LoadKind, upload: UUID) -> HttpResponse:
        assert isinstance(request.user, User)
        posted = request.method == "POST"
        form = FORMS[kind](request.POST if posted else None, request.FILES if posted else None)
        if posted and form.is_valid():
            run = jobs.ask(kind, upload, form.fingerprints(), by=request.user, now=clock.now())
            if run.upload == upload:
                self.log_addition(request, run, "Uploaded the files.")
            else:
                messages.info(request, "This run already loaded these files. Nothing changed.")
            return redirect("admin:eligibility_loadrun_change", run.pk)
        context = self.frame(request, f"Load {kind.label}") | {"form": form, "kind": kind}
        return TemplateResponse(request, "admin/eligibility/loadrun/upload.html", context)

    def progress(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Answer with how far a load is; once it is over, have the page shown anew."""
        run = self._seen(request, run_id)
        if run.status not in jobs.UNFINISHED or run.status != request.GET.get("shown", run.status):
            return HttpResponseClientRefresh()
        return TemplateResponse(request, "admin/eligibility/loadrun/progress.html", told_of(run))

    def errors(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Answer with the first problems of a load as CSV: file, line, column, what is wrong."""
        run = self._seen(request, run_id)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="load-{run.pk}-errors.csv"'
        columns = ["file", "line", "column", "problem"]
        rows = csv.DictWriter(answer, columns, extrasaction="ignore")
        rows.writeheader()
        rows.writerows({name: escaped_for_people(cell) for name, cell in entry.items()} for entry in run.errors)
        return answer

    def _seen(self, request: HttpRequest, run_id: int) -> LoadRun:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(LoadRun, pk=run_id)

    @admin.display(description="first problems")
    def first_problems(self, run: LoadRun) -> SafeString:
        return _lines([f"{where(entry) or 'the load'}: {entry['problem']}" for entry in run.errors])


def told_of(run: LoadRun) -> dict[str, Any]:
    """Return a page's values for a load that waits or is going on."""
    return {"run": run, "waits": run.status == LoadRun.Status.WAITING, "progress": jobs.progress_of(run)}


def _lines(lines: list[str]) -> SafeString:
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))
