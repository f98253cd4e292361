"""The first question about a new election."""

from collections.abc import Mapping
from typing import Any

from ..people.naming_forms import VirtualGroupForm


class StartForm(VirtualGroupForm):
    """What the new virtual group calls itself, as far as that is known yet."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["name"].help_text = "Any name. You can change it later."
        self.fields["name"].show_hidden_initial = False
