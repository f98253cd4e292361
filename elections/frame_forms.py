"""No full Social Security number is kept, whichever field it was typed into (design: data protection)."""

from django import forms
from django.http import HttpRequest, QueryDict

from ground.ssn_guard import Guarded


class UnsavedFields(dict[str, str]):
    """What was sent from a page after the session had ended: the fields that were changed, and no others."""


def typed(request: HttpRequest) -> QueryDict | dict[str, str] | None:
    """Return the values typed into a form that was sent; None if the page is only opened.

    What was sent after the session had ended counts as typed when the page is opened again (drafts/unsaved_views.py),
    and so does what saved itself at the desk (desk/unsent_forms.py).
    """
    if request.method == "POST":
        return request.POST
    unsaved = getattr(request, "unsaved", None) or getattr(request, "unsent", None)
    return UnsavedFields(unsaved.typed) if unsaved else None


class GuardedForm(Guarded, forms.Form):
    """A form of an election's pages or of the desk."""

    says_optional = False  # a draft is saved incomplete: that is not the same as optional
