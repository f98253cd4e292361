"""Whatever is submitted, withdrawn, settled and decided, in whatever order: who holds a TIN is never in doubt."""

import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role, User
from elections.desk import actions as desk_actions
from elections.desk import decisions
from elections.desk.conflicts import settle_conflict
from elections.models import Claim, Conflict, Election
from elections.practices import members
from elections.states import STANDING, ElectionStatus
from elections.submission import actions as submission_actions
from elections.verbs import Refused
from ground import clock
from tests.factories.elections import complete, submit
from tests.factories.people import UserFactory
from tests.factories.practices import FictionalPractice, load_cms_data

from . import crowd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

CONTESTED = [crowd.practice(number, 100 + number) for number in range(3)]
OWN = [crowd.practice(10 + number, 200 + number) for number in range(40)]


@pytest.fixture
def cms_data():
    load_cms_data([*CONTESTED, *OWN])


@pytest.fixture
def staff() -> User:
    return UserFactory(email="lead@cms.example", roles=[Role.LEAD_REVIEWER, Role.REVIEWER])


def practices_of(wanted: frozenset[int], own: int) -> list[FictionalPractice]:
    """Return the practices of an election: the contested ones it wants, and two that nobody else names."""
    return [*(CONTESTED[number] for number in sorted(wanted)), OWN[2 * own], OWN[2 * own + 1]]


def list_anew(election: Election, wanted: frozenset[int], own: int) -> None:
    """Change the working copy to other practices."""
    for member in list(election.members.all()):
        members.remove_member(election.pk, member.pk, now=clock.now())
    complete(election, *practices_of(wanted, own))


def sound() -> None:
    """Check, at one instant, what must hold after every step."""
    with transaction.atomic():
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        standing = defaultdict(list)
        for claim in Claim.objects.exclude(state="released").select_related("election"):
            standing[claim.tin_key].append(claim)
        settled = set(Conflict.objects.filter(outcome__in=["kept", "moved"]).values_list("waiting", "holder"))
        decided = {claim for pair in settled for claim in pair}
        opened = dict(Conflict.objects.filter(closed_at=None).values_list("waiting", "holder"))
        has_approved_waiting = Claim.objects.filter(state="waiting", election__status=ElectionStatus.APPROVED).exists()
    waiting = {claim.pk for queue in standing.values() for claim in queue if claim.state == "waiting"}
    for queue in standing.values():
        [held] = [claim for claim in queue if claim.state == "held"]
        if not decided.intersection(claim.pk for claim in queue):
            assert held.pk == min(claim.pk for claim in queue), "the longest waiting holds"
        for claim in queue:
            assert opened.get(claim.pk, held.pk) == held.pk, "a conflict names who holds the TIN now"
            assert claim.election.public_status in (*STANDING, ElectionStatus.ACTION_NEEDED)
    assert opened.keys() <= waiting
    assert waiting - opened.keys() <= decided, "who waits has an open conflict, unless it was settled"
    assert not has_approved_waiting


@dataclass
class Model:
    """What should be: for each contested TIN the elections that stand on it, the one that holds it first."""

    queues: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def submits(self, who: int, wanted: frozenset[int]) -> None:
        for tin in range(len(CONTESTED)):
            if tin in wanted and who not in self.queues[tin]:
                self.queues[tin].append(who)
            elif tin not in wanted and who in self.queues[tin]:
                self.queues[tin].remove(who)

    def holders(self) -> dict[str, int]:
        return {CONTESTED[tin].name: queue[0] for tin, queue in self.queues.items() if queue}

    def waiting(self) -> set[tuple[str, int]]:
        return {(CONTESTED[tin].name, who) for tin, queue in self.queues.items() for who in queue[1:]}


WANTED = st.frozensets(st.integers(0, len(CONTESTED) - 1))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(0, 5), WANTED),
        st.tuples(st.just("withdraw"), st.integers(0, 5), st.just(frozenset())),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def run_in_order(everybody: list[Election], steps: list[tuple[str, int, frozenset[int]]]) -> None:
    """Take the steps one by one, compare with the model after each, and undo all of it."""
    model, gone = Model(), set()
    with transaction.atomic():
        for what, who, wanted in steps:
            if who in gone:
                continue
            if what == "submit":
                list_anew(everybody[who], wanted, who)
                submit(everybody[who])
            else:
                submission_actions.withdraw(everybody[who].pk, by=everybody[who].started_by, now=clock.now())
                gone.add(who)
            model.submits(who, wanted)
            compare(everybody, model)
        transaction.set_rollback(True)


