"""How a session's person is read: with their roles, which every page's header asks for."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from .models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in as allauth does, and reads the signed-in person and their roles in one query."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session; None if there is no such account, or it is closed."""
        held = ArrayAgg("staff_roles__role", filter=Q(staff_roles__isnull=False), default=Value([]))
        user = User.objects.annotate(role_names=held).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
