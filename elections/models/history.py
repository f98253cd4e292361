"""What happened to an election, when and by whom."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from notices.models import Notice

from ..states import Verb
from ..triggers import append_only, event_notes_transaction
from .election import Election


class Event(models.Model):
    """One thing that happened to an election: a verb of states.py, or another word of its own."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=40)
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="events")
    at = models.DateTimeField()
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    transaction = models.CharField(max_length=20, editable=False, default="")
    notices = models.ManyToManyField(Notice, related_name="events")

    class Meta:
        ordering = ["at", "id"]
        triggers = [event_notes_transaction, append_only]

    def __str__(self) -> str:
        return self.sentence

    @property
    def who(self) -> str:
        """Who did it: a person with an account, a signer by name, or the clock."""
        return str(self.by or self.details.get("signer") or "this site")

    @property
    def has_person(self) -> bool:
        """Say whether a person did it, and not this site by itself."""
        return bool(self.by or self.details.get("signer"))

    @property
    def sentence(self) -> str:
        """What happened, in words, and to which practices; which address was given, and how many days were left."""
        about = self.details.get("left") or self.details.get("kind_of_update", "")
        named = self.details["practice"] if self.names_practice else about
        address = self.details.get("email", "") if self.verb in WITH_ADDRESS else ""
        return f"{SENTENCES[self.verb]}{f': {named}' if named else ''}{f', {address}' if address else ''}"

    @property
    def names_practice(self) -> bool:
        """Say whether the sentence says which practices it is about."""
        return self.verb in OF_PRACTICES


SENTENCES = dict(Verb.choices) | {
    "start": "Election started",
    "copy": "Started as a copy of an earlier election",
    "claim_held": "A practice can take part in this election",
    "claim_lost": "A practice cannot take part in this election",
    "settle_conflict": "Conflict over a TIN settled",
    "replace_identifier": "Virtual group identifier replaced by the one CMS assigned",
    "invite_representative": "Representative named and invited",  # before parts were handed over
    "replace_representative": "Representative replaced",
    "invite": "Invitation sent",
    "accept": "Invitation accepted",
    "decline": "Invitation declined",
    "revoke": "Invitation canceled",
    "remove": "Person removed",
    "hand_over": "Representative role handed over",
    "contest": "Finding contested",
    "take_contest_back": "Finding no longer contested",
    "ask_list": "CMS’s list of clinicians was asked for",
    "assign": "Reviewer changed",
    "other_tin": "The TIN of a practice became another one",
    "same_signer": "The signer of a practice stayed, with its new TIN",
    "override": "Finding set aside by a lead reviewer",
    "update": "Election information updated",
    "undo_update": "An update was undone",
    "acknowledge_update": "CMS acknowledged an update",
    "ask_about_update": "CMS asked about an update",
    "answer_about_update": "A question about an update was answered",
    "object": "A signer said that something isn’t right",
    "settle_objection": "What a signer said isn’t right was settled",
    "open_objection_again": "What a signer said isn’t right is open again",
    "give_address": "The signer of a practice got an email address",
    "own_agreement": "The group’s own agreement was uploaded",
    "our_text": "The group’s own agreement is no longer used",
    "attach_page": "A photo or scan of a signature page was attached",
    "remove_page": "The photo or scan of a signature page was removed",
    "tell_record": "The signer of a practice was emailed what was recorded",
    "begin_signing": "Signing on this site started",
    "end_signing": "Signing on this site ended",
    "sign_on_paper": "The practices sign on paper",
    "keep_date": "A date on paper counts for the agreement as changed",
    "ask_to_sign": "A practice was asked to sign",
    "forward_request": "A signer forwarded the request to sign",
    "cancel_forward": "A forwarded request to sign was canceled",
    "ask_again": "Practices were asked to sign again",
    "remind": "Deadline reminder sent",
    "remind_update": "Sent a reminder to report changes",
    "remind_signer": "A signer was reminded",
    "correct_roster": "A signer reported a problem",
    "decline_to_sign": "A practice declined to sign",
    "answer_signer": "What a signer wrote was answered",
    "sign": "A practice signed the agreement",
    "executed": "All practices have signed the agreement",
    "executed_sent": "The executed agreement was sent to its signers",
    "tell_clinicians": "Clinicians were told that they take part",
    "undo_clinicians_told": "A clinician is no longer recorded as told",
    "reveal_tin": "A full TIN was shown to staff",
}

OF_PRACTICES = (
    *("claim_held", "claim_lost", "ask_list", "ask_to_sign", "ask_again", "remind_signer"),
    *("correct_roster", "decline_to_sign", "sign", "object", "settle_objection", "give_address"),
    *("open_objection_again", "other_tin", "same_signer", "forward_request", "cancel_forward", "answer_signer"),
    *("attach_page", "remove_page", "tell_record", "keep_date", "tell_clinicians", "undo_clinicians_told"),
)
WITH_ADDRESS = ("give_address", "forward_request", "cancel_forward")
