"""Give a person a staff role, or take it away, under the rules that hold for administrators too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import roles
from accounts.models import Role, StaffVerb, User
from accounts.staff_changes import StaffChangeRefused
from ground import clock
from ground.templatetags.et import et_datetime


class Command(BaseCommand):
    """Creates no account: people sign up themselves, so that their address is proved to be theirs.

    The first administrator has the role right away. Every other role waits until an administrator confirms it; while
    there is only one administrator, it takes effect after 24 hours too, and all staff are emailed.
    """

    help = "Give a person a staff role, which an administrator confirms, or remove it with --remove."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the email address of an account")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument(
            "--remove", action="store_true", help="remove the role, or cancel it before it takes effect"
        )
        parser.add_argument("--reason", default="Given or removed on the command line.", help="auditors read it")

    def handle(self, *args: Any, email: str, role: str, remove: bool, reason: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("No account has this email address. Ask the person to sign up first.")
        change = self._remove if remove else self._give
        try:
            said = change(user, Role(role), reason)
        except StaffChangeRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{user.email} {said}")

    def _give(self, user: User, role: Role, reason: str) -> str:
        """Give the role and return what then is so."""
        name = _with_article(role)
        if user.staff_roles.filter(role=role).exists():
            return f"is already {name}."
        change = roles.give(user.pk, role, reason=reason, by=None, now=clock.now())
        if change.verb == StaffVerb.STARTED:
            return f"is now {name}."
        if change.takes_effect_at:
            at = et_datetime(change.takes_effect_at)
            return f"becomes {name} on {at}, unless an administrator cancels it. We’re emailing all staff."
        return f"becomes {name} once an administrator confirms it. We’re emailing the administrators."

    def _remove(self, user: User, role: Role, reason: str) -> str:
        """Remove the role, or cancel it if it still waits, and return what then is so."""
        name = _with_article(role)
        if waiting := user.waiting_roles.filter(role=role).first():
            roles.cancel(waiting.pk, by=None, now=clock.now())
            return f"will not become {name}."
        if not user.staff_roles.filter(role=role).exists():
            return f"is not {name}."
        roles.remove(user.pk, role, reason=reason, by=None, now=clock.now())
        return f"is no longer {name}."


def _with_article(role: Role) -> str:
    return f"{'an' if role.label[0] in 'AEIOU' else 'a'} {role.label.lower()}"
