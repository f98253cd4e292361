"""The law, traced: every paragraph has its row, and every row points at what is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from config.law_index import ROWS, as_markdown
from eligibility.law.rules import PRACTICE_RULES, VIRTUAL_GROUP_RULES
from tests.walk.routes import known

RULES = {rule.id: rule.cite for rule in PRACTICE_RULES} | {rule.id: rule.cite for rule in VIRTUAL_GROUP_RULES}
BY_PARAGRAPH = {row.paragraph: row for row in ROWS}
PARAGRAPHS = [
    *("414.1305", "414.1310(b)", "414.1310(b)(1)(iii)", "414.1310(b)(1)(iii)(A)"),
    *(f"414.1315{part}" for part in ("(a)(1)", "(a)(2)", "(b)", "(c)(1)", "(c)(2)(i)", "(c)(2)(ii)", "(c)(2)(iii)")),
    *(f"414.1315(c)(3)({part})" for part in ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")),
    *(f"414.1315(d)({part})" for part in (1, 2, 3, 4)),
]


def test_every_paragraph_has_its_row_in_the_order_of_the_regulation():
    assert [row.paragraph for row in ROWS] == PARAGRAPHS


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_stands_in_the_rows_of_the_paragraphs_it_cites(rule):
    cited = RULES[rule].removeprefix("42 CFR ").split(", ")
    assert [paragraph for paragraph in cited if rule in BY_PARAGRAPH[paragraph].rules] == cited


def test_every_row_points_at_what_is_there():
    pages, lost = set(known()), []
    for row in ROWS:
        lost += [f"{row.paragraph}: rule {rule}" for rule in row.rules if rule not in RULES]
        lost += [f"{row.paragraph}: page {page}" for page in row.pages if page not in pages]
        lost += [f"{row.paragraph}: test {test}" for test in row.tests if not is_there(test)]
        if not row.tests or not row.pages or not (row.rules or row.features):
            lost.append(f"{row.paragraph}: points nowhere")
    assert lost == []


def is_there(test: str) -> bool:
    path, _, function = test.partition("::")
    file = Path(settings.BASE_DIR, path)
    return file.is_file() and re.search(rf"^def {function}\(", file.read_text(), re.MULTILINE) is not None


def test_the_document_is_made_from_the_table():
    assert (settings.BASE_DIR / "docs" / "law.md").read_text() == as_markdown()


def test_the_page_shows_every_row(client, db):
    page = " ".join(client.get("/law").content.decode().split())
    shown = re.findall(r'<h2 id="row-\d+"> <a href="([^"]+)">([^<]+)</a>', page)
    assert shown == [(row.url, row.paragraph) for row in ROWS]
    assert page.count("<dt>Planned</dt>") == sum(bool(row.planned) for row in ROWS)
