"""No cell of a file that people open in a spreadsheet is run as a formula."""

import csv
import io

import pytest

from ground.csv_cells import csv_file

RUN = (
    *("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", " =1+1", "\u00a0+1", "\n-1", "\u200b=1", "\ufeff@A1", "\u3000=1"),
    *("＝1+1", "＋1", "－1", "＠A1", " ＝1", "\u22121", "﹣1"),
)
PLAIN = ("Harbor Group", "", "  ", "a=b", "1-2", "(=1)", "’=1", -1, None)


@pytest.mark.parametrize("cell", RUN)
def test_what_a_spreadsheet_might_run_gets_an_apostrophe(cell):
    assert written(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_all_else_stays_as_it_is(cell):
    assert written(cell) == ("" if cell is None else str(cell))


def written(cell: object) -> str:
    content = csv_file("cells", ["cell"], [[cell]]).content.decode()
    [_, [written]] = csv.reader(io.StringIO(content, newline=""))
    return written
