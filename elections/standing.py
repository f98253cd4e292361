"""What an election means today for the practices that it names: the same words in emails, letters and pages."""

from collections.abc import Callable, Mapping
from datetime import datetime

from ground.templatetags.et import et_closing, et_date

from .models import Election, Submission, Update, UpdateKind
from .roster_history import counting, updates_of
from .states import ElectionStatus
from .verbs import window_is_open

NEXT_AT_CMS = {
    ElectionStatus.SUBMITTED: "CMS has not decided yet.",
    ElectionStatus.IN_REVIEW: "A CMS reviewer is reading it.",
    ElectionStatus.ACTION_NEEDED: "CMS asked the representative to correct something, and has not decided yet.",
}


def headline(election: Election) -> str:
    """Return in one or two words where an election is that has been submitted; a signer has to do nothing about it."""
    status = election.public_status
    return str((ElectionStatus.IN_REVIEW if status == ElectionStatus.ACTION_NEEDED else status).label)


def meaning(election: Election, practices: int, now: datetime, status: str = "") -> list[str]:
    """Return what it means today for the signer of this many of its practices, and until when that can change.

    A decision's own mail gives the `status` that the decision is about to make.
    """
    year, status = election.performance_year, ElectionStatus(status or election.public_status)
    your, takes, do = ("your practice", "takes", "does") if practices == 1 else ("your practices", "take", "do")
    representative = f"{election.representative_name} ({election.representative_email})"
    if status not in (*NEXT_AT_CMS, ElectionStatus.APPROVED):
        out = f"{your.capitalize()} {do} not take part in a virtual group through this election."
        asking = f"CMS sent its reasons to the representative, {representative}. Ask them what happens next."
        return [out, asking] if status == ElectionStatus.REJECTED else [out]
    if status == ElectionStatus.APPROVED:
        said = [
            f"{your.capitalize()} {takes} part in MIPS {year} as this virtual group.",
            f"The election is binding for {year}.",
            f"Tell every clinician in {your} about it. If a clinician joins or leaves, tell {representative}, who "
            "reports it to CMS.",
        ]
    else:
        said = [
            NEXT_AT_CMS[status],
            f"If CMS approves the election, it is binding for {year}: {your} {takes} part in MIPS as this virtual "
            "group.",
        ]
    if window_is_open(election, now):
        closes = et_closing(election.window.closes)
        said.append(f"Until {closes}, the representative can change the election or withdraw it.")
    return said


def reported(submission: Submission, names: Mapping[int, str]) -> list[str]:
    """Return what was reported since the approval about the representative and these practices, the newest first.

    `names` are the practices' by their positions in the submission.
    """
    updates = counting(updates_of(submission))[::-1]
    return [
        f"{et_date(update.reported_at)}: {update_in_words(update, names.get(update.practice or 0, ''))}"
        for update in updates
        if update.practice is None or update.practice in names
    ]


def update_in_words(update: Update, practice: str) -> str:
    """Return what an update changed, and only that; `practice` is the name of the one that it is about."""
    practice = update.details.get("practice", practice)  # what it was called when that was reported
    return IN_WORDS[UpdateKind(update.kind)](update, practice, et_date(update.effective_on))


def _contact(update: Update, practice: str, day: str) -> str:
    is_same_person = update.kind == UpdateKind.CONTACT
    return _contact_in_words(update.details["before"], update.details["after"], is_same_person=is_same_person)


def _joined(update: Update, practice: str, day: str) -> str:
    return f"The clinician with NPI {update.npi} joined {practice} on {day}."


def _left(update: Update, practice: str, day: str) -> str:
    return f"The clinician with NPI {update.npi} left {practice} on {day}."


def _renamed(update: Update, practice: str, day: str) -> str:
    return f"{update.details['before']} changed its name to {update.details['after']} on {day}."


def _closed(update: Update, practice: str, day: str) -> str:
    return f"{practice} closed on {day}."


def _merged(update: Update, practice: str, day: str) -> str:
    return f"{practice} merged with {_other(update)} on {day}."


def _acquired(update: Update, practice: str, day: str) -> str:
    return (
        f"{practice} was sold to {_other(update)} on {day}."
        if update.details.get("other")
        else f"{practice} was sold on {day}."
    )


def _other(update: Update) -> str:
    other = update.details.get("other")
    return f"“{other}”" if other else "another practice"


def _nothing(update: Update, practice: str, day: str) -> str:
    return f"As of {day}, nothing has changed beyond the updates already reported."


IN_WORDS: Mapping[UpdateKind, Callable[[Update, str, str], str]] = {
    UpdateKind.CONTACT: _contact,
    UpdateKind.REPRESENTATIVE: _contact,
    UpdateKind.JOINED: _joined,
    UpdateKind.LEFT: _left,
    UpdateKind.RENAMED: _renamed,
    UpdateKind.CLOSED: _closed,
    UpdateKind.MERGED: _merged,
    UpdateKind.ACQUIRED: _acquired,
    UpdateKind.NOTHING: _nothing,
}


def _contact_in_words(before: Mapping[str, str], after: Mapping[str, str], *, is_same_person: bool) -> str:
    """Return what is new about the representative; of a phone number, only that it is: it is not for everyone."""
    name, email = after["name"], after["email"]
    is_called = "" if after["phone"] == before["phone"] else " The phone number is new, too."
    if name != before["name"]:
        was = f" ({before['email']})" if email != before["email"] else ""
        if is_same_person:
            return (
                f"The representative’s name is now {name} ({email}). It was listed as {before['name']}{was}.{is_called}"
            )
        return f"The representative is now {name} ({email}). Before, it was {before['name']}{was}.{is_called}"
    if email != before["email"]:
        was = before["email"]
        return f"The representative, {name}, has a new email address: {email}. Before, it was {was}.{is_called}"
    return f"The representative, {name} ({email}), has a new phone number."
