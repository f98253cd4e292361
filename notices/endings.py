"""How every mail ends: with the site's name and the service center, and the person who gets the replies."""

from django.conf import settings
from django.template.loader import render_to_string


def with_end(body: str, *, reply_to: str = "") -> str:
    """Return a mail's text with the end that all have (templates/notices/mail_end.txt), once.

    A text that ends so already is returned as it is.
    """
    text, end = split_end(body)
    return body if end else f"{text.rstrip()}\n\n{_end(reply_to)}\n"


def split_end(body: str) -> tuple[str, str]:
    """Return a mail's text and the end that was added to it, which is empty if none was."""
    text, _, last = body.rstrip().rpartition("\n\n")
    return (text, last) if last.startswith(f"{settings.SITE_NAME}\n") else (body, "")


def _end(reply_to: str) -> str:
    names = ("SITE_NAME", "SERVICE_CENTER")
    context = {name: getattr(settings, name) for name in names} | {"reply_to": reply_to}
    return render_to_string("notices/mail_end.txt", context).strip()
