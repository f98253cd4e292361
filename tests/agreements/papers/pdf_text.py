"""What a PDF reader gets out of a file: the glyphs on its pages, where they stand, and the text they stand for."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Name, Object, Pdf
from pypdf import PdfReader

RUNNING = re.compile(r"^[^.]*, performance year 20\d\d $|^(Fingerprint|Receipt code) .* Page \d+ of \d+$")


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def lines_of(pdf: bytes) -> list[list[str]]:
    """Return the lines of each page, without its running head and foot."""
    pages = [page.extract_text().splitlines() for page in PdfReader(BytesIO(pdf)).pages]
    return [[line for line in page if line.strip() and not RUNNING.search(line)] for page in pages]


def text_of(pdf: bytes) -> str:
    """Return the text of all pages."""
    return " ".join(pages_of(pdf))


def elements(opened: Pdf) -> list[tuple[Object, tuple[str, ...]]]:
    """Return every structure element with the kinds of those above it."""
    found: list[tuple[Object, tuple[str, ...]]] = []
    todo: list[tuple[Object, tuple[str, ...]]] = [(opened.Root.StructTreeRoot.K[0], ())]
    while todo:
        element, above = todo.pop()
        found.append((element, above))
        kids = [kid for kid in element.get(Name.K, []) if not isinstance(kid, int) and Name.S in kid]
        todo += [(kid, (*above, str(element.S))) for kid in kids]
    return found


class Font:
    """An embedded font: how many glyphs it has, what each stands for, and how wide it is in thousandths."""

    def __init__(self, whole: Object) -> None:
        of_glyphs = whole.DescendantFonts[0]
        file = of_glyphs.FontDescriptor.get(Name.FontFile2) or of_glyphs.FontDescriptor.FontFile3
        self.name = str(whole.BaseFont).split("+")[1]
        self.count = TTFont(BytesIO(file.read_bytes()))["maxp"].numGlyphs
        mapped = whole.ToUnicode.read_bytes().partition(b"endcodespacerange")[2]
        pairs = re.findall(rb"<(\w+)> <(\w*)>", mapped)
        self.texts = {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
        self.widths: dict[int, float] = {}
        entries = list(of_glyphs.W)
        for first, widths in zip(entries[::2], entries[1::2], strict=True):
            self.widths |= {int(first) + at: float(width) for at, width in enumerate(widths)}


@dataclass
class Words:
    """One marked content: its page, its glyphs in the order they are painted, and where the last ends, in points."""

    page: int
    told: str | None
    glyphs: list[tuple[Font, int]] = field(default_factory=list)
    right: float = 0

    @property
    def text(self) -> str:
        """What it is told to say; else what its glyphs stand for, turned around where they run from right to left."""
        if self.told is not None:
            return self.told
        parts = [font.texts[glyph] for font, glyph in self.glyphs]
        is_turned = any(unicodedata.bidirectional(letter) in ("R", "AL") for part in parts for letter in part)
        return "".join(reversed(parts) if is_turned else parts)


def words(opened: Pdf) -> Iterator[Words]:
    """Give all marked contents with text in a file, page by page, in the order in which they are painted."""
    fonts = {key: Font(font) for key, font in opened.pages[0].Resources.Font.items()}
    for number, page in enumerate(opened.pages, start=1):
        scale, shift, outside = 1.0, 0.0, []
        for one in pikepdf.parse_content_stream(page):
            operands, operator = one.operands, str(one.operator)
            match operator:
                case "q":
                    outside.append((scale, shift))
                case "Q":
                    scale, shift = outside.pop()
                case "cm":
                    scale, shift = scale * float(operands[0]), scale * float(operands[4]) + shift
                case "BDC" | "BMC":
                    told = operands[1].get(Name.ActualText) if operator == "BDC" else None
                    current = Words(number, None if told is None else str(told))
                case "Tm":
                    at = float(operands[4])
                case "Tf":
                    font, size = fonts[str(operands[0])], float(operands[1])
                case "Tj" | "TJ":
                    for part in operands[0] if operator == "TJ" else [operands[0]]:
                        if not isinstance(part, pikepdf.String):
                            at -= float(part) * size / 1000
                            continue
                        codes = bytes(part)
                        for glyph in (int.from_bytes(codes[i : i + 2]) for i in range(0, len(codes), 2)):
                            current.glyphs.append((font, glyph))
                            at += font.widths[glyph] * size / 1000
                    current.right = max(current.right, scale * at + shift)
                case "EMC" if current.glyphs:
                    yield current
