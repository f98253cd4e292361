"""The practices of the working copy: listed, changed, removed."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from agreements.models import Party, SigningRequest
from eligibility.data import disclosure
from eligibility.law.facts import DeclaredPractice, PracticeData
from eligibility.law.identifiers import EIN, EIN_DIGITS, SSN
from eligibility.law.parameters import PERFORMANCE_YEARS, SSN_DIGITS

from ..drafts.merging import Merge, Was
from ..models import Election, Member, MemberClinician
from ..paper_records import remove_page
from ..roster.lines import replace_npis
from ..verbs import Refused
from ..working_copy import given, lock_to_edit, note_change, unacknowledge
from . import cms_lists
from .other_tins import ask_about_signer, is_another, page_is_of_another


def save_member(
    election_id: uuid.UUID,
    member_id: int | None,
    *,
    by: User,
    now: datetime,
    key: uuid.UUID | None = None,
    name: str | None = None,
    tin_kind: str | None = None,
    tin: str | None = None,
    npis: Iterable[str] | None = None,
    was_npis: Iterable[str] | None = None,
    was: Was | None = None,
    address: str | None = None,
) -> Member:
    """Add a practice, or change one; `tin` is nine digits of an EIN, the last six of an SSN, or what is typed so far.

    None leaves a field as it is; `npis` replaces the roster, or of it the `was_npis` that the page knew. `key` is the
    page's own: what is sent twice adds one practice. `address` is where the request came from: asking about many TINs
    is limited (design: what one may learn by asking).
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        member = _member_to_save(election, member_id, key, name)
        before = {"name": member.name, "tin_kind": member.tin_kind, "tin": member.tin}
        saved = merge.fields(before, given(name=name, tin_kind=tin_kind, tin=tin))
        if is_changed := (saved["tin_kind"], saved["tin"]) != (member.tin_kind, member.tin):
            _void(election, member, now=now)
            member.tin_typed_by = by
        member.name, member.tin_kind = saved["name"], saved["tin_kind"]
        member.tin = _fitting(saved["tin_kind"], saved["tin"], election.performance_year)
        member.tin_last4 = member.tin[-4:]
        member.save(update_fields=["name", "tin_kind", "tin", "tin_last4", "tin_typed_by", "contests"])
        if is_another(str(before["tin"]), str(member.tin)):
            ask_about_signer(election, member, by=by, now=now)
        if is_changed and page_is_of_another(election, member, before["tin_kind"], str(before["tin"])):
            remove_page(election, member, by=by, now=now)
        if npis is not None:
            replace_npis(member, npis, was_npis)
        record_asking(election, [member], by=by, now=now, address=address)
        note_change(election, by=by, now=now)
    merge.finish()
    return member


def may_name_signer(election: Election, member: Member) -> bool:
    """Say whether a practice's signer is still to be named; who was asked, or has signed, is changed elsewhere."""
    if not election.agreement.is_signed_here:
        return member.party.executed_on is None
    is_asked = SigningRequest.objects.filter(party=member.party_id, revoked_at=None).exists()
    return not is_asked and member.party.continues_id is None


ASKED = (
    "This signer was not saved. A link to sign was sent for this practice since you opened this page. To ask someone "
    "else, go to “Signatures”."
)
ENTERED = (
    "This signer was not saved. The date that this practice signed on paper was entered since you opened this page. To "
    "change who signed, go to “Sign on paper”."
)


class SignerKnown(Refused):
    """Who signs for a practice was settled elsewhere while somebody typed another signer on its page."""


def name_signer(
    election_id: uuid.UUID,
    member_id: int,
    *,
    by: User,
    now: datetime,
    signer_name: str | None = None,
    signer_email: str | None = None,
    was: Was | None = None,
) -> None:
    """Keep who will sign for a practice; None leaves a field as it is.

    Raises SignerKnown where another is typed after somebody was asked or has signed.
    """
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        member = election.members.select_related("party").filter(pk=member_id).first()
        if member:
            stands = {"signer_name": member.party.signer_name, "signer_email": member.party.signer_email}
            saved = merge.fields(stands, given(signer_name=signer_name, signer_email=signer_email))
            if (saved != stands or merge.twice) and not may_name_signer(election, member):
                raise SignerKnown(ASKED if election.agreement.is_signed_here else ENTERED)
            if saved != stands:
                Party.objects.filter(pk=member.party_id).update(**saved)
                note_change(election, by=by, now=now)
    merge.finish()


def _void(election: Election, member: Member, *, now: datetime) -> None:
    """Take back what was said for another TIN: the opt-in, the link to sign, and what is contested."""
    unacknowledge(election)
    Party.objects.filter(pk=member.party_id).update(opt_in_accepted=False)
    SigningRequest.objects.filter(party=member.party_id, revoked_at=None).update(revoked_at=now)
    member.contests = {}


def _member_to_save(election: Election, member_id: int | None, key: uuid.UUID | None, name: str | None) -> Member:
    """Return the practice to change: an old one, the one that this page added before, or a new one."""
    if member_id is None:
        added = election.members.filter(key=key).first() if key else None
        if added is None:
            unacknowledge(election)
            is_taken = key is not None and Member.objects.filter(key=key).exists()  # by a page of another election
            added = new_member(election, None if is_taken else key)
        return added
    member = election.members.filter(pk=member_id).first()
    if member is None:
        raise Refused(f"Nothing was saved. Someone just removed {name or 'this practice'} from the election.")
    return member


