"""People, their roles and what was done about both, for administrators; auditors read along."""

from typing import Any, cast

from allauth.account import admin as _address_pages  # noqa: F401  registers what is taken away below
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa import admin as _factor_pages  # noqa: F401
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import admin as _group_pages  # noqa: F401
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from ground.templatetags.et import et_datetime

from .models import READERS, Role, SignIn, SignInMethod, StaffChange, User, WaitingRole
from .person_verbs import PersonVerbs
from .roles import why_not_confirm
from .staff_pages import ReadOnlyAdmin, RecordAdmin, has_role
from .staff_site import StaffSite

for stock in (Group, EmailAddress, EmailConfirmation, Authenticator):
    if admin.site.is_registered(stock):
        admin.site.unregister(stock)


@admin.register(User)
class UserAdmin(PersonVerbs):
    """People. They sign up themselves; here they are given roles, or shut out."""

    title, place = "People and roles", ("People", 1)
    intro = "Everyone with an account, their roles at CMS and their second factors."
    stock_pages = {"changelist", "change", "history"}
    list_display = ("email", "name", "roles", "waiting", "second_factor", "is_active")
    list_filter = ("staff_roles__role", "waiting_roles__role", "is_active")
    search_fields = ("email", "name")
    search_help_text = "Search by name or email address"
    ordering = ("email",)
    fields = readonly_fields = ("email", "name", "date_joined", "is_active", "second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        people: QuerySet[User] = super().get_queryset(request)
        return people.prefetch_related("staff_roles", "waiting_roles").annotate(factor=Exists(factors))

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """Return the roles in a line."""
        return ", ".join(held.get_role_display() for held in user.staff_roles.all())

    @admin.display(description="roles not in effect yet")
    def waiting(self, user: User) -> str:
        """Return the roles that were given and are not held yet."""
        return ", ".join(role.get_role_display() for role in user.waiting_roles.all())

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, user: Any) -> bool:
        """Say whether one is set up."""
        return bool(user.factor)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a person, their roles and what was done about them; to administrators, what they can do."""
        number = int(object_id) if object_id.isdecimal() else 0
        may_change, by = has_role(request, Role.ADMINISTRATOR), cast(User, request.user)
        waiting_roles = WaitingRole.objects.filter(user=number).select_related("user", "given__by").order_by("pk")
        told = {
            "may_change": may_change,
            "waiting_roles": [(role, may_change and not why_not_confirm(role, by)) for role in waiting_roles],
            "changes": StaffChange.objects.filter(user=number).select_related("by"),
        }
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))


@admin.register(StaffChange)
class StaffChangeAdmin(ReadOnlyAdmin):
    """What was done about roles and accounts: who, what, for whom, when and why."""

    title, place = "Changes to roles and accounts", ("People", 2)
    intro = "Who gave, confirmed or removed a role, or changed an account, and why."
    if_empty = "No change yet."
    readers = READERS
    stock_pages = {"changelist"}
    list_display = ("at", "verb", "role", "for_whom", "done_by", "reason", "takes_effect_at")
    list_display_links = None
    list_select_related = ("user", "by")
    list_filter = ("verb", "role")
    search_fields = ("user__email", "by__email")
    search_help_text = "Search by the email address of either person"
    date_hierarchy = "at"
    ordering = ("-at", "-pk")

    @admin.display(description="person")
    def for_whom(self, change: StaffChange) -> str:
        """Return the address of the person it was done about."""
        return change.user.email

    @admin.display(description="by")
    def done_by(self, change: StaffChange) -> str:
        """Return who did it."""
        return change.who


@admin.register(SignIn)
class SignInAdmin(RecordAdmin):
    """When staff signed in, how, and from where."""

    title, place = "Sign-ins", ("People", 3)
    intro = "When CMS staff signed in, how, and from which IP address."
    if_empty = "No staff sign-ins yet."
    readers = READERS
    date_hierarchy = "at"
    list_display = ["when", "who", "method", "ip_address"]
    list_filter = ["how"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    search_help_text = "Search by name or email address"

    @admin.display(description="when")
    def when(self, sign_in: SignIn) -> str:
        return et_datetime(sign_in.at, "seconds")

    @admin.display(description="who")
    def who(self, sign_in: SignIn) -> str:
        return str(sign_in.user)

    @admin.display(description="method")
    def method(self, sign_in: SignIn) -> str:
        return SignInMethod(sign_in.how).label

    @admin.display(description="IP address")
    def ip_address(self, sign_in: SignIn) -> str:
        return sign_in.address


def panel(request: HttpRequest) -> str:
    """Return the roles that wait, as the first staff page shows them to administrators; empty for others."""
    if not has_role(request, Role.ADMINISTRATOR):
        return ""
    waiting_roles = WaitingRole.objects.select_related("user", "given__by").order_by("pk")
    return render_to_string("admin/accounts/waiting.html", {"waiting_roles": waiting_roles}, request)


cast(StaffSite, admin.site).panels.append(panel)
