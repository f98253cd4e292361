"""Two people, or two tabs, on one page: what the later one typed never silently replaces what the earlier one saved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from accounts.models import User
from ground.templatetags.et import et_datetime

from ..models import Election
from ..verbs import Refused

Was: TypeAlias = Mapping[str, Any]
"""What the page showed in its fields before somebody typed, by field; a field it does not name is simply replaced."""


class Overtaken(Refused):
    """Some fields were changed here and, meanwhile, elsewhere: those were not saved, and all others were.

    `stands` is what was saved elsewhere, by field; `by` (None: not known) and `at`, who changed the election last.
    """

    def __init__(self, stands: Mapping[str, Any], *, by: User | None, at: datetime) -> None:
        self.stands, self.by, self.at = dict(stands), by, at
        super().__init__(f"{by or 'Someone else'} changed this page on {et_datetime(at)}, while you were typing.")


class Merge:
    """The changes of one page to one election, gathered field by field."""

    def __init__(self, election: Election, was: Was | None) -> None:
        self.was = was or {}
        self.by, self.at = election.changed_by, election.changed_at
        self.twice: dict[str, Any] = {}

    def fields(self, stands: Mapping[str, Any], typed: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
        """Return the merged values. A field that was left as it was, or was changed twice, keeps its current value.

        `prefix` is put before the fields' names in `was` and in what is reported.
        """
        result = dict(stands)
        for name, value in typed.items():
            place = prefix + name
            was = self.was.get(place, stands[name])
            if value in (was, stands[name]):
                continue
            if was == stands[name]:
                result[name] = value
            else:
                self.twice[place] = stands[name]
        return result

    def finish(self) -> None:
        """Raise Overtaken where a field was changed twice; to be called once everything else is saved for good."""
        if self.twice:
            raise Overtaken(self.twice, by=self.by, at=self.at)
