"""The demo's people: fictional, at example.org, all with one password that everybody is told."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Role, StaffRole, User

PASSWORD = "demo-election-2026"  # noqa: S105  known to everybody; the demo alone has these accounts


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account of the demo; `part` says in words what it is for."""

    name: str
    email: str
    part: str
    role: Role | None = None
    is_superuser: bool = False


DANA = DemoPerson("Dana Rivera", "dana.rivera@example.org", "Representative of fictional virtual groups")
MARCUS = DemoPerson("Marcus Bell", "marcus.bell@example.org", "Representative of an election in review")
ELENA = DemoPerson("Elena Petrova", "elena.petrova@example.org", "Representative whose claim to a TIN is waiting")
PRIYA = DemoPerson("Priya Shah", "priya.shah@example.org", "Collaborator: edits but does not submit")
TOM = DemoPerson("Tom Okafor", "tom.okafor@example.org", "Viewer: an adviser to small practices")
ROSA = DemoPerson("Rosa Lind", "rosa.lind@example.org", "Reviewer", Role.REVIEWER)
HENRY = DemoPerson("Henry Cole", "henry.cole@example.org", "Lead reviewer", Role.LEAD_REVIEWER)
MEI = DemoPerson("Mei Tan", "mei.tan@example.org", "Data steward", Role.DATA_STEWARD)
OMAR = DemoPerson("Omar Haddad", "omar.haddad@example.org", "Auditor", Role.AUDITOR)
ALEX = DemoPerson("Alex Kim", "alex.kim@example.org", "Administrator: people and roles", is_superuser=True)

EVERYBODY = (DANA, MARCUS, ELENA, PRIYA, TOM, ROSA, HENRY, MEI, OMAR, ALEX)


def make_accounts() -> dict[DemoPerson, User]:
    """Make the accounts, their addresses verified."""
    password = make_password(PASSWORD)
    users = {
        one: User.objects.create(email=one.email, name=one.name, password=password, is_superuser=one.is_superuser)
        for one in EVERYBODY
    }
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users.values()]
    )
    StaffRole.objects.bulk_create(
        [StaffRole(user=user, role=person.role) for person, user in users.items() if person.role]
    )
    return users


def table() -> str:
    """Return the demo's accounts as a text table."""
    width = max(len(person.email) for person in EVERYBODY)
    lines = [f"{person.email:{width}}  {person.name:13}  {person.part}" for person in EVERYBODY]
    return "\n".join([f"Demo accounts, all with the password {PASSWORD}", *lines])
