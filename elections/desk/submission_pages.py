"""Submissions that another one replaced, as they came: read from the packet, never changed."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import Role
from eligibility.data import nppes

from ..content import Snapshot
from ..ledger import frozen, groups
from .correction_pages import CorrectionPages
from .earlier_submissions import until_the_next


class SubmissionPages(CorrectionPages):
    """The desk's page of one submission."""

    def submission(self, request: HttpRequest, election_id: uuid.UUID, number: int) -> HttpResponse:
        """Show one submission as CMS received it, and what the next one changed."""
        election = self.one(request, election_id, Role.REVIEWER, Role.AUDITOR)
        submission = get_object_or_404(election.submissions.select_related("submitted_by"), number=number)
        snapshot = Snapshot.of_submission(submission)
        names = nppes.names({npi for entry in snapshot.practices for npi in entry.npis})
        return self.page_of(
            request,
            "submission",
            f"Submission {number}",
            election,
            submission=submission,
            content=snapshot,
            practices=[(entry, [(npi, names.get(npi)) for npi in entry.npis]) for entry in snapshot.practices],
            ledger=groups(frozen(submission.ledger_for_cms), snapshot),
            changes=until_the_next(submission, snapshot),
        )
