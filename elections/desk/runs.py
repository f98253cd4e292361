"""Loads of CMS data, and what putting another run to use would change."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.models import Role
from accounts.staff_pages import has_role
from eligibility.data.cms_data import active_run
from eligibility.loads import runs
from eligibility.loads.differences import compared
from eligibility.loads.report import LoadRefused
from eligibility.models import LoadRun
from eligibility.steward.run_admin import LoadRunAdmin
from ground import clock

from ..access import person
from .run_impact import affected_by


@admin.register(LoadRun)
class RunAdmin(LoadRunAdmin):
    """Adds the page that shows what another run would change, and puts it to use."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page of activating a run."""
        view = self.admin_site.admin_view(self.activate)
        return [path("<int:run_id>/activate/", view, name="eligibility_run_activate"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show one load, with what can be done with it."""
        context["may_activate"] = runs.may_be_activated(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def activate(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Show what putting this run to use would change; by POST of a data steward, do it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(LoadRun, pk=run_id)
        if request.method == "POST":
            return self._activate(request, run)
        if not runs.may_be_activated(run):
            messages.warning(request, "You can activate only a staged run or the previously active run.")
            return self.back_to(request, "change", run.pk)
        active = active_run(run.performance_year) if run.performance_year else None
        title = "Go back to this run?" if run.status == LoadRun.Status.SUPERSEDED else "Make this run active?"
        context = self.frame(request, title) | {
            "run": run,
            "active": active,
            "differences": compared(active, run) if active else None,
            "affected": affected_by(run, by=person(request)),
            "may_activate": has_role(request, Role.DATA_STEWARD),
        }
        return TemplateResponse(request, "admin/eligibility/loadrun/activate.html", context)

    def _activate(self, request: HttpRequest, run: LoadRun) -> HttpResponse:
        if not has_role(request, Role.DATA_STEWARD):
            raise PermissionDenied("Only a data steward can make another run active.")
        before = active_run(run.performance_year) if run.performance_year else None
        try:
            runs.activate(run, now=clock.now())
        except LoadRefused as refused:
            run.refresh_from_db(fields=["status"])
            if run.status == LoadRun.Status.ACTIVE:
                messages.info(request, "This run is already active.")
            else:
                messages.error(request, str(refused))
        else:
            self.log_change(request, run, "Made this run active.")
            back = " You can still go back to the one before." if before else ""
            messages.success(request, f"This run is active now.{back}")
        return self.back_to(request, "change", run.pk)
