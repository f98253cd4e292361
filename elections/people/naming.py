"""The name of the virtual group, and how CMS reaches its representative."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..drafts.merging import Merge, Was
from ..models import Election
from ..start import CONTACT_FIELDS
from ..verbs import Refused
from ..working_copy import given, lock_to_edit, note_change, rename_in_text

NOT_OWN = (
    "The email address was not saved. It must be a verified email address of the representative’s own account. To make "
    "someone else the representative, hand over the role on the page “People”."
)


def save_group(
    election_id: uuid.UUID, *, now: datetime, name: str | None = None, by: User | None = None, was: Was | None = None
) -> Election:
    """Name the virtual group. Here and below `was` is what the page showed before; raises Overtaken (Merge)."""
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        saved = merge.fields({"name": election.virtual_group.name}, given(name=name))
        if saved["name"] != election.virtual_group.name:
            election.virtual_group.name = saved["name"]
            election.virtual_group.save(update_fields=["name"])
            rename_in_text(election)
        note_change(election, by=by, now=now)
    merge.finish()
    return election


def save_representative(
    election_id: uuid.UUID, *, by: User, now: datetime, was: Was | None = None, **contact: str | None
) -> Election:
    """Keep how CMS reaches the representative, and, if one is given, an alternate contact.

    `contact` are name, email and phone, and those of the alternate with `alternate_` before them; None leaves a field
    as it is. Raises Refused for an address that is not one of the representative's own: another person accepts that
    part (people/actions.py).
    """
    typed = given(**contact)
    if "email" in typed:
        typed["email"] = typed["email"].strip().lower()
    with transaction.atomic():
        election = lock_to_edit(election_id, now)
        merge = Merge(election, was)
        before = election.contact | election.alternate_contact
        saved = merge.fields(before, typed)
        if saved["email"] != before["email"]:
            own = by.verified_addresses
            if before["email"] not in own or saved["email"] not in own:
                raise Refused(NOT_OWN)
        for field, value in saved.items():
            setattr(election, field if field in election.alternate_contact else f"representative_{field}", value)
        election.save(update_fields=CONTACT_FIELDS)
        if (saved["name"], saved["email"]) != (before["name"], before["email"]):
            rename_in_text(election)
        note_change(election, by=by, now=now)
    merge.finish()
    return election
