"""The hidden field that says what a form's page showed, put where a field's own template has room for it."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def hidden_initial(field: BoundField) -> SafeString:
    """Return the hidden field of a form field that has one, else nothing."""
    return field.as_hidden(only_initial=True) if field.field.show_hidden_initial else SafeString()


@register.filter
def widget_alone(field: BoundField, css_class: str) -> SafeString:
    """Return a field without its hidden one, for styles in which the label has to follow at once."""
    return field.as_widget(attrs={"class": css_class})
