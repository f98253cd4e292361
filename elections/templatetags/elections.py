"""How elections are shown: receipt codes in groups, TINs masked, statuses as tags and sentences."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django import template

from eligibility.law import identifiers
from eligibility.law.calendar import data_submission_starts
from eligibility.law.determination import Finding, Outcome
from eligibility.law.fact_labels import OUTCOME_WORDS
from eligibility.law.rules import CONTESTABLE
from ground import clock
from ground.templatetags.et import et_closing
from ground.templatetags.tags import tag_colors

from .. import paper_records, receipt_codes, standing, verbs
from ..access import VERBS_OF_MEMBERS
from ..content import PracticeEntry
from ..models import Correction, Election, Event, Member, Update
from ..states import SHOWN, ElectionStatus

register = template.Library()
register.filter(receipt_codes.grouped)
register.filter(tag_colors)
register.filter(data_submission_starts)
register.filter(standing.headline)
register.filter(paper_records.recorded)
register.filter(paper_records.opt_in_explained)


@register.filter
def of_rule(kept: Mapping[str, object], rule: str) -> object:
    """Return the value under a rule's id; None if there is none."""
    return kept.get(rule)


@register.filter
def is_contestable(finding: Finding) -> bool:
    """Say whether a representative may contest a finding: data, and not what was entered, say not met."""
    return finding.outcome == Outcome.NOT_MET and finding.rule in CONTESTABLE


@register.filter
def deadline(election: Election) -> str:
    """Return the last minute in which the election can be submitted, in words: after the window, of a correction."""
    closes = election.window.closes
    return et_closing(closes if closes > clock.now() else correction_due(election) or closes)


@register.filter
def correction_due(election: Election) -> datetime | None:
    """Return until when a correction is waited for; None if CMS asked for none."""
    if election.public_status != ElectionStatus.ACTION_NEEDED:
        return None
    waiting = Correction.objects.filter(submission=election.last_submission_id, ended_at=None)
    return waiting.values_list("due_at", flat=True).first()


@register.filter
def window_is_open(election: Election) -> bool:
    """Say whether elections can be submitted and withdrawn at this moment (414.1315(b))."""
    return verbs.window_is_open(election, clock.now())


@register.simple_tag
def meaning(election: Election, practices: int = 1, status: str = "") -> list[str]:
    """Return what an election means today, or with a status, for the signer of this many of its practices."""
    return standing.meaning(election, practices, clock.now(), status)


@register.filter
def in_words(update: Update, practice: str) -> str:
    """Return what an update changed; `practice` is the name of the one that it is about."""
    return standing.update_in_words(update, practice)


@register.filter
def in_words_of(update: Update, names: Sequence[str]) -> str:
    """Return what an update of a practice changed; `names` are those of its submission's practices, in its order.

    They are asked only where the update does not know the name itself: a later submission may have fewer.
    """
    is_known = update.practice is None or "practice" in update.details
    return standing.update_in_words(update, "" if is_known else names[update.practice or 0])


@register.filter
def sentence_with_name(event: Event) -> str:
    """Return an event's sentence with the person's name, unless CMS did it."""
    named = event.verb in VERBS_OF_MEMBERS and (event.by or "signer" in event.details)
    return f"{event.sentence}, by {event.who}" if named else event.sentence


@register.filter
def status_tone(status: str) -> str:
    """Return the tone of a status's tag: good, bad, unsure, active, or none."""
    return SHOWN[ElectionStatus(status)].tone


@register.filter
def status_sentence(status: str) -> str:
    """Return the sentence that explains a status."""
    return SHOWN[ElectionStatus(status)].sentence


@register.filter
def masked_tin(practice: Member | PracticeEntry) -> str:
    """Return a practice's TIN with all but its last four digits hidden; `no TIN yet` where there is none."""
    return identifiers.mask_tin(practice.tin_kind, practice.tin_last4) if practice.tin_last4 else "no TIN yet"


@register.filter
def full_tin(entry: PracticeEntry) -> str:
    """Return a practice's TIN as far as we have it, for its owner alone: of an SSN the last digits."""
    if not entry.tin:
        return "no TIN yet"
    if entry.tin_kind == identifiers.SSN:
        return f"last {len(entry.tin)} digits: {entry.tin}"
    is_whole = identifiers.tin_problem(entry.tin_kind, entry.tin, ssn_digits=0) is None
    return identifiers.format_ein(entry.tin) if is_whole else entry.tin


@register.filter
def outcome_word(outcome: str) -> str:
    """Return a finding's or a determination's outcome as a word."""
    return OUTCOME_WORDS.get(Outcome(outcome), outcome.capitalize())


@register.filter
def item(names: list[str], position: int) -> str:
    """Return the name at a position, from 0."""
    return names[position]
