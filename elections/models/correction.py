"""What a reviewer asks to be corrected: a round of requests, each pinned to its place, and what was answered."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ..states import Verb
from ..triggers import OF_CORRECTION, OF_SUBMISSION, answered_for_good, comes_with_event, ended_for_good, never_deleted
from .election import Member
from .submission import Submission


class Correction(models.Model):
    """One round of requests about a submission, with the email as it was sent; it ends when the election goes on.

    `answered_in` is the submission that answers it: None while it is open, and where the review went on without one.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="corrections")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    mail = models.JSONField(default=dict)
    answered_in = models.OneToOneField(Submission, on_delete=models.PROTECT, null=True, related_name="answers")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(ended_at=None), name="one_open_correction_a_submission"
            ),
            models.CheckConstraint(
                condition=Q(answered_in=None) | Q(ended_at__isnull=False), name="answered_correction_has_ended"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="asked_for_good", fields=["submission", "asked_by", "asked_at", "due_at", "mail"]),
            comes_with_event(OF_SUBMISSION, Verb.ASK_FOR_CORRECTION),
            ended_for_good,
            never_deleted,
        ]

    def __str__(self) -> str:
        return f"Correction of submission {self.submission.number}"


class Pin(models.TextChoices):
    """What kind of place a request is pinned to."""

    PRACTICE = "practice", "A practice"
    CLINICIAN = "clinician", "A clinician"
    FIELD = "field", "The election"


class PinnedField(models.TextChoices):
    """What of an election itself a request may be about; each is the name of its page."""

    VIRTUAL_GROUP = "virtual_group", "The virtual group’s name"
    REPRESENTATIVE = "representative", "The representative or the alternate contact"
    AGREEMENT = "agreement", "The agreement"


class CorrectionRequest(models.Model):
    """One thing that is asked for, why, and what would settle it; then the answer, which counts once it is submitted.

    `practice` is the position in the submission, `member` the practice's place in the working copy as long as it is
    there; both None for a field of the election.
    """

    class Answer(models.TextChoices):
        CHANGED = "changed", "I changed it"
        DECLINED = "declined", "I didn’t change it"

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="requests")
    position = models.PositiveSmallIntegerField()
    pin = models.CharField(max_length=10, choices=Pin)
    practice = models.PositiveIntegerField(null=True)
    practice_name = models.CharField(max_length=200, blank=True)
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="correction_requests")
    npi = models.CharField("NPI", max_length=40, blank=True)
    field = models.CharField(max_length=20, choices=PinnedField, blank=True)
    reason = models.TextField()
    settled_by = models.TextField("what would settle it")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    explanation = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="requests_answered"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["correction", "position"]
        constraints = [
            models.UniqueConstraint(fields=["correction", "position"], name="request_position_once"),
            models.CheckConstraint(
                condition=Q(pin=Pin.FIELD, practice=None, npi="") & ~Q(field="")
                | Q(pin=Pin.PRACTICE, practice__isnull=False, npi="", field="")
                | Q(pin=Pin.CLINICIAN, practice__isnull=False, field="") & ~Q(npi=""),
                name="request_is_pinned_to_one_place",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="request_as_asked",
                fields=[
                    *("correction", "position", "pin", "practice", "practice_name"),
                    *("npi", "field", "reason", "settled_by"),
                ],
            ),
            comes_with_event(OF_CORRECTION, Verb.ASK_FOR_CORRECTION),
            answered_for_good,
            never_deleted,
        ]

    def __str__(self) -> str:
        return self.about

    @property
    def about(self) -> str:
        """What it is about, in words."""
        if self.pin == Pin.FIELD:
            return self.get_field_display()
        return f"NPI {self.npi} in {self.practice_name}" if self.pin == Pin.CLINICIAN else self.practice_name

    @property
    def page(self) -> str:
        """The name of the page on which it is corrected."""
        return self.field if self.pin == Pin.FIELD else "practice" if self.member_id else "practices"
