"""What was submitted, and what was decided about it: written once, never changed."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from agreements.models import Document
from ground.vault import EncryptedTextField

from ..states import Verb
from ..triggers import OF_SUBMISSION, append_only, comes_with_event
from .election import Election


class Submission(models.Model):
    """One immutable submitted version of an election; what lists show and search of it has columns of its own."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    virtual_group_name = models.CharField(max_length=200, blank=True)
    representative_name = models.CharField(max_length=200, blank=True)
    representative_email = models.CharField(max_length=254, blank=True)
    snapshot = EncryptedTextField()
    snapshot_sha256 = models.CharField(max_length=64)
    submitter_ledger = models.JSONField(encoder=DjangoJSONEncoder)
    reviewer_ledger = models.JSONField(
        encoder=DjangoJSONEncoder, null=True, help_text="As CMS sees it; empty where that is what the submitter saw."
    )
    receipt_code = models.CharField(max_length=16, unique=True)
    received_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="submissions")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["election", "number"], name="submission_number_once")]
        triggers = [append_only, comes_with_event("NEW.election_id", Verb.SUBMIT)]

    def __str__(self) -> str:
        return f"Submission {self.number}"

    @property
    def ledger_for_cms(self) -> dict[str, Any]:
        """The findings as CMS sees them: on facts that the submitter may not know, too."""
        ledger: dict[str, Any] = self.submitter_ledger if self.reviewer_ledger is None else self.reviewer_ledger
        return ledger


class Receipt(models.Model):
    """The PDF of a submission's receipt, requested with the submission: one, however often somebody asks for it."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="receipt")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="receipt")

    def __str__(self) -> str:
        return f"Receipt of submission {self.submission_id}"


class Decision(models.Model):
    """What a reviewer decided about one submission, the ledger it was decided on, and the email as it was shown.

    `reasons` are those of a rejection, as the representative reads them; `picked` are the findings that they name. Its
    effects (email, claims, identifier, what people see) follow at `takes_effect_at`; None: they came at once, as before
    decisions waited. The last two fields are what the election's identifier was before.
    """

    class ReviewResult(models.TextChoices):
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=ReviewResult)
    reasons = models.TextField(blank=True)
    picked = models.JSONField(default=list)
    ledger = models.JSONField(encoder=DjangoJSONEncoder)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()
    takes_effect_at = models.DateTimeField(null=True)
    mail = models.JSONField(default=dict)
    identifier_before = models.CharField(max_length=40, null=True)
    was_provisional = models.BooleanField(default=True)

    class Meta:
        ordering = ["decided_at"]
        triggers = [append_only, comes_with_event(OF_SUBMISSION, Verb.APPROVE, Verb.REJECT)]

    def __str__(self) -> str:
        return self.get_outcome_display()
