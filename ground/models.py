"""What the one clock keeps in the database."""

from django.db import models


class DemoClock(models.Model):
    """The demo clock's offset, one row (ground/clock.py)."""

    offset = models.DurationField()

    class Meta:
        db_table = "accounts_democlock"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="demo_clock_one_row")]

    def __str__(self) -> str:
        return str(self.offset)
