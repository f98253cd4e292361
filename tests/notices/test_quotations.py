"""What people write stands in every mail as a quotation, so that it never looks like the site's own words."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from ground.templatetags.quotation import quoted
from notices.mail_blocks import BlockKind, blocks_of

PRINTED = re.compile(r"{{ *([\w.]+)([^}]*)}}")
FREE_TEXT = {"text", "note", "reason", "reasons", "settled_by", "explanation", "justification", "statement"}
OURS = {("sign_again.txt", "reason")}  # sentences of the site's own


def test_no_mail_prints_free_text_outside_of_a_quotation():
    met, bare = set(), []
    for path in sorted((settings.BASE_DIR / "templates").glob("**/mail/*.txt")):
        for name, filters in PRINTED.findall(path.read_text()):
            word = name.rpartition(".")[2]
            if word in FREE_TEXT and (path.name, word) not in OURS:
                met.add(path.name)
                bare += [(path.name, name)] if filters.strip() != "|quoted" else []
    assert bare == []
    assert len(met) >= 12


@pytest.mark.parametrize("template", ["objection", "objection_at_desk", "decline_to_sign", "correct_roster"])
def test_a_quotation_stands_in_lines_of_its_own(template):
    source = (settings.BASE_DIR / f"templates/elections/mail/{template}.txt").read_text()
    assert re.search(r"^{{ text\|quoted }}$", source, re.MULTILINE)


@given(st.text(alphabet="ab \r\n\t>-1.:\u2028\x0b", max_size=80))
def test_any_text_is_one_quotation(words):
    said = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    [before, quote, after] = blocks_of(f"They wrote:\n{quoted(words)}\n\nThat is all.", "https://site.example")
    assert (before.kind, quote.kind, after.kind) == (BlockKind.TEXT, BlockKind.QUOTE, BlockKind.TEXT)
    [row] = quote.rows
    assert [line.rstrip() for line in row.lines] == [line.rstrip() for line in said.split("\n")]


def test_it_reads_so_in_the_html():
    html = render_to_string(
        "notices/mail_block.html", {"block": {"kind": "quote", "rows": [{"text": "- one"}], "start": 1}}
    )
    assert " ".join(re.sub(r" style=\"[^\"]*\"", "", html).split()) == "<blockquote> - one </blockquote>"
