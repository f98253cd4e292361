"""What a person does next in an election, about how long that takes, and what follows (docs/decisions/0040)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from django.urls import reverse

from eligibility.law.parameters import FEWEST_PRACTICES
from eligibility.law.rule_results import count

from ..agreement.ways import Way, way_of
from ..content import Snapshot
from ..corrections.answers import is_answered
from ..models import Correction, Election, Member
from ..practices.other_tins import SignerQuestion, signer_questions
from ..readiness import JudgedElection, to_fix
from ..states import UNDECIDED, ElectionStatus
from .task_list import Task, TaskState
from .turns import Turn, Turns

A_FIELD_OR_TWO = 1  # minutes, as all of these: a page that asks for little, or a problem
TWO_SIGNERS = 1  # their names and addresses
A_PRACTICE = 2  # its name, its TIN, and the NPIs pasted
THE_LAST_LOOK = 2  # everything read once, and CONFIRM typed
AN_ANSWER = 2  # to one thing that CMS asks

ORDER = ("corrections", "virtual_group", "representative", "practices", "agreement", "submit_page")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: the task it is part of, what it is in words, its page (the name of a URL), about how long."""

    task: str
    label: str
    page: str
    minutes: int
    member_id: int | None = None  # of the practice whose page it is
    anchor: str = ""

    def address(self, election: Election) -> str:
        """Return where it is done."""
        of_practice = [] if self.member_id is None else [self.member_id]
        return reverse(self.page, args=[election.pk, *of_practice]) + (f"#{self.anchor}" if self.anchor else "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What people who work on an election have left to do, in its order, until others act; `follows` is what those do.

    No step is left where nothing waits for them.
    """

    steps: tuple[Step, ...] = ()
    follows: str = ""

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    def after(self, task: str, member_id: int | None = None) -> Step | None:
        """Return what comes after a task's page was saved; None if that is nothing, or only what was left on it.

        Of the practices, first what is left of the one that was saved, then the others, then the next to be added.
        """
        if task not in ORDER:
            return self.steps[0] if self.steps else None
        of_task = [step for step in self.steps if step.task == task] if task == "practices" else []
        of_task.sort(key=lambda step: step.member_id != member_id)
        later = [step for step in self.steps if ORDER.index(step.task) > ORDER.index(task)]
        before = [step for step in self.steps if ORDER.index(step.task) < ORDER.index(task)]
        return next(iter([*of_task, *later, *before]), None)


def plan_of(
    election: Election,
    tasks: Sequence[Task],
    judged_election: JudgedElection,
    turns: Turns | None,
    *,
    correction: Correction | None,
    has_changes: bool,
    submits: str = "",
) -> Plan:
    """Return what is left to do; `submits` names the representative to all others, who don't submit.

    `has_changes` is of an election that was submitted: nothing is left to do in one that has none.
    """
    status = election.public_status
    if status != ElectionStatus.DRAFT and not (status in UNDECIDED and (correction or has_changes)):
        return Plan()
    way = way_of(election.agreement, judged_election.snapshot)
    steps = [*_answers(correction), *_of_tasks(tasks, judged_election, turns, way)]
    follows = _what_signers_do(turns, way, _unsigned_of(judged_election.snapshot))
    if follows or submits:
        return Plan(tuple(steps), follows or f"then {submits} submits")
    label = "Review and submit" if status == ElectionStatus.DRAFT else "Review and submit again"
    steps.append(Step("submit_page", label, "submit_page", THE_LAST_LOOK))
    return Plan(tuple(steps), "then CMS reviews it")


def _answers(correction: Correction | None) -> Iterator[Step]:
    """Yield the step that answers what CMS asks, while a request has no answer."""
    open_ones = sum(not is_answered(request) for request in correction.requests.all()) if correction else 0
    if open_ones:
        label = f"Answer {count(open_ones, 'request')} from CMS"
        yield Step("corrections", label, "corrections", AN_ANSWER * open_ones)


def _of_tasks(
    tasks: Sequence[Task], judged_election: JudgedElection, turns: Turns | None, way: Way | None
) -> Iterator[Step]:
    for task in tasks:
        if task.page == "agreement":
            yield from _of_signing(task, turns) if turns else _of_agreement(task, judged_election.snapshot, way)
        elif task.state == TaskState.DONE or task.page == "submit_page":
            continue
        elif task.page == "practices":
            yield from _of_practices(judged_election)
            yield from map(_answer_question, signer_questions(judged_election.snapshot).values())
        else:
            yield Step(task.page, LABELS[task.page], task.page, A_FIELD_OR_TWO)


LABELS = {"virtual_group": "Name your virtual group", "representative": "Say how CMS reaches the representative"}


def _answer_question(question: SignerQuestion) -> Step:
    label = f"Say who signs for {question.practice}"
    return Step("practices", label, "practice", A_FIELD_OR_TWO, question.member_id)


def _of_practices(judged_election: JudgedElection) -> Iterator[Step]:
    """Yield what is to fix of each practice, then what is to fix of them together: too few, or the same TIN twice."""
    snapshot = judged_election.snapshot
    for position, (pk, entry) in enumerate(zip(snapshot.member_ids, snapshot.practices, strict=True)):
        if problems := len(to_fix(judged_election, position)):
            label = f"Fix {count(problems, 'thing')} in {entry.name or f'practice {position + 1}'}"
            yield Step("practices", label, "practice", A_FIELD_OR_TWO * problems, pk)
    missing = FEWEST_PRACTICES.for_year(snapshot.performance_year) - len(snapshot.practices)
    if missing > 0:
        label = "Add another practice" if snapshot.practices else "Add your first practice"
        yield Step("practices", label, "practice_add", A_PRACTICE * missing)
    elif any(finding.rule == "distinct-practices" for finding in judged_election.blocking):
        yield Step("practices", "Fix practices that list the same TIN", "practices", A_FIELD_OR_TWO)


def _of_agreement(task: Task, snapshot: Snapshot, way: Way | None) -> Iterator[Step]:
    """Yield what is left where the practices don't sign here: the choice, who signed on paper, what is to fix."""
    unsigned = _unsigned_of(snapshot)
    if way is None:
        signers = max(len(snapshot.practices), FEWEST_PRACTICES.for_year(snapshot.performance_year))
        minutes = A_FIELD_OR_TWO + _to_name(signers)
        yield Step("agreement", "Choose how the practices sign the agreement", "agreement", minutes)
    elif unsigned:
        label = f"Enter who signed on paper for {count(unsigned, 'practice')}"
        yield Step("agreement", label, "agreement_paper", A_FIELD_OR_TWO * unsigned)
    elif task.state != TaskState.DONE:
        yield _fix_agreement(task, "agreement_paper")


def _of_signing(task: Task, turns: Turns) -> Iterator[Step]:
    """Yield what is left while the practices sign here: whose signer waits for an answer, who is not asked."""
    for request, turn in turns.ours:
        yield _answer_signer(request.party.member, turn)
    if turns.unasked:
        label = f"Name who signs for {count(turns.unasked, 'practice')}, and send the links"
        yield Step("agreement", label, "signing", _to_name(turns.unasked))
    elif task.state != TaskState.DONE and not turns.unsigned and not turns.ours:
        yield _fix_agreement(task, "agreement")


def _to_name(signers: int) -> int:
    return ceil(signers / 2) * TWO_SIGNERS


def _fix_agreement(task: Task, page: str) -> Step:
    """Return the step that fixes the agreement; without a problem, an answer to an opt-in is all that is open."""
    label = f"Fix {count(task.problems, 'thing')} in the agreement" if task.problems else "Get the answer to an opt-in"
    return Step("agreement", label, page, A_FIELD_OR_TWO * max(task.problems, 1))


def _answer_signer(practice: Member, turn: Turn) -> Step:
    """Return the step of a practice whose signer waits: read what they said in its row, or send them another link."""
    label = f"{practice} {turn}: your turn"
    if turn in (Turn.LOST, Turn.EXPIRED):
        return Step("agreement", label, "signing_replace", A_FIELD_OR_TWO, practice.pk)
    return Step("agreement", label, "signing", A_FIELD_OR_TWO, anchor=f"practice-{practice.pk}")


def _unsigned_of(snapshot: Snapshot) -> int:
    return sum(entry.executed_on is None for entry in snapshot.practices)


def _what_signers_do(turns: Turns | None, way: Way | None, unsigned: int) -> str:
    """Return what signers do before the election can be submitted; empty if nothing. `unsigned` counts practices."""
    if turns and turns.unsigned:
        return f"then {count(turns.unsigned, 'person signs', 'people sign')}"
    if way == Way.PAPER and unsigned:
        return f"then {count(unsigned, 'practice signs', 'practices sign')}"
    return "" if way else "then each practice signs"
