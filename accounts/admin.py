"""People and their roles, managed by superusers; a superuser decides nothing about elections."""

from typing import Any

from allauth.account import admin as _address_pages  # noqa: F401  registers what is taken away below
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa import admin as _factor_pages  # noqa: F401
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import admin as _group_pages  # noqa: F401
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from .models import Role, StaffRole, User

for stock in (Group, EmailAddress, EmailConfirmation, Authenticator):
    if admin.site.is_registered(stock):
        admin.site.unregister(stock)


class StaffRoleInline(admin.StackedInline):  # type: ignore[type-arg]
    """The roles of one person."""

    model = StaffRole
    extra = 1
    max_num = len(Role)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_see(request)

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_change(request)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People. They sign up themselves; here they are given roles, or shut out."""

    stock_pages = {"changelist", "change", "history"}
    list_display = ("email", "name", "roles", "second_factor", "is_active", "is_superuser")
    list_filter = ("staff_roles__role", "is_active", "is_superuser")
    search_fields = ("email", "name")
    search_help_text = "E-mail address or name"
    ordering = ("email",)
    fields = ("email", "name", "date_joined", "is_active", "is_superuser")
    readonly_fields = ("email", "name", "date_joined")
    inlines = (StaffRoleInline,)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        people: QuerySet[User] = super().get_queryset(request)
        return people.prefetch_related("staff_roles").annotate(factor=Exists(factors))

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """Return the roles in a line."""
        return ", ".join(held.get_role_display() for held in user.staff_roles.all())

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, user: Any) -> bool:
        """Say whether one is set up."""
        return bool(user.factor)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_see(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_see(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


def _may_change(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_active and request.user.is_superuser


def _may_see(request: HttpRequest) -> bool:
    return _may_change(request) or (isinstance(request.user, User) and request.user.has_role(Role.AUDITOR))
