"""The files with approved virtual groups that were made for other systems of CMS."""

from django.conf import settings
from django.db import models

from ..triggers import append_only


class ExportFormat(models.TextChoices):
    """How a file has its rows."""

    CSV = "csv", "CSV"
    JSONL = "jsonl", "JSON Lines"


class Export(models.Model):
    """One file that was made: by whom, of what, and the SHA-256 of its bytes, which themselves are not kept.

    `arguments` are the days and moments that were asked for, by the names of the command's options; `identifiers` are
    those of the virtual groups in it. Made from the command line it has nobody in `by`.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="exports")
    at = models.DateTimeField()
    performance_year = models.PositiveSmallIntegerField()
    arguments = models.JSONField(default=dict)
    format = models.CharField(max_length=5, choices=ExportFormat)
    row_count = models.PositiveIntegerField()
    identifiers = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at", "-id"]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"Export of {self.performance_year}"

    @classmethod
    def had(cls, performance_year: int, identifier: str | None) -> bool:
        """Say whether a virtual group identifier is in a file that was made."""
        return cls.objects.filter(performance_year=performance_year, identifiers__contains=[identifier]).exists()
