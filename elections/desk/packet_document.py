"""A packet as its PDF tells it: an election as reviewers read it at one moment, of each TIN the last digits alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from agreements.models import Document, DocumentKind
from agreements.papers.documents import request_document
from eligibility.law.fact_labels import OUTCOME_WORDS
from eligibility.law.rules import rule_name
from ground.clock import EASTERN
from ground.templatetags.et import et_date, et_datetime

from ..ledger import Group
from ..models import Decision, Election, Event
from . import packet
from .compared_rosters import NpiComparison, PracticePacket
from .contacts import Contact
from .ended_decisions import end_in_words, with_end
from .packet_lists import checks, lists
from .queue import submission_of


def make_packet(election: Election, *, by: User, now: datetime) -> Document:
    """Have the packet made as a PDF as it is now, for one reader; the worker makes it.

    The election is one of packet.elections_for(by).
    """
    content = packet_snapshot(election, by=by, now=now)
    return request_document(election.agreement_id, content, by=by, now=now, kind=DocumentKind.PACKET)


def packets_of(election: Election, *, by: User) -> QuerySet[Document]:
    """Return the PDFs of the packet that this reader asked for, the newest first."""
    asked = Document.objects.filter(agreement=election.agreement_id, kind=DocumentKind.PACKET, requested_by=by)
    return asked.defer("snapshot")


def packet_snapshot(election: Election, *, by: User, now: datetime) -> dict[str, Any]:
    """Return the snapshot that the packet's PDF is made from, as JSON values."""
    parts = packet.parts(election, by)
    since = parts["since"]
    return {
        "format": 1,
        "kind": "packet",
        "as_of": now.astimezone(EASTERN).isoformat(),
        "made_for": str(by),
        "virtual_group": election.submitted_name,
        "performance_year": election.performance_year,
        "facts": _facts(election),
        "headline": parts["clear"] or str(parts["ended"] or "") or parts["verdict"].capitalize(),
        "since": since.differences if since else [],
        "changed": [
            f"{one.practice}: {one.now.message} ({OUTCOME_WORDS[one.now.outcome]} now). {' '.join(one.why)}"
            for one in parts["differences"]
        ],
        "ledger": [_findings(group) for group in parts["ledger_now"]],
        "practices": [_practice(practice) for practice in parts["practices"]],
        "people": _people(parts["contacts"]),
        "checks": list(checks(parts)),
        "lists": lists(parts),
        "decisions": [_decision(each, election) for each in _decisions(election)],
        "history": [_event(event) for event in parts["events"]],
    }


def _facts(election: Election) -> list[tuple[str, str]]:
    submission = submission_of(election)
    identifier = "" if election.pending_decision_id else election.virtual_group_identifier or ""
    provisional = " (provisional)" if identifier and election.identifier_is_provisional else ""
    return [
        ("Status", election.status_at_desk),
        ("Submission", f"Number {submission.number}, received {et_datetime(submission.received_at, 'seconds')}"),
        ("Receipt code", submission.receipt_code),
        ("Virtual group identifier", f"{identifier or 'None'}{provisional}"),
        ("Reviewer", str(election.reviewer or "None")),
    ]


def _findings(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "findings": [
            {
                "outcome": OUTCOME_WORDS[finding.outcome],
                "rule_name": rule_name(finding.rule),
                "message": finding.message,
                "cite": finding.cite,
                "contest": group.contests.get(finding.rule, ""),
                "override": group.overrides[finding.rule].justification if finding.rule in group.overrides else "",
            }
            for finding in (*group.unsettled, *group.settled)
        ],
    }


def _practice(practice: PracticePacket) -> dict[str, Any]:
    entry, signed, known_by = practice.entry, practice.entry.signed, f"identified by: {practice.known_by}"
    return {
        "name": entry.name,
        "tin_kind": entry.tin_kind,
        "tin_last4": entry.tin_last4,
        "opt_in_accepted": entry.opt_in_accepted,
        "executed": et_date(entry.executed_on) if entry.executed_on else "",
        "signer": ", ".join(part for part in (entry.signer_name, entry.signer_title) if part),
        "signed": ", ".join(filter(None, (et_datetime(signed.signed_at, "seconds"), practice.forwarded, known_by)))
        if signed
        else "",
        "last_year": practice.was_approved_last_year,
        "roster": [_clinician(row) for row in practice.roster],
    }


def _clinician(row: NpiComparison) -> dict[str, str]:
    words = {True: "Yes", False: "No", None: "No data"}
    told = {"declared": words[row.declared], "in_cms_data": words[row.in_cms_data], "today": words[row.today]}
    told["last_year"] = words[row.last_year]
    return {"npi": row.npi, "name": row.name or "Not in NPPES", "differs": "Differs" if row.differs else "", **told}


def _people(contacts: Sequence[Contact]) -> list[tuple[str, str]]:
    """Return each contact as it is now and, where that differs, as it was submitted."""
    told = [
        (
            one.label,
            one.now if one.now == one.submitted else f"{one.now or 'none'} (submitted: {one.submitted or 'none'})",
        )
        for one in contacts
    ]
    return [(label[:1].upper() + label[1:], text) for label, text in told]


def _decisions(election: Election) -> QuerySet[Decision]:
    made = Decision.objects.filter(submission__election=election).defer("ledger", "mail")
    return with_end(made.select_related("decided_by", "submission"))


def _decision(decision: Decision, election: Election) -> dict[str, str]:
    outcome, end = decision.get_outcome_display().lower(), end_in_words(decision, election)
    return {
        "at": et_datetime(decision.decided_at, "seconds"),
        "what": f"Submission {decision.submission.number}: {outcome} ({end[:1].lower()}{end[1:]})",
        "who": str(decision.decided_by),
        "why": decision.reasons,
    }


def _event(event: Event) -> dict[str, str]:
    why = event.details.get("reason", "")
    return {"at": et_datetime(event.at, "seconds"), "what": event.sentence, "who": event.who, "why": why}
