"""What changed in an election since a page about its decision was opened: then the decision is refused, and told why.

The page sends back the mark that it was opened with: the mail that it showed, the last thing that happened to the
election, the data that it is judged on, and the last conflict over a TIN of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from eligibility.law.fact_labels import OUTCOME_WORDS
from eligibility.law.rule_results import count
from eligibility.law.rules import rule_name
from eligibility.models import LoadKind, LoadRun
from ground.templatetags.et import et_datetime

from ..mails import Mail
from ..models import Conflict, Election, Event, Submission
from ..states import Verb
from ..verbs import Refused
from .actions import MOST_DIFFERENCES
from .run_impact import changes_with

CHANGES = (*Verb.values, "assign", "override", "update", "claim_held", "claim_lost", "replace_identifier", "object")
GOT_THE_TIN = {"claim_held": "This election", "claim_lost": "Another election"}
ANOTHER_MAIL = (
    "The email below is not the one you read before: you changed its text, or the election changed."
    " Nothing was decided yet. Read it, then send it."
)
KEYS = re.compile(r"(\d{1,18}):(\d{1,18}):(\d{1,18}):(\d{1,18})", re.ASCII)
READ_AGAIN = "Nothing was decided yet. Read the packet again before you decide."


class UnreadMail(Refused):
    """The mail is another than the page showed, mostly by what the reviewer typed there: it is read before it goes."""

    is_error = False


def basis() -> JSONObject:
    """Return what a decision about an election rests on, as a column of it: a name and a key of each (Basis)."""
    newest = Event.objects.filter(election=OuterRef("pk"), verb__in=CHANGES).order_by("-pk")
    about = Q(holder__election=OuterRef("pk")) | Q(waiting__election=OuterRef("pk"))
    active = LoadRun.objects.filter(status=LoadRun.Status.ACTIVE)
    run = active.filter(kind=LoadKind.DETERMINATIONS, performance_year=OuterRef("performance_year"))
    parts: dict[str, QuerySet[Any]] = {
        "event": newest,
        "conflict": Conflict.objects.filter(about).order_by("-pk"),
        "run": run,
        "nppes": active.filter(kind=LoadKind.NPPES),
    }
    return JSONObject(**{name: Subquery(rows.values("pk")[:1]) for name, rows in parts.items()})


@dataclass(frozen=True, slots=True)
class Basis:
    """The keys of the last event and conflict of an election, and of the runs of CMS data in use; 0 for none."""

    event: int = 0
    conflict: int = 0
    run: int = 0
    nppes: int = 0

    @classmethod
    def of(cls, election: Any) -> Self:
        """Return it of an election that was read with `basis`, or read it now."""
        found = getattr(election, "basis", None)
        if found is None:
            found = Election.objects.filter(pk=election.pk).values_list(basis(), flat=True).get()
        return cls(**{name: key or 0 for name, key in found.items()})

    @classmethod
    def marked(cls, mark: str) -> Self | None:
        """Return the one that a mark tells of; None if it tells of none."""
        keys = KEYS.fullmatch(mark.partition(":")[2])
        return cls(*map(int, keys.groups())) if keys else None

    def __str__(self) -> str:
        return f"{self.event}:{self.conflict}:{self.run}:{self.nppes}"


def seen(election: Election, mail: Mail) -> str:
    """Return what a page sends back that showed this mail: its fingerprint, and what the decision rested on."""
    return f"{mail.fingerprint}:{Basis.of(election)}"


def refuse_if_changed(
    election: Election, submission: Submission, was_seen: str | None, *, by: User, named: bool = False
) -> None:
    """Raise Refused, with what changed, where the election did since a page was opened; None: no page was opened.

    The election is as its verb has it: locked, and read without `basis`. `named`: each sentence says which election.
    """
    before = None if was_seen is None else Basis.marked(was_seen)
    if before is None:
        return
    now = Basis.of(election)
    told = [] if now == before else list(_changes(election, submission, before, now, by))
    if told:
        of = f"{election.as_submitted}: " if named else ""
        raise Refused(*(f"{of}{sentence}" for sentence in told), READ_AGAIN)


def refuse_unless_seen(mail: Mail, was_seen: str | None) -> None:
    """Raise UnreadMail where the page showed another mail, or its mark is not whole; None: no one looked at it."""
    if was_seen is None:
        return
    if was_seen.partition(":")[0] != mail.fingerprint or Basis.marked(was_seen) is None:
        raise UnreadMail(ANOTHER_MAIL)


def _changes(election: Election, submission: Submission, before: Basis, now: Basis, by: User) -> Iterator[str]:
    """Yield what changed, a sentence each."""
    since = election.events.filter(pk__gt=before.event, verb__in=CHANGES).select_related("by").order_by("pk")
    for event in since.exclude(verb="assign", by=by):
        yield f"{_what(event)} on {et_datetime(event.at, 'seconds')}, after you opened this page."
    if now.conflict != before.conflict:
        yield "Another election claims a TIN of this one. The conflict was opened after you opened this page."
    if now.nppes != before.nppes:
        yield "Newer NPPES data came into use after you opened this page."
    if now.run != before.run:
        yield "Different CMS data came into use after you opened this page."
        yield from _findings(election, submission, before.run)


def _what(event: Event) -> str:
    """Return what happened and who did it; of an override, which finding."""
    if event.verb == "override":
        return f"{event.who} overrode “{rule_name(event.details['rule'])}” of {event.details['practice']}"
    if event.verb == "assign":
        return f"{event.who} made {event.details['after'] or 'no one'} the reviewer"
    if event.verb == "replace_identifier":
        return f"{event.who} replaced the virtual group identifier"
    if event.verb in GOT_THE_TIN:
        return f"{GOT_THE_TIN[event.verb]} got the TIN of {event.details['practice']}"
    return f"{event.sentence} by {event.who}" if event.has_person else event.sentence


def _findings(election: Election, submission: Submission, before: int) -> Iterator[str]:
    """Yield the findings that are others than on the run of before, as far as its rows are kept."""
    run = LoadRun.objects.filter(pk=before, rows_kept=True).first()
    if run is None:
        return
    changes = changes_with(election, submission, run)
    if not changes:
        yield "No finding in this election changed."
    for change in changes[:MOST_DIFFERENCES]:
        was, now = (OUTCOME_WORDS[found.outcome].lower() for found in (change.then, change.now))
        yield f"{change.practice}, {rule_name(change.now.rule)}: {was} before, {now} now."
    if (more := len(changes) - MOST_DIFFERENCES) > 0:
        yield f"The packet lists {count(more, 'more finding')}."
