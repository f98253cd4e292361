"""What staff typed at the desk and did not send yet (elections/desk/unsent_forms.py), and what they sent."""

from django.conf import settings
from django.db import models


class UnsentForm(models.Model):
    """The form on one page at the desk as one person filled it in, without nine digits; gone once it is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsent_forms")
    path = models.CharField(max_length=200)
    typed = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="one_unsent_form_a_page")]

    def __str__(self) -> str:
        return f"Unsent form of {self.user}"


class SentForm(models.Model):
    """One form at the desk that was done, by the key of its page: the same again is not done again (sent_forms.py)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sent_forms")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=32)
    content_sha256 = models.CharField(max_length=64)
    led_to = models.CharField(max_length=500)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path", "key"], name="form_sent_once")]

    def __str__(self) -> str:
        return f"Sent form of {self.user}"
