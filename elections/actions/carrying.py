"""What was signed in one election, carried into the next: it counts there as long as it says the same."""

from datetime import date

from agreements.models import Party, Signature

from ..models import Election


def carry_signatures(source: Election, target: Election) -> bool:
    """Let the signatures of one election's agreement count in another's, and say whether it goes on.

    It does where it is signed here and its own term covers the other's performance year. Whether a signature counts is
    judged as ever: by text, party list and schedule (snapshots.py). The practices are there before; TINs tell them.
    """
    agreement, text = source.agreement, source.agreement.frozen_text
    if text is None or date.fromisoformat(text["term"]["to"]) < date(target.performance_year, 12, 31):
        return False
    goes_on = target.agreement
    goes_on.is_signed_here, goes_on.text, goes_on.salt = True, agreement.text, agreement.salt
    goes_on.text_sha256 = agreement.text_sha256
    goes_on.save(update_fields=["is_signed_here", "text", "text_sha256", "salt"])
    before = {(member.tin_kind, member.tin): member.party for member in source.members.select_related("party")}
    for member in target.members.select_related("party"):
        party = before.get((member.tin_kind, member.tin))
        if party:
            given = Signature.objects.filter(party__in=[party.pk, party.continues_id]).order_by("-pk").first()
            Party.objects.filter(pk=member.party_id).update(
                continues=given and given.party_id, signer_name=party.signer_name, signer_email=party.signer_email
            )
    return True
