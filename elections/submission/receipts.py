"""A receipt as its PDF tells it: one submission as it was received, of each TIN the last four digits alone.

The PDF is requested right after the submission, so that the email about it can have it.
"""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from eligibility.law.calendar import data_submission_starts
from eligibility.law.fact_labels import OUTCOME_WORDS
from ground.clock import EASTERN

from ..content import PracticeEntry, Snapshot
from ..ledger import Group, frozen, groups
from ..models import Election, Submission

OF_PRACTICE = ("name", "tin_kind", "tin_last4", "signer_name", "signer_title", "opt_in_accepted")


def receipt_file_name(election: Election, number: int) -> str:
    """Return what the receipt's PDF of a submission is called, in an email and when it is downloaded."""
    return f"receipt-{election.performance_year}-{number}.pdf"


def receipt_snapshot(submission: Submission) -> dict[str, Any]:
    """Return the snapshot that the receipt's PDF is made from, as JSON values frozen with the submission.

    Clinicians have the names that NPPES had for them then, as the agreement's document of that moment says them. What
    the findings were judged on is left out: Medicare figures are not for everyone who may hold a receipt.
    """
    snapshot = Snapshot.of_submission(submission)
    parties = json.loads(submission.document.snapshot)["parties"]
    closes = submission.election.window.closes.astimezone(EASTERN)
    return {
        "format": 1,
        "kind": "receipt",
        "received_at": submission.received_at.astimezone(EASTERN).isoformat(),
        "receipt_code": submission.receipt_code,
        "submission_sha256": submission.snapshot_sha256,
        "submission": submission.number,
        "submitted_by": str(submission.submitted_by),
        "performance_year": snapshot.performance_year,
        "virtual_group": snapshot.virtual_group_name or "Virtual group",
        "representative": _contact(snapshot, "representative"),
        "alternate": _contact(snapshot, "alternate"),
        "agreement_acknowledged": snapshot.agreement_acknowledged,
        "practices": [
            _practice(entry, party["npis"]) for entry, party in zip(snapshot.practices, parties, strict=True)
        ],
        "ledger": [_findings(group) for group in groups(frozen(submission.submitter_ledger), snapshot)],
        "changes_until": closes.isoformat() if submission.received_at < closes else None,
        "report_before": data_submission_starts(snapshot.performance_year).isoformat(),
        "verify_at": f"{settings.SITE_URL}{reverse('verify')}",
    }


def _contact(snapshot: Snapshot, who: str) -> dict[str, str]:
    return {each: getattr(snapshot, f"{who}_{each}") for each in ("name", "email", "phone")}


def _practice(entry: PracticeEntry, clinicians: list[dict[str, str]]) -> dict[str, Any]:
    return {
        **{field: getattr(entry, field) for field in OF_PRACTICE},
        "clinicians": clinicians,
        "executed_on": entry.executed_on.isoformat() if entry.executed_on else None,
    }


def _findings(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "findings": [
            {
                "rule": finding.rule,
                "outcome": OUTCOME_WORDS[finding.outcome],
                "message": finding.message,
                "cite": finding.cite,
                "contest": group.contests.get(finding.rule, ""),
            }
            for finding in group.findings
        ],
    }
