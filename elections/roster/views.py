"""The roster of a whole election: one grid, lists taken over, problems mended all at once, and the list as a file."""

import uuid
from functools import partial
from typing import Any, TypeAlias

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eligibility.law.parameters import SSN_DIGITS
from eligibility.law.rule_results import count
from ground import clock
from ground.addresses import client_address

from ..access import may_edit, person
from ..drafts.saving import saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, judge_for_viewer, lead_on, of_election, page
from ..models import Election, Member, RosterStep
from ..outcomes import done, say
from ..verbs import Refused
from . import fixes, taking_over, undo, workbooks
from . import lines_typed as actions
from .grid import Grid, Shown
from .import_forms import KindsForm, RosterImportForm, WhoseForm, decrypt_field, encrypt_field, of_practice
from .problems import FIXES, Kind
from .reading import ReadRoster, read_file, read_text
from .tables import RosterUnreadable

Question: TypeAlias = KindsForm | WhoseForm
MISSING = "missing"  # clinicians whom CMS data show: added, not mended
TOO_OLD = (
    "Nothing was saved. The list expired after an hour, or it was opened somewhere else. Paste or choose it again."
)


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit="POST", open="POST")
def roster(request: HttpRequest, election: Election) -> HttpResponse:
    """Show every clinician of every practice, with what is wrong in each line; keep what is typed."""
    user = person(request)
    grid = Grid(request, election)

    def save() -> None:
        address = client_address(request)
        actions.save_lines(election.pk, grid.typed.lines, by=user, now=clock.now(), address=address)

    only_problems = request.GET.get("show") == "problems"

    def show_the_problems_or_lead_on() -> HttpResponse:
        return redirect(request.get_full_path()) if only_problems else lead_on(election, after="practices")

    if saved := saving_page(request, [], save, then=show_the_problems_or_lead_on, parts=[grid]):
        return saved
    practices = grid.shown(judge_for_viewer(request, election))
    return page(
        request,
        "roster/roster",
        election,
        says_unsent=True,
        practices=[practice.problems_alone() for practice in practices if practice.count]
        if only_problems
        else practices,
        open_lines=[line for practice in practices for line in practice.open_lines],
        only_problems=only_problems,
        clinicians=sum(len(practice.lines) for practice in practices),
        to_look_at=sum(practice.count for practice in practices),
        fixes=_fixes(practices),
        last_step=RosterStep.objects.filter(election=election).first(),
        undoable=undo.undoable(election),
        can_type=may_edit(user, election),
    )


WAS_DONE = {
    str(Kind.NAME): "NPPES names used in {0}.",
    str(Kind.TWICE): "Duplicates removed: {0}.",
    str(Kind.NO_NPI): "{0} without an NPI removed.",
    MISSING: "{1} added from CMS data.",
}
"""What each fix did, of so many lines or clinicians."""


def _fixes(practices: list[Shown]) -> list[tuple[str, str, int]]:
    """Return the fix buttons: each fix's word, its label, and the number of lines it would change."""
    counted = {kind: len(_keys_with(practices, kind)) for kind in FIXES}
    labels = {
        Kind.NAME: "Use the names NPPES has",
        Kind.TWICE: "Remove duplicate lines",
        Kind.NO_NPI: "Remove the lines without an NPI",
    }
    fixes = [(str(kind), labels[kind], count) for kind, count in counted.items() if count]
    missing = sum(len(practice.to_add) for practice in practices)
    return [*fixes, (MISSING, "Add the clinicians CMS shows", missing)] if missing else fixes


def _keys_with(practices: list[Shown], kind: Kind) -> list[uuid.UUID]:
    return [
        line.key
        for practice in practices
        for line in practice.lines
        if any(problem.kind == kind for problem in line.problems)
    ]


@require_POST
@of_election(edit=True, open=True)
def roster_fix(request: HttpRequest, election: Election) -> HttpResponse:
    """Mend all lines with one kind of problem."""
    user = person(request)
    practices = Grid(request, election).shown(judge_for_viewer(request, election))
    wanted, now = request.POST.get("fix", ""), clock.now()
    number = next((number for fix, _, number in _fixes(practices) if fix == wanted), None)
    what = WAS_DONE[wanted].format(count(number, "line"), count(number, "clinician")) if number else None
    if what is None:
        messages.info(request, "No lines have that problem now.")
    elif wanted == MISSING:
        missing = {practice.member.pk: practice.to_add for practice in practices if practice.to_add}
        add = partial(fixes.add_npis, election.pk, missing, address=client_address(request))
        done(request, partial(add, what=what, by=user, now=now), what)
    elif wanted == Kind.NAME:
        keys = set(_keys_with(practices, Kind.NAME))
        names = {
            line.key: (line.name.last_name, line.name.first_name)
            for practice in practices
            for line in practice.lines
            if line.key in keys and line.name
        }
        done(request, partial(fixes.use_names, election.pk, names, what=what, by=user, now=now), what)
    else:
        keys_to_remove = _keys_with(practices, Kind(wanted))
        remove = partial(fixes.remove_lines, election.pk, keys_to_remove, what=what, by=user, now=now)
        done(request, remove, what)
    return redirect("roster", election.pk)


