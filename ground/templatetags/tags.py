"""A state in a word, as the design system's tag: its color says how things are, and its words say it too."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

TAG_COLORS = {
    "good": "bg-success-lighter text-success-darker",
    "bad": "bg-error-lighter text-error-dark",
    "unsure": "bg-warning-lighter text-ink",
    "active": "bg-primary-lighter text-primary-darker",
}
register = template.Library()


@register.filter
def tag_colors(tone: str) -> str:
    """Return the design system's classes for a tag of this tone: good, bad, unsure, active, or none."""
    return TAG_COLORS.get(tone, "bg-base-lighter text-ink")


def tag(words: object, tone: str) -> SafeString:
    """Return the words as a tag of this tone."""
    return format_html('<span class="usa-tag {}">{}</span>', tag_colors(tone), words)