def new_member(election: Election, key: uuid.UUID | None = None) -> Member:
    last = election.members.aggregate(last=Max("position"))["last"] or 0
    return Member.objects.create(
        election=election,
        party=Party.objects.create(agreement=election.agreement),
        position=last + 1,
        key=key or uuid.uuid4(),
    )


def _fitting(tin_kind: str, tin: str, performance_year: int) -> str:
    """Return the TIN, or nothing where it has more digits than may be kept of its kind (design: data protection)."""
    most = {EIN: EIN_DIGITS, SSN: SSN_DIGITS.for_year(performance_year)}.get(tin_kind, EIN_DIGITS - 1)
    return tin if sum(map(str.isdigit, tin)) <= most else ""


def record_asking(
    election: Election, members: Iterable[Member], *, by: User, now: datetime, address: str | None
) -> dict[int, PracticeData]:
    """Count the practices that are asked about by saving them (design: what one may learn by asking).

    Return what CMS data show of those whose list of clinicians may be shown, by id; who asked for it is recorded.
    """
    whole = [member for member in members if member.tin_kind and member.tin]
    listed = npis_of(whole)
    asked = [DeclaredPractice("", one.tin_kind, str(one.tin), tuple(dict.fromkeys(listed[one.pk]))) for one in whole]
    if not asked:
        return {}
    year = election.performance_year
    disclosure.record_probes(year, asked, by=by, now=now, address=address)
    lists = cms_lists.told(year, asked, by=by, address=address)
    cms_lists.record_shown(election, whole, asked, lists, by=by, now=now)
    return {member.pk: data for member, data in zip(whole, lists, strict=True) if data is not None}


@transaction.atomic
def ask_for_list(
    election_id: uuid.UUID, member_id: int, *, by: User, now: datetime, address: str | None = None
) -> bool:
    """Have CMS's list of a practice's clinicians shown from now on; False if there is none, or it may not be told."""
    election = lock_to_edit(election_id, now)
    return bool(record_asking(election, election.members.filter(pk=member_id), by=by, now=now, address=address))


def npis_of(members: Iterable[Member]) -> dict[int, list[str]]:
    """Return the NPIs of each practice as they stand; one query."""
    found: dict[int, list[str]] = {member.pk: [] for member in members}
    for member_id, npi in MemberClinician.objects.filter(member__in=found).values_list("member", "npi"):
        found[member_id].append(npi)
    return found


ASKED_TOO_MUCH = (
    "Nothing was saved. You listed more TINs than we can check for one account in a day. "
    "Continue tomorrow, or call us. The number is at the bottom of the page."
)


MIGHT_BE_SSN = (
    "might be a Social Security number, not an EIN, so we didn’t keep it. If it is one, choose “SSN” and type only its "
    f"last {SSN_DIGITS.for_year(PERFORMANCE_YEARS[-1])} digits."
)


class TinDropped(Refused):
    """All was saved, and TINs called EINs were dropped: CMS data know them as SSNs of clinicians listed now."""

    was_saved = True
    emptied = "tin"

    def __init__(self, members: Iterable[Member]) -> None:
        names = ", ".join(str(member) for member in members)
        super().__init__(f"The TIN of {names} {MIGHT_BE_SSN}")


def refuse_ssns(
    asked: Sequence[tuple[str, Sequence[str]]], *, by: User, now: datetime, address: str | None
) -> list[bool]:
    """Say of each (nine digits called an EIN, NPIs) whether it is an SSN; raises Refused where too much was asked."""
    try:
        return disclosure.refuse_ssns(asked, by=by, address=address, now=now)
    except disclosure.AskedTooMuch:
        raise Refused(ASKED_TOO_MUCH) from None


def drop_ssns(
    election: Election, members: Iterable[Member], *, by: User, now: datetime, address: str | None
) -> list[Member]:
    """Drop what was kept as an EIN where the clinicians listed now show it to be an SSN; return whose it was."""
    eins = [member for member in members if member.tin_kind == EIN and member.tin]
    if not eins:
        return []
    listed = npis_of(eins)
    refused = refuse_ssns([(str(member.tin), listed[member.pk]) for member in eins], by=by, address=address, now=now)
    dropped = [member for member, is_ssn in zip(eins, refused, strict=True) if is_ssn]
    for member in dropped:
        unacknowledge(election)
        member.tin = member.tin_last4 = ""
        member.save(update_fields=["tin", "tin_last4"])
    return dropped


@transaction.atomic
def remove_member(election_id: uuid.UUID, member_id: int, *, now: datetime, by: User | None = None) -> None:
    """Take a practice out of the working copy; what was submitted of it stays as it was."""
    election = lock_to_edit(election_id, now)
    member = election.members.select_related("party__signature_page").filter(pk=member_id).first()
    if member is not None:
        delete_member(election, member, by=by, now=now)
        note_change(election, by=by, now=now)


def delete_member(election: Election, member: Member, *, by: User | None, now: datetime) -> None:
    """Delete a practice of the working copy with its party, within somebody else's transaction.

    A party that was asked to sign stays in its agreement, without a practice: what was signed here is never lost. The
    photo or scan of a signature page does not: no one could see or delete it any more.
    """
    unacknowledge(election)
    remove_page(election, member, by=by, now=now)
    member.delete()
    unsigned = {"signing_requests": None, "continued_by": None}
    Party.objects.filter(pk=member.party_id, **unsigned).delete()
