"""Staff pages that show and never change a row: who may read them."""

from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest

from .models import Role, User


def has_role(request: HttpRequest, *roles: Role) -> bool:
    """Say whether the person holds at least one of these roles; nobody does who is not signed in."""
    return isinstance(request.user, User) and request.user.has_role(*roles)


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[type-arg]
    """A model's pages for staff with one of the roles in `readers`; what is done there is a verb with a page.

    An administrator sees what is about people alone, where `readers` says so.
    """

    readers: ClassVar[tuple[Role, ...]] = tuple(role for role in Role if role != Role.ADMINISTRATOR)
    actions = None
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request, *self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
