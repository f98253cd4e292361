"""Asking somebody to take part in an election: expiring, revocable, answered once."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from .election import Election


class InvitationKind(models.TextChoices):
    """What somebody is asked to be in an election."""

    COLLABORATOR = "collaborator", "Collaborator: can change the pages; cannot submit, withdraw, or contest"
    VIEWER = "viewer", "Viewer: can look at everything, cannot change anything"
    REPRESENTATIVE = "representative", "Representative: submits, in place of the person who asks"


class Invitation(models.Model):
    """One person, by e-mail address, asked to work on an election, to look at it, or to represent the virtual group.

    The link in the mail holds a token of which only the hash is kept. Who accepts is signed in with that address.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=20, choices=InvitationKind)
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations_sent")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="invitations_accepted"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["invited_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "kind", "email"],
                condition=Q(answered_at=None, revoked_at=None),
                name="one_open_invitation_a_person",
            ),
            models.UniqueConstraint(
                fields=["election"],
                condition=Q(kind="representative", answered_at=None, revoked_at=None),
                name="one_open_hand_over",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | Q(answered_at__isnull=False), name="invitation_accepted_is_answered"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(revoked_at=None), name="invitation_answered_or_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.kind}"

    def is_open(self, now: datetime) -> bool:
        """Say whether it can still be accepted."""
        return self.answered_at is None and self.revoked_at is None and now < self.expires_at

    @property
    def part_with_article(self) -> str:
        """The part as one becomes it: there is one representative, and several others."""
        return f"{'the' if self.kind == InvitationKind.REPRESENTATIVE else 'a'} {self.part}"

    @property
    def part(self) -> str:
        """The part in a word: collaborator, viewer or representative."""
        return self.get_kind_display().partition(":")[0].lower()
