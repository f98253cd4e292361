"""What templates of the staff pages ask about the lists."""

from typing import Any

from django import template
from django.contrib import admin

register = template.Library()


@register.filter
def list_title(opts: Any) -> str:
    """Return what the list of a model's rows is called on staff pages; `opts` is the model's `_meta`."""
    model_admin: Any = admin.site.get_model_admin(opts.model)
    return str(model_admin.title)