def compare(everybody: list[Election], model: Model) -> None:
    number = {election.pk: who for who, election in enumerate(everybody)}
    contested = Claim.objects.filter(practice_name__in=[made.name for made in CONTESTED])
    named = contested.values_list("practice_name", "election", "state")
    assert {name: number[pk] for name, pk, state in named if state == "held"} == model.holders()
    assert {(name, number[pk]) for name, pk, state in named if state == "waiting"} == model.waiting()
    opened = Conflict.objects.filter(closed_at=None).values_list("waiting__practice_name", "waiting__election")
    assert sorted((name, number[pk]) for name, pk in opened) == sorted(model.waiting())
    holding = Conflict.objects.filter(closed_at=None).values_list("holder__practice_name", "holder__election")
    assert {(name, number[pk]) for name, pk in holding} <= set(model.holders().items())


def test_one_after_the_other_the_longest_waiting_holds(cms_data):
    everybody = crowd.drafts([(each.user, practices_of(frozenset(), n)) for n, each in enumerate(crowd.people(6))])
    run_in_order(everybody)


class Crew:
    """People and staff who act at once, each on a connection of their own."""

    def __init__(self, staff: User, elections: int) -> None:
        self.staff = staff
        self.ready = threading.Barrier(elections)
        self.done: dict[str, int] = defaultdict(int)
        self.people = crowd.people(elections)

    def act(self, who: int, chance: random.Random, verbs: tuple[str, ...], steps: int) -> None:
        """Take random steps with one person's elections; a withdrawn or rejected one is followed by a new one."""
        try:
            election = self._new(who, chance)
            self.ready.wait(60)
            for _ in range(steps):
                if Election.objects.get(pk=election.pk).status in (ElectionStatus.WITHDRAWN, ElectionStatus.REJECTED):
                    election = self._new(who, chance)
                verb = chance.choice(verbs)
                try:
                    getattr(self, verb)(election, who, chance)
                    self.done[verb] += 1
                except Refused:
                    self.done[f"{verb} refused"] += 1
                sound()
        finally:
            connection.close()

    def submit(self, election: Election, who: int, chance: random.Random) -> None:
        list_anew(election, self._wanted(chance), who)
        submit(election)

    def withdraw(self, election: Election, who: int, chance: random.Random) -> None:
        submission_actions.withdraw(election.pk, by=election.started_by, now=clock.now())

    def decide(self, election: Election, who: int, chance: random.Random) -> None:
        at = Election.objects.select_related("last_submission").get(pk=election.pk)
        number = at.last_submission.number if at.last_submission else 0
        desk_actions.start_review(at.pk, by=self.staff, now=clock.now())
        if chance.random() < 0.3:
            decisions.reject(at.pk, by=self.staff, now=clock.now(), submission_number=number, reasons="It is late.")
        else:
            decisions.approve(at.pk, by=self.staff, now=clock.now(), submission_number=number)
        if chance.random() < 0.2:
            decisions.take_back(at.pk, by=self.staff, now=clock.now())
        elif chance.random() < 0.8:
            decisions.take_effect(at.pk, now=clock.now() + decisions.WAIT)

    def settle(self, election: Election, who: int, chance: random.Random) -> None:
        conflict = Conflict.objects.filter(closed_at=None).order_by("?").first()
        if conflict is not None:
            outcome = chance.choice([Conflict.Settlement.KEPT, Conflict.Settlement.MOVED])
            settle_conflict(conflict, outcome=outcome, reason="As signed.", by=self.staff, now=clock.now())

    def _new(self, who: int, chance: random.Random) -> Election:
        [election] = crowd.drafts([(self.people[who].user, practices_of(self._wanted(chance), who))])
        return election

    def _wanted(self, chance: random.Random) -> frozenset[int]:
        return frozenset(tin for tin in range(len(CONTESTED)) if chance.random() < 0.6)


@pytest.mark.parametrize(
    "verbs",
    [("submit", "submit", "withdraw"), ("submit", "submit", "withdraw", "decide", "decide", "settle", "settle")],
    ids=["people", "people and staff"],
)
@pytest.mark.parametrize("seed", range(2))
def test_at_once_somebody_holds_and_nobody_waits_in_a_circle(cms_data, staff, seed, verbs):
    """No deadlock: PostgreSQL would end one of the two with an error, and the test with it."""
    crew = Crew(staff, elections=10)
    with ThreadPoolExecutor(10) as threads:
        acting = [
            threads.submit(crew.act, who, random.Random(100 * seed + who), verbs, 10) for who in range(len(crew.people))
        ]
        for each in acting:
            each.result()
    sound()
    assert all(crew.done[verb] for verb in verbs), f"not everything happened: {dict(crew.done)}"
