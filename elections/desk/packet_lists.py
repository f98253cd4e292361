"""What the packet's PDF lists in sentences: what to check first, corrections, claims, the agreement, emails, notes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eligibility.law.rule_results import count
from ground.templatetags.et import et_closing, et_datetime

from ..models import CorrectionRequest
from .agreement_coverage import Coverage


def lists(parts: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return each list with its heading, if it has lines; `parts` are those of packet.parts."""
    found = {
        "Corrections that wait for the representative": _asked(parts["asked"]),
        "Corrections the representative answered": _answered(parts["since"].requests if parts["since"] else []),
        "TIN claims: which election holds each TIN": (
            f"{claim.practice_name}, TIN ending in {claim.tin_last4}: {claim.get_state_display().lower()} since"
            f" {et_datetime(claim.claimed_at)}"
            for claim in parts["claims"]
        ),
        "Agreement": _agreement(parts["coverage"]),
        "Notes among reviewers": (
            f"{note.written_by}, {et_datetime(note.written_at)}: {note.text}" for note in parts["notes"]
        ),
        "Emails about this election": _mails(parts),
    }
    listed = [(heading, list(lines)) for heading, lines in found.items()]
    return [(heading, lines) for heading, lines in listed if lines]


def checks(parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what needs thought beside findings: objections of signers, conflicts, flags on signatures, and dates."""
    for event in parts["objections"]:
        said, at = event.details, et_datetime(event.at)
        about = f"submission {said['submission']}, {at}"
        yield f"{event.who}, for {said['practice']}: “This isn’t right” ({about}): {said['reason']}"
    for conflict in parts["conflicts"]:
        state = conflict.result or f"open since {et_datetime(conflict.opened_at)}"
        yield f"{conflict}, TIN ending in {conflict.waiting.tin_last4}: {state}"
    for practice in parts["practices"]:
        for flag in practice.flags:
            yield f"Signature for {practice.entry.name}: {flag}"
    for name, note in parts["later_dates"]:
        yield f"{name}, as of the time we received the election: {note}"


def _mails(parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield which practices were not told, then each email with its delivery."""
    if parts["not_told"]:
        yield f"Not told: {', '.join(parts['not_told'])}."
    for mail in parts["mails"]:
        sent = f"{et_datetime(mail.created_at)}, to {mail.to}: {mail.subject} ({mail.delivery})"
        yield f"{sent}\n{mail.why_lost}".rstrip()


def _asked(requests: Iterable[CorrectionRequest]) -> Iterator[str]:
    """Yield each request that waits for an answer, and until when it can be given."""
    for request in requests:
        due = et_closing(request.correction.due_at)
        yield f"{request.about}, due {due}: {request.reason}\nWhat to do: {request.settled_by}"


def _answered(requests: Iterable[CorrectionRequest]) -> Iterator[str]:
    """Yield each request with its answer."""
    for request in requests:
        assert request.answered_at is not None  # a submission waits for every answer
        answer = "Changed" if request.answer == CorrectionRequest.Answer.CHANGED else "Not changed"
        by = f"{answer} (answered by {request.answered_by}, {et_datetime(request.answered_at)})"
        yield f"{request.about}: {request.reason}\n{by} {request.explanation}".rstrip()


def _agreement(coverage: Coverage) -> Iterator[str]:
    """Yield how the text covers each of the required items; never the text, nor the name of the group's file."""
    if coverage.own:
        yield f"The group uses its own agreement, a PDF of {count(coverage.own['pages'], 'page')}. We did not read it."
    for provision, what in coverage.things:
        if coverage.own:
            state = f"marked by the group at: {what}" if what else "not marked"
        else:
            state = f"missing: {'; '.join(what)}" if what else "covered"
        yield f"{provision.citation}, {provision.heading.lower()}: {state}"
