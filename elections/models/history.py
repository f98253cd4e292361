"""What happened to an election, when and by whom."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from notices.models import Notice

from ..triggers import append_only, event_notes_transaction
from .election import Election


class Event(models.Model):
    """One thing that happened to an election: a verb of states.py, or another word of its own."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=40)
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="events")
    at = models.DateTimeField()
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    transaction = models.CharField(max_length=20, editable=False, default="")
    notices = models.ManyToManyField(Notice, related_name="events")

    class Meta:
        ordering = ["at", "id"]
        triggers = [event_notes_transaction, append_only]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        return SENTENCES.get(self.verb, self.verb.replace("_", " ").capitalize())


SENTENCES = {
    "start": "Election started",
    "copy": "Started as a copy of an earlier election",
    "submit": "Submitted",
    "start_review": "Review started",
    "ask_for_correction": "Correction asked for",
    "resume_review": "Review resumed",
    "approve": "Approved",
    "reject": "Rejected",
    "take_back": "Decision taken back",
    "reopen": "Reopened",
    "withdraw": "Withdrawn",
    "lapse": "Lapsed: not submitted before the deadline",
    "revive": "Revived: the election window is open again",
    "claim_held": "A TIN that waited is now held by this election",
    "settle_conflict": "Conflict over a TIN settled",
    "replace_identifier": "Virtual group identifier replaced by the one CMS gave",
    "invite_representative": "Representative named and invited",
    "update": "Election information updated",
    "reveal_tin": "A TIN was shown whole to staff",
}
