"""The demo's elections: one in every status that can be reached, made by the verbs that people use."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from accounts.models import User
from elections.agreement import executed
from elections.agreement.executed import PartyEntry
from elections.content import Snapshot
from elections.desk import actions as desk_actions
from elections.desk import decisions
from elections.models import Election, ElectionRole, RoleKind, Submission, UpdateKind
from elections.people import naming
from elections.practices import members
from elections.start import start_election
from elections.submission import actions as submission_actions
from elections.upkeep import actions as upkeep_actions
from eligibility.law import calendar
from ground.clock import EASTERN

from . import cast, fictional
from .files import PERFORMANCE_YEAR
from .made_up import Determined
from .people import DANA, ELENA, HENRY, MARCUS, PRIYA, ROSA, TOM, DemoPerson

LAST_YEAR = PERFORMANCE_YEAR - 1
PHONE = "555-0100"
SIGNERS = ("Avery Stone", "Jordan Pike", "Casey Monroe", "Riley Hart")


@dataclass
class Writer:
    """Who writes an election, everybody else who has a part in it, and the moment it is; time only goes on."""

    by: User
    others: dict[DemoPerson, User]
    now: datetime

    def after(self, **time: float) -> datetime:
        """Let time pass and return the moment it is then."""
        self.now += timedelta(**time)
        return self.now


def tell(people: dict[DemoPerson, User], practices: dict[str, Determined], *, now: datetime) -> None:
    """Make all elections, as if they had been written in the weeks before now; `practices` are real ones by id."""

    def begun(person: DemoPerson, days_ago: int) -> Writer:
        return Writer(people[person], people, now - timedelta(days=days_ago))

    lapsed(Writer(people[DANA], people, calendar.window(LAST_YEAR).closes - timedelta(days=9)))
    approved(begun(DANA, 26))
    withdrawn(begun(ELENA, 21), [practices[practice] for practice in cast.WITHDRAWN])
    rejected(begun(DANA, 19))
    in_review(begun(MARCUS, 16), [practices[practice] for practice in cast.IN_REVIEW])
    waiting(begun(ELENA, 9), [practices[cast.IN_REVIEW[0]], practices[cast.WAITING]])
    submitted(begun(DANA, 5))
    draft(begun(PRIYA, 2))


def lapsed(writer: Writer) -> None:
    """An election of last year that nobody submitted before the deadline."""
    election = start(writer, "Summit and Valley", performance_year=LAST_YEAR)
    add(writer, election, fictional.SUMMIT)
    submission_actions.lapse_due(now=writer.after(days=9, minutes=20))


def approved(writer: Writer) -> None:
    """An approved election with its identifier, and two updates since: a clinician who joined, a new phone number."""
    submission = submit(writer, "River Bend Virtual Group", fictional.RIVER_BEND, fictional.FERRY_ROAD, fictional.OXBOW)
    election_id = submission.election_id
    approve(writer, submission)
    writer.after(days=6)
    upkeep_actions.report_clinician(
        election_id,
        kind=UpdateKind.JOINED,
        practice=0,
        npi=fictional.JOINED.npi,
        effective_on=day(writer.now),
        by=writer.by,
        now=writer.now,
    )
    upkeep_actions.report_contact(
        election_id, name=DANA.name, email=DANA.email, phone="555-0142", by=writer.by, now=writer.after(minutes=4)
    )


def withdrawn(writer: Writer, practices: list[Determined]) -> None:
    """A submitted election that its representative withdrew."""
    submission = submit(writer, "Eye and Heart Partners", *practices)
    submission_actions.withdraw(submission.election_id, by=writer.by, now=writer.after(days=4))


def rejected(writer: Writer) -> None:
    """An election with a practice that CMS data do not list, rejected for it."""
    submission = submit(writer, "Summit Cedar Alliance", fictional.SUMMIT, fictional.NOT_IN_CMS_DATA)
    desk_actions.start_review(submission.election_id, by=writer.others[HENRY], now=writer.after(days=1))
    decisions.reject(
        submission.election_id,
        by=writer.others[HENRY],
        now=writer.after(days=3),
        submission_number=submission.number,
        reasons="CMS could not find any Medicare billing under the TIN of Cedar Hollow Pain Clinic between "
        "October 1, 2025 and September 30, 2026. A virtual group cannot be formed with Summit Eye Care alone.",
    )
    decisions.take_effect(submission.election_id, now=writer.after(minutes=1))


def in_review(writer: Writer, practices: list[Determined]) -> None:
    """An election that a reviewer has begun; it holds the TIN that `waiting` wants."""
    submission = submit(writer, "Diagnostics and Vision Network", *practices)
    desk_actions.start_review(submission.election_id, by=writer.others[ROSA], now=writer.after(days=6))


def waiting(writer: Writer, practices: list[Determined]) -> None:
    """A submitted election whose first practice another one holds: its claim waits, and a conflict is open."""
    submit(writer, "Medical Leaders Virtual Group", *practices)


def submitted(writer: Writer) -> None:
    """A submitted election that nobody has taken on; one practice's TIN is an SSN."""
    submit(writer, "Prairie Health Partners", fictional.PRAIRIE, fictional.WHEATLAND, fictional.SOLO_BY_SSN)


