"""The files that are made: agreements, executed ones, receipts, and what reviewers print."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ground.vault import EncryptedTextField

from ..papers.pdf_progress import told
from .agreement import Agreement


class DocumentKind(models.TextChoices):
    """What a document is."""

    AGREEMENT = "agreement", "Agreement"
    EXECUTED = "executed", "Executed agreement"
    RECEIPT = "receipt", "Receipt"
    PACKET = "packet", "Reviewers’ packet"


SEALED_KINDS = (DocumentKind.EXECUTED, DocumentKind.RECEIPT)
UNPRINTABLE = "The document has characters that we can’t print"  # so begins the failure that people can mend


class DocumentState(models.TextChoices):
    """Where the making of a document's file stands."""

    QUEUED = "queued", "Waiting to start"
    RENDERING = "rendering", "In progress"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be prepared"


class Document(models.Model):
    """One PDF made from one frozen snapshot; the snapshot's SHA-256 is its fingerprint.

    Snapshot and file are held encrypted: members and signers read them, staff see the fingerprint and the state.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind, default=DocumentKind.AGREEMENT)
    snapshot = EncryptedTextField()
    snapshot_sha256 = models.CharField("fingerprint", max_length=64)
    signatures_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of an executed agreement: the fingerprint of the signatures it shows."
    )
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="documents_requested"
    )
    requested_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "kind", "snapshot_sha256"], name="document_once"),
            models.UniqueConstraint(
                fields=["agreement", "signatures_sha256"],
                condition=~Q(signatures_sha256=""),
                name="one_executed_agreement_of_the_same_signatures",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.READY)
                | (Q(ready_at__isnull=False, pages__isnull=False) & ~Q(file="") & ~Q(file_sha256="")),
                name="document_ready_has_file",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=[DocumentState.QUEUED, DocumentState.RENDERING]),
                name="document_unfinished",
            ),
            models.Index(fields=["file_sha256"], condition=~Q(file_sha256=""), name="document_of_file"),
            models.Index(
                fields=["snapshot_sha256"],
                condition=Q(kind__in=[DocumentKind.EXECUTED, DocumentKind.RECEIPT]),
                name="document_of_snapshot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def failure_in_public(self) -> str:
        """What went wrong, for those who asked for it: what they can change themselves; else only that it is ours."""
        return self.failure if self.can_be_fixed else "Something on our side went wrong."

    @property
    def can_be_fixed(self) -> bool:
        """Say whether those who asked for it can change what made it fail."""
        return self.failure.startswith(UNPRINTABLE)

    @property
    def progress(self) -> str:
        """How far a worker is with it, in words; empty where nothing is known."""
        return told(self.pk)
