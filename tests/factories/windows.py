"""Election windows that a data steward set."""

from datetime import datetime
from typing import Any

import factory

from eligibility.data import windows
from eligibility.models import ElectionWindow
from ground import clock

from .people import StewardFactory
from .typed import ModelFactory


class WindowFactory(ModelFactory[ElectionWindow]):
    """The window of 2027, set as it was shipped but for what is given."""

    class Meta:
        model = ElectionWindow

    year = 2027
    opens: datetime | None = None
    closes: datetime | None = None
    reason, citation = "As announced.", "CMS notice"
    by = factory.SubFactory(StewardFactory)

    @classmethod
    def _create(cls, model_class: type[ElectionWindow], *args: Any, **fields: Any) -> ElectionWindow:
        year = fields.pop("year")
        shipped = windows.window_for(year)
        fields |= {"opens": fields["opens"] or shipped.opens, "closes": fields["closes"] or shipped.closes}
        return windows.set_window(year, now=clock.now(), **fields)
