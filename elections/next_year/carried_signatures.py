"""What was signed in one election, carried into the next: it counts there as long as it says the same."""

import json
from datetime import date

from django.db.models import QuerySet

from agreements.models import Party, Signature
from agreements.text.document_text import canonical_json
from agreements.text.fingerprints import of_text
from eligibility.data import cms_data

from ..content import Snapshot
from ..models import Election, Member, Submission

OF_TEXT = ("virtual_group", "representative", "term", "text_version", "provisions", "own")  # of a document's snapshot


def carry_signatures(source: Election, target: Election, submitted: Submission | None = None) -> bool:
    """Let the signatures of one election's agreement count in another's, and say whether it goes on.

    It does where it is signed here and its own term covers the other's performance year. The text is that of the
    working copy, or the one that was signed in what was `submitted`. Whether a signature counts is judged as ever: by
    text, party list and schedule (content.py). The practices are there before; TINs tell them.
    """
    agreement = source.agreement
    if not agreement.is_signed_here:
        return False
    text = (submitted and _signed_text(submitted)) or agreement.text
    if date.fromisoformat(json.loads(text)["term"]["to"]) < date(target.performance_year, 12, 31):
        return False
    goes_on = target.agreement
    goes_on.is_signed_here, goes_on.text, goes_on.salt = True, text, agreement.salt
    goes_on.text_sha256 = of_text(text)
    goes_on.save(update_fields=["is_signed_here", "text", "text_sha256", "salt"])
    before = {key: member.party for member in _members(source) for key in _keys(member)}
    for member in _members(target):
        party = next((before[key] for key in _keys(member) if key in before), None)
        if party:
            given = Signature.objects.filter(party__in=[party.pk, party.continues_id]).order_by("-pk").first()
            Party.objects.filter(pk=member.party_id).update(
                continues=given and given.party_id, signer_name=party.signer_name, signer_email=party.signer_email
            )
    return True


def _members(election: Election) -> QuerySet[Member]:
    return election.members.select_related("party").prefetch_related("clinicians")


def _keys(member: Member) -> tuple[str, ...]:
    """Return the keys that a practice is recognized by: two people's Social Security numbers may end alike.

    Nothing while its TIN is not whole.
    """
    return cms_data.keys_of(member.tin_kind, str(member.tin), [one.npi for one in member.clinicians.all()])


def _signed_text(submitted: Submission) -> str | None:
    """Return the frozen text that was signed in a submission, as its executed agreement has it; None where it has none.

    The working copy's may have been changed since, and never submitted.
    """
    signed = {entry.signed.text_sha256 for entry in Snapshot.of_submission(submitted).practices if entry.signed}
    frozen = json.loads(submitted.document.snapshot) if signed and submitted.document else {}
    text = canonical_json({name: frozen[name] for name in OF_TEXT if name in frozen})
    return text if signed == {of_text(text)} else None
