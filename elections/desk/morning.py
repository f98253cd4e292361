"""What waits at the desk when someone comes in the morning, and the next election to take."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Role, User
from eligibility.data.windows import of_next_election
from ground import clock
from notices.models import UNDELIVERED, Notice, NoticeState
from notices.parts import WEEK, unmatched

from ..access import holds_a_role, person
from ..models import Election, UpdateState
from ..states import UNDECIDED, WITH_CMS, ElectionStatus
from .desk import DeskAdmin
from .filters import ALL, MINE, UNASSIGNED, conflicts_of_others, listed_elections, queue_with
from .outgoing import notices_of_others
from .reviewers import take
from .sent_forms import FIELD, new_key
from .updates import waiting_updates


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """One kind of work, how much of it there is, and the list that shows it."""

    label: str
    count: int
    address: str


def waiting(user: User) -> list[WaitingWork]:
    """Return what waits for a decision or an answer, and what is stuck."""
    with_cms, objected = Q(status__in=WITH_CMS), Q(objections__gt=0)
    counts = (
        listed_elections(user)
        .filter(Q(status__in=UNDECIDED) | objected)
        .aggregate(
            mine=Count("pk", filter=with_cms & Q(reviewer=user)),
            unassigned=Count("pk", filter=with_cms & Q(reviewer=None)),
            answered=Count("pk", filter=with_cms & Q(answers_correction=True)),
            contested=Count("pk", filter=with_cms & Q(is_contested=True)),
            asked=Count("pk", filter=Q(status=ElectionStatus.ACTION_NEEDED)),
            objected=Count("pk", filter=objected),
        )
    )
    conflicts = conflicts_of_others(user).filter(closed_at=None).count()
    updates = reverse("admin:elections_update_changelist")
    return [
        WaitingWork("Mine", counts["mine"], queue_with(reviewer=MINE)),
        WaitingWork("Unassigned", counts["unassigned"], queue_with(reviewer=UNASSIGNED)),
        WaitingWork("Corrections answered", counts["answered"], queue_with(attention="answered")),
        WaitingWork(
            "Waiting for the representative", counts["asked"], queue_with(status=ElectionStatus.ACTION_NEEDED.value)
        ),
        WaitingWork("Objections from signers", counts["objected"], queue_with(status=ALL, attention="objected")),
        WaitingWork("Contested findings", counts["contested"], queue_with(attention="contested")),
        WaitingWork("Open conflicts", conflicts, reverse("admin:elections_conflict_changelist")),
        WaitingWork("Updates", waiting_updates(user).count(), f"{updates}?state={UpdateState.RECORDED}"),
        *undelivered(user),
    ]


def undelivered(user: User) -> list[WaitingWork]:
    """Return how many emails did not arrive, of those that the person sees among all emails.

    Data stewards also learn how much came back of late that is about no email.
    """
    emails = notices_of_others(user, Notice.objects.filter(state__in=UNDELIVERED)).aggregate(
        failed=Count("pk", filter=Q(state=NoticeState.FAILED)), bounced=Count("pk", filter=Q(state=NoticeState.BOUNCED))
    )
    notices = reverse("admin:notices_notice_changelist")
    lost = [
        WaitingWork("Emails that failed", emails["failed"], f"{notices}?state__exact=failed"),
        WaitingWork("Emails that bounced", emails["bounced"], f"{notices}?state__exact=bounced"),
    ]
    return [*lost, _unmatched(clock.now())] if user.has_role(Role.DATA_STEWARD) else lost


def _unmatched(now: datetime) -> WaitingWork:
    bounces = reverse("admin:notices_unmatchedbounce_changelist")
    return WaitingWork("Bounces without an email, 7 days", unmatched(now - WEEK, now).count(), f"{bounces}?read=week")


def panel(request: HttpRequest) -> str:
    """Return what waits, as the first staff page shows it; empty for people without a desk."""
    user = person(request)
    if not user.has_role(*DeskAdmin.readers):
        return ""
    if not user.has_role(Role.REVIEWER, Role.LEAD_REVIEWER):
        return render_to_string("admin/elections/auditing.html", {}, request)
    performance_year, window = of_next_election(clock.now())
    context = {
        "waiting": waiting(user),
        "may_take": user.has_role(Role.REVIEWER),
        FIELD: new_key(),
        "performance_year": performance_year,
        "window": window,
    }
    return render_to_string("admin/elections/morning.html", context, request)


def panel_of_emails(request: HttpRequest) -> str:
    """Return the emails that did not arrive, for data stewards, who send them again; reviewers find them above."""
    user = person(request)
    if not user.has_role(Role.DATA_STEWARD) or user.has_role(Role.REVIEWER, Role.LEAD_REVIEWER):
        return ""
    return render_to_string("admin/elections/undelivered.html", {"waiting": undelivered(user)}, request)


@transaction.atomic
def take_next(*, by: User, now: datetime) -> Election | None:
    """Take the election that has waited longest without a reviewer, in review or not; None if there is none.

    Two who ask at once get two elections: one that a colleague is taking is passed over.
    """
    unassigned = Election.objects.filter(status__in=WITH_CMS, reviewer=None)
    oldest_first = unassigned.order_by("last_submission__received_at", "pk").values_list("pk", flat=True)
    for pk in oldest_first:
        election = unassigned.select_for_update(skip_locked=True).filter(pk=pk).first()  # one lock, not all of them
        if election and not holds_a_role(by, election):
            return take(pk, by=by, now=now)
    return None
