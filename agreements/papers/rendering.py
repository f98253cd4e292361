"""From a frozen snapshot to one PDF that is both PDF/A-2a and PDF/UA-1; the one place that knows the renderer."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from fontTools.ttLib import woff2
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from ground import fonts

from ..text.document_text import Snapshot
from ..text.reading import shown, shown_packet, shown_receipt, shown_update
from .conformance import conform

NO_SYSTEM_FONTS = Path(__file__).with_name("no_system_fonts.conf")
RIGHT_TO_LEFT = ("R", "AL")
PAGES = {  # by what the snapshot says it is; an agreement's does not say
    "agreement": (shown, "agreements/agreement.html"),
    "receipt": (shown_receipt, "agreements/receipt.html"),
    "update": (shown_update, "agreements/update.html"),
    "packet": (shown_packet, "agreements/packet.html"),
}
AS_WRITTEN = ("agreement",)  # what people sign: no letter of it is replaced


class OwnFiles(URLFetcher):  # type: ignore[misc]  # the engine has no types
    """Reads files of this machine alone; a font comes unpacked, for the engine would unpack it for every document."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["file"], fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Return a file's content."""
        answer = super().fetch(url, headers)
        return URLFetcherResponse(url, _unpacked(answer.read())) if url.endswith(".woff2") else answer


@lru_cache(16)  # Public Sans, and the scripts of the last names
def _unpacked(font: bytes) -> bytes:
    unpacked = BytesIO()
    woff2.decompress(BytesIO(font), unpacked)
    return unpacked.getvalue()


def render(snapshot: Snapshot, *, made_at: datetime) -> bytes:
    """Return a document as a PDF: the same bytes for the same snapshot and moment, on any machine of one set-up.

    What our fonts cannot show is named in brackets. In an agreement, which binds as it is written, it raises
    MissingGlyphs. Raises FontMissing.
    """
    kind = snapshot.get("kind", "agreement")
    read, template = PAGES[kind]
    context = read(snapshot, made_at)
    page = fonts.as_printed(render_to_string(template, context))
    if kind not in AS_WRITTEN:
        page = fonts.in_brackets(page)
    beyond = fonts.beyond_public_sans(page)
    more = sorted({font for font in beyond.values() if font})
    fetcher = OwnFiles()
    with _set_for_now(FONTCONFIG_FILE=str(NO_SYSTEM_FONTS), SOURCE_DATE_EPOCH=str(int(made_at.timestamp()))):
        config = FontConfiguration()
        style = CSS(
            string=render_to_string("agreements/document.css", {"fonts": more}),
            base_url=f"{fonts.public_sans().as_uri()}/",
            font_config=config,
            url_fetcher=fetcher,
        )
        pdf = HTML(string=_with_their_text(page, beyond), url_fetcher=fetcher).write_pdf(
            stylesheets=[style],
            font_config=config,
            pdf_variant="pdf/a-2a",
            pdf_identifier=context["fingerprint"].encode(),
        )
    return conform(pdf, title=context["title"], made_at=made_at, fingerprint=context["fingerprint"])


def _with_their_text(page: str, letters: Collection[str]) -> str:
    """Return a page in which the words with such letters stand by themselves, between others of another direction."""
    if not letters:
        return page
    word = rf"\S*[{re.escape(''.join(letters))}][^\s,;]*"
    words = re.compile(rf"({word}(?:\s+{word})*)")

    def marked(text: re.Match[str]) -> str:
        parts = words.split(unescape(text[0]))
        parts[::2] = map(escape, parts[::2])
        parts[1::2] = map(_marked, parts[1::2])
        return "".join(parts)

    head, body = page.split("<body>")
    return f"{head}<body>" + re.sub(r"(?<=>)[^<]+", marked, body)


def _marked(words: str) -> str:
    """Return words as an element that brings along what they say: glyphs that are joined or change places do not tell.

    An image without a source is laid out as its alternative text, and the file keeps that text with it (conformance.py
    puts it in its place). Where text runs from right to left, readers turn glyphs around, and would turn a text, too.
    """
    if any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in words):
        return f"<span>{escape(words)}</span>"
    return f'<img alt="{escape(words)}">'


@contextmanager
def _set_for_now(**settings: str) -> Iterator[None]:
    """Set environment variables that the engine's libraries read: the fonts it may see, and the moment it writes.

    Else what a file looks like would depend on the machine, and no two files would be the same.
    """
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
