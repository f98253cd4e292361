"""What is owed to people, and the sign that somebody is at work on it."""

import re

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from ground.templatetags.et import et_datetime
from ground.vault import EncryptedTextField

from .status_codes import is_about_address

ONE_LINE = r"[\r\n]"
BEYOND_ONE_ADDRESS = r"[\s,;]"


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    BOUNCED = "bounced", "Bounced"


UNDELIVERED = (NoticeState.FAILED, NoticeState.BOUNCED)
TO_CLINICIANS = "election clinician notice"  # the reason of emails to addresses that staff don't see


class AnswerKind(models.TextChoices):
    """What kind of answer the mail server gave."""

    RECIPIENT = "recipient", "Recipient refused"
    CONTENT = "content", "Message refused"
    SENDER = "sender", "Sender refused"
    SIGN_IN = "sign_in", "Sign-in refused"
    DEFERRED = "deferred", "Put off"
    NO_ANSWER = "no_answer", "No answer"
    NOT_SENT = "not_sent", "Could not be sent"
    RETURNED = "returned", "Returned after it was sent"


ABOUT_THE_RECIPIENT = (AnswerKind.RECIPIENT, AnswerKind.RETURNED, "")


class Notice(models.Model):
    """One message owed to one person because of one event; it is sent at least once.

    `key` says what is owed, so that owing it twice owes it once. `reason` is a word such as `submitted` or
    `account-password-reset`. While `locked_until` lies ahead, a worker is sending it. `message_id` stays the same
    in every attempt, so that a repeat can be recognized. `sending` counts how often staff queued it again: a bounce
    of an earlier sending changes nothing. `reply_to` is where replies go; blank if that is the sender.
    `enclosure_context` is what the PDF that it would have with it is encrypted with, or was promised under; blank:
    none. `enclosure_file` is the PDF's place in the storage once it is there (enclosures.py).
    """

    key = models.CharField(max_length=200, unique=True)
    reason = models.CharField(max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="notices"
    )
    to = models.CharField(max_length=320)
    reply_to = models.CharField("replies go to", max_length=320, blank=True, default="", db_default="")
    subject = models.TextField()
    body = EncryptedTextField()  # the links in it let their reader sign in, accept or sign
    message_id = models.CharField(max_length=320, unique=True)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    enclosure_context = models.CharField(max_length=100, blank=True, default="", db_default="")
    enclosure_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    enclosure_file = models.CharField(max_length=200, blank=True, default="", db_default="")
    next_attempt_at = models.DateTimeField("next attempt")
    locked_until = models.DateTimeField(null=True, blank=True)
    server_answer = models.TextField("server's answer", blank=True)
    answer_kind = models.CharField(
        "kind of answer", max_length=10, choices=AnswerKind, blank=True, default="", db_default=""
    )
    sending = models.PositiveSmallIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField("created")
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    failed_at = models.DateTimeField("failed or bounced", null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True, help_text="When we told others that it did not arrive.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.SENT, sent_at__isnull=False)
                | Q(state=NoticeState.BOUNCED)  # also after it was sent
                | (~Q(state=NoticeState.SENT) & Q(sent_at__isnull=True)),
                name="notice_sent_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | Q(state__in=UNDELIVERED), name="notice_failed_has_its_moment"
            ),
            models.CheckConstraint(
                condition=Q(answer_kind__in=["", *AnswerKind.values]), name="notice_answer_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(to__regex=ONE_LINE) & ~Q(subject__regex=ONE_LINE), name="notice_headers_one_line"
            ),
            models.CheckConstraint(
                condition=~Q(reply_to__regex=BEYOND_ONE_ADDRESS), name="notice_reply_to_one_address"
            ),
            models.CheckConstraint(condition=~Q(key="") & ~Q(reason=""), name="notice_key_and_reason"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state=NoticeState.QUEUED), name="notice_due"),
            models.Index(fields=["-created_at"], name="notice_newest"),
            models.Index(
                fields=["enclosure_context"], condition=~Q(enclosure_context=""), name="notice_with_enclosure"
            ),
            models.Index(Lower("to"), F("created_at").desc(), name="notice_of_address"),
            models.Index(
                fields=["failed_at"], condition=Q(state__in=UNDELIVERED, reported_at=None), name="notice_not_reported"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, to {self.to_as_staff_see}"

    @property
    def to_as_staff_see(self) -> str:
        """Whom it is to: the address, unless a practice gave it for a clinician alone."""
        return "a clinician" if self.reason == TO_CLINICIANS else self.to

    @property
    def answer_as_staff_see(self) -> str:
        """What the mail server said, without the address that staff do not see."""
        if self.reason != TO_CLINICIANS:
            return self.server_answer
        return re.sub(re.escape(self.to), "[address]", self.server_answer, flags=re.IGNORECASE)

    @property
    def did_not_arrive(self) -> bool:
        """Say whether it failed for good or came back."""
        return self.state in UNDELIVERED

    @property
    def why_lost(self) -> str:
        """What the email server said about one that did not arrive; empty for any other."""
        return (self.server_answer or "The email server gave no reason.") if self.did_not_arrive else ""

    @property
    def may_have_wrong_address(self) -> bool:
        """Say of one that did not arrive whether to check its address, by what the email server said."""
        if not self.did_not_arrive:
            return False
        if self.answer_kind == AnswerKind.NOT_SENT:
            return "email address" in self.server_answer  # Django's words
        return self.answer_kind in ABOUT_THE_RECIPIENT and is_about_address(self.server_answer)

    @property
    def progress(self) -> str:
        """How far it is, in words for the person who owes it."""
        if self.state == NoticeState.QUEUED:
            return "not sent yet. We’ll try again." if self.attempts else "on its way"
        return self.get_state_display().lower()

    @property
    def delivery(self) -> str:
        """Where it stands, in words; unless it was sent, with the kind of answer and when we try again."""
        words = self.get_state_display().lower()
        if self.answer_kind and self.state != NoticeState.SENT:
            tried = f"{self.attempts} attempt{'' if self.attempts == 1 else 's'}"
            words += f": {self.get_answer_kind_display().lower()}, {tried}"
        is_tried_again = self.state == NoticeState.QUEUED and self.attempts
        return f"{words}, next {et_datetime(self.next_attempt_at)}" if is_tried_again else words


class BounceProblem(models.TextChoices):
    """Why a message in the mailbox for bounces is about no notice."""

    NO_ADDRESS = "no_address", "No return address of this site"
    FORGED = "forged", "Return address with a wrong signature"
    OTHER = "other", "About another email than its return address says"
    UNKNOWN = "unknown", "Not a form of bounce that we know"
    UNREADABLE = "unreadable", "We could not read it"


class UnmatchedBounce(models.Model):
    """What came to the mailbox for bounces and could not be matched with a notice, cut short and cleaned for staff."""

    file_name = models.CharField(max_length=255, unique=True)  # in the mailbox: read twice, it is kept once
    received_at = models.DateTimeField("read")
    sender = models.CharField("from", max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    problem = models.CharField("why", max_length=10, choices=BounceProblem)
    excerpt = models.TextField(blank=True)

    class Meta:
        verbose_name = "unmatched bounce"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(problem__in=BounceProblem.values), name="bounce_problem_known")
        ]

    def __str__(self) -> str:
        return self.subject or "No subject"


class WorkerHeartbeat(models.Model):
    """When a worker or beat last wrote that it is alive; a worker goes by each queue that it serves."""

    name = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
