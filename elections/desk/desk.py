"""What the desk's pages share: who may read, who may act, and the frame around them."""

from copy import copy
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.models import Role, User
from accounts.staff_pages import ReadOnlyAdmin

from ..access import person
from .sent_forms import FIELD, new_key

OWN_PART = (  # the same words for a rival: who claims the same TIN is not told
    "You have a role in this election or in one that affects it, so someone else reviews it. "
    "Your own elections are under “Your elections”."
)


class DeskAdmin(ReadOnlyAdmin):
    """A list that reviewers and auditors read; nothing in it is a form of fields."""

    readers = (Role.REVIEWER, Role.LEAD_REVIEWER, Role.AUDITOR)

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """Render a page of the desk in the admin's frame."""
        page = f"admin/elections/{self.opts.model_name}/{template}.html"
        typed = {"unsaved": getattr(request, "unsaved", None), "unsent": getattr(request, "unsent", None)}
        return TemplateResponse(request, page, self.frame(request, title) | typed | {FIELD: new_key()} | context)


def staff(request: HttpRequest, *roles: Role) -> User:
    """Return the signed-in staff member. Raises PermissionDenied without one of the roles."""
    user = person(request)
    if not user.has_role(*roles):
        raise PermissionDenied("Your role at CMS does not allow that.")
    return user


def show_mail(form: Form, hidden: dict[str, str]) -> None:
    """Give the form these values of its hidden fields: the mail that they tell of is shown beside it."""
    form.initial = {**form.initial, **hidden}
    if form.is_bound:
        data: Any = copy(form.data)
        data.update(hidden)
        form.data = data


def sends(request: HttpRequest) -> bool:
    """Say whether a form was sent with the mail shown beside it, and not to see that mail again."""
    return bool(request.POST.get("mail_seen")) and "preview" not in request.POST
