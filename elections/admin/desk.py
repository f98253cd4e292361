"""What the desk's pages share: who may read, who may act, and the frame around them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.models import Role, User

from ..access import person

READERS = (Role.REVIEWER, Role.LEAD_REVIEWER, Role.AUDITOR)


class DeskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that reviewers and auditors read; nothing in it is a form of fields."""

    actions = None
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and request.user.has_role(*READERS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """Render a page of the desk in the admin's frame."""
        frame = self.admin_site.each_context(request) | {"title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/elections/{self.opts.model_name}/{template}.html", frame | context)


def staff(request: HttpRequest, *roles: Role) -> User:
    """Return who is at the desk; raise PermissionDenied without one of the roles."""
    user = person(request)
    if not user.has_role(*roles):
        raise PermissionDenied("Your role at CMS does not do that.")
    return user
