"""The written agreement of a virtual group: whom it binds, and the files made of it."""

import json
import secrets
from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from eligibility.tin_vault import EncryptedTextField

from . import fingerprints
from .fingerprints import Covered
from .provisions import Choices, Provision, marked
from .snapshot import build_own_text, build_text, canonical_json


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
    is_signed_here = models.BooleanField(
        default=False, help_text="Whether its parties sign by personal links; else it is executed elsewhere."
    )
    text = EncryptedTextField(blank=True, default="")  # frozen once it is there to be signed (snapshot.py)
    text_sha256 = models.CharField("fingerprint of the text", max_length=64, blank=True)
    salt = EncryptedTextField(blank=True, default="")  # of the party list's fingerprint
    own = models.ForeignKey(
        "OwnAgreement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # the group's own, in place of our text

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year=None) | Q(last_year__gt=F("performance_year")), name="agreement_term_goes_on"
            ),
            models.CheckConstraint(
                condition=Q(is_signed_here=False) | ~Q(text_sha256=""), name="agreement_signed_here_has_text"
            ),
        ]

    def __str__(self) -> str:
        return f"Agreement {self.pk} for {self.performance_year}"

    @property
    def choices(self) -> Choices:
        """What the parties chose of their agreement's text."""
        return Choices(self.last_year, self.quality, self.close_out_contact)

    @property
    def frozen_text(self) -> dict[str, Any] | None:
        """The common text as it is signed (snapshot.build_text or build_own_text); None where it is not signed here."""
        return json.loads(self.text) if self.is_signed_here else None

    @property
    def standing_text(self) -> dict[str, Any]:
        """The common text as it stands: as it is signed here, else as it would be now."""
        return self.frozen_text or self._build_text()

    def _build_text(self) -> dict[str, Any]:
        if self.own:
            return build_own_text(self.performance_year, self.choices, self.own.facts)
        return build_text(self.performance_year, self.choices)

    def freeze_text(self) -> None:
        """Take the text for the one that is signed: our own with what was chosen of it, or the group's.

        To be saved by whoever asks.
        """
        self.text = canonical_json(self._build_text())
        self.text_sha256 = fingerprints.of_text(self.text)
        self.salt = self.salt or secrets.token_urlsafe(32)

    @property
    def is_to_be_acknowledged_anew(self) -> bool:
        """Say whether it was acknowledged until its parties changed: who took it back left its moment."""
        return not self.acknowledged and self.acknowledged_at is not None


class OwnAgreement(models.Model):
    """A PDF of the group's own that takes the place of our text, and where the group says it does the nine things.

    Another file is another row: what was signed can be read as long as the agreement is kept. The file is encrypted;
    members and signers alone read it. The marks are by the nine provisions' items; reviewers read them too.
    """

    OF_THE_FILE = ("name", "file", "sha256", "size", "pages", "uploaded_at", "uploaded_by")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="own_agreements")
    name = EncryptedTextField()
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marks = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(name="own_agreement_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="own_agreement_file_stands",
                fields=["agreement", "file", "sha256", "size", "pages", "uploaded_at", "uploaded_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"Own agreement {self.pk}"

    @property
    def marked(self) -> list[tuple[Provision, str]]:
        """The nine things, each with where the group says it does it."""
        return marked(self.marks)

    @property
    def facts(self) -> dict[str, Any]:
        """What of it stands in the common text, and is signed."""
        marks = {item: where for item, where in self.marks.items() if where}
        return {"sha256": self.sha256, "name": str(self.name), "pages": self.pages, "marks": marks}


class Party(models.Model):
    """A practice bound by an agreement: when and by whom it was executed elsewhere, and whether it accepted the opt-in.

    Name, TIN and clinicians stand in the election; they come here only in a document's frozen snapshot. Where the
    agreement is signed here, its signatures say who executed it and when, and whether the opt-in was accepted; the
    signer's name and address are then those of the person who is asked.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="continued_by",
        help_text="The same party of an earlier election's agreement, whose signature counts while it says the same.",
    )
    executed_on = models.DateField(null=True, blank=True)
    signer_name = models.CharField(max_length=200, blank=True)
    signer_title = models.CharField(max_length=200, blank=True)
    signer_email = models.CharField(max_length=254, blank=True)
    opt_in_accepted = models.BooleanField(default=False)
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"Party {self.pk}"


class SigningRequest(models.Model):
    """One person, by e-mail address, asked to sign for one party by a personal link; a party has one that is open.

    Of the link's token the hash is looked for; the token itself is kept encrypted, for reminders repeat the link.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signing_requests")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    token = EncryptedTextField()
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures_asked")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    asked_for = models.CharField(
        max_length=64, help_text="What was to be signed when they were last asked, as a digest."
    )
    opened_at = models.DateTimeField(null=True)
    correction = models.TextField(blank=True, help_text="What the signer says is wrong in the practice's roster.")
    corrected_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="Why the signer declined.")
    revoked_at = models.DateTimeField(null=True)
    told_of = models.ForeignKey(
        "Document", on_delete=models.PROTECT, null=True, related_name="+"
    )  # when it was executed

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(revoked_at=None), name="one_open_request_a_party"),
            models.CheckConstraint(condition=Q(declined_at=None) | ~Q(reason=""), name="request_declined_says_why"),
            models.CheckConstraint(
                condition=Q(corrected_at=None) | ~Q(correction=""), name="request_corrected_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"Signing request {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Say whether its link still opens something."""
        return self.revoked_at is None and now < self.expires_at


class KnownBy(models.TextChoices):
    """How we knew who signed."""

    LINK = "link", "link only"
    ACCOUNT = "account", "account"
    SECOND_FACTOR = "second_factor", "second factor"


class Signature(models.Model):
    """One person's signature for one party, over what had these three fingerprints; written once, never changed.

    It counts as long as they are those of the agreement as it now is (fingerprints.py). `opt_in_accepted` is None
    where the opt-in was not asked for.
    """

    request = models.ForeignKey(SigningRequest, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    statement = models.TextField()
    opt_in_accepted = models.BooleanField(null=True)
    signed_at = models.DateTimeField()
    known_by = models.CharField(max_length=20, choices=KnownBy)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="signatures_given"
    )
    text_sha256 = models.CharField(max_length=64)
    parties_sha256 = models.CharField(max_length=64)
    schedule_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~(Q(name="") | Q(title="") | Q(statement="")), name="signature_is_whole"),
            models.CheckConstraint(condition=Q(known_by__in=KnownBy.values), name="signature_known_by_known"),
        ]
        indexes = [models.Index(fields=["party", "-id"], name="signature_latest")]
        triggers = [
            pgtrigger.Protect(name="signature_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Signature {self.pk}"

    @property
    def covered(self) -> Covered:
        """What it covers."""
        return Covered(self.text_sha256, self.parties_sha256, self.schedule_sha256)


class DocumentKind(models.TextChoices):
    """What a document is."""

    AGREEMENT = "agreement", "Agreement"
    EXECUTED = "executed", "Executed agreement"
    RECEIPT = "receipt", "Receipt"


SEALED_KINDS = (DocumentKind.EXECUTED, DocumentKind.RECEIPT)


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
    progress = models.CharField(max_length=100, blank=True, help_text="How far a worker is with it, in words.")
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
            ),
            models.Index(fields=["file_sha256"], name="document_of_file"),
            models.Index(fields=["snapshot_sha256"], name="document_of_snapshot"),
        ]

    def __str__(self) -> str:
        return f"Document {self.pk}"
