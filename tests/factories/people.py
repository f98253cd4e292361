"""People with accounts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client

from accounts.models import AddressPeriod, Role, StaffChange, StaffRole, StaffVerb, User
from ground import clock

from .typed import ModelFactory

PASSWORD = "correct horse battery"
JOINED = datetime(2025, 1, 1, tzinfo=UTC)  # since then their addresses are verified
BACKEND = "accounts.backend.Backend"


class UserFactory(ModelFactory[User]):
    """An account with a verified address, and with these staff roles; the same one for the same address."""

    class Meta:
        model = User

    email: Any = factory.Sequence(lambda number: f"person{number}@example.org")
    password = factory.django.Password(PASSWORD)
    roles: Sequence[Role] = ()
    verified = True

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        roles, verified = fields.pop("roles"), fields.pop("verified")
        user = User.objects.filter(email=fields["email"]).first() or cls._made(verified, **fields)
        for role in roles:
            hold(user, role)
        return user

    @classmethod
    def _made(cls, verified: bool, **fields: Any) -> User:
        user = User.objects.create(**fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        if verified:
            AddressPeriod.objects.create(user=user, address=user.email, began_at=JOINED)
        return user


@transaction.atomic
def hold(user: User, role: Role) -> None:
    """Have a person hold a role, as one that took effect after its wait."""
    if not user.staff_roles.filter(role=role).exists():
        StaffChange.objects.create(user=user, verb=StaffVerb.STARTED, role=role, at=clock.now())
        StaffRole.objects.create(user=user, role=role)


class DanaFactory(UserFactory):
    """Dana Rivera, who represents the virtual group of most tests."""

    email, name = "dana@example.org", "Dana Rivera"


class ReviewerFactory(UserFactory):
    """Alex Reviewer of CMS."""

    email, name, roles = "reviewer@cms.example", "Alex Reviewer", (Role.REVIEWER,)


class LeadFactory(UserFactory):
    """Lee Lead, a lead reviewer of CMS."""

    email, name, roles = "lead@cms.example", "Lee Lead", (Role.LEAD_REVIEWER,)


class AdministratorFactory(UserFactory):
    """Ruth Administrator, who gives roles and decides nothing."""

    email, name, roles = "ruth@cms.example", "Ruth Administrator", (Role.ADMINISTRATOR,)


class StewardFactory(UserFactory):
    """A data steward of CMS."""

    email, roles = "steward@cms.example", (Role.DATA_STEWARD,)


def signed_in(user: User) -> Client:
    """Return a browser in which this person is signed in: with the session that signing in leaves behind."""
    session = SessionStore()
    session.update(
        {SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: user.get_session_auth_hash()}
    )
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client
