"""A packet as its PDF tells it: an election as reviewers read it at one moment, of each TIN the last digits alone."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from agreements.models import Document, DocumentKind
from agreements.papers.documents import request_document
from eligibility.law.fact_labels import OUTCOME_WORDS
from ground.clock import EASTERN
from ground.templatetags.et import et_date, et_datetime

from ..content import Snapshot
from ..ledger import Group, groups, overrides_of, verdict
from ..models import Decision, Election, Event
from . import packet
from .actions import judge_on_current_data
from .packet import NpiComparison, PracticePacket
from .queue import submission_of

CONTACT = ("name", "email", "phone")


def make_packet(election: Election, *, by: User, now: datetime) -> Document:
    """Have the packet made as a PDF as it is now, for one reader; the worker makes it."""
    content = packet_snapshot(election, by=by, now=now)
    return request_document(election.agreement_id, content, by=by, now=now, kind=DocumentKind.PACKET)


def packets_of(election: Election, *, by: User) -> QuerySet[Document]:
    """Return the PDFs of the packet that this reader asked for, the newest first."""
    asked = Document.objects.filter(agreement=election.agreement_id, kind=DocumentKind.PACKET, requested_by=by)
    return asked.defer("snapshot")


def packet_snapshot(election: Election, *, by: User, now: datetime) -> dict[str, Any]:
    """Return the snapshot that the packet's PDF is made from, as JSON values."""
    submission = submission_of(election)
    snapshot = Snapshot.of_submission(submission)
    judged_election = judge_on_current_data(election, submission)
    ledger = groups(judged_election.findings, snapshot, overrides_of(election, snapshot))
    practices = packet.practices(snapshot, judged_election)
    since = packet.since_the_last(submission, snapshot)
    return {
        "format": 1,
        "kind": "packet",
        "as_of": now.astimezone(EASTERN).isoformat(),
        "made_for": str(by),
        "virtual_group": election.submitted_name,
        "performance_year": election.performance_year,
        "facts": _facts(election),
        "headline": packet.all_clear(judged_election, practices) or verdict(ledger).capitalize(),
        "since": since.differences if since else [],
        "changed": [
            f"{one.practice}: {one.now.message} ({OUTCOME_WORDS[one.now.outcome]} now). {' '.join(one.why)}"
            for one in packet.differences(submission, judged_election)
        ],
        "ledger": [_findings(group) for group in ledger],
        "practices": [_practice(practice) for practice in practices],
        "people": _people(election, snapshot),
        "decisions": [_decision(each) for each in _decisions(election)],
        "history": [_event(event) for event in election.events.select_related("by").order_by("-at", "-id")],
    }


def _facts(election: Election) -> list[tuple[str, str]]:
    submission = submission_of(election)
    identifier = "" if election.pending_decision_id else election.virtual_group_identifier or ""
    provisional = " (provisional)" if identifier and election.identifier_is_provisional else ""
    return [
        ("Status", election.get_status_display() + (", not in effect yet" if election.pending_decision_id else "")),
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
                "message": finding.message,
                "cite": finding.cite,
                "contest": group.contests.get(finding.rule, ""),
                "override": group.overrides[finding.rule].justification if finding.rule in group.overrides else "",
            }
            for finding in (*group.unsettled, *group.settled)
        ],
    }


def _practice(practice: PracticePacket) -> dict[str, Any]:
    entry, signed = practice.entry, practice.entry.signed
    return {
        "name": entry.name,
        "tin_kind": entry.tin_kind,
        "tin_last4": entry.tin_last4,
        "opt_in_accepted": entry.opt_in_accepted,
        "executed": et_date(entry.executed_on) if entry.executed_on else "",
        "signer": ", ".join(part for part in (entry.signer_name, entry.signer_title) if part),
        "signed": f"{et_datetime(signed.signed_at, 'seconds')}, identified by: {practice.known_by}" if signed else "",
        "roster": [_clinician(row) for row in practice.roster],
    }


def _clinician(row: NpiComparison) -> dict[str, str]:
    words = {True: "Yes", False: "No", None: "No data"}
    told = {"declared": words[row.declared], "in_cms_data": words[row.in_cms_data], "today": words[row.today]}
    return {"npi": row.npi, "name": row.name or "Not in NPPES", "differs": "Differs" if row.differs else "", **told}


def _people(election: Election, snapshot: Snapshot) -> list[tuple[str, str]]:
    found = [
        ("Representative now", [getattr(election, f"representative_{each}") for each in CONTACT]),
        ("Representative in the submission", [getattr(snapshot, f"representative_{each}") for each in CONTACT]),
        ("Alternate contact in the submission", [getattr(snapshot, f"alternate_{each}") for each in CONTACT]),
    ]
    return [(label, ", ".join(part for part in parts if part)) for label, parts in found if any(parts)]


def _decisions(election: Election) -> QuerySet[Decision]:
    made = Decision.objects.filter(submission__election=election).defer("ledger", "mail")
    return made.select_related("decided_by", "submission")


def _decision(decision: Decision) -> dict[str, str]:
    return {
        "at": et_datetime(decision.decided_at, "seconds"),
        "what": f"Submission {decision.submission.number}: {decision.get_outcome_display().lower()}",
        "who": str(decision.decided_by),
        "why": decision.reasons,
    }


def _event(event: Event) -> dict[str, str]:
    why = event.details.get("reason", "")
    return {"at": et_datetime(event.at, "seconds"), "what": event.sentence, "who": event.who, "why": why}
