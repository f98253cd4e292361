"""The practices of an election, each with what the regulation says of it."""

import uuid
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from eligibility.law.rule_results import count
from ground import clock
from ground.addresses import client_address

from ..access import may_edit, person
from ..drafts.saving import saving_page
from ..drafts.unsaved_views import preserve_unsaved
from ..frame import GET_OR_POST, closed_to_changes, judge_for_viewer, lead_on, of_election, page
from ..frame_forms import typed
from ..ledger import groups, overrides_of
from ..models import Election, Member
from ..outcomes import done, say
from ..readiness import GROUP_RULES, lacks_opt_in, practice_problems, to_fix
from ..roster import fixes, lines_typed
from ..roster.grid import Grid
from ..verbs import Refused
from ..working_copy import may_be_edited
from . import members
from .cms_lists import CANNOT_TELL, lists_of
from .duplicates import merge_duplicates, mergers
from .forms import AddMemberForm, MemberForm, PracticeSignerForm
from .other_tins import SignerQuestion, is_asked, keep_signer, signer_questions

HAS_ALL = "Your list already has everyone on CMS’s list."
THEN = ("another", "next")  # what is next once a practice that was just listed is right: another one, or the next step
ROSTER = "roster-complete"  # the rule that CMS's list answers


@require_safe
@of_election()
def practices(request: HttpRequest, election: Election) -> HttpResponse:
    """List the practices, those that need attention first."""
    judged_election = judge_for_viewer(request, election)
    members = election.members.prefetch_related("clinicians").in_bulk(judged_election.snapshot.member_ids)
    found = groups(judged_election.findings, judged_election.snapshot)
    questions = signer_questions(judged_election.snapshot)
    rows = [
        (
            members[pk],
            to_fix(judged_election, position) + ([questions[pk].sentence] if pk in questions else []),
            not found[position].unsettled,
            lacks_opt_in(judged_election, position),
            judged_election.snapshot.practices[position].refused_opt_in,
        )
        for position, pk in enumerate(judged_election.snapshot.member_ids)
        if pk in members  # somebody may remove one in this moment
    ]
    rows.sort(key=lambda row: (-len(row[1]), not row[3]))
    return page(
        request,
        "practices/practices",
        election,
        says_unsent=True,
        rows=rows,
        problems=practice_problems(judged_election) + len(questions),
        opt_ins=any(lacking for *_, lacking, _ in rows),
        findings=[finding for finding in judged_election.for_practice(None) if finding.rule in GROUP_RULES],
        duplicates=mergers(election, judged_election.snapshot),
    )


@require_POST
@of_election(edit=True, open=True)
def practices_merge(request: HttpRequest, election: Election) -> HttpResponse:
    """Merge the practices that list the same TIN."""
    try:
        merged = merge_duplicates(election.pk, by=person(request), now=clock.now())
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, " ".join(merged))
    return redirect("practices", election.pk)


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def practice_add(request: HttpRequest, election: Election) -> HttpResponse:
    """Add a practice; sent again from the same page it changes the one that was added."""
    user = person(request)
    form = AddMemberForm(typed(request), initial={"key": uuid.uuid4()}, **_asker(request, election))
    signer = PracticeSignerForm(typed(request))
    added: list[Member] = []

    def save() -> None:
        sound = form.sound()
        if form.non_field_errors():
            raise Refused(*form.non_field_errors())
        if form.has_npis:
            sound |= {"npis": form.npis_listed, "was_npis": form.npis_shown()}
        key, address = form.cleaned_data.get("key"), client_address(request)
        added.append(
            members.save_member(
                election.pk, None, key=key, was=form.was(), by=user, now=clock.now(), address=address, **sound
            )
        )

    def save_signer() -> None:
        known = election.members.filter(key=form.cleaned_data["key"])  # somebody changed it since it was added
        if member := added[0] if added else known.first():
            _save_signer(signer, member, user)

    return saving_page(
        request,
        [form, signer],
        save,
        save_signer,
        then=lambda: _look_or_lead_on(
            request, election, added[0].pk, "another" if "another" in request.POST else "next", "Saved."
        ),
        answer=lambda: {"at": reverse("practice", args=[election.pk, added[0].pk]) if added else ""},
        success="",
    ) or _add_page(request, election, form, signer)


