"""What is readable with somebody's cookie alone, and gone after a day (elections/drafts/cookie_encryption.py)."""

from django.db import models


class CookieRow(models.Model):
    """What somebody without an account checks, or typed after their session had ended, encrypted for their cookie."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "elections_sandbox"
        indexes = [models.Index(fields=["created_at"], name="elections_s_created_eff1bb_idx")]

    def __str__(self) -> str:
        return f"Row of {self.created_at:%Y-%m-%d}"
