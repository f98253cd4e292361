"""Rows of every list at the desk, as many as a test wants: by few statements, and past the verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accounts.models import Role, SignIn, SignInMethod, StaffChange, StaffVerb, User
from agreements.models import Document, DocumentState
from elections.models import Claim, Conflict, Election, Event, Export, Override, Submission, Update, UpdateKind
from elections.receipt_codes import new_receipt_code
from eligibility.models import ElectionWindow, LoadRun, Probe
from ground import clock
from notices.models import Notice, NoticeState

from .many import Copy, copies_of
from .practices import LoadRunFactory

NUMBERS = count(1)
LONG = "Northern Prairie and Lake Country Primary Care Collaborative"
REASON = "The practice sent its claims of 2026. They exceed all three limits, as its billing company wrote on Nov 30."
GROWN = "The practice now has 11 clinicians. The limit of 10 applied at the election only."
DECIDED, UNDECIDED = ("approved", "rejected", "approved"), ("submitted", "in_review", "submitted", "withdrawn")
STATES = (NoticeState.SENT, NoticeState.FAILED, NoticeState.QUEUED, NoticeState.BOUNCED)
MISSES = 12  # of one NPI in a day: more than it may


@dataclass(frozen=True)
class StaffRows:
    """What all rows go by: an election that was submitted, and who did what is listed."""

    pattern: Election
    by: User

    @transaction.atomic
    def add(self, number: int) -> None:
        """Add as many rows to each list: as many elections decided, and as many not."""
        numbers = list(islice(NUMBERS, number))
        elections = copies_of(self.pattern, [self._copy(n, decided=decided) for decided in (1, 0) for n in numbers])
        decided, others = elections[:number], elections[number:]
        self._events(decided)
        self._updates(decided)
        self._conflicts(decided, others)
        self._notices(numbers, others)
        agreements = [election.agreement_id for election in decided]
        failed = {"state": DocumentState.FAILED, "attempts": 6, "failure": "Out of memory."}
        Document.objects.filter(agreement__in=agreements).update(**failed)
        self._people(numbers)
        self._data(numbers)

    def _copy(self, n: int, *, decided: int) -> Copy:
        status = (DECIDED if decided else UNDECIDED)[n % (3 if decided else 4)]
        return Copy(
            received_at=_moment(n),
            status=status,
            reviewer=None if status in ("submitted", "withdrawn") else self.by,
            waited=timedelta(days=n % 14),
            not_met=("practice-size",) if status == "rejected" else (),
            name=f"{LONG if n % 7 == 0 else 'Delta Network'} {n}{'' if decided else ' B'}",
        )

    def _events(self, elections: Sequence[Election]) -> None:
        """Override a finding of each election, show a full TIN of it, and log that."""
        told = {"practice": "Quiet Harbor Medicine", "reason": REASON}
        Event.objects.bulk_create(
            Event(election=election, verb=verb, by=self.by, at=clock.now(), details=told)
            for election in elections
            for verb in ("override", "reveal_tin")
        )
        made = Election.objects.filter(pk__in=[election.pk for election in elections])
        submissions = dict(made.values_list("pk", "last_submission"))
        Override.objects.bulk_create(
            Override(
                submission_id=submissions[election.pk],
                rule="low-volume-threshold",
                tin_key=f"{election.pk}:1",
                practice_name="Quiet Harbor Medicine",
                justification=REASON,
                overridden_by=self.by,
                overridden_at=clock.now(),
            )
            for election in elections
        )
        LogEntry.objects.bulk_create(
            LogEntry(
                user=self.by,
                content_type=ContentType.objects.get_for_model(Election),
                object_id=str(election.pk),
                object_repr=str(election),
                action_flag=CHANGE,
                action_time=clock.now(),
                change_message="Finding set aside by a lead reviewer",
            )
            for election in elections
        )

    def _updates(self, elections: Sequence[Election]) -> None:
        """Report of each election that a clinician joined; every third practice had too many then."""
        reported: Any = {"by": self.pattern.started_by, "at": clock.now()}  # staff would have a part in it
        made = Submission.objects.filter(election__in=[election.pk for election in elections])
        rows = Update.objects.bulk_create(
            Update(
                submission=submission,
                kind=UpdateKind.JOINED,
                practice=0,
                npi="2000000002",
                effective_on=clock.today(),
                details={"notes": [GROWN]} if n % 3 == 2 else {},
                receipt_code=new_receipt_code(),
                reported_by=reported["by"],
                reported_at=_moment(n),
            )
            for n, submission in enumerate(made)
        )
        Event.objects.bulk_create(
            Event(election_id=row.submission.election_id, verb="update", details={"update": row.pk}, **reported)
            for row in rows
        )

    def _conflicts(self, holders: Sequence[Election], waiting: Sequence[Election]) -> None:
        """Have each of the second elections wait for a TIN of one of the first; every third conflict is settled."""
        held = {claim.election_id: claim for claim in Claim.objects.filter(election__in=holders)}
        pairs = [(held[holder.pk], election) for holder, election in zip(holders, waiting, strict=True)]
        claims = Claim.objects.bulk_create(
            Claim(
                election=election,
                performance_year=claim.performance_year,
                tin_key=claim.tin_key,
                practice_name=claim.practice_name,
                tin_last4=claim.tin_last4,
                state=Claim.State.WAITING,
                claimed_at=clock.now(),
            )
            for claim, election in pairs
        )
        settled = {"closed_at": clock.now(), "outcome": "kept", "reason": REASON, "settled_by": self.by}
        Conflict.objects.bulk_create(
            Conflict(waiting=claim, holder=holder, opened_at=clock.now(), **settled if n % 3 == 2 else {})
            for n, (claim, (holder, _)) in enumerate(zip(claims, pairs, strict=True))
        )

    def _notices(self, numbers: Sequence[int], elections: Sequence[Election]) -> None:
        """Owe an email about each election, in every state."""
        notices = Notice.objects.bulk_create(_notice(n, STATES[n % len(STATES)]) for n in numbers)
        events = {event.election_id: event for event in Event.objects.filter(election__in=elections, verb="submit")}
        through = Event.notices.through
        through.objects.bulk_create(
            through(event=events[election.pk], notice=notice)
            for election, notice in zip(elections, notices, strict=True)
        )

    def _people(self, numbers: Sequence[int]) -> None:
        """Have people with accounts, of whom something was done about each, and who signed in."""
        address = "firstname.lastname-{}@northern-prairie.example.org"
        users = User.objects.bulk_create(
            User(email=address.format(n), name=f"Firstname Lastname {n}", password="!") for n in numbers
        )
        SignIn.objects.bulk_create(
            SignIn(user=user, at=clock.now(), how=SignInMethod.PASSKEY, address="2001:db8:85a3:8d3:1319:8a2e:370:7348")
            for user in users
        )
        StaffChange.objects.bulk_create(
            StaffChange(
                at=clock.now(), verb=StaffVerb.REMOVED, user=user, role=Role.REVIEWER, by=self.by, reason=REASON
            )
            for user in users
        )

    def _data(self, numbers: Sequence[int]) -> None:
        """Have loads that failed, exports, windows that staff set, and NPIs over the limit."""
        problem = {"file": "practices.csv", "line": 2, "column": "patients", "problem": "It must be a whole number."}
        run = {"status": LoadRun.Status.FAILED, "activated_at": None, "error_count": 1, "errors": [problem]}
        LoadRun.objects.bulk_create(LoadRunFactory.build_batch(len(numbers), started_by="on the command line", **run))
        asked = {"as_of": "2027-07-31", "recorded_by": "2027-07-01T00:00:00-04:00"}
        made = {"at": clock.now(), "performance_year": 2027, "format": "csv", "row_count": 1_000, "sha256": "0" * 64}
        Export.objects.bulk_create(Export(by=self.by, arguments=asked, **made) for _ in numbers)
        opens, closes = (clock.now() + timedelta(days=days) for days in (-30, 30))
        ElectionWindow.objects.bulk_create(
            ElectionWindow(
                performance_year=2027,
                opens_at=opens,
                closes_at=closes,
                reason=REASON,
                citation="CMS notice of Nov 20, 2026",
                set_by=self.by,
                set_at=clock.now(),
            )
            for _ in numbers
        )
        Probe.objects.bulk_create(
            Probe(day=clock.today(), asker="npi", subject=f"{1_000_000_000 + n}", tin_key=f"{miss:064}", billed=False)
            for n in numbers
            for miss in range(MISSES)
        )


def _moment(n: int) -> datetime:
    return clock.now() - timedelta(days=n % 40, hours=n % 24)


def _notice(n: int, state: NoticeState) -> Notice:
    return Notice(
        key=f"row:{n}",
        reason="election submitted again" if n % 2 else "account_password_reset_key",
        to=f"firstname.lastname-{n}@northern-prairie.example.org",
        subject=f"CMS received the election of {LONG} {n} again",
        body="As before.\n",
        message_id=f"<row-{n}@localhost>",
        state=state,
        attempts=n % 8,
        next_attempt_at=clock.now(),
        server_answer="550 5.1.1 No such mailbox here" if state in (NoticeState.FAILED, NoticeState.BOUNCED) else "",
        created_at=_moment(n),
        sent_at=clock.now() if state == NoticeState.SENT else None,
    )
