"""When reviewers last looked at an election."""

from django.conf import settings
from django.db import models

from .election import Election


class Look(models.Model):
    """When someone at the desk last opened an election's packet: one row for each."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "user"], name="one_look_a_person")]

    def __str__(self) -> str:
        return f"{self.user}, {self.at}"
