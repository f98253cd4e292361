"""Many people, practices and complete drafts at once: written in bulk, as they would stand after the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.models import User
from agreements.models import Agreement, Party
from elections.content import Snapshot
from elections.models import Election, ElectionRole, Member, MemberClinician, RoleKind, VirtualGroup
from eligibility.data.tin_hashes import tin_keys
from eligibility.models import DeterminationClinician, DeterminationPractice, LoadKind, LoadRun, NppesRecord
from ground import clock
from tests.elections.make import MadePractice, signed_in

from .web import Post

YEAR = 2027
FIGURES = {"allowed_charges": Decimal(200_000), "patients": 500, "services": 900}


@dataclass(frozen=True)
class Someone:
    """A person with an account who is signed in."""

    user: User
    session: str


def npi(number: int) -> str:
    """Return the valid NPI with this number, up to eight digits, in its middle."""
    body = f"1{number:08}"
    digits = [int(digit) for digit in f"80840{body}"]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[::-1][::2])
    return f"{body}{-(doubled + sum(digits[::-1][1::2])) % 10}"


def practice(number: int, *npis: int) -> MadePractice:
    """Return a made-up practice with an EIN; `npis` are numbers for npi()."""
    return MadePractice(f"Practice {number}", f"96{number:07}", tuple(npi(each) for each in npis))


def load(practices: Sequence[MadePractice]) -> None:
    """Make CMS show these practices: all exceed every low-volume criterion, and every NPI is a person in NPPES."""
    now = clock.now()
    run = LoadRun.objects.create(
        kind=LoadKind.DETERMINATIONS,
        performance_year=YEAR,
        status=LoadRun.Status.ACTIVE,
        started_at=now,
        finished_at=now,
        activated_at=now,
    )
    rows = DeterminationPractice.objects.bulk_create(
        DeterminationPractice(
            run=run,
            tin_kind=made.kind,
            tin_key=tin_keys(made.kind, made.tin, ())[0],
            tin_last4=made.tin[-4:],
            name=made.name,
            **FIGURES,
        )
        for made in practices
    )
    status = {"newly_enrolled": False, "qp_status": "none", "non_patient_facing": False, "hospital_based": False}
    DeterminationClinician.objects.bulk_create(
        DeterminationClinician(
            practice=row, npi=each, clinician_type="physician", rural=False, hpsa=False, **status, **FIGURES
        )
        for row, made in zip(rows, practices, strict=True)
        for each in made.npis
    )
    NppesRecord.objects.bulk_create(
        NppesRecord(npi=each, entity_type=1, last_name="NAME", first_name="ROBIN", run=run)
        for each in {each for made in practices for each in made.npis}
    )


def people(count: int, *, called: str = "person") -> list[Someone]:
    """Return as many people, signed in, their addresses beginning as they are called."""
    users = [User.objects.create_user(f"{called}{number}@example.org", name="Robin") for number in range(count)]
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return [Someone(user, signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value) for user in users]


def drafts(lists: Sequence[tuple[User, Sequence[MadePractice]]]) -> list[Election]:
    """Return a draft that lacks nothing for each person and the practices they list."""
    now, count = clock.now(), len(lists)
    groups = VirtualGroup.objects.bulk_create(VirtualGroup(name=f"Group {number}") for number in range(count))
    agreements = Agreement.objects.bulk_create(
        Agreement(performance_year=YEAR, acknowledged=True, acknowledged_at=now, acknowledged_by=user)
        for user, _ in lists
    )
    made = Election.objects.bulk_create(
        Election(
            virtual_group=group,
            performance_year=YEAR,
            agreement=agreement,
            representative_name=user.name,
            representative_email=user.email,
            representative_phone="555-0100",
            started_by=user,
            started_at=now,
            changed_at=now,
        )
        for (user, _), group, agreement in zip(lists, groups, agreements, strict=True)
    )
    ElectionRole.objects.bulk_create(
        ElectionRole(election=election, user=election.started_by, kind=RoleKind.COLLABORATOR) for election in made
    )
    _list_practices(made, [listed for _, listed in lists])
    return list(Election.objects.filter(pk__in=[election.pk for election in made]))


def fingerprint(election: Election) -> str:
    """Return the fingerprint that the page to confirm on would show."""
    return Snapshot.of_working_copy(election).sha256


def confirming(election: Election, session: str) -> Post:
    """Return what the representative posts to submit the draft as it stands."""
    return Post(
        f"/elections/{election.pk}/review", session, {"confirm": "CONFIRM", "fingerprint": fingerprint(election)}
    )


def _list_practices(elections: Sequence[Election], lists: Sequence[Sequence[MadePractice]]) -> None:
    places = [
        (election, position, made)
        for election, listed in zip(elections, lists, strict=True)
        for position, made in enumerate(listed, start=1)
    ]
    parties = Party.objects.bulk_create(
        Party(
            agreement=election.agreement, executed_on=date(2026, 11, 10), signer_name="Sam Okafor", signer_title="Owner"
        )
        for election, _, _ in places
    )
    members = Member.objects.bulk_create(
        Member(
            election=election,
            party=party,
            position=position,
            name=made.name,
            tin_kind=made.kind,
            tin=made.tin,
            tin_last4=made.tin[-4:],
        )
        for (election, position, made), party in zip(places, parties, strict=True)
    )
    MemberClinician.objects.bulk_create(
        MemberClinician(member=member, npi=each)
        for member, (_, _, made) in zip(members, places, strict=True)
        for each in made.npis
    )
