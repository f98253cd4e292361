"""The modules into which small errors are put are the law as it is."""

from pathlib import Path

from tests.mutants.__main__ import LAW
from tests.mutants.errors import in_module


def test_errors_are_put_into_every_module_of_the_law():
    assert set(LAW) == {path.stem for path in Path("eligibility/law").glob("*.py")} - {"__init__"}
    assert [name for name in LAW if next(in_module(name), None) is None] == []
