"""The election and its working copy: what the representative is writing."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Upper
from django.utils.functional import cached_property

from agreements.models import Agreement, Party
from eligibility.data import windows
from eligibility.law.calendar import Window
from ground.vault import EncryptedTextField

from ..states import DECIDED, GIVEN_UP, OVER, WITH_CMS, ElectionStatus
from ..triggers import (
    decision_takes_effect_as_a_whole,
    decision_waits_with_status,
    never_deleted,
    starts_as_draft,
    status_follows_table,
    submission_goes_on,
)

LONGEST_NAME = 100
LONGEST_NPI = 40  # characters: what is typed in its place is kept, and said not to be one


class TinKind(models.TextChoices):
    """What kind of number a practice's TIN is; nine digits alone do not tell."""

    EIN = "EIN", "Employer Identification Number (EIN)"
    SSN = "SSN", "Social Security number (SSN)"


class VirtualGroup(models.Model):
    """The combination of TINs that lives across years; each year it elects anew."""

    name = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name or "Virtual group without a name yet"


class Election(models.Model):
    """A virtual group's election for one performance year; its own fields are the working copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    virtual_group = models.ForeignKey(VirtualGroup, on_delete=models.PROTECT, related_name="elections")
    performance_year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=ElectionStatus, default=ElectionStatus.DRAFT)
    status_event = models.OneToOneField("Event", on_delete=models.PROTECT, null=True, related_name="+")
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="election")
    representative_name = models.CharField(max_length=200, blank=True)
    representative_email = models.EmailField(blank=True)
    representative_phone = models.CharField(max_length=40, blank=True)
    alternate_name = models.CharField(max_length=200, blank=True)
    alternate_email = models.CharField(max_length=254, blank=True)
    alternate_phone = models.CharField(max_length=40, blank=True)
    last_submission = models.ForeignKey("Submission", on_delete=models.PROTECT, null=True, related_name="+")
    pending_decision = models.OneToOneField(
        "Decision",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The decision that the status tells already and that has not taken effect yet.",
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="elections_reviewed"
    )
    virtual_group_identifier = models.CharField(max_length=40, null=True)
    identifier_is_provisional = models.BooleanField(default=True)
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="elections_started")
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(
                "performance_year", Upper("virtual_group_identifier"), name="identifier_once_a_year_in_any_case"
            ),
            models.CheckConstraint(condition=models.Q(status__in=ElectionStatus.values), name="election_status_known"),
            models.CheckConstraint(
                condition=models.Q(pending_decision=None) | models.Q(status__in=DECIDED),
                name="only_a_decision_is_pending",
            ),
        ]
        indexes = [models.Index(fields=["performance_year", "status"]), models.Index(fields=["representative_email"])]
        triggers = [
            *(starts_as_draft, status_follows_table, submission_goes_on, never_deleted),
            *(decision_waits_with_status, decision_takes_effect_as_a_whole),
        ]

    def __str__(self) -> str:
        return f"{self.virtual_group}, {self.performance_year}"

    @property
    def first_day(self) -> date:
        """January 1 of the performance year: changes before it count from then on."""
        return date(self.performance_year, 1, 1)

    @property
    def public_status(self) -> ElectionStatus:
        """The status that everyone but the desk sees: “in review” until a decision takes effect."""
        return ElectionStatus.IN_REVIEW if self.pending_decision_id else ElectionStatus(self.status)

    @property
    def status_at_desk(self) -> str:
        """The status in words, as the desk alone sees it: it says so while a decision is not in effect yet."""
        return f"{self.get_status_display()}{', not in effect yet' if self.pending_decision_id else ''}"

    @property
    def is_with_cms(self) -> bool:
        """Say whether CMS has to do the next step."""
        return self.public_status in WITH_CMS

    @property
    def is_over(self) -> bool:
        """Say whether it was rejected, withdrawn or lapsed, as everyone but the desk sees it."""
        return self.public_status in OVER

    @property
    def is_given_up(self) -> bool:
        """Say whether it was rejected or withdrawn, and so can be copied into a new draft."""
        return self.public_status in GIVEN_UP

    @property
    def as_submitted(self) -> str:
        """The election as CMS knows it: by the name it was last submitted under; a draft by its own."""
        return f"{self.submitted_name}, {self.performance_year}"

    @property
    def submitted_name(self) -> str:
        """The virtual group's name in the last submission; a draft's own."""
        name = self.last_submission.virtual_group_name if self.last_submission else ""
        return name or str(self.virtual_group)

    @cached_property
    def window(self) -> Window:
        """Its performance year's election window, read once in this object's life."""
        return windows.window_for(self.performance_year)

    @property
    def contact(self) -> dict[str, str]:
        """How CMS reaches the representative now: `name`, `email` and `phone`."""
        return {
            "name": self.representative_name,
            "email": self.representative_email,
            "phone": self.representative_phone,
        }

    @property
    def alternate_contact(self) -> dict[str, str]:
        """Whom CMS reaches where it does not reach the representative, under the names of its own fields."""
        return {name: getattr(self, name) for name in ("alternate_name", "alternate_email", "alternate_phone")}


class Member(models.Model):
    """A practice's place in the working copy of an election."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="members")
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="member")
    position = models.PositiveIntegerField()
    key = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True
    )  # the page sends it: twice adds once
    name = models.CharField(max_length=200, blank=True)
    tin_kind = models.CharField(max_length=3, choices=TinKind, blank=True)
    tin = EncryptedTextField(blank=True, default="")
    tin_last4 = models.CharField(max_length=4, blank=True)
    tin_typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contests = models.JSONField(default=dict, help_text="What the representative says against a finding, by rule.")
    signer_asked = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Who was named as its signer when it got another practice’s TIN, until someone says who signs.",
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["election", "position"], name="member_position_once"),
            models.CheckConstraint(
                condition=models.Q(tin_kind__in=["", *TinKind.values]), name="member_tin_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Practice {self.position}"

    @property
    def asks_signer(self) -> str:
        """Who is named as its signer, while somebody must say whether they still are; else empty."""
        return still_asked(self.signer_asked, self.party.signer)


def still_asked(asked: str, named: str) -> str:
    """Return who is named as a practice's signer, where it is who was named when it was asked about; else empty."""
    return named if asked and asked.lower() == named.lower() else ""


class MemberClinician(models.Model):
    """One clinician as the practice lists them: a line of its roster, also while its NPI is not right yet.

    The names are what the practice says, and may be empty; NPPES has its own.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="clinicians")
    key = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True
    )  # the page sends it: twice adds once
    position = models.PositiveIntegerField(default=0)
    npi = models.CharField(max_length=LONGEST_NPI, blank=True)
    last_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    first_name = models.CharField(max_length=LONGEST_NAME, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.npi

    @property
    def cells(self) -> tuple[str, str, str]:
        """What the practice says: NPI, last name and first name."""
        return self.npi, self.last_name, self.first_name

    @classmethod
    def of_cells(cls, member_id: int, position: int, cells: Iterable[str], **fields: Any) -> Self:
        """Return a new line of a practice's roster; a name is cut to what it may have."""
        npi, last_name, first_name = cells
        names = {"last_name": last_name[:LONGEST_NAME], "first_name": first_name[:LONGEST_NAME]}
        return cls(member_id=member_id, position=position, npi=npi, **names, **fields)


class RoleKind(models.TextChoices):
    """What part somebody has in an election."""

    COLLABORATOR = "collaborator", "Collaborator"
    VIEWER = "viewer", "Viewer"


class ElectionRole(models.Model):
    """What somebody other than the representative may do in an election."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="election_roles")
    kind = models.CharField(max_length=20, choices=RoleKind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "user"], name="one_role_a_person")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"
