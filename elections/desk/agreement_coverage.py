"""What reviewers know of an agreement without reading it: how it covers the nine required items."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agreements.text.coverage import uncovered
from agreements.text.provisions import Provision, marked

from ..models import Submission


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of an agreement's text without reading it; `own` are the fingerprint and pages of the group's own.

    None where the text is ours. `group` is what the agreement calls the group: it may have another name since. `things`
    are the nine, each with what our text lacks of it or, of the group's own agreement, where the group marked it.
    """

    things: Sequence[tuple[Provision, list[str] | str]]
    group: str
    own: dict[str, Any] | None

    @property
    def gaps(self) -> bool:
        """True if a required item is lacking, or not marked in the group's own agreement."""
        return any(bool(what) != bool(self.own) for _, what in self.things)


def coverage(submission: Submission) -> Coverage:
    """Return the agreement's coverage of the nine required items; never its text, nor its file's name."""
    content = json.loads(submission.document.snapshot)
    if own := content.get("own"):
        told = {"sha256": own["sha256"], "pages": own["pages"]}
        return Coverage(marked(own["marks"]), content["virtual_group"], told)
    return Coverage(uncovered(content), content["virtual_group"], None)
