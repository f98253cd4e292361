"""What reviewers tell one another about an election."""

from django.conf import settings
from django.db import models

from ..triggers import append_only
from .election import Election


class ReviewNote(models.Model):
    """A note that only the desk reads; it stays as it was written."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="review_notes")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_notes")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "id"]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"Note of {self.written_by}"
