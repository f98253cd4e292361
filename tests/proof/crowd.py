"""Many people at once: their sessions, their complete drafts, and what they post to submit them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from elections.content import Snapshot
from elections.models import Election
from tests.factories.elections import ElectionFactory
from tests.factories.numbers import npi
from tests.factories.people import UserFactory, signed_in
from tests.factories.practices import FictionalPractice

from .web import Post

YEAR = 2027


@dataclass(frozen=True)
class Someone:
    """A person with an account who is signed in."""

    user: User
    session: str


def practice(number: int, *npis: int) -> FictionalPractice:
    """Return a practice with an EIN; `npis` are numbers for npi()."""
    return FictionalPractice(f"Practice {number}", f"96{number:07}", tuple(npi(each) for each in npis))


def people(count: int, *, called: str = "person") -> list[Someone]:
    """Return as many people, signed in, their addresses beginning as they are called."""
    users = [UserFactory(email=f"{called}{n}@example.org", name="Robin", password=None) for n in range(count)]
    return [Someone(user, signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value) for user in users]


def drafts(lists: Sequence[tuple[User, Sequence[FictionalPractice]]]) -> list[Election]:
    """Return a draft that lacks nothing for each person and the practices they list."""
    return [
        ElectionFactory(by=user, practices=practices, name=f"Group {n}") for n, (user, practices) in enumerate(lists)
    ]


def confirming(election: Election, session: str) -> Post:
    """Return what the representative posts to submit the draft as it stands, by the fingerprint that the page shows."""
    fields = {"confirm": "CONFIRM", "fingerprint": Snapshot.of_working_copy(election).sha256}
    return Post(f"/elections/{election.pk}/review", session, fields)
