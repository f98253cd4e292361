"""The pages on which administrators act on a person; each says beforehand what it does and whom it emails."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from ground import clock

from . import roles, sign_in
from .models import READERS, Role, StaffChange, User, WaitingRole
from .staff_changes import StaffChangeRefused
from .staff_forms import GiveRoleForm, ReasonForm
from .staff_pages import ReadOnlyAdmin, has_role


@dataclass(frozen=True)
class PersonVerb:
    """One page: what it says before the button is pressed, and what the button does."""

    title: str
    button: str
    why_not: str  # why it cannot be done at all; empty if it can
    says: Iterable[str]
    form: forms.Form
    act: Callable[..., StaffChange]
    done: str
    takes_away: bool = False  # its button looks so


class PersonVerbs(ReadOnlyAdmin):
    """What an administrator does about a person, under the list of people."""

    readers = READERS

    def get_urls(self) -> list[URLPattern]:
        """Add a page for each verb."""
        view, one, waiting = self.admin_site.admin_view, "<int:user_id>/", "waiting/<int:given_id>/"
        return [
            path(f"{one}give-role/", view(self.give_role), name="accounts_user_give_role"),
            path(f"{one}remove-role/<slug:role>/", view(self.remove_role), name="accounts_user_remove_role"),
            path(f"{one}reset/", view(self.reset), name="accounts_user_reset"),
            path(f"{one}deactivate/", view(self.deactivate), name="accounts_user_deactivate"),
            path(f"{one}reactivate/", view(self.reactivate), name="accounts_user_reactivate"),
            path(f"{waiting}confirm/", view(self.confirm_role), name="accounts_user_confirm_role"),
            path(f"{waiting}cancel/", view(self.cancel_role), name="accounts_user_cancel_role"),
            *super().get_urls(),
        ]

    def give_role(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Give a role, which another administrator confirms, or which takes effect after a day."""
        by, user = _administrator(request), get_object_or_404(User, pk=user_id)
        gift = roles.what_giving_does(user, by=by, now=clock.now())
        if gift.takes_effect_at:
            says = (
                "No other administrator can confirm this role. It takes effect in 24 hours unless an administrator "
                "cancels it."
            )
            done = "The role takes effect in 24 hours. We emailed all staff."
        else:
            says = "The role takes effect after another administrator confirms it."
            done = "You gave the role. It takes effect after another administrator confirms it. We emailed them."
        verb = PersonVerb(
            title="Give a role",
            button="Give the role",
            why_not=roles.why_not_give(user, by),
            says=[says, _emails(gift.told)],
            form=GiveRoleForm(_typed(request)),
            act=lambda **typed: roles.give(user.pk, **typed, by=by, now=clock.now()),
            done=done,
        )
        return self._page(request, user, verb)

    def confirm_role(self, request: HttpRequest, given_id: int) -> HttpResponse:
        """Confirm a role that another administrator gave."""
        by, waiting = _administrator(request), _waiting(given_id)
        if waiting is None:
            return self._no_longer_waits(request, given_id)
        verb = PersonVerb(
            title=f"Confirm the role {waiting.get_role_display()}",
            button="Confirm the role",
            why_not=roles.why_not_confirm(waiting, by),
            says=[
                f"{waiting.given.who} gave this role. The reason: {waiting.given.reason}",
                f"{waiting.user.email} has it as soon as you confirm it.",
                _emails(roles.holder_and_giver(waiting.user, waiting.given.by)),
            ],
            form=forms.Form(_typed(request)),
            act=lambda: roles.confirm(given_id, by=by, now=clock.now()),
            done=f"Confirmed. {waiting.user.email} has the role now.",
        )
        return self._page(request, waiting.user, verb)

    def cancel_role(self, request: HttpRequest, given_id: int) -> HttpResponse:
        """Cancel a role that waits."""
        by, waiting = _administrator(request), _waiting(given_id)
        if waiting is None:
            return self._no_longer_waits(request, given_id)
        verb = PersonVerb(
            title=f"Cancel the role {waiting.get_role_display()}",
            button="Cancel the role",
            why_not="",
            says=[f"{waiting.user.email} won’t get this role.", _emails(roles.told_of_cancel(waiting))],
            form=forms.Form(_typed(request)),
            act=lambda: roles.cancel(given_id, by=by, now=clock.now()),
            done=f"Canceled. {waiting.user.email} doesn’t get the role.",
            takes_away=True,
        )
        return self._page(request, waiting.user, verb)

    def remove_role(self, request: HttpRequest, user_id: int, role: str) -> HttpResponse:
        """Take a role away, right away."""
        by, user = _administrator(request), get_object_or_404(User, pk=user_id)
        if role not in Role.values:
            raise Http404
        label, waiting = Role(role).label, roles.ends_with(user, Role(role))
        verb = PersonVerb(
            title=f"Remove the role {label}",
            button="Remove the role",
            why_not=roles.why_not_remove(user, Role(role)),
            says=[
                f"{user.email} loses this role right away.",
                *_canceled(waiting),
                _emails(roles.told_of_removal(user, by=by, waiting=waiting)),
            ],
            form=ReasonForm(_typed(request)),
            act=lambda **typed: roles.remove(user.pk, Role(role), **typed, by=by, now=clock.now()),
            done=f"Removed. {user.email} no longer has the role {label}.",
            takes_away=True,
        )
        return self._page(request, user, verb)

    def reset(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Reset a second factor that was lost."""
        by, user = _administrator(request), get_object_or_404(User, pk=user_id)
        verb = PersonVerb(
            title="Reset the second factor",
            button="Reset the second factor",
            why_not=sign_in.why_not_reset(user, by),
            says=[
                "We’ll remove the authenticator app, passkeys and recovery codes from this person’s account. "
                "First make sure that it is really this person who asks you.",
                *(["Staff pages stay closed to them until they set up a new second factor."] if user.is_staff else []),
                _emails([user]),
            ],
            form=ReasonForm(_typed(request)),
            act=lambda **typed: sign_in.reset_second_factor(user.pk, **typed, by=by, now=clock.now()),
            done=f"Reset. {user.email} no longer has a second factor.",
            takes_away=True,
        )
        return self._page(request, user, verb)

    def deactivate(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Shut an account, and end its roles."""
        by, user = _administrator(request), get_object_or_404(User, pk=user_id)
        waiting = sign_in.ends_with_account(user)
        verb = PersonVerb(
            title="Deactivate the account",
            button="Deactivate the account",
            why_not=sign_in.why_not_deactivate(user, by),
            says=[
                f"{user.email} is signed out right away and can’t sign in again. The account’s staff roles end, and "
                "don’t come back if it is reactivated.",
                *_canceled(waiting),
                _emails(roles.told_of_removal(user, by=by, waiting=waiting)),
            ],
            form=ReasonForm(_typed(request)),
            act=lambda **typed: sign_in.deactivate(user.pk, **typed, by=by, now=clock.now()),
            done=f"The account of {user.email} is deactivated.",
            takes_away=True,
        )
        return self._page(request, user, verb)

    def reactivate(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Open an account that was shut."""
        by, user = _administrator(request), get_object_or_404(User, pk=user_id)
        verb = PersonVerb(
            title="Reactivate the account",
            button="Reactivate the account",
            why_not=sign_in.why_not_reactivate(user),
            says=[f"{user.email} can sign in again, without staff roles.", _emails([user])],
            form=ReasonForm(_typed(request)),
            act=lambda **typed: sign_in.reactivate(user.pk, **typed, by=by, now=clock.now()),
            done=f"The account of {user.email} is active again.",
        )
        return self._page(request, user, verb)

    def _page(self, request: HttpRequest, user: User, verb: PersonVerb) -> HttpResponse:
        """Show what a button does and whom it emails; by POST do it, or say why not and keep what was typed."""
        if verb.why_not:
            messages.error(request, verb.why_not)
            return self._person(request, user)
        if request.method == "POST" and verb.form.is_valid():
            try:
                change = verb.act(**verb.form.cleaned_data)
            except StaffChangeRefused as refused:
                verb.form.add_error(None, str(refused))
            else:
                self.log_change(request, user, str(change))
                messages.success(request, verb.done)
                return redirect("account") if user == request.user else self._person(request, user)
        told = {"person": user, "verb": verb}
        return TemplateResponse(request, "admin/accounts/user/verb.html", self.frame(request, verb.title) | told)

    def _no_longer_waits(self, request: HttpRequest, given_id: int) -> HttpResponse:
        """Say who was first, on the page of the person whose role it is. Raises Http404 if it was never given."""
        given = get_object_or_404(StaffChange.objects.select_related("user"), pk=given_id)
        try:
            messages.error(request, roles.what_became_of(given_id))
        except StaffChange.DoesNotExist:
            raise Http404 from None
        return self._person(request, given.user)

    def _person(self, request: HttpRequest, user: User) -> HttpResponse:
        return self.back_to(request, "change", user.pk)


def _administrator(request: HttpRequest) -> User:
    """Return the signed-in administrator. Raises PermissionDenied for everyone else."""
    if not (isinstance(request.user, User) and has_role(request, Role.ADMINISTRATOR)):
        raise PermissionDenied("Only an administrator can do that.")
    return request.user


def _typed(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; None if the page is only opened."""
    return request.POST if request.method == "POST" else None


def _waiting(given_id: int) -> WaitingRole | None:
    return WaitingRole.objects.select_related("user", "given__by").filter(pk=given_id).first()


def _canceled(waiting: Iterable[WaitingRole]) -> list[str]:
    """Return what is said of each role that waits and is canceled too."""
    return [
        f"This also cancels a role that hasn’t taken effect yet: {role.get_role_display()} for {role.user.email}."
        for role in waiting
    ]


def _emails(people: Iterable[User]) -> str:
    """Return the sentence that says who gets an email."""
    addresses = [person.email for person in people]
    last = addresses.pop()
    return f"We’ll email {', '.join(addresses)} and {last}." if addresses else f"We’ll email {last}."
