"""Who signs for the practices of a submission, and so hears what becomes of it."""

from django.db import models

from agreements.models import SigningRequest

from ..triggers import append_only
from .submission import Submission


class PracticeSigner(models.Model):
    """The person who signs for one practice of a submission, by the link that reaches them.

    A practice without a row is not told: no one gave us an email address. Who takes their place later has a row, too:
    the last one of a practice counts.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="signers")
    practice = models.PositiveIntegerField(help_text="Position in the submission, from 0.")
    request = models.ForeignKey(SigningRequest, on_delete=models.PROTECT, related_name="practice_signers")

    class Meta:
        ordering = ["pk"]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"Signer of practice {self.practice} in submission {self.submission_id}"
