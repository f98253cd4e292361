"""Checking a group without an account: could these practices form a virtual group?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eligibility.data import disclosure, windows
from eligibility.law.calendar import next_performance_year
from eligibility.law.identifiers import SSN
from ground import clock, links
from ground.addresses import client_address

from ..access import person
from ..content import PracticeEntry
from ..drafts import cookie_encryption
from ..frame import GET_OR_POST
from ..frame_forms import typed
from ..ledger import groups
from ..outcomes import say
from ..practices.tin_forms import PracticeForm
from ..readiness import Audience, judge
from ..verbs import Refused
from . import store
from .sandbox_to_draft import keep_as_draft

TOO_MUCH = (
    f"Nothing was saved. Without an account, you can check at most {store.MOST_PRACTICES} practices and "
    f"{store.MOST_NPIS:,} NPIs. To list more, start an election."
)


@login_not_required
@never_cache
@require_safe
def sandbox(request: HttpRequest) -> HttpResponse:
    """Show the practices typed so far, and what the regulation says of them."""
    return _page(request, "sandbox", **_answer(request))


@login_not_required
@never_cache
@require_safe
def sandbox_summary(request: HttpRequest) -> HttpResponse:
    """Show the same to be printed and taken to an adviser or to partners."""
    return _page(request, "sandbox_summary", **_answer(request))


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def sandbox_practice(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Add a practice, or change the one with this number, counted from 1."""
    if unknown := _unknown(request):
        return unknown
    entry = _entry(request, number)
    form = PracticeForm(
        typed(request),
        performance_year=next_performance_year(clock.now()),
        by=None,
        address=client_address(request),
        initial=PracticeForm.initial_of_entry(entry) if entry else None,
    )
    if request.method == "POST" and form.is_valid():
        answer = _save(request, number, store.entry_of(**form.cleaned_data))
        if answer:
            return answer
    return _page(request, "sandbox_practice", form=form, number=number)


def _save(request: HttpRequest, number: int | None, entry: PracticeEntry) -> HttpResponse | None:
    token = _token(request) or links.new_token()
    now = clock.now()
    try:
        store.put(token, number - 1 if number else None, entry, now=now)
    except store.Full:
        messages.error(request, TOO_MUCH)
        return None
    except IndexError:
        messages.error(request, "That practice was removed in another window. Nothing was saved.")
        return redirect("sandbox")
    if entry.tin_kind and entry.tin:
        year = next_performance_year(now)
        disclosure.record_probes(year, [entry], by=None, address=client_address(request), now=now)
    response = redirect("sandbox")
    cookie_encryption.set_cookie(response, store.COOKIE, token)
    return response


@login_not_required
@never_cache
@require_POST
def sandbox_remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a practice out."""
    token = _token(request)
    if token and number:
        store.remove(token, number - 1, now=clock.now())
    return redirect("sandbox")


@login_not_required
@never_cache
@require_POST
def sandbox_forget(request: HttpRequest) -> HttpResponse:
    """Delete what was typed, here and now."""
    cookie_encryption.forget(_token(request), store.COOKIE)
    messages.success(request, "We deleted what you typed.")
    response = redirect("sandbox")
    response.delete_cookie(store.COOKIE, samesite="Lax")
    return response


@never_cache
@require_http_methods(GET_OR_POST)
def sandbox_keep(request: HttpRequest) -> HttpResponse:
    """Ask, then make an election of what was typed; who has no account yet comes here once they have one."""
    entries = store.read(_token(request), now=clock.now())
    if unknown := _unknown(request):
        return unknown
    if request.method != "POST" or not entries:
        return _page(request, "sandbox_keep", entries=entries)
    try:
        now = clock.now()
        year, address = next_performance_year(now), client_address(request)
        election = keep_as_draft(entries, performance_year=year, by=person(request), now=now, address=address)
    except Refused as refused:
        say(request, refused)
        return redirect("sandbox")
    cookie_encryption.forget(_token(request), store.COOKIE)
    messages.success(request, "Saved as a draft. It is not submitted yet.")
    response = redirect("election", election.pk)
    response.delete_cookie(store.COOKIE, samesite="Lax")
    return response


def _answer(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    entries, (year, window) = store.read(_token(request), now=now), windows.of_next_election(now)
    if not entries or window is None:
        return {"entries": entries}
    snapshot = store.snapshot_of(entries, year)
    address = client_address(request)
    judged_election = judge(snapshot, election_id=None, at=now, by=Audience.ANYBODY, address=address, window=window)
    asked = store.asked_here(judged_election, window)
    outcome, count = store.verdict(asked)
    *of_practices, whole = groups(asked, snapshot)
    opting_in = store.opting_in(judged_election)
    return {
        "entries": entries,
        "cards": [
            (entry, group, opting_in.get(position))
            for position, (entry, group) in enumerate(zip(entries, of_practices, strict=True))
        ],
        "opting_in": [(position + 1, of_practices[position].name) for position in opting_in],
        "no_ssn": store.NO_SSN if any(entry.tin_kind == SSN for entry in entries) else "",
        "is_all_ssns": store.is_all_ssns(asked, entries),
        "whole": whole,
        "outcome": outcome,
        "count": count,
        "has_data": judged_election.data_run is not None,
        "as_a_group": store.as_a_group(judged_election),
        "judged_at": judged_election.judged_at,
    }


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    year, window = windows.of_next_election(clock.now())
    return render(request, f"elections/sandbox/{template}.html", {"performance_year": year, "window": window} | context)


def _unknown(request: HttpRequest) -> HttpResponse | None:
    """Lead back where the rules of the next performance year are not known yet; what was typed stays."""
    year, window = windows.of_next_election(clock.now())
    if window is not None:
        return None
    unknown = f"This site does not know the rules for {year} yet, so we can’t check a group for that year."
    messages.error(request, unknown)
    return redirect("sandbox")


def _token(request: HttpRequest) -> str:
    return request.COOKIES.get(store.COOKIE, "")


def _entry(request: HttpRequest, number: int | None) -> PracticeEntry | None:
    """Return the practice of this number; what is sent for one that is gone is answered by saving it."""
    if number is None:
        return None
    entries = store.read(_token(request), now=clock.now())
    if 0 < number <= len(entries):
        return entries[number - 1]
    if request.method == "POST":
        return None
    raise Http404
