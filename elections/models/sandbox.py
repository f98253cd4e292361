"""What is readable with somebody's cookie alone, and gone after a day (elections/drafts/cookie_encryption.py)."""

from django.db import models


class Sandbox(models.Model):
    """One visitor's practices, sealed with a key that only their cookie holds (elections/sandbox/store.py)."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return f"Sandbox of {self.created_at:%Y-%m-%d}"


class KeptPage(models.Model):
    """What somebody sent from a page after their session had ended: kept until they sign in (drafts/)."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return f"Page of {self.created_at:%Y-%m-%d}"
