"""The people of an election: who has which part, who is invited, and what an invited person sees."""

from functools import partial

from allauth.account.utils import complete_signup
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import InvitedForm
from accounts.models import User
from accounts.proved_addresses import has_account
from accounts.sessions import sign_in_again
from ground import clock

from ..access import is_representative, person
from ..frame import GET_OR_POST, of_election, page
from ..models import Election, Invitation, InvitationKind
from ..outcomes import done, say
from ..verbs import Refused
from . import actions
from .forms import HandOverForm, InviteForm


@require_http_methods(GET_OR_POST)
@of_election(represent="POST")
def people(request: HttpRequest, election: Election) -> HttpResponse:
    """Show everybody with a part in the election, and invite more."""
    user = person(request)
    posted = request.method == "POST"
    invites, hands_over = posted and "invite" in request.POST, posted and "hand_over" in request.POST
    form = InviteForm(request.POST if invites else None, prefix="invite")
    hand_over = HandOverForm(request.POST if hands_over else None, prefix="hand-over")
    asked = form if invites else hand_over
    if posted and asked.is_valid():
        fields = {"kind": InvitationKind.REPRESENTATIVE} | asked.cleaned_data
        invite = partial(actions.invite, election.pk, **fields, by=user, now=clock.now())
        if done(request, invite, f"We’re emailing an invitation to {fields['email']}."):
            return redirect("people", election.pk)
    pending = election.invitations.filter(answered_at=None, revoked_at=None).select_related("invited_by")
    return page(
        request,
        "people/people",
        election,
        form=form,
        hand_over=hand_over,
        roles=election.roles.exclude(user__email=election.representative_email)
        .select_related("user")
        .order_by("kind", "user__email"),
        pending=pending,
        now=clock.now(),
        may_invite=is_representative(user, election),
    )


@require_POST
@of_election(represent=True)
def people_revoke(request: HttpRequest, election: Election, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    revoke = partial(actions.revoke, election.pk, invitation_id, by=person(request), now=clock.now())
    done(request, revoke, "The invitation is canceled. Its link no longer works.")
    return redirect("people", election.pk)


@require_POST
@of_election(represent=True)
def people_remove(request: HttpRequest, election: Election, role_id: int) -> HttpResponse:
    """Take somebody's part in the election away."""
    remove = partial(actions.remove, election.pk, role_id, by=person(request), now=clock.now())
    done(request, remove, "Removed. This person can no longer open this election.")
    return redirect("people", election.pk)


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what one is asked, and take the answer; opening the page does nothing."""
    found = actions.find(token)
    if found is None:
        return render(request, "elections/people/invitation.html", {}, status=404)
    user = request.user if isinstance(request.user, User) else None
    why = actions.why_closed(found, clock.now())
    if request.method == "POST" and not why:
        if answered := _answer(request, found, user):
            return answered
        found = actions.find(token) or found
        why = actions.why_closed(found, clock.now())
    is_theirs = user is not None and found.email in user.verified_addresses
    context = {"invitation": found, "why": why, "is_theirs": is_theirs, "election": found.election, "token": token}
    context["has_account"] = user is None and has_account(found.email)
    return render(request, "elections/people/invitation.html", context, status=410 if why else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("password1")
@require_http_methods(GET_OR_POST)
def invitation_account(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account for the person who was invited, who accepts with it; others are led back to the invitation."""
    found = actions.find(token)
    if found is None or request.user.is_authenticated or _must_sign_in(found):
        return redirect("invitation", token)
    form = InvitedForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="signup"):
            too_many: HttpResponse = ratelimit.respond_429(request)
            return too_many
        return _accept_as_new(request, found, form) or redirect("invitation", token)
    return render(
        request, "elections/people/invitation_account.html", {"invitation": found, "form": form, "token": token}
    )


def _must_sign_in(found: Invitation) -> bool:
    """Say whether no account is made by this link: it is not open, or its address has one."""
    return bool(actions.why_closed(found, clock.now())) or has_account(found.email)


def _accept_as_new(request: HttpRequest, found: Invitation, form: InvitedForm) -> HttpResponse | None:
    name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
    try:
        user, election = actions.accept_as_new(found, request, name=name, password=password, now=clock.now())
    except Refused as refused:
        say(request, refused)
        return None
    answer: HttpResponse = complete_signup(request, user, None, reverse("election", args=[election.pk]))
    _welcome(request, found, election)
    return answer


@require_POST
def invitation_accept(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Accept from one's own list: who made the account first has lost the mail's link on the way."""
    user = person(request)
    found = get_object_or_404(actions.open_for(user, clock.now()), pk=invitation_id)
    return _accept(request, found, user) or redirect("elections")


def _answer(request: HttpRequest, found: Invitation, user: User | None) -> HttpResponse | None:
    """Do what the button said; None where that was refused."""
    if "decline" in request.POST:
        decline = partial(actions.decline, found, by=user, now=clock.now())
        return redirect("home") if done(request, decline, "You declined. Nothing changed.") else None
    if user is None:
        return sign_in_again(request, None, request.path)
    return _accept(request, found, user)


def _accept(request: HttpRequest, found: Invitation, user: User) -> HttpResponse | None:
    try:
        election = actions.accept(found, by=user, now=clock.now())
    except Refused as refused:
        say(request, refused)
        return None
    _welcome(request, found, election)
    return redirect("election", election.pk)


def _welcome(request: HttpRequest, found: Invitation, election: Election) -> None:
    messages.success(request, "You accepted. This is the election.")
    if found.kind == InvitationKind.REPRESENTATIVE and election.representative_phone:
        messages.info(
            request,
            f"The representative’s phone is still “{election.representative_phone}”. If CMS can’t reach you there, "
            "change it on the page “Representative”.",
        )
