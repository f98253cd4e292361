"""What a roster was before many of its lines changed at once, so that it can be undone."""

from django.conf import settings
from django.db import models

from .election import Election


class RosterStep(models.Model):
    """One change of many lines: a list that was taken over, or a button that mended all of a kind.

    `notes` say what could not be taken as it was. `before` and `after` are the lines of the practices it changed, by
    member id; `added` the ids of practices it added.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="roster_steps")
    what = models.CharField(max_length=200)
    notes = models.JSONField(default=list)
    before = models.JSONField()
    after = models.JSONField()
    added = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roster_steps")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.what
