"""Election information that changed after approval; the approved submission stays as it was."""

from datetime import date, datetime

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from agreements.models import Document

from ..triggers import OF_SUBMISSION, OF_UPDATE, append_only, comes_with_event
from .submission import Submission


class UpdateKind(models.TextChoices):
    """What an update changes."""

    CONTACT = "contact", "Contact details changed"
    REPRESENTATIVE = "representative", "Representative changed"
    JOINED = "joined", "Clinician joined"
    LEFT = "left", "Clinician left"
    RENAMED = "renamed", "Practice renamed"
    CLOSED = "closed", "Practice closed"
    MERGED = "merged", "Practice merged"
    ACQUIRED = "acquired", "Practice sold"
    NOTHING = "nothing", "Nothing has changed"


OF_CLINICIANS = (UpdateKind.JOINED, UpdateKind.LEFT)
OF_PRACTICES = (UpdateKind.RENAMED, UpdateKind.CLOSED, UpdateKind.MERGED, UpdateKind.ACQUIRED)
ENDINGS = (UpdateKind.CLOSED, UpdateKind.MERGED, UpdateKind.ACQUIRED)  # the practice stays in the group all the same


# The event of an update names it; a representative who takes over has an event of its own.
NAMED = """(
    event.verb = 'update' AND event.details->>'update' = NEW.id::text
    OR event.verb = 'hand_over' AND NEW.kind = 'representative'
)"""
VERB_OF_STEP = {
    "acknowledged": "acknowledge_update",
    "asked": "ask_about_update",
    "answered": "answer_about_update",
    "undone": "undo_update",
}
STEP_NAMED = "event.details->>'update' = NEW.update_of_id::text AND event.verb = CASE NEW.kind {} END".format(
    " ".join(f"WHEN '{kind}' THEN '{verb}'" for kind, verb in VERB_OF_STEP.items())
)


class UpdateState(models.TextChoices):
    """How far an update is with CMS."""

    RECORDED = "recorded", "Waiting for CMS"
    QUESTION_ASKED = "question_asked", "CMS has a question"
    ACKNOWLEDGED = "acknowledged", "Acknowledged by CMS"
    UNDONE = "undone", "Undone"


class UpdateManager(models.Manager["Update"]):
    """Reads each update with what became of it: its last step, and when it was undone."""

    def get_queryset(self) -> models.QuerySet["Update"]:
        steps = UpdateStep.objects.filter(update_of=models.OuterRef("pk"))
        return (
            super()
            .get_queryset()
            .annotate(
                last_step=steps.order_by("-pk").values("kind")[:1],
                undone_at=steps.filter(kind=UpdateStep.StepKind.UNDONE).values("at")[:1],
            )
        )


class Update(models.Model):
    """One reported change: who represents the group, who is in a practice, what became of a practice, or nothing.

    `details` of contact details and names are what was `before` and what is `after`; of a merger or an acquisition
    `other`, the practice it goes on with, may be blank; `notes` say what reviewers should know of one who joined.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="updates")
    kind = models.CharField(max_length=20, choices=UpdateKind)
    practice = models.PositiveIntegerField(null=True, help_text="Position in the approved submission, from 0.")
    npi = models.CharField(max_length=10, blank=True)
    effective_on = models.DateField()
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    receipt_code = models.CharField(max_length=16, blank=True, help_text="Blank: reported before updates had receipts.")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="update")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="updates_reported")
    reported_at = models.DateTimeField()

    objects = UpdateManager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["reported_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=OF_CLINICIANS, practice__isnull=False) & ~models.Q(npi="")
                | models.Q(kind__in=OF_PRACTICES, practice__isnull=False, npi="")
                | models.Q(kind__in=["contact", "representative", "nothing"], practice=None, npi=""),
                name="update_names_what_it_is_about",
            ),
            models.UniqueConstraint(
                fields=["receipt_code"], condition=~models.Q(receipt_code=""), name="update_receipt_code_once"
            ),
        ]
        triggers = [append_only, comes_with_event(OF_SUBMISSION, "update", "hand_over", named=NAMED)]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def state(self) -> UpdateState:
        """How far it is: what its last step says, as it was read."""
        last_step = getattr(self, "last_step", None)
        return STATE_AFTER[last_step] if last_step else UpdateState.RECORDED

    @property
    def counts_from(self) -> date:
        """The first day on which it counts: what changed in a practice before the performance year, from January 1."""
        return (
            self.effective_on if self.practice is None else max(self.effective_on, self.submission.election.first_day)
        )

    def counts(self, recorded_by: datetime | None = None) -> bool:
        """Say whether it had been recorded by a moment, and not been undone by then; None: so far."""
        undone_at: datetime | None = getattr(self, "undone_at", None)
        if recorded_by is None:
            return undone_at is None
        return self.reported_at <= recorded_by and (undone_at is None or undone_at > recorded_by)


class UpdateStep(models.Model):
    """What became of a recorded update: staff acknowledged it or asked, the representative answered or undid it.

    After an acknowledgment or an undo there is none.
    """

    class StepKind(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        ASKED = "asked", "Question asked"
        ANSWERED = "answered", "Question answered"
        UNDONE = "undone", "Undone"

    update_of = models.ForeignKey(Update, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=StepKind)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="update_steps")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["update_of"], condition=models.Q(kind__in=["acknowledged", "undone"]), name="update_ends_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["acknowledged", "undone"]) | ~models.Q(text=""),
                name="update_question_and_answer_say_something",
            ),
        ]
        triggers = [
            append_only,
            comes_with_event(OF_UPDATE, *VERB_OF_STEP.values(), named=STEP_NAMED),
            pgtrigger.Trigger(
                name="nothing_after_the_end",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM elections_updatestep
                        WHERE update_of_id = NEW.update_of_id AND kind IN ('acknowledged', 'undone')
                    ) THEN
                        RAISE EXCEPTION 'This update was acknowledged or undone.' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


STATE_AFTER: dict[str, UpdateState] = {
    UpdateStep.StepKind.ACKNOWLEDGED: UpdateState.ACKNOWLEDGED,
    UpdateStep.StepKind.ASKED: UpdateState.QUESTION_ASKED,
    UpdateStep.StepKind.ANSWERED: UpdateState.RECORDED,
    UpdateStep.StepKind.UNDONE: UpdateState.UNDONE,
}
