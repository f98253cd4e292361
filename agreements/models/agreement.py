"""The written agreement of a virtual group, whom it binds, and the group's own file where the text is not ours."""

import json
import secrets
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ground.vault import EncryptedTextField

from ..text import fingerprints
from ..text.document_text import Text, build_own_text, build_text, canonical_json
from ..text.provisions import Choices, Provision, marked


class Agreement(models.Model):
    """The formal written agreement behind one election (42 CFR 414.1315(c)(3)).

    CMS is not sent its text: it is told that an agreement exists, and when each party executed it.
    """

    performance_year = models.PositiveSmallIntegerField()
    acknowledged = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements_acknowledged",
    )
    last_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The last performance year of its term; empty: its performance year alone."
    )
    quality = models.TextField(blank=True, help_text="What the parties add to how payment encourages quality.")
    close_out_contact = models.CharField(max_length=200, blank=True)
    is_signed_here = models.BooleanField(
        default=False, help_text="Whether its parties sign by personal links; else it is executed elsewhere."
    )
    is_signed_on_paper = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether its parties were said to sign on paper; nothing if they sign by personal links.",
    )
    text = EncryptedTextField(blank=True, default="")  # as it is signed: what is chosen anew freezes it anew
    text_sha256 = models.CharField("fingerprint of the text", max_length=64, blank=True)
    salt = EncryptedTextField(blank=True, default="")  # of the party list's fingerprint
    # The group's own, in place of our text.
    own = models.ForeignKey("OwnAgreement", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year=None) | Q(last_year__gt=F("performance_year")), name="agreement_term_goes_on"
            ),
            models.CheckConstraint(
                condition=Q(is_signed_here=False) | ~Q(text_sha256=""), name="agreement_signed_here_has_text"
            ),
        ]

    def __str__(self) -> str:
        return f"Agreement {self.pk} for {self.performance_year}"

    @property
    def choices(self) -> Choices:
        """What the parties chose of their agreement's text."""
        return Choices(self.last_year, self.quality, self.close_out_contact)

    @property
    def frozen_text(self) -> dict[str, Any] | None:
        """The common text as it is signed (snapshot.build_text or build_own_text); None where it is not signed here."""
        return json.loads(self.text) if self.is_signed_here else None

    @property
    def standing_text(self) -> dict[str, Any]:
        """The common text as it stands: as it is signed here, else as it would be now."""
        return self.frozen_text or self._build_text()

    def _build_text(self) -> dict[str, Any]:
        if self.own:
            return build_own_text(self.performance_year, self.choices, self.own.facts)
        return build_text(self.performance_year, self.choices)

    def freeze_text(self, names: Text) -> None:
        """Take the text for the one that is signed: our own with what was chosen of it, or the group's.

        `names` say whose it is (snapshot.build_names). To be saved by whoever asks.
        """
        self.text = canonical_json(self._build_text() | names)
        self.text_sha256 = fingerprints.of_text(self.text)
        self.salt = self.salt or secrets.token_urlsafe(32)

    @property
    def is_to_be_acknowledged_anew(self) -> bool:
        """Say whether it was acknowledged until its parties changed: who took it back left its moment."""
        return not self.acknowledged and self.acknowledged_at is not None


class OwnAgreement(models.Model):
    """A PDF of the group's own that takes the place of our text, and where the group says it does the nine things.

    Another file is another row: what was signed can be read as long as the agreement is kept. The file is encrypted;
    members and signers alone read it. The marks are by the nine provisions' items; reviewers read them too.
    """

    OF_THE_FILE = ("name", "file", "sha256", "size", "pages", "uploaded_at", "uploaded_by")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="own_agreements")
    name = EncryptedTextField()
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marks = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(name="own_agreement_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="own_agreement_file_stands",
                fields=["agreement", "file", "sha256", "size", "pages", "uploaded_at", "uploaded_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"Own agreement {self.pk}"

    @property
    def marked(self) -> list[tuple[Provision, str]]:
        """The nine things, each with where the group says it does it."""
        return marked(self.marks)

    @property
    def unmarked(self) -> list[Provision]:
        """The things of which the group does not say where it does them."""
        return [provision for provision, where in self.marked if not where]

    @property
    def facts(self) -> dict[str, Any]:
        """What of it stands in the common text, and is signed."""
        marks = {item: where for item, where in self.marks.items() if where}
        return {"sha256": self.sha256, "name": str(self.name), "pages": self.pages, "marks": marks}


class Party(models.Model):
    """A practice bound by an agreement: when and by whom it was executed elsewhere, and whether it accepted the opt-in.

    Name, TIN and clinicians stand in the election; they come here only in a document's frozen snapshot. Where the
    agreement is signed here, its signatures say who executed it and when, and whether the opt-in was accepted; the
    signer's name and address are then those of the person who is asked.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="continued_by",
        help_text="The same party of an earlier election's agreement, whose signature counts while it says the same.",
    )
    executed_on = models.DateField(null=True, blank=True)
    signer_name = models.CharField(max_length=200, blank=True)
    signer_title = models.CharField(max_length=200, blank=True)
    signer_email = models.CharField(max_length=254, blank=True)
    opt_in_accepted = models.BooleanField(default=False)
    dated_for = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="The fingerprint of what the agreement said when its date on paper was entered.",
    )

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"Party {self.pk}"

    @property
    def signer(self) -> str:
        """The signer as pages name them: name and email address, as far as they are known."""
        return signer_line(self.signer_name, self.signer_email)


def signer_line(name: str, email: str) -> str:
    """Return a signer as pages name them: name and email address, as far as they are known."""
    return ", ".join(filter(None, (name.strip(), email.strip())))
