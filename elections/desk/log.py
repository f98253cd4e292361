"""Django's own log of what staff did: one entry for each verb at the desk, with the election it was done to.

The Event is what the history of an election stands on; from the entry the admin tells its “recent actions”.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Func, Max
from django.db.models.functions import Cast

from accounts.models import User

from ..models import Election, Event, ReviewNote

Result = TypeVar("Result")
_this_transaction = Cast(Func(function="pg_current_xact_id", output_field=CharField()), CharField())


def logged(verb: Callable[..., Result]) -> Callable[..., Result]:
    """Return the verb, which then leaves a log entry for each election it changed, in the same transaction.

    What was refused, or changed nothing because it was done before, leaves none.
    """

    @wraps(verb)
    @transaction.atomic
    def verb_and_entry(*args: Any, by: User, **kwargs: Any) -> Result:
        newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
        result = verb(*args, by=by, **kwargs)
        written = Event.objects.filter(pk__gt=newest, by=by, transaction=_this_transaction)
        for event in written.select_related("election__virtual_group", "election__last_submission").order_by("pk"):
            _write(event.election, by, event.at, event.sentence)
        if isinstance(result, ReviewNote):  # which no Event tells of: the history is the representative's, too
            _write(result.election, by, result.written_at, "Note added")
        return result

    return verb_and_entry


def _write(election: Election, by: User, at: datetime, sentence: str) -> None:
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Election),
        object_id=str(election.pk),
        object_repr=election.as_submitted[:200],
        action_flag=CHANGE,
        action_time=at,
        change_message=sentence,
    )
