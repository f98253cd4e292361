"""Election information that changed after approval; the approved submission stays as it was."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ..triggers import append_only
from .submission import Submission


class UpdateKind(models.TextChoices):
    """What an update changes."""

    CONTACT = "contact", "Contact details changed"
    JOINED = "joined", "Clinician joined"
    LEFT = "left", "Clinician left"


class Update(models.Model):
    """One reported change: new contact details, or a clinician who joined or left a practice."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="updates")
    kind = models.CharField(max_length=10, choices=UpdateKind)
    practice = models.PositiveIntegerField(null=True, help_text="Position in the approved submission, from 0.")
    npi = models.CharField(max_length=10, blank=True)
    effective_on = models.DateField()
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="updates_reported")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["reported_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="contact", practice=None, npi="")
                | (~models.Q(kind="contact") & models.Q(practice__isnull=False) & ~models.Q(npi="")),
                name="update_names_a_clinician_or_a_contact",
            )
        ]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.get_kind_display()
