"""What is recorded of a practice that signed on paper: the same words in the email to it, its page and its sheet.

And the photo or scan of its signature page, which leaves with it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from agreements.models import SignaturePage
from agreements.papers import signature_pages
from eligibility.data import cms_data
from eligibility.law.identifiers import EIN, EIN_DIGITS, SSN
from eligibility.law.low_volume import opt_in_means
from eligibility.law.parameters import SSN_DIGITS
from ground.templatetags.et import et_date

from .content import PracticeEntry
from .models import Election, Member
from .verbs import record

TELL, ATTACH = "tell_record", "attach_page"
CAN_OPT_IN = "CMS may find that the practice doesn’t have to take part in MIPS but can opt in."
OPT_IN = {True: "accepted", False: "not accepted"}


def recorded(entry: PracticeEntry) -> dict[str, str]:
    """Return what was recorded, by its label; nothing until there is a day and a name."""
    if not (entry.executed_on and entry.signer_name):
        return {}
    by = ", ".join(filter(None, (entry.signer_name, entry.signer_title)))
    return {"Signed on": et_date(entry.executed_on), "Signed by": by, "Opt-in": OPT_IN[entry.opt_in_accepted]}


def opt_in_explained(entry: PracticeEntry, performance_year: int) -> str:
    """Return what the recorded opt-in means, whether or not CMS finds the practice opt-in eligible."""
    if entry.opt_in_accepted:
        return (
            f"{CAN_OPT_IN} If so, taking part in this virtual group is its decision to opt in to MIPS for "
            f"{performance_year}. {opt_in_means(performance_year)}"
        )
    return (
        f"{CAN_OPT_IN} If so, it cannot take part in this virtual group unless it accepts the opt-in. To accept it, "
        "someone authorized to sign for the practice tells the representative."
    )


def changes(before: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
    """Return in sentences what changed in a record."""
    return tuple(f"{label}: {now[label]}. Before: {was}." for label, was in before.items() if now[label] != was)


def told_records(election: Election) -> dict[str, Mapping[str, Any]]:
    """Return who was told last what was recorded, as `email` and `words`, by the number of the party."""
    told: dict[str, Mapping[str, Any]] = {}
    for records in election.events.filter(verb=TELL).order_by("pk").values_list("details__records", flat=True):
        told |= records
    return told


def mark_of_tin(kind: str, tin: str, performance_year: int) -> str:
    """Return what stands for a TIN in the history: by it no one finds the TIN; empty for one that is not complete."""
    digits = {EIN: EIN_DIGITS, SSN: SSN_DIGITS.for_year(performance_year)}.get(kind)
    is_complete = tin.isdecimal() and len(tin) == digits
    return cms_data.keys_of(kind, tin, ("",))[0][-12:] if is_complete else ""


def attached_for(election: Election, member: Member, page: SignaturePage) -> str:
    """Return the mark of the TIN that a practice had when its page was attached; empty if that was not complete."""
    events = election.events.filter(verb=ATTACH, details__member=member.pk, details__sha256=page.sha256)
    attached = events.order_by("pk").last()
    return str(attached.details.get("of", "")) if attached else ""


def note_page(
    election: Election, verb: str, member: Member, page: SignaturePage, *, by: User | None, now: datetime
) -> None:
    """Record that a practice's signature page was attached or removed, which file that was, and for which TIN."""
    of_tin = mark_of_tin(member.tin_kind, str(member.tin), election.performance_year)
    of_page = {"kind": page.kind, "pages": page.pages, "sha256": page.sha256, "of": of_tin}
    record(election, verb, by=by, now=now, practice=str(member), member=member.pk, **of_page)


def remove_page(election: Election, member: Member, *, by: User | None, now: datetime) -> None:
    """Delete the page that a practice has, if it has one, for good; within somebody else's transaction."""
    page = getattr(member.party, "signature_page", None)
    if page:
        note_page(election, "remove_page", member, page, by=by, now=now)
        signature_pages.remove(page)