def draft(writer: Writer) -> None:
    """A draft with three things to mend: a missing clinician, an opt-in and a date that are not there yet."""
    election = start(writer, "Lakeside Virtual Group", representative=DANA)
    add(writer, election, fictional.LAKESIDE)
    add(writer, election, replace(fictional.HARBOR, clinicians=fictional.HARBOR.clinicians[:-1]))
    add(writer, election, fictional.MILLPOND)
    parties = agreed(writer, election)
    last = max(parties)
    parties[last] = PartyEntry(executed_on=None, signer_name="", signer_title="", opt_in_accepted=False)
    save_agreement(writer, election, parties)
    ElectionRole.objects.create(election=election, user=writer.others[TOM], kind=RoleKind.VIEWER)


# --- What all of them are made of -----------------------------------------------------------------------------------


def start(
    writer: Writer, name: str, *, performance_year: int = PERFORMANCE_YEAR, representative: DemoPerson | None = None
) -> Election:
    """Start a draft, name the group and its representative: who writes, if nobody else."""
    election = start_election(performance_year=performance_year, by=writer.by, now=writer.after(minutes=1))
    naming.save_group(election.pk, name=name, now=writer.after(minutes=2))
    naming.save_representative(election.pk, name=writer.by.name, phone=PHONE, by=writer.by, now=writer.after(minutes=2))
    if representative:  # who accepted that before the demo begins
        Election.objects.filter(pk=election.pk).update(
            representative_name=representative.name, representative_email=representative.email
        )
    return Election.objects.get(pk=election.pk)


def add(writer: Writer, election: Election, practice: Determined) -> None:
    """List one practice, with the NPIs that CMS data show."""
    members.save_member(
        election.pk,
        None,
        name=practice.name,
        tin_kind=practice.tin_kind,
        tin=practice.tin,
        npis=practice.npis,
        by=writer.by,
        now=writer.after(minutes=5),
    )


def agreed(writer: Writer, election: Election) -> dict[int, PartyEntry]:
    """Return that every practice signed the day before, and accepted its opt-in if CMS should find it eligible to."""
    members = election.members.values_list("pk", flat=True)
    return {
        member: PartyEntry(
            executed_on=day(writer.now - timedelta(days=1)),
            signer_name=signer,
            signer_title="Managing partner",
            opt_in_accepted=True,
        )
        for member, signer in zip(members, SIGNERS, strict=False)
    }


def save_agreement(writer: Writer, election: Election, parties: dict[int, PartyEntry]) -> None:
    """Keep what each practice said of the agreement."""
    executed.save_agreement(election.pk, parties=parties, by=writer.by, now=writer.after(minutes=10))


def submit(writer: Writer, name: str, *practices: Determined, performance_year: int = PERFORMANCE_YEAR) -> Submission:
    """Write an election with these practices as CMS data show them, have each agree, acknowledge that and submit it."""
    election = start(writer, name, performance_year=performance_year)
    for practice in practices:
        add(writer, election, practice)
    save_agreement(writer, election, agreed(writer, election))
    snapshot = Snapshot.of_working_copy(Election.objects.get(pk=election.pk))
    return submission_actions.submit(
        election.pk,
        by=writer.by,
        arrived_at=writer.after(hours=1),
        fingerprint=replace(snapshot, agreement_acknowledged=True).sha256,
        acknowledged=True,
    )


def approve(writer: Writer, submission: Submission) -> None:
    """Have a reviewer approve a submission two days later, and let that take effect."""
    election_id, rosa = submission.election_id, writer.others[ROSA]
    desk_actions.start_review(election_id, by=rosa, now=writer.after(days=2))
    decisions.approve(election_id, by=rosa, now=writer.after(hours=3), submission_number=submission.number)
    decisions.take_effect(election_id, now=writer.after(minutes=1))


def day(moment: datetime) -> date:
    """Return the day of a moment in Eastern Time."""
    return moment.astimezone(EASTERN).date()
