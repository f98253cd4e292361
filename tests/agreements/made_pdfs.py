"""Small PDFs made by hand: plain ones, and ones with what a file from outside may not have in it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String


def SCRIPT() -> Dictionary:  # noqa: N802
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def saved(pdf: Pdf | None = None, **how: Any) -> bytes:
    """Return a PDF's bytes, by default of two empty pages, saved in this way."""
    out = BytesIO()
    (pdf or _two_pages()).save(out, static_id=True, **how)
    return out.getvalue()


def bare(change: Callable[[Pdf], object] = lambda pdf: None, pages: int = 2) -> bytes:
    """Return a PDF of empty pages, after this was done to it."""
    pdf = _two_pages(pages)
    change(pdf)
    return saved(pdf)


def annotated(**annotation: Any) -> bytes:
    """Return a PDF with one annotation on its first page."""

    def annotate(pdf: Pdf) -> None:
        held = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **annotation)
        pdf.pages[0].Annots = Array([pdf.make_indirect(held)])

    return bare(annotate)


def written(*texts: str) -> bytes:
    """Return a PDF of a page for each text, which is written on it in one line."""

    def write(pdf: Pdf) -> None:
        codes = {character: f"{code:02x}" for code, character in enumerate(sorted(set("".join(texts))), start=1)}
        rows = [f"<{code}> <{character.encode('utf-16-be').hex()}>" for character, code in codes.items()]
        cmap = f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(rows)} beginbfchar\n"
        to_unicode = pdf.make_stream((cmap + "\n".join(rows) + "\nendbfchar").encode())
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, ToUnicode=to_unicode)
        for page, text in zip(pdf.pages, texts, strict=True):
            shown = "".join(codes[character] for character in text)
            page.Resources = Dictionary(Font=Dictionary(F1=font))
            page.Contents = pdf.make_stream(f"BT /F1 9 Tf 9 700 Td <{shown}> Tj ET".encode())

    return bare(write, pages=len(texts))


def _two_pages(pages: int = 2) -> Pdf:
    pdf = Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    return pdf
