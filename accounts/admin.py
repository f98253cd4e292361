"""People and their roles, managed by superusers; a superuser decides nothing about elections."""

from typing import Any

from allauth.account import admin as _address_pages  # noqa: F401  registers what is taken away below
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa import admin as _factor_pages  # noqa: F401
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth import admin as _group_pages  # noqa: F401
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property

from ground.private_numbers import has_nine_digit_run
from ground.ssn_guard import Guarded
from ground.templatetags.et import et_datetime

from .models import Role, SignIn, SignInMethod, StaffRole, User
from .staff_pages import ReadOnlyAdmin, RecordAdmin, has_role

for stock in (Group, EmailAddress, EmailConfirmation, Authenticator):
    if admin.site.is_registered(stock):
        admin.site.unregister(stock)


class StaffRoleForm(Guarded, forms.ModelForm):  # type: ignore[type-arg]
    """One role."""


class StaffRoleFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The roles of one person, as they are sent."""

    @cached_property
    def management_form(self) -> Any:
        """Return the counts that the browser sends; nine digits among them are not shown again."""
        form = super().management_form
        if form.is_bound and any(has_nine_digit_run(str(form[name].data)) for name in form.fields):
            form.data = {}
        return form


class StaffRoleInline(admin.StackedInline):  # type: ignore[type-arg]
    """The roles of one person."""

    model = StaffRole
    form = StaffRoleForm
    formset = StaffRoleFormSet
    extra = 1
    max_num = len(Role)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_see(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_change(request)

    has_add_permission = has_delete_permission = has_change_permission


class UserForm(Guarded, forms.ModelForm):  # type: ignore[type-arg]
    """What may be changed of a person."""


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People. They sign up themselves; here they are given roles, or shut out."""

    form = UserForm
    stock_pages = {"changelist", "change", "history"}
    list_display = ("email", "name", "roles", "second_factor", "is_active", "is_superuser")
    list_filter = ("staff_roles__role", "is_active", "is_superuser")
    search_fields = ("email", "name")
    search_help_text = "Email address or name"
    ordering = ("email",)
    fields = ("email", "name", "date_joined", "is_active", "is_superuser")
    readonly_fields = ("email", "name", "date_joined")
    inlines = (StaffRoleInline,)
    list_per_page = 50
    show_full_result_count = True

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

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_see(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_change(request)


@admin.register(SignIn)
class SignInAdmin(RecordAdmin):
    """When staff signed in, how, and from where."""

    date_hierarchy = "at"
    list_display = ["when", "who", "method", "network_address"]
    list_filter = ["how"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    search_help_text = "Search by name or email address"

    def has_view_permission(self, request: HttpRequest, obj: SignIn | None = None) -> bool:
        return _may_see(request)

    @admin.display(description="when")
    def when(self, sign_in: SignIn) -> str:
        return et_datetime(sign_in.at, "seconds")

    @admin.display(description="who")
    def who(self, sign_in: SignIn) -> str:
        return str(sign_in.user)

    @admin.display(description="how")
    def method(self, sign_in: SignIn) -> str:
        return SignInMethod(sign_in.how).label

    @admin.display(description="network address")
    def network_address(self, sign_in: SignIn) -> str:
        return sign_in.address


def _may_change(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_active and request.user.is_superuser


def _may_see(request: HttpRequest) -> bool:
    return _may_change(request) or has_role(request, Role.AUDITOR)
