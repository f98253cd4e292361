"""What people wrote, as a mail quotes it: their words never look like the site's own."""

from django import template

register = template.Library()


@register.filter
def quoted(text: str) -> str:
    """Return the text with “> ” before each line, as mail programs quote."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)