def _add_page(
    request: HttpRequest, election: Election, form: AddMemberForm, signer: PracticeSignerForm
) -> HttpResponse:
    listed = election.members.count()
    return page(request, "practices/practice_add", election, says_unsent=True, form=form, signer=signer, listed=listed)


@preserve_unsaved
@require_http_methods(GET_OR_POST)
@of_election(edit="POST")
def practice(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Show one practice: its findings, its roster, and its fields to those who may change them."""
    user = person(request)
    members_with = election.members.select_related("party__signature_page").prefetch_related("clinicians")
    member = get_object_or_404(members_with, pk=member_id)
    if request.method == "POST" and (closed := closed_to_changes(request, election)):
        return closed
    form = MemberForm(typed(request), member=member, **_asker(request, election))
    is_signer_typed = "signer_name" in (typed(request) or {})  # on a page that was opened before somebody was asked
    asks_signer = is_signer_typed or members.may_name_signer(election, member)
    signer = PracticeSignerForm(typed(request), member=member) if asks_signer else None
    grid = Grid(request, election, member)
    asker: dict[str, Any] = {"by": user, "now": clock.now(), "address": client_address(request)}

    def save() -> None:
        members.save_member(election.pk, member.pk, was=form.was(), **form.sound(), **asker)

    def save_lines() -> None:
        lines_typed.save_lines(election.pk, grid.typed.lines, **asker)

    then = partial(_lead_on_or_ask, request, member)
    saves: dict[str, Any] = {"then": then, "parts": [grid], "answer": lambda: {"asked": is_asked(member)}}
    forms = [form, signer] if signer else [form]
    if saved := saving_page(request, forms, save, partial(_save_signer, signer, member, user), save_lines, **saves):
        return saved
    return _practice_page(request, election, member, form, signer, grid)


def _practice_page(
    request: HttpRequest,
    election: Election,
    member: Member,
    form: MemberForm,
    signer: PracticeSignerForm | None,
    grid: Grid,
) -> HttpResponse:
    judged_election = judge_for_viewer(request, election)
    listed = judged_election.snapshot.member_ids
    if member.pk not in listed:  # somebody removed it while this was typed, and the message says so
        return redirect("practices", election.pk)
    position = listed.index(member.pk)
    shown = grid.shown(judged_election)
    can_edit = may_edit(person(request), election)
    cms_list = shown[0].cms_list if shown else None
    is_editable = can_edit and may_be_edited(election, clock.now())
    is_offered = is_editable and cms_list is not None and cms_list.is_offered
    group = groups(
        judged_election.findings, judged_election.snapshot, overrides_of(election, judged_election.snapshot)
    )[position]
    asks_alone = not form.is_bound and {finding.rule for finding in group.unsettled} == {ROSTER}
    return page(
        request,
        "practices/practice",
        election,
        says_unsent=True,
        member=member,
        form=form if can_edit else None,
        signer=signer,
        group=group,
        question=SignerQuestion(member.pk, str(member), member.party.signer),
        is_asked=bool(judged_election.snapshot.practices[position].asks_signer),
        grid=shown,
        cms_list=cms_list,
        list_asked=ROSTER if is_offered and ROSTER not in member.contests else "",
        asks_list=is_offered and asks_alone and request.GET.get("then") in THEN,
        open_lines=[line for practice in shown for line in practice.open_lines],
    )


def _save_signer(form: PracticeSignerForm | None, member: Member, by: User) -> None:
    """Keep who was named to sign for a practice, where its page asks for that."""
    if form:
        try:
            members.name_signer(member.election_id, member.pk, was=form.was(), by=by, now=clock.now(), **form.sound())
        except members.SignerKnown as known:
            form.add_error("signer_name", str(known))


@require_POST
@of_election(edit=True, open=True)
def practice_signer(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Take the answer that a practice's signer is the same as before its TIN was changed."""
    member = get_object_or_404(election.members, pk=member_id)
    keep = partial(keep_signer, election.pk, member_id, by=person(request), now=clock.now())
    done(request, keep, f"Saved. The signer of {member} is the same.")
    return redirect("practice", election.pk, member_id)


@require_POST
@of_election(edit=True, open=True)
def practice_cms_list(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Add the clinicians of CMS's list that a practice does not list, or have the list shown that was not asked for."""
    member = get_object_or_404(election.members, pk=member_id)
    asker: dict[str, Any] = {"by": person(request), "now": clock.now(), "address": client_address(request)}
    try:
        if version := request.POST.get("version"):
            added = fixes.use_list(election.pk, member.pk, version=version, **asker)
            said = f"{count(added, 'clinician')} added from CMS data." if added else HAS_ALL
            if (then := request.POST.get("then")) in THEN:
                return _look_or_lead_on(request, election, member.pk, then, said)
            messages.success(request, said)
        elif not members.ask_for_list(election.pk, member.pk, **asker):
            messages.warning(request, CANNOT_TELL)
    except Refused as refused:
        say(request, refused)
    return redirect("practice", election.pk, member.pk)


@require_http_methods(GET_OR_POST)
@of_election(edit=True, open=True)
def practice_remove(request: HttpRequest, election: Election, member_id: int) -> HttpResponse:
    """Ask, then take a practice out of the working copy."""
    member = election.members.select_related("party__signature_page").filter(pk=member_id).first()
    if member is None and request.method != "POST":
        raise Http404
    if request.method == "POST":
        remove = partial(members.remove_member, election.pk, member_id, by=person(request), now=clock.now())
        done(request, remove, f"{member or 'The practice'} was removed.")
        return redirect("practices", election.pk)
    return page(request, "practices/practice_remove", election, says_unsent=True, member=member)


def _asker(request: HttpRequest, election: Election) -> dict[str, Any]:
    """Return the form's arguments to judge a TIN: the year, the user and the address."""
    return {"performance_year": election.performance_year, "by": person(request), "address": client_address(request)}


def _look_or_lead_on(request: HttpRequest, election: Election, member_id: int, then: str, said: str) -> HttpResponse:
    """Lead to what is next after a practice was listed; first to its own page if there is something to look at.

    `then` is what comes next, `another` practice or the `next` step; `said` is what was done.
    """
    judged_election = judge_for_viewer(request, election)
    member = election.members.select_related("party").prefetch_related("clinicians").filter(pk=member_id).first()
    if member is None or member_id not in judged_election.snapshot.member_ids:
        return redirect("practices", election.pk)  # somebody just removed it
    position = judged_election.snapshot.member_ids.index(member_id)
    cms_list = lists_of(election, judged_election, {member_id: member}, {})[position]
    is_offered = cms_list is not None and cms_list.is_offered
    if is_offered or is_asked(member) or to_fix(judged_election, position) or lacks_opt_in(judged_election, position):
        what = "Answer the question about CMS’s list" if is_offered else "Look at this practice"
        messages.success(request, f"{said} {what} before you go on.")
        return redirect(f"{reverse('practice', args=[election.pk, member_id])}?{urlencode({'then': then})}")
    messages.success(request, f"{said} {member}: nothing to fix.")
    if then == "another":
        return redirect("practice_add", election.pk)
    return lead_on(election, after="practices", practice=member_id)


def _lead_on_or_ask(request: HttpRequest, member: Member) -> HttpResponse:
    """Lead to what is next after a practice was saved; back to it if its page has a question about its signer."""
    if is_asked(member):
        return redirect("practice", member.election_id, member.pk)
    if "another" in request.POST:
        return redirect("practice_add", member.election_id)
    return lead_on(member.election, after="practices", practice=member.pk)
