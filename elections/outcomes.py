"""How the outcome of a verb is said on the next page, on people's pages and at the desk alike."""

from collections.abc import Callable
from typing import ParamSpec

from django.contrib import messages
from django.http import HttpRequest

from .verbs import Refused

P = ParamSpec("P")


def done(request: HttpRequest, act: Callable[P, object], success: str, /, *args: P.args, **kwargs: P.kwargs) -> bool:
    """Do a verb, with what follows, and say how it went; False where it was refused and nothing changed."""
    try:
        act(*args, **kwargs)
    except Refused as refused:
        say(request, refused)
        return False
    messages.success(request, success)
    return True


def say(request: HttpRequest, refused: Refused) -> None:
    """Show why something was refused."""
    show = messages.error if refused.is_error else messages.warning
    for sentence in refused.sentences:
        show(request, sentence)
