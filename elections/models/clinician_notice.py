"""Who told a practice's clinicians that they take part in the virtual group, how and when."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from notices.models import Notice, NoticeState

from ..triggers import OF_CLINICIAN_NOTICE, OF_SUBMISSION, append_only, comes_with_event
from .submission import Submission

# One address is one clinician's in all submissions of an election; the election is locked while rows are added.
one_address_one_clinician = pgtrigger.Trigger(
    name="one_address_one_clinician",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition("NEW.email <> ''"),
    func=f"""
        IF EXISTS (
            SELECT 1
            FROM elections_cliniciannotice AS earlier
            JOIN elections_submission AS submission ON submission.id = earlier.submission_id
            WHERE lower(earlier.email) = lower(NEW.email)
              AND earlier.npi <> NEW.npi
              AND submission.election_id = ({OF_SUBMISSION})
        ) THEN
            RAISE EXCEPTION 'This address is another clinician''s.' USING ERRCODE = 'unique_violation';
        END IF;
        RETURN NEW;
    """,  # noqa: S608 (made of our own words alone)
)


# The same is on record once, apart from what was undone; the election is locked while rows are added.
told_otherwise_once_a_day = pgtrigger.Trigger(
    name="told_otherwise_once_a_day",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition("NEW.how <> 'email'"),
    func="""
        IF EXISTS (
            SELECT 1
            FROM elections_cliniciannotice AS earlier
            LEFT JOIN elections_cliniciannoticeundo AS undo ON undo.notice_id = earlier.id
            WHERE (earlier.submission_id, earlier.practice, earlier.npi, earlier.how, earlier.told_on)
                = (NEW.submission_id, NEW.practice, NEW.npi, NEW.how, NEW.told_on)
              AND undo.id IS NULL
        ) THEN
            RAISE EXCEPTION 'This is on record already.' USING ERRCODE = 'unique_violation';
        END IF;
        RETURN NEW;
    """,
)

# What we emailed was sent, whoever regrets it; and what someone else saw, only they can undo.
undone_by_who_recorded_it = pgtrigger.Trigger(
    name="undone_by_who_recorded_it",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM elections_cliniciannotice
            WHERE id = NEW.notice_id AND email = '' AND by_id = NEW.by_id
        ) THEN
            RAISE EXCEPTION 'Only who recorded a notice that we did not email can undo it.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class ClinicianNotice(models.Model):
    """One clinician of one practice was told once (414.1315(c)(3)(iii)), by an email of ours or in another way.

    `told_on` is the day (ET) on which they were told, `at` the moment it was recorded; `mail` is the email's delivery.
    """

    class How(models.TextChoices):
        EMAIL = "email", "By email"
        LETTER = "letter", "In writing"
        IN_PERSON = "in_person", "In person, with a written notice"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="clinician_notices")
    practice = models.PositiveIntegerField(help_text="Position in the submission, from 0.")
    npi = models.CharField(max_length=10)
    how = models.CharField(max_length=10, choices=How)
    email = models.EmailField(blank=True)
    mail = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="clinician_notices")
    told_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clinicians_told")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(how="email", mail__isnull=False) & ~Q(email="")
                | Q(how__in=["letter", "in_person"], mail=None, email=""),
                name="clinician_emailed_or_told_otherwise",
            ),
            models.UniqueConstraint(
                *(F("submission"), F("practice"), F("npi"), Lower("email")),
                condition=~Q(email=""),
                name="clinician_emailed_once_at_an_address",
            ),
        ]
        triggers = [
            append_only,
            comes_with_event(OF_SUBMISSION, "tell_clinicians"),
            one_address_one_clinician,
            told_otherwise_once_a_day,
        ]

    def __str__(self) -> str:
        return f"{self.get_how_display()}, {self.told_on}"

    @property
    def reached(self) -> bool:
        """Say whether it counts as told: an email only once it was sent, and if it arrived; not what was undone."""
        return self.undone_at is None if self.mail is None else self.mail.state == NoticeState.SENT

    @property
    def undone_at(self) -> datetime | None:
        """When it was undone; None if it counts."""
        undo: ClinicianNoticeUndo | None = getattr(self, "undo", None)
        return undo.at if undo else None

    @property
    def is_on_its_way(self) -> bool:
        """Say whether it is an email that was not sent yet."""
        return self.mail is not None and self.mail.state == NoticeState.QUEUED


class ClinicianNoticeUndo(models.Model):
    """A clinician was not told after all, says the person who recorded it; the row of the notice stays."""

    notice = models.OneToOneField(ClinicianNotice, on_delete=models.PROTECT, related_name="undo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clinician_notices_undone")
    at = models.DateTimeField()

    class Meta:
        triggers = [
            append_only,
            comes_with_event(
                OF_CLINICIAN_NOTICE, "undo_clinicians_told", named="event.details->>'notice' = NEW.notice_id::text"
            ),
            undone_by_who_recorded_it,
        ]

    def __str__(self) -> str:
        return f"{self.notice}, undone"
