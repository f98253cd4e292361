"""The HTML part of a mail, made of its text when it is sent, so that the two cannot say different things."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .endings import split_end
from .mail_blocks import Block, BlockKind, BlockRow, blocks_of, pieces_of

BREAK = mark_safe("<br>")
LINK_STYLE = "color:#005ea2;text-decoration:underline;word-break:break-all"


@dataclass(frozen=True)
class ShownRow:
    """A row as HTML; `text` is the address itself where it is a button."""

    name: str
    text: SafeString
    href: str


@dataclass(frozen=True)
class ShownBlock:
    """A block of a mail, as its template lays it out."""

    kind: BlockKind
    start: int
    rows: list[ShownRow]


def html_of(subject: str, body: str) -> str:
    """Return a mail's text as a page of HTML that needs no picture, font or style sheet from elsewhere."""
    text, end = split_end(body)
    context = {
        "subject": subject,
        "site_name": settings.SITE_NAME,
        "blocks": [_shown(block) for block in blocks_of(text, settings.SITE_URL)],
        "end": _lines(end.split("\n")[1:]),
    }
    return render_to_string("notices/mail.html", context)


def _shown(block: Block) -> ShownBlock:
    as_html = _literally if block.kind == BlockKind.QUOTE else _lines
    rows = [ShownRow(row.name, as_html(row.lines), _address(block, row)) for row in block.rows]
    return ShownBlock(block.kind, block.start, rows)


def _address(block: Block, row: BlockRow) -> str:
    return row.lines[0] if block.kind == BlockKind.BUTTON else ""


def _lines(lines: Iterable[str]) -> SafeString:
    """Return lines as HTML, with links only to this site and to official ones."""
    return format_html_join(BREAK, "{}", ((_line(line),) for line in lines))


def _literally(lines: Iterable[str]) -> SafeString:
    """Return what somebody wrote as HTML, without a link."""
    return format_html_join(BREAK, "{}", ((line,) for line in lines))


def _line(line: str) -> SafeString:
    pieces = pieces_of(line, settings.SITE_URL)
    return format_html_join("", "{}", ((_link(piece.href) if piece.href else piece.text,) for piece in pieces))


def _link(address: str) -> SafeString:
    return format_html('<a href="{}" style="{}">{}</a>', address, LINK_STYLE, address)
