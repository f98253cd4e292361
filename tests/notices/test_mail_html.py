"""The HTML of a mail: the same as its text, with nothing in it that its reader typed for a browser."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.endings import with_end
from notices.mail_html import html_of

SUBJECT = "Received: 2027 election for <b>Harbor</b> & Co"


class Seen(HTMLParser):
    """What a page shows, its links, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_every_cell_with_words_has_its_color_for_programs_that_drop_the_body_s():
    page = html_of(SUBJECT, with_end("CMS has it.\n\nReceipt code:  AAAA\n"))
    styles = re.findall(r'<t[dh][^>]*style="([^"]*)"', page)
    with_words = [style for style in styles if "font-size" in style]
    assert len(with_words) == 5
    assert [style for style in with_words if not re.search(r"(?<!-)color:#", style)] == []


def test_a_page_that_needs_nothing_from_elsewhere():
    page = html_of(SUBJECT, with_end("Read it here:\nhttp://localhost:8000/sign/abc\n", reply_to="dana@example.org"))
    seen = Seen(page)
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in page
    assert "<title>Received: 2027 election for &lt;b&gt;Harbor&lt;/b&gt; &amp; Co</title>" in page
    assert set(seen.tags).isdisjoint({"img", "link", "style", "script", "form", "input", "iframe", "b"})
    assert seen.links == ["http://localhost:8000/sign/abc"] * 2
    words = " ".join(seen.words.split())
    assert "Read it http://localhost:8000/sign/abc Virtual Group Elections Questions: Quality Payment" in words
    assert words.endswith("If you reply to this email, your reply goes to dana@example.org.")


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "- <a href='https://evil.example'>x</a>",
        "1. &lt;b&gt;",
        "Name:  <i>x</i>",
        "Click here:\nhttps://evil.example/x",
        'Read:\nhttp://localhost:8000/"onmouseover="x',
    ],
)
def test_what_is_typed_is_text(typed):
    seen = Seen(html_of(SUBJECT, with_end(typed)))
    assert set(seen.tags).isdisjoint({"script", "img", "i", "b"})
    assert not [link for link in seen.links if not link.startswith("http://localhost:8000/")]
    assert not [link for link in seen.links if '"' in link]
    assert re.sub(r"^(- |1\. |Name:  )", "", typed.split("\n")[-1]) in seen.words


@given(st.text(max_size=300))
def test_any_text_has_its_page(text):
    assert "evil" not in Seen(html_of(text, with_end(text))).links
