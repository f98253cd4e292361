"""The written agreement of a virtual group: whom it binds, and the files made of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from eligibility.tin_vault import EncryptedTextField

from .provisions import Choices


class Agreement(models.Model):
    """The formal written agreement behind one election (42 CFR 414.1315(c)(3)).

    CMS is not sent its text: it is told that an agreement exists, and when each party executed it.
    """

    performance_year = models.PositiveSmallIntegerField()
    acknowledged = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements_acknowledged",
    )
    last_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The last performance year of its term; empty: its performance year alone."
    )
    quality = models.TextField(blank=True, help_text="What the parties add to how payment encourages quality.")
    close_out_contact = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year=None) | Q(last_year__gt=F("performance_year")), name="agreement_term_goes_on"
            )
        ]

    def __str__(self) -> str:
        return f"Agreement {self.pk} for {self.performance_year}"

    @property
    def choices(self) -> Choices:
        """What the parties chose of their agreement's text."""
        return Choices(self.last_year, self.quality, self.close_out_contact)

    @property
    def is_to_be_acknowledged_anew(self) -> bool:
        """Say whether it was acknowledged until its parties changed: who took it back left its moment."""
        return not self.acknowledged and self.acknowledged_at is not None


class Party(models.Model):
    """A practice bound by an agreement: when and by whom it was executed, and whether it accepted the opt-in.

    Name, TIN and clinicians stand in the election; they come here only in a document's frozen snapshot.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    executed_on = models.DateField(null=True, blank=True)
    signer_name = models.CharField(max_length=200, blank=True)
    signer_title = models.CharField(max_length=200, blank=True)
    opt_in_accepted = models.BooleanField(default=False)
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"Party {self.pk}"


class DocumentKind(models.TextChoices):
    """What a document is."""

    AGREEMENT = "agreement", "Agreement"


class DocumentState(models.TextChoices):
    """Where the making of a document's file stands."""

    QUEUED = "queued", "Waiting to be made"
    RENDERING = "rendering", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be made"


class Document(models.Model):
    """One PDF made from one frozen snapshot; the snapshot's SHA-256 is its fingerprint.

    Snapshot and file are held encrypted: members and signers read them, staff see the fingerprint and the state.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind, default=DocumentKind.AGREEMENT)
    snapshot = EncryptedTextField()
    snapshot_sha256 = models.CharField("fingerprint", max_length=64)
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
            )
        ]

    def __str__(self) -> str:
        return f"Document {self.pk}"
