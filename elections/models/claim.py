"""Who holds a TIN for a performance year, and the conflicts over it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..triggers import never_deleted
from .election import Election


class Claim(models.Model):
    """One election's claim to one TIN key (eligibility.data.tin_hashes.tin_keys); a released claim stays as history."""

    class State(models.TextChoices):
        HELD = "held", "Held"
        WAITING = "waiting", "Waiting"
        RELEASED = "released", "Released"

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="claims")
    performance_year = models.PositiveSmallIntegerField()
    tin_key = models.CharField(max_length=100)
    practice_name = models.CharField(max_length=200)
    tin_last4 = models.CharField(max_length=4)
    state = models.CharField(max_length=10, choices=State)
    claimed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["claimed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["performance_year", "tin_key"], condition=Q(state="held"), name="one_virtual_group_a_tin"
            ),
            models.UniqueConstraint(
                fields=["election", "tin_key"], condition=~Q(state="released"), name="claim_once_an_election"
            ),
            models.CheckConstraint(
                condition=Q(state="released", released_at__isnull=False) | (~Q(state="released") & Q(released_at=None)),
                name="claim_released_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["performance_year", "tin_key"], condition=Q(state="waiting"), name="claim_queue")
        ]
        triggers = [never_deleted]

    def __str__(self) -> str:
        return f"{self.practice_name}: {self.get_state_display()}"


class Conflict(models.Model):
    """Two elections that name one TIN: the waiting claim, and the one that held it when it came."""

    class Settlement(models.TextChoices):
        KEPT = "kept", "The election that holds the TIN keeps it"
        MOVED = "moved", "The TIN moved to the election that waited for it"
        RELEASED = "released", "One of the 2 elections gave up the TIN"

    waiting = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="conflicts_waiting")
    holder = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="conflicts_held")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Settlement, blank=True)
    reason = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="conflicts_settled"
    )

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["waiting"], condition=Q(closed_at=None), name="one_open_conflict_a_claim"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="conflict_closed_has_outcome",
            ),
        ]
        triggers = [never_deleted]

    def __str__(self) -> str:
        return f"Conflict over {self.waiting.practice_name}"

    @property
    def result(self) -> str:
        """How it was settled, with the name of the election that got the TIN, or gave it up; empty if it is open."""
        holder, waiting = (claim.election.as_submitted for claim in (self.holder, self.waiting))
        gave_up = holder if self.holder.released_at == self.closed_at else waiting
        said = {
            self.Settlement.KEPT.value: f"The TIN stays with {holder}",
            self.Settlement.MOVED.value: f"The TIN moved to {waiting}",
            self.Settlement.RELEASED.value: f"{gave_up} gave up the TIN",
        }
        return said.get(self.outcome, "")
