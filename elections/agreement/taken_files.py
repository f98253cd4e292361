"""Files that people send for an agreement: counted before they are read, and held in memory alone."""

from collections.abc import Callable

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agreements.text.agreement_uploads import take_into_memory

from ..models import Election, TinKind

LIMIT = "agreement_file"  # its rate, for all of these files together: ACCOUNT_RATE_LIMITS in the settings


def take_counted(
    request: HttpRequest, view: Callable[..., HttpResponse], election: Election, *args: object, most_bytes: int
) -> HttpResponse:
    """Answer with a view that is given the handler of the one file, after the election and its other `args`.

    Who sent many is counted before another is read, whether or not it could be kept.
    """
    if request.method == "POST" and not ratelimit.consume(request, action=LIMIT):
        return render(request, "429.html", status=429)
    return take_into_memory(request, view, election, *args, most_bytes=most_bytes)


def eins_of(election: Election) -> list[str]:
    """Return the EINs of the practices, which alone of all numbers of nine digits may stand in a file."""
    return [str(member.tin) for member in election.members.all() if member.tin_kind == TinKind.EIN]
