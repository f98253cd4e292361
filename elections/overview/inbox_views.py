"""A person's inbox: every email that this site sent to their own addresses, and which election each was about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from notices.inbox import notices_of, readable_text, state_in_words
from notices.kinds import kind_of_email
from notices.models import Notice

from ..access import elections_of, person
from ..models import Election, Event

A_PAGE = 25
TO_SIGNERS = "election signer "  # how the reasons of what signers hear of an election begin


@dataclass(frozen=True, slots=True)
class InboxEmail:
    """One email as its reader sees it; `election` is the one it is about, if they may open that.

    `needs_its_link`: only the link in the email itself leads on.
    """

    notice: Notice
    kind: str
    state: str
    tone: str
    election: Election | None

    @property
    def needs_its_link(self) -> bool:
        return self.election is None and self.notice.reason.startswith(TO_SIGNERS)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the person's emails, the newest first."""
    user = person(request)
    emails = Paginator(notices_of(user), A_PAGE).get_page(request.GET.get("page"))
    context = {"emails": emails, "rows": _rows(user, list(emails.object_list))}
    return render(request, "elections/overview/inbox.html", context)


@require_safe
def inbox_email(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show one of the person's emails, without its links; 404 for one that was never theirs."""
    user = person(request)
    notice = get_object_or_404(notices_of(user), pk=notice_id)
    [row] = _rows(user, [notice])
    return render(request, "elections/overview/inbox_email.html", {"row": row, "text": readable_text(notice)})


def _rows(user: User, notices: Sequence[Notice]) -> list[InboxEmail]:
    """Return the emails with their elections, in two queries for all."""
    may_open = elections_of(user).order_by()
    found = Event.objects.filter(notices__in=notices, election__in=may_open.values("pk"))
    of = dict(found.order_by("pk").values_list("notices", "election"))
    elections = may_open.in_bulk(set(of.values()))
    return [
        InboxEmail(notice, _kind(notice), *state_in_words(notice), elections.get(of.get(notice.pk)))
        for notice in notices
    ]


def _kind(notice: Notice) -> str:
    """Return what an email is about, in its reader's words, not in those of the staff."""
    if notice.reason.startswith(TO_SIGNERS):
        return "Your practice was named in an election"
    return kind_of_email(notice.reason)
