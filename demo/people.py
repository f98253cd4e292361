"""The demo's people: fictional, at example.org, all with one password that everybody is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts import roles
from accounts.models import AddressPeriod, Role, StaffChange, StaffRole, StaffVerb, User

PASSWORD = "demo-election-2026"  # noqa: S105  known to everybody; the demo alone has these accounts


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account of the demo; `part` says in words what it is for."""

    name: str
    email: str
    part: str
    role: Role | None = None


DANA = DemoPerson("Dana Rivera", "dana.rivera@example.org", "Representative of fictional virtual groups")
MARCUS = DemoPerson("Marcus Bell", "marcus.bell@example.org", "Representative of an election in review")
ELENA = DemoPerson("Elena Petrova", "elena.petrova@example.org", "Representative whose claim to a TIN is waiting")
PRIYA = DemoPerson("Priya Shah", "priya.shah@example.org", "Collaborator: edits but does not submit")
TOM = DemoPerson("Tom Okafor", "tom.okafor@example.org", "Viewer: an adviser to small practices")
ROSA = DemoPerson("Rosa Lind", "rosa.lind@example.org", "Reviewer", Role.REVIEWER)
HENRY = DemoPerson("Henry Cole", "henry.cole@example.org", "Lead reviewer", Role.LEAD_REVIEWER)
MEI = DemoPerson("Mei Tan", "mei.tan@example.org", "Data steward", Role.DATA_STEWARD)
OMAR = DemoPerson("Omar Haddad", "omar.haddad@example.org", "Auditor", Role.AUDITOR)
ALEX = DemoPerson("Alex Kim", "alex.kim@example.org", "Administrator: gives roles", Role.ADMINISTRATOR)
NORA = DemoPerson("Nora Whitfield", "nora.whitfield@example.org", "Administrator: confirms roles", Role.ADMINISTRATOR)

EVERYBODY = (DANA, MARCUS, ELENA, PRIYA, TOM, ROSA, HENRY, MEI, OMAR, ALEX, NORA)


def make_accounts(*, now: datetime) -> dict[DemoPerson, User]:
    """Make the accounts, their addresses verified; the roles of staff were given before `now`."""
    password = make_password(PASSWORD)
    users = {one: User.objects.create(email=one.email, name=one.name, password=password) for one in EVERYBODY}
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users.values()]
    )
    AddressPeriod.objects.bulk_create(
        [AddressPeriod(user=user, address=user.email, began_at=now) for user in users.values()]
    )
    _give_roles(users, now=now)
    return users


def _give_roles(users: dict[DemoPerson, User], *, now: datetime) -> None:
    """Have the first administrator give all roles, and the second, whom nobody could confirm, confirm the others."""
    alex, nora = users[ALEX], users[NORA]
    for person, user in sorted(users.items(), key=lambda item: item[0] not in (ALEX, NORA)):
        if person.role:
            given_by = None if user == alex else alex
            is_first = user in (alex, nora)
            verb, by = (StaffVerb.STARTED, None) if is_first else (StaffVerb.CONFIRMED, nora)
            common = {"user": user, "role": person.role}
            StaffChange.objects.create(**common, verb=StaffVerb.GIVEN, by=given_by, at=now, reason="Set up the desk.")
            StaffChange.objects.create(**common, verb=verb, by=by, given_by=given_by, at=now + timedelta(days=1))
            StaffRole.objects.create(**common)


def give_a_role_that_waits(users: dict[DemoPerson, User], *, now: datetime) -> None:
    """Have a role wait, so that the second administrator has one to confirm."""
    reason = "Stands in for Henry Cole in December."
    roles.give(users[ROSA].pk, Role.LEAD_REVIEWER, reason=reason, by=users[ALEX], now=now)


def table() -> str:
    """Return the demo's accounts as a text table."""
    width = max(len(person.email) for person in EVERYBODY)
    lines = [f"{person.email:{width}}  {person.name:14}  {person.part}" for person in EVERYBODY]
    return "\n".join([f"Demo accounts, all with the password {PASSWORD}", *lines])
