"""Give a person a staff role, or take it away."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role, StaffRole, User


class Command(BaseCommand):
    """Creates no account: people sign up themselves, so that their address is proved to be theirs."""

    help = "Give a person a staff role, or remove it with --remove."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the email address of an account")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--remove", action="store_true", help="remove the role")

    def handle(self, *args: Any, email: str, role: str, remove: bool, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("No account has this email address. Ask the person to sign up first.")
        if not remove and not EmailAddress.objects.filter(user=user, verified=True).exists():
            raise CommandError(
                f"{email} hasn’t verified the email address yet. Ask the person to open the link in our email."
            )
        name = Role(role).label.lower()
        if remove:
            taken, _ = StaffRole.objects.filter(user=user, role=role).delete()
            said = f"is no longer {name}." if taken else f"was not {name}."
        else:
            _, given = StaffRole.objects.get_or_create(user=user, role=role)
            said = f"is now {name}." if given else f"was {name} already."
        self.stdout.write(f"{user.email} {said}")
