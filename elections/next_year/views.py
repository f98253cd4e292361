"""Starting again: from an approved election of last year, or from a rejected or withdrawn one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from eligibility.law.parameters import UnknownPerformanceYearError
from ground import clock

from ..access import elections_of, person
from ..content import Snapshot
from ..frame import of_election
from ..models import Election
from ..outcomes import say
from ..roster_history import counting, endings_by, names_on, updates_of
from ..verbs import Refused
from . import actions, copying


@require_POST
@of_election(represent=True)
def next_year(request: HttpRequest, election: Election) -> HttpResponse:
    """Start the next year's election from an approved one; lead to what CMS data show otherwise now."""
    try:
        draft = actions.start_next_year(election.pk, by=person(request), now=clock.now())
    except copying.AlreadyStarted as started:
        return _to_draft(request, election, started)
    except (Refused, UnknownPerformanceYearError) as refused:
        unknown = Refused("This site does not know the rules for that year yet.")
        say(request, refused if isinstance(refused, Refused) else unknown)
        return redirect("election", election.pk)
    messages.success(
        request,
        f"This is your draft for {draft.performance_year}, with last year’s practices and people. "
        "It is not submitted yet. Below are only the lines to check: CMS data or NPPES now show something else. "
        "To see all lines, choose “Show all lines”.",
    )
    if ended := _ended(election):
        members = {member.position: member.pk for member in draft.members.all()}
        links = [(reverse("practice", args=[draft.pk, members[place + 1]]), name) for place, name in ended.items()]
        said = (
            "Last year’s election says {} closed, merged, or {} sold: {}. If a practice no longer bills under its TIN, "
            "open it here and remove it."
        )
        words = ("this practice", "was") if len(links) == 1 else ("these practices", "were")
        named = format_html_join(", ", '<a href="{}">{}</a>', links)
        messages.warning(request, format_html(said, *words, named))
    return redirect(f"{reverse('roster', args=[draft.pk])}?show=problems")


def _to_draft(request: HttpRequest, source: Election, started: copying.AlreadyStarted) -> HttpResponse:
    """Lead to the election that was started before; a person without a part in it is told whom to ask."""
    draft = started.draft
    if elections_of(person(request)).filter(pk=draft.pk).exists():
        messages.info(request, f"You already have an election for {draft.performance_year}. This is it.")
        return redirect("election", draft.pk)
    messages.info(request, f"{started} Ask {draft.started_by}, who started it, to invite you.")
    return redirect("election", source.pk)


def _ended(election: Election) -> dict[int, str]:
    """Return the names of the practices reported as closed, merged or sold, by their positions, in their order."""
    submission = election.last_submission
    if submission is None:
        return {}
    counted = counting(updates_of(submission))
    names = names_on(Snapshot.of_submission(submission), counted)
    return {position: names[position] for position in sorted(endings_by(counted))}


@require_POST
@of_election(represent=True)
def copy(request: HttpRequest, election: Election) -> HttpResponse:
    """Copy an election that is over into a new draft, of its own year or of the one that is open now."""
    try:
        draft = copying.copy_election(election.pk, by=person(request), now=clock.now())
    except copying.AlreadyStarted as started:
        return _to_draft(request, election, started)
    except Refused as refused:
        say(request, refused)
        return redirect("election", election.pk)
    messages.success(request, f"This is your new draft for {draft.performance_year}. It is not submitted yet.")
    return redirect("election", draft.pk)
