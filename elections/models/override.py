"""What a lead reviewer lets stand though the data say not met: written once, shown on the ledger for good."""

from django.conf import settings
from django.db import models

from ..triggers import OF_SUBMISSION, append_only, comes_with_event
from .submission import Submission


class Override(models.Model):
    """One finding of one practice, known by its TIN key, overridden for one election.

    It counts for later submissions of the election too, as long as they name the practice.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="overrides")
    rule = models.CharField(max_length=40)
    tin_key = models.CharField(max_length=100)
    practice_name = models.CharField(max_length=200)
    justification = models.TextField()
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides")
    overridden_at = models.DateTimeField()

    class Meta:
        ordering = ["overridden_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "rule", "tin_key"], name="finding_overridden_once"),
            models.CheckConstraint(condition=~models.Q(justification=""), name="override_says_why"),
        ]
        triggers = [append_only, comes_with_event(OF_SUBMISSION, "override")]

    def __str__(self) -> str:
        return f"{self.rule} of {self.practice_name}"
