"""What was asked about practices, and by whom."""

import factory

from eligibility.models import Probe
from ground import clock

from .typed import ModelFactory


class ProbeFactory(ModelFactory[Probe]):
    """A TIN that was asked about in vain today, another one each time."""

    class Meta:
        model = Probe

    asker = Probe.CountedBy.NPI
    day = factory.LazyFunction(lambda: clock.today())
    tin_key = factory.Sequence(lambda number: f"secret{number}")
    billed = False
