"""What the text of a mail consists of, and which of it is a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.mail_blocks import BlockKind, blocks_of, pieces_of

SITE = "https://elections.example.gov"
REGULATION = "https://www.ecfr.gov/current/title-42/section-414.1315#p-414.1315(c)(3)(vi)"


def shape(text):
    """Return the kinds of the blocks, each with its rows as text, and a name before its text."""
    return [
        (str(block.kind), [": ".join(filter(None, (row.name, " / ".join(row.lines)))) for row in block.rows])
        for block in blocks_of(text, SITE)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\n\n  \nTwo.\nThree.\n", [("text", ["One."]), ("text", ["Two. / Three."])]),
        (
            "CMS asks about:\n- one\n  and more\n- two\nAnswer each.",
            [("text", ["CMS asks about:"]), ("bullets", ["one / and more", "two"]), ("text", ["Answer each."])],
        ),
        (
            "1. The name\nIt is wrong.\n\n2. The phone\n\nThat is all.",
            [("numbers", ["The name / It is wrong.", "The phone"]), ("text", ["That is all."])],
        ),
        (
            "Receipt code:  AAAA\nSubmission:    number 1\nFingerprint:\nabc",
            [("facts", ["Receipt code: AAAA", "Submission: number 1"]), ("text", ["Fingerprint: / abc"])],
        ),
        (
            "They wrote:\n> - one\n> Name:  value\n>\n> 1. two:\nRead on.\n\n> three",
            [
                ("text", ["They wrote:"]),
                ("quote", ["- one / Name:  value /  / 1. two:"]),
                ("text", ["Read on."]),
                ("quote", ["three"]),
            ],
        ),
        (">: no quotation", [("text", [">: no quotation"])]),
        ("What to do: Type it.", [("text", ["What to do: Type it."])]),
        ("2027. A year begins.", [("text", ["2027. A year begins."])]),
    ],
)
def test_lines_make_blocks(text, expected):
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "before", "label"),
    [
        ("It is yours. Read it, and sign here:\n{}", ["It is yours."], "Read it, and sign"),
        ("Sign until 11:59 p.m. ET. Open the election:\n\n{}", ["Sign until 11:59 p.m. ET."], "Open the election"),
        ("Late? Sign by 11:59 p.m. ET here:\n{}", ["Late?"], "Sign by 11:59 p.m. ET"),
        ("Invite someone else, or ask them again, here:\n{}", [], "Invite someone else, or ask them again"),
    ],
)
def test_a_link_alone_in_its_line_is_a_button_with_the_sentence_before_it(text, before, label):
    *others, button = blocks_of(text.format(f"{SITE}/sign/a-b_c"), SITE)
    assert [row.lines for block in others for row in block.rows] == [(line,) for line in before]
    assert (button.kind, button.rows[0].name, button.rows[0].lines) == (
        BlockKind.BUTTON,
        label,
        (f"{SITE}/sign/a-b_c",),
    )


@pytest.mark.parametrize(
    "text", ["{}", "Read this.\n{}", f"{'Read ' * 20}this here:\n{{}}", "- Read this:\n  {}", "> Read this:\n{}"]
)
def test_without_a_short_sentence_before_it_a_link_stays_in_its_text(text):
    assert BlockKind.BUTTON not in {block.kind for block in blocks_of(text.format(f"{SITE}/sign/abc"), SITE)}


@pytest.mark.parametrize(
    ("line", "links"),
    [
        (f"See {SITE}/elections/1/?a=1#b.", [f"{SITE}/elections/1/?a=1#b"]),
        (f"({SITE}/verify)", [f"{SITE}/verify"]),
        (f"Read {REGULATION}, please.", [REGULATION]),
        (f"Read ({REGULATION}), and https://qpp.cms.gov.", [REGULATION, "https://qpp.cms.gov"]),
        (f"{SITE}.evil.example/x {SITE}@evil.example/ {SITE}", []),
        (f"https://evil.example/{SITE}/x", []),
        (f"x{SITE}/x http://elections.example.gov/x", []),
        ("https://evil.example/ www.evil.example mailto:a@example.org javascript:alert(1)", []),
        ("https://www.ecfr.gov.evil.example/x", []),
    ],
)
def test_only_this_site_and_official_pages_are_links(line, links):
    pieces = list(pieces_of(line, SITE))
    assert [piece.href for piece in pieces if piece.href] == links
    assert "".join(piece.text for piece in pieces) == line
    assert all(piece.href in ("", piece.text) for piece in pieces)


LINES = st.one_of(
    st.text(alphabet="ab:.- \u00e9<&", max_size=20),
    st.sampled_from(
        ["", "- one", "1. one", "Name:  value", "> quoted", ">", "Read it:", f"{SITE}/sign/abc", "  indented"]
    ),
)


@given(st.lists(LINES, max_size=12))
def test_no_letter_of_a_text_is_left_out(lines):
    text = "\n".join(lines)
    shown = "".join(row.name + "".join(row.lines) for block in blocks_of(text, SITE) for row in block.rows)
    assert sorted(filter(str.isalpha, shown)) == sorted(filter(str.isalpha, text))
