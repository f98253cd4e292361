"""Starting a draft, and the fields by which CMS reaches its representative."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.models import Agreement
from eligibility.data import windows
from ground.service_center import call_it

from .models import Election, ElectionRole, RoleKind, VirtualGroup
from .verbs import Refused, record

CONTACT_FIELDS = [f"{who}_{name}" for who in ("representative", "alternate") for name in ("name", "email", "phone")]


@transaction.atomic
def start_election(*, performance_year: int, by: User, now: datetime, copied_from: Election | None = None) -> Election:
    """Start a draft; who starts it is its representative until they name another, and stays a collaborator.

    A copy is of the same virtual group. Raises Refused where the election window of the performance year has closed.
    """
    window = windows.window_for(performance_year)
    if now >= window.closes:
        raise Refused(
            f"The election window for {performance_year} has closed, so you cannot start an election for it. "
            f"To find out what you can still do, {call_it()}."
        )
    election = Election.objects.create(
        virtual_group=copied_from.virtual_group if copied_from else VirtualGroup.objects.create(),
        performance_year=performance_year,
        agreement=Agreement.objects.create(performance_year=performance_year),
        representative_name=by.name,
        representative_email=by.email,
        copied_from=copied_from,
        started_by=by,
        started_at=now,
        changed_at=now,
        changed_by=by,
    )
    ElectionRole.objects.create(election=election, user=by, kind=RoleKind.COLLABORATOR)
    record(election, "copy" if copied_from else "start", by=by, now=now)
    return election