@require_POST
@of_election(edit=True)
def roster_undo(request: HttpRequest, election: Election) -> HttpResponse:
    """Undo the last change of many lines."""
    user = person(request)
    undoing = partial(undo.undo, election.pk, by=user, now=clock.now())
    done(request, undoing, "Undone. The roster is as it was before.")
    return redirect("roster", election.pk)


@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def roster_import_page(request: HttpRequest, election: Election) -> HttpResponse:
    """Take over a list that is pasted or sent as a file; where it does not say kinds of TINs, ask for them."""
    member = _practice_of(request, election)
    if request.method != "POST":
        return page(request, "roster/roster_import", election, says_unsent=True, form=RosterImportForm(), member=member)
    if "sealed" in request.POST:
        return _answer(request, election)
    form = RosterImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            read = _read(request, form, election)
        except RosterUnreadable as unreadable:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(unreadable))
        else:
            replaces = bool(form.cleaned_data["replaces"])
            if read.is_of_one and member:
                return _take_over(request, election, of_practice(read, member.pk), replaces)
            return _ask(request, election, read, replaces) or _take_over(request, election, read, replaces)
    form.forget("text")  # it may hold whole Social Security numbers
    return page(
        request,
        "roster/roster_import",
        election,
        says_unsent=True,
        form=form,
        member=member,
        was_pasted=bool(request.POST.get("text")),
    )


def _read(request: HttpRequest, form: RosterImportForm, election: Election) -> ReadRoster:
    digits = SSN_DIGITS.for_year(election.performance_year)
    if form.cleaned_data["file"]:
        return read_file(form.cleaned_data["file"].read(), ssn_digits=digits)
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    if sent > settings.FILE_UPLOAD_MAX_MEMORY_SIZE and not form.cleaned_data["text"]:
        raise RosterUnreadable("The file is larger than 2.5 MB. Send only the sheet that lists your clinicians.")
    return read_text(form.cleaned_data["text"], ssn_digits=digits)


def _practice_of(request: HttpRequest, election: Election) -> Member | None:
    """Return the practice whose page leads here: NPIs that name no practice are its own."""
    pk = request.GET.get("practice", "")
    return election.members.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 18 else None


def _ask(request: HttpRequest, election: Election, read: ReadRoster, replaces: bool) -> HttpResponse | None:
    """Ask whose the clinicians are, or what kinds of numbers the TINs are; None where the list says all."""
    is_whose = read.is_of_one and election.members.exists()
    if not is_whose and not any(practice.needs_kind for practice in read.practices):
        return None
    user = person(request)
    sealed = encrypt_field(read, replaces=replaces, election_id=election.pk, user=user.pk, now=clock.now())
    form = _question(election, read, initial={"sealed": sealed})
    return page(request, "roster/roster_question", election, says_unsent=True, form=form, read=read)


def _question(election: Election, read: ReadRoster, data: QueryDict | None = None, **fields: Any) -> Question:
    if read.is_of_one:
        return WhoseForm(data, members=election.members.all(), **fields)
    return KindsForm(data, read=read, **fields)


def _answer(request: HttpRequest, election: Election) -> HttpResponse:
    """Take over a list whose question was answered."""
    user = person(request)
    opened = decrypt_field(request.POST["sealed"], election_id=election.pk, user=user.pk, now=clock.now())
    if opened is None:
        messages.error(request, TOO_OLD)
        return redirect("roster_import", election.pk)
    read, replaces = opened
    form = _question(election, read, request.POST)
    if not form.is_valid():
        return page(request, "roster/roster_question", election, says_unsent=True, form=form, read=read)
    if isinstance(form, WhoseForm):
        return _take_over(request, election, form.answered(read), replaces)
    return _take_over(request, election, form.answered(SSN_DIGITS.for_year(election.performance_year)), replaces)


def _take_over(request: HttpRequest, election: Election, read: ReadRoster, replaces: bool) -> HttpResponse:
    try:
        taken = taking_over.take_over(
            election.pk, read, replaces=replaces, by=person(request), now=clock.now(), address=client_address(request)
        )
    except Refused as refused:
        say(request, refused)
        return redirect("roster_import", election.pk)
    messages.success(request, taken.in_words())
    if not taken.is_change:
        for note in [*read.notes, *taken.dropped]:
            messages.warning(request, note)
    member_id = read.practices[0].member_id
    return redirect("practice", election.pk, member_id) if member_id else redirect("roster", election.pk)


@require_safe
@of_election(edit=True)
def roster_file(request: HttpRequest, election: Election) -> HttpResponse:
    """Hand out the list as it stands, to those who may change it: it holds whole TINs."""
    return _workbook(workbooks.workbook_of(election), f"roster-{election.performance_year}.xlsx")


@require_safe
@of_election()
def roster_template(request: HttpRequest, election: Election) -> HttpResponse:
    """Hand out an empty list to fill in."""
    return _workbook(workbooks.template(election.performance_year), "roster-template.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=workbooks.TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
