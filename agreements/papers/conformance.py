"""What the renderer leaves undone for PDF/UA-1 and PDF/A-2a together: scopes, contents, artifacts, text, metadata.

And the check that every letter of a document has its glyph: one that lacks some is not made.
"""

import re
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from django.template.loader import render_to_string
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Object, Pdf, String

PRODUCER = "Virtual Group Elections"
IDENTIFIER = "sha256:"  # what stands before the fingerprint in the metadata
MAPPED = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")  # a glyph, and the text it stands for
Mark = tuple[tuple[int, int], int]  # a page, and the id of a marked content on it


class MissingGlyphs(ValueError):
    """A document says something for which its fonts have no glyphs: these characters."""

    def __init__(self, characters: set[str]) -> None:
        self.characters = sorted(characters)
        super().__init__(" ".join(f"U+{ord(character):04X}" for character in self.characters))


def conform(raw: bytes, *, title: str, made_at: datetime, fingerprint: str) -> bytes:
    """Return a PDF of the renderer's with what both standards further ask; the same bytes for the same input.

    The fingerprint of what it says stands in its metadata, which are never compressed: who holds the bytes can find it.
    Raises MissingGlyphs.
    """
    out = BytesIO()
    with Pdf.open(BytesIO(raw)) as pdf:
        _complete_fonts(pdf)
        linked = _mend_structure(pdf)
        _finish_content(pdf, linked)
        _leave_room_in_parent_tree(pdf)
        _write_metadata(pdf, title, made_at, fingerprint)
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _complete_fonts(pdf: Pdf) -> None:
    """Raise MissingGlyphs where a font is used for what it lacks. Let every glyph stand for some character.

    The renderer numbers a missing glyph behind those that there are; and of several glyphs that make one letter, all
    but the first stand for nothing, which both standards forbid.
    """
    from fontTools.ttLib import TTFont  # here, as a web process looks into this module, too

    missing: set[str] = set()
    for font in pdf.objects:
        if not isinstance(font, Dictionary) or font.get(Name.Subtype) != Name.Type0:
            continue
        embedded = font.DescendantFonts[0].FontDescriptor
        file = embedded.get(Name.FontFile2) or embedded.FontFile3
        count = TTFont(BytesIO(file.read_bytes()), lazy=True)["maxp"].numGlyphs
        head, behind, mapped = font.ToUnicode.read_bytes().partition(b"endcodespacerange")
        for glyph, text in MAPPED.findall(mapped):
            if not 0 < int(glyph, 16) < count:
                missing.update(bytes.fromhex(text.decode()).decode("utf-16-be") or "\ufffd")
        font.ToUnicode.write(head + behind + mapped.replace(b"> <>", b"> <200b>"))
    if missing:
        raise MissingGlyphs(missing)


def _mend_structure(pdf: Pdf) -> dict[Mark, str | None]:
    """Give header cells their scope and list their names, by which data cells refer to them.

    Returns all that hangs in the tree, with what it says where the renderer was told (rendering.py, _with_their_text).
    """
    linked: dict[Mark, str | None] = {}
    named: dict[bytes, Object] = {}
    todo: list[tuple[Object, bool, str | None]] = [(pdf.Root.StructTreeRoot.K[0], False, None)]
    while todo:
        element, in_head, text = todo.pop()
        kind = element.S
        if kind == Name.TH:
            element.A[Name.Scope] = Name.Column if in_head else Name.Row
            named[bytes(element.ID)] = element
        elif kind == Name.Link:
            _list_in_contents(element)
        told: str | None = None
        for kid in element.get(Name.K, []):
            if isinstance(kid, int):
                linked[(element.Pg.objgen, int(kid))] = text
            elif Name.S in kid:
                before, told = told, _told(kid)
                said = "" if told and told == before else told  # broken over lines, it is told with each: say it once
                todo.append((kid, in_head or kind == Name.THead, text if said is None else said))
    names = [part for name in sorted(named) for part in (String(name), named[name])]
    pdf.Root.StructTreeRoot.IDTree = pdf.make_indirect(Dictionary(Names=Array(names)))
    return linked


def _list_in_contents(link: Object) -> None:
    """Make the list that a link stands in a table of contents, and say where it leads: all our links stand in one."""
    reference = link.P
    reference.S, reference.P.S, reference.P.P.S = Name.Reference, Name.TOCI, Name.TOC
    for kid in link.K:
        if isinstance(kid, Dictionary) and Name.Obj in kid:
            kid.Obj.Contents = String(str(kid.Obj.Contents).replace("-", " "))


def _told(element: Object) -> str | None:
    """Return an element's alternative text and make it plain text again; None if it has none."""
    if element.get(Name.S) != Name.Figure:
        return None
    text = str(element.Alt)
    element.S = Name.Span
    del element[Name.Alt], element[Name.A]
    return text


def _finish_content(pdf: Pdf, linked: dict[Mark, str | None]) -> None:
    """Make artifacts of the running heads and feet, which the renderer tags and hangs nowhere; write what words say."""
    parents = pdf.Root.StructTreeRoot.ParentTree.Nums
    of_page = {int(parents[at]): parents[at + 1] for at in range(0, len(parents), 2)}
    running = Dictionary(Type=Name.Pagination)
    for page in pdf.pages:
        instructions = []
        for one in pikepdf.parse_content_stream(page):
            if str(one.operator) == "BDC" and Name.MCID in one.operands[1]:
                mark = (page.obj.objgen, int(one.operands[1].MCID))
                if mark not in linked:
                    one = ContentStreamInstruction([Name.Artifact, running], one.operator)
                    of_page[int(page.obj.StructParents)][mark[1]] = None
                elif (text := linked[mark]) is not None:
                    said = Dictionary(MCID=mark[1], ActualText=String(text))
                    one = ContentStreamInstruction([one.operands[0], said], one.operator)
            instructions.append(one)
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))


def _leave_room_in_parent_tree(pdf: Pdf) -> None:
    """Let a leaf hold the entries of all pages, so that a seal adds its own without writing all of them again."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    last = int(numbers[len(numbers) - 2])
    leaf = pdf.make_indirect(Dictionary(Limits=Array([numbers[0], last]), Nums=numbers))
    pdf.Root.StructTreeRoot.ParentTree = pdf.make_indirect(Dictionary(Kids=Array([leaf])))
    pdf.Root.StructTreeRoot.ParentTreeNextKey = last + 1


def _write_metadata(pdf: Pdf, title: str, made_at: datetime, fingerprint: str) -> None:
    """Name both standards; title, producer and moment stand the same in the old place and in the new."""
    moment = made_at.astimezone(UTC).replace(microsecond=0)
    packet = render_to_string(
        "agreements/metadata.xml",
        {
            "byte_order_mark": "\ufeff",
            "title": title,
            "identifier": f"{IDENTIFIER}{fingerprint}",
            "producer": PRODUCER,
            "made_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        },
    )
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    stamp = f"D:{moment:%Y%m%d%H%M%S}Z"
    del pdf.docinfo
    for key, value in {"Title": title, "Producer": PRODUCER, "CreationDate": stamp, "ModDate": stamp}.items():
        pdf.docinfo[f"/{key}"] = String(value)
