"""What a mail's text consists of: paragraphs, lists, facts by their names, and the links to select (pure Python).

The text is the source of both parts of a mail. Its marks are those that plain text has: a blank line between
paragraphs, “- ” or “1. ” before a line of a list, “Name:   value” with two spaces or more, “> ” before each line that
somebody wrote (ground/templatetags/quotation.py), and a link alone in its line after a sentence that ends with a colon.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ground.official_links import LINK

BULLET, NUMBER = re.compile(r"- +(?=\S)"), re.compile(r"(\d{1,2})\. +(?=\S)")
QUOTED = re.compile(r">(?: (.*))?")
FACT = re.compile(r"([^\s:][^:]{0,39}): {2,}(\S.*)")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?!ET\b)")  # none within “11:59 p.m. ET”
ADDRESS = r"[A-Za-z0-9\-._~!$&'*+,;=:@%/?\#()]"
AFTER_A_LINK = ".,;:!?'"
LONGEST_LABEL = 60


class BlockKind(StrEnum):
    """How a block is laid out."""

    TEXT = "text"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    FACTS = "facts"
    QUOTE = "quote"
    BUTTON = "button"


@dataclass(frozen=True)
class Piece:
    """A run of text; with `href`, a link whose address is the text itself."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class BlockRow:
    """An item of a list, a named fact, a paragraph, a quotation, or a link's address with the words on its button."""

    lines: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class Block:
    """Rows that are laid out in one way; `start` is the number of a list's first item."""

    kind: BlockKind
    rows: tuple[BlockRow, ...]
    start: int = 1


def blocks_of(text: str, site_url: str) -> list[Block]:
    """Return what a mail's text consists of, in its order; nothing of it is left out."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n(?:[ \t]*\n)+", text.replace("\r", "").strip()):
        for number, line in enumerate(chunk.split("\n")):
            _add(blocks, line, site_url, begins=number == 0)
    return blocks


def pieces_of(line: str, site_url: str) -> Iterator[Piece]:
    """Yield a line in runs, each address of this site and each of the official ones as a link."""
    at = 0
    for found in _links(site_url).finditer(line):
        address = _without_what_follows(found[0])
        if found.start() > at:
            yield Piece(line[at : found.start()])
        yield Piece(address, address)
        at = found.start() + len(address)
    if at < len(line):
        yield Piece(line[at:])


def _add(blocks: list[Block], line: str, site_url: str, *, begins: bool) -> None:
    """Add a line to the last block, or a block of its own; `begins` says that a blank line was before it."""
    last = blocks[-1] if blocks else None
    if quoted := QUOTED.fullmatch(line):
        _add_quoted(blocks, quoted[1] or "", begins=begins)
    elif fact := FACT.fullmatch(line):
        _add_row(blocks, BlockKind.FACTS, BlockRow((fact[2],), fact[1]))
    elif bullet := BULLET.match(line):
        _add_row(blocks, BlockKind.BULLETS, BlockRow((line[bullet.end() :],)))
    elif number := NUMBER.match(line):
        _add_row(blocks, BlockKind.NUMBERS, BlockRow((line[number.end() :],)), start=int(number[1]))
    elif _is_link(line, site_url) and last and (label := _label(last)):
        blocks[-1:] = [
            *_without_label(last, label),
            Block(BlockKind.BUTTON, (BlockRow((line.strip(),), _on_button(label)),)),
        ]
    elif last and not begins and _continues(last, line):
        blocks[-1] = _with_line(last, line.strip())
    else:
        blocks.append(Block(BlockKind.TEXT, (BlockRow((line.strip(),)),)))


def _add_row(blocks: list[Block], kind: BlockKind, row: BlockRow, *, start: int = 1) -> None:
    """Add a row to the last block if it is of this kind, else begin one."""
    if blocks and blocks[-1].kind == kind:
        blocks[-1] = Block(kind, (*blocks[-1].rows, row), blocks[-1].start)
    else:
        blocks.append(Block(kind, (row,), start))


def _add_quoted(blocks: list[Block], line: str, *, begins: bool) -> None:
    """Add a line that somebody wrote to the quotation before it, or begin one; nothing in it is a mark."""
    if blocks and blocks[-1].kind == BlockKind.QUOTE and not begins:
        [row] = blocks[-1].rows
        blocks[-1] = Block(BlockKind.QUOTE, (BlockRow((*row.lines, line)),))
    else:
        blocks.append(Block(BlockKind.QUOTE, (BlockRow((line,)),)))


def _continues(last: Block, line: str) -> bool:
    """Say whether a line goes on with what stands before it: in a list with “- ”, it has to be indented."""
    if last.kind == BlockKind.BULLETS:
        return line.startswith("  ")
    return last.kind in (BlockKind.TEXT, BlockKind.NUMBERS)


def _with_line(block: Block, line: str) -> Block:
    *before, row = block.rows
    return Block(block.kind, (*before, BlockRow((*row.lines, line), row.name)), block.start)


def _label(block: Block) -> str:
    """Return the sentence before a link that says what it leads to; empty if there is none, or it is too long."""
    text = block.rows[-1].lines[-1]
    label = SENTENCE_END.split(text)[-1]
    fits = len(_on_button(label)) <= LONGEST_LABEL
    return label if block.kind == BlockKind.TEXT and text.endswith(":") and fits else ""


def _on_button(label: str) -> str:
    return label.removesuffix(":").removesuffix(" here").rstrip(",")


def _without_label(block: Block, label: str) -> Iterable[Block]:
    """Return a paragraph without its last sentence, which is on the button."""
    *lines, last = block.rows[-1].lines
    rest = last.removesuffix(label).rstrip()
    kept = (*lines, rest) if rest else tuple(lines)
    return [Block(BlockKind.TEXT, (BlockRow(kept),))] if kept else []


def _is_link(line: str, site_url: str) -> bool:
    found = list(pieces_of(line.strip(), site_url))
    return len(found) == 1 and bool(found[0].href)


def _links(site_url: str) -> re.Pattern[str]:
    """Return what finds the addresses that are made links: those of this site, and the official ones."""
    ours = rf"(?<![\w/@.:-]){re.escape(site_url)}/{ADDRESS}*"
    return re.compile(f"{ours}|{LINK.pattern}\n", LINK.flags)


def _without_what_follows(address: str) -> str:
    """Return an address without the marks of the sentence that follow it."""
    while address[-1] in AFTER_A_LINK or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address
