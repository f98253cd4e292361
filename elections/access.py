"""The one door to an election: 404 for strangers, 403 for those who may look and not touch."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest

from accounts.models import User
from agreements.models import SigningRequest

from .models import Conflict, Election, ElectionRole, Event, RoleKind

VERBS_OF_MEMBERS = (
    "start",
    "copy",
    "invite_representative",
    "invite",
    "accept",
    "revoke",
    "remove",
    "hand_over",
    "submit",
    "withdraw",
    "revive",
    "update",
    "undo_update",
    "answer_about_update",
    "tell_clinicians",
    "undo_clinicians_told",
    "contest",
    "take_contest_back",
    "ask_list",
    "own_agreement",
    "our_text",
    "attach_page",
    "remove_page",
    "begin_signing",
    "end_signing",
    "sign_on_paper",
    "keep_date",
    "ask_to_sign",
    "ask_again",
    "remind_signer",
    "cancel_forward",
    "answer_signer",
    "correct_roster",
    "decline_to_sign",
    "sign",
    "object",
    "give_address",
    "other_tin",
    "same_signer",
)


def elections_of(user: User) -> QuerySet[Election]:
    """Return the elections that a person represents, edits or may look at."""
    concerned = Q(representative_email__in=user.verified_addresses) | Q(
        pk__in=ElectionRole.objects.filter(user=user).values("election")
    )
    return Election.objects.filter(concerned).select_related(
        "virtual_group", "agreement", "last_submission", "changed_by", "status_event"
    )


def election_for(user: User, election_id: uuid.UUID, *, edit: bool = False, represent: bool = False) -> Election:
    """Return the election to one who may see it; raises as `allowed` does."""
    election = Election.objects.select_related("virtual_group", "agreement").filter(pk=election_id).order_by().first()
    return allowed(user, election, edit=edit, represent=represent)


def allowed(user: User, election: Election | None, *, edit: bool = False, represent: bool = False) -> Election:
    """Return an election that was read, to one who may see it.

    Raises Http404 for a stranger and None, PermissionDenied where `edit` or `represent` is asked for and not theirs.
    """
    if election is None or not (is_representative(user, election) or _roles(user, election).exists()):
        raise Http404
    if represent and not is_representative(user, election):
        raise PermissionDenied("Only the representative of this virtual group can do that.")
    if edit and not may_edit(user, election):
        raise PermissionDenied("You can look at this election, but not change it.")
    return election


def is_representative(user: User, election: Election) -> bool:
    """Say whether a verified address of this account is the representative's."""
    return election.representative_email in user.verified_addresses


def may_edit(user: User, election: Election) -> bool:
    """Say whether the person may change the working copy: the representative and collaborators."""
    return is_representative(user, election) or _roles(user, election).filter(kind=RoleKind.COLLABORATOR).exists()


def holds_a_role(user: User, election: Election) -> bool:
    """Say whether the person has or had any part in the election or a rival: then they have none in it as CMS staff."""
    return Election.objects.filter(has_part(user), pk=election.pk).order_by().exists()


def has_part(user: User) -> Exists:
    """Return the condition that part_of is, for one election: asked of it and its rivals alone."""
    conflicts, its_own = Conflict.objects.filter(closed_at=None).order_by(), OuterRef(OuterRef("pk"))
    rivals = Q(pk__in=conflicts.filter(waiting__election=its_own).values("holder__election"))
    rivals |= Q(pk__in=conflicts.filter(holder__election=its_own).values("waiting__election"))
    return Exists(Election.objects.filter(rivals | Q(pk=OuterRef("pk")), pk__in=_own_elections(user)).order_by())


def part_of(user: User) -> Q:
    """Return the condition of elections that a person has or had a part in, or that claim a TIN which such a one does.

    Deciding the rival would give the own election its TIN, and reading it would tell who claims the TIN.
    """
    own = _own_elections(user)
    conflicts = Conflict.objects.filter(closed_at=None).order_by()
    waiting = conflicts.filter(holder__election__in=own).values("waiting__election")
    holding = conflicts.filter(waiting__election__in=own).values("holder__election")
    return Q(pk__in=own) | Q(pk__in=waiting) | Q(pk__in=holding)


def _own_elections(user: User) -> QuerySet[Any, Any]:
    """Return the ids of elections that a person represents, signs for, works on, or ever did something in.

    A union, each part found by its index: as one condition, it was asked again of each election in each join.
    """
    verified = user.emailaddress_set.filter(verified=True)  # type: ignore[attr-defined]
    addresses = verified.values(address=Lower("email"))
    roles = ElectionRole.objects.filter(user=user).order_by().values("election")
    acted = Event.objects.filter(by=user, verb__in=VERBS_OF_MEMBERS).order_by().values("election")
    named = SigningRequest.objects.filter(Q(revoked_at=None) | Q(asked_for=""), email__in=addresses)
    named = named.filter(party__agreement__election__isnull=False)
    typed = Q(asked_for="") | Q(forwarded_by__isnull=False)  # a signer may type any address, a reviewer's too
    signs = named.exclude(typed, opened_at=None).order_by().values("party__agreement__election")
    represents = Election.objects.filter(representative_email__in=addresses).order_by().values("pk")
    return represents.union(roles, acted, signs)


def people_of(election: Election) -> set[str]:
    """Return the verified addresses, in lower case, of everybody with a part in the election, all that each has."""
    verified = EmailAddress.objects.filter(verified=True)
    representative = verified.filter(email__iexact=election.representative_email).values("user")
    roles = ElectionRole.objects.filter(election=election).values("user")
    theirs = verified.filter(Q(user__in=roles) | Q(user__in=representative)).values_list("email", flat=True)
    return {election.representative_email.lower(), *(address.lower() for address in theirs)}


def _roles(user: User, election: Election) -> QuerySet[ElectionRole]:
    return ElectionRole.objects.filter(user=user, election=election)


def person(request: HttpRequest) -> User:
    """Return the signed-in user. Raises PermissionDenied if the request is anonymous."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
