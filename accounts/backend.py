"""How a session's person is read: with their roles, which every page's header asks for."""

from allauth.account.auth_backends import AuthenticationBackend

from .models import User

# A statement of our own: every page asks it, and Django takes longer to write it than PostgreSQL to answer.
PERSON = """
SELECT person.*, ARRAY(SELECT role FROM accounts_staffrole WHERE user_id = person.id) AS role_names
FROM accounts_user AS person WHERE person.id = %s
"""


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in as allauth does, and reads the signed-in person and their roles in one query."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session; None if there is no such account, or it is closed."""
        user = next(iter(User.objects.raw(PERSON, [user_id])), None)
        return user if user and self.user_can_authenticate(user) else None
