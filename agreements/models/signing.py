"""Who is asked to sign for a party, and what they signed."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ground.vault import EncryptedTextField

from ..text.fingerprints import Fingerprints
from .agreement import Party

forwards_once = pgtrigger.Trigger(
    name="forwards_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__forwarded_from__isnull=False),
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM agreements_signingrequest AS request
            WHERE request.id = NEW.forwarded_from_id AND request.party_id = NEW.party_id
              AND coalesce(request.forwarded_from_id, request.forwarded_by_id) IS NULL AND request.declined_at IS NULL
              AND lower(request.email) <> lower(NEW.email)
        ) OR EXISTS (SELECT 1 FROM agreements_signature AS signed WHERE signed.request_id = NEW.forwarded_from_id) THEN
            RAISE EXCEPTION 'A request is forwarded once, for the same party, before it is answered.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class SigningRequest(models.Model):
    """One person, by e-mail address, asked to sign for one party by a personal link; a party has one that is open.

    Of the link's token the hash is looked for; the token itself is kept encrypted, for reminders repeat the link.
    A request is forwarded once, to a request of its own that points back: `forwards_once`. Each later link to the same
    person for the party says, too, who forwarded it.
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
    forwarded_from = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="forwarded_to",
        help_text="The request whose signer said that this person signs for the practice.",
    )
    forwarded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        help_text="The same, also of every later link to this person.",
    )
    refused_forwards = models.PositiveSmallIntegerField(default=0, db_default=0)
    # When it was executed.
    told_of = models.ForeignKey("Document", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(revoked_at=None), name="one_open_request_a_party"),
            models.CheckConstraint(condition=Q(declined_at=None) | ~Q(reason=""), name="request_declined_says_why"),
            models.CheckConstraint(
                condition=Q(corrected_at=None) | ~Q(correction=""), name="request_corrected_says_what"
            ),
            models.CheckConstraint(
                condition=Q(forwarded_from=None) | Q(forwarded_by=F("forwarded_from")),
                name="request_says_who_forwarded",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="request_says_whom_it_asked",
                fields=[
                    *("party", "name", "email", "token_hash"),
                    *("asked_by", "asked_at", "forwarded_from", "forwarded_by"),
                ],
            ),
            forwards_once,
            pgtrigger.Protect(name="request_never_deleted", operation=pgtrigger.Delete),
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


signs_for_its_own_party = pgtrigger.Trigger(
    name="signs_for_its_own_party",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM agreements_signingrequest AS request
            WHERE request.id = NEW.request_id AND request.party_id = NEW.party_id
              AND request.revoked_at IS NULL AND request.declined_at IS NULL AND request.expires_at > NEW.signed_at
        ) THEN
            RAISE EXCEPTION 'Nobody signs for another party, nor by a link that is closed.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


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
            signs_for_its_own_party,
        ]

    def __str__(self) -> str:
        return f"Signature {self.pk}"

    @property
    def covered(self) -> Fingerprints:
        """What it covers."""
        return Fingerprints(self.text_sha256, self.parties_sha256, self.schedule_sha256)
