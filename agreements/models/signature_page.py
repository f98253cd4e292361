"""The photo or scan of the page that a practice signed on paper."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .agreement import Party


class PageKind(models.TextChoices):
    """What the file is."""

    PICTURE = "jpeg", "photo"
    PDF = "pdf", "PDF"


class SignaturePage(models.Model):
    """The signature page of one party, kept encrypted under a name of ours; members of the group alone read it.

    A party has one. Another file takes its place, and one that is removed is deleted: a photo may show more than was
    meant, and only people can see that. Who attached and removed it stays in the election's events.
    """

    # The database refuses to delete its party, and Django need not ask first.
    party = models.OneToOneField(Party, on_delete=models.DO_NOTHING, primary_key=True, related_name="signature_page")
    kind = models.CharField(max_length=10, choices=PageKind)
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PageKind.values, pages__gte=1) & ~(Q(file="") | Q(sha256="")),
                name="signature_page_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Signature page of party {self.party_id}"
