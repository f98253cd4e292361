"""From a frozen snapshot to one PDF that is both PDF/A-2a and PDF/UA-1; the one place that knows the renderer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from ..text.document_text import Snapshot
from ..text.reading import shown, shown_receipt
from .conformance import conform

FONTS_FOLDER = "uswds/fonts/public-sans"  # among the static files
FONTS = ("PublicSans-Regular.woff2", "PublicSans-Bold.woff2")
PAGES = {  # by what the snapshot says it is; an agreement's does not say
    "agreement": (shown, "agreements/agreement.html"),
    "receipt": (shown_receipt, "agreements/receipt.html"),
}


class FontMissing(OSError):
    """The fonts that every document embeds are not on this machine."""


def render(snapshot: Snapshot, *, made_at: datetime) -> bytes:
    """Return a document as a PDF: the same bytes for the same snapshot and moment, on any machine of one set-up.

    Raises FontMissing.
    """
    read, template = PAGES[snapshot.get("kind", "agreement")]
    context = read(snapshot, made_at)
    fonts, config = _fonts_folder(), FontConfiguration()
    fetcher = URLFetcher(allowed_protocols=["file"], fail_on_errors=True)
    style = CSS(
        string=render_to_string("agreements/document.css"),
        base_url=f"{fonts.as_uri()}/",
        font_config=config,
        url_fetcher=fetcher,
    )
    page = HTML(string=render_to_string(template, context), url_fetcher=fetcher)
    with _frozen_time(made_at):
        pdf = page.write_pdf(
            stylesheets=[style],
            font_config=config,
            pdf_variant="pdf/a-2a",
            pdf_identifier=context["fingerprint"].encode(),
        )
    return conform(pdf, title=context["title"], made_at=made_at, fingerprint=context["fingerprint"])


def _fonts_folder() -> Path:
    """Return the folder of the fonts that `make setup` lays out; raise FontMissing."""
    for name in FONTS:
        if not (path := finders.find(f"{FONTS_FOLDER}/{name}")):
            raise FontMissing(f"{name} is missing: run make setup, which lays the fonts out.")
    return Path(str(path)).parent


@contextmanager
def _frozen_time(moment: datetime) -> Iterator[None]:
    """Let what writes fonts into the file take this moment for now: else no two files are the same."""
    name, before = "SOURCE_DATE_EPOCH", os.environ.get("SOURCE_DATE_EPOCH")
    os.environ[name] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
