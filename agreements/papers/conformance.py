"""What the renderer leaves undone for PDF/UA-1 and PDF/A-2a together: header scopes, artifacts, metadata."""

from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from django.template.loader import render_to_string
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Object, Pdf, String

PRODUCER = "Virtual Group Elections"
IDENTIFIER = "sha256:"  # what stands before the fingerprint in the metadata


def conform(raw: bytes, *, title: str, made_at: datetime, fingerprint: str) -> bytes:
    """Return a PDF of the renderer's with what both standards further ask; the same bytes for the same input.

    The fingerprint of what it says stands in its metadata, which are never compressed: who holds the bytes can find it.
    """
    out = BytesIO()
    with Pdf.open(BytesIO(raw)) as pdf:
        linked = _mend_structure(pdf)
        _mark_artifacts(pdf, linked)
        _leave_room_in_parent_tree(pdf)
        _write_metadata(pdf, title, made_at, fingerprint)
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _mend_structure(pdf: Pdf) -> set[tuple[tuple[int, int], int]]:
    """Give header cells their scope and list their names, by which data cells refer to them.

    Returns (page, marked content id) of all that hangs in the tree.
    """
    linked: set[tuple[tuple[int, int], int]] = set()
    named: dict[bytes, Object] = {}
    todo: list[tuple[Object, bool]] = [(pdf.Root.StructTreeRoot.K[0], False)]
    while todo:
        element, in_head = todo.pop()
        kind = element.S
        if kind == Name.TH:
            element.A[Name.Scope] = Name.Column if in_head else Name.Row
            named[bytes(element.ID)] = element
        for kid in element.get(Name.K, []):
            if isinstance(kid, int):
                linked.add((element.Pg.objgen, int(kid)))
            elif Name.S in kid:
                todo.append((kid, in_head or kind == Name.THead))
    names = [part for name in sorted(named) for part in (String(name), named[name])]
    pdf.Root.StructTreeRoot.IDTree = pdf.make_indirect(Dictionary(Names=Array(names)))
    return linked


def _mark_artifacts(pdf: Pdf, linked: set[tuple[tuple[int, int], int]]) -> None:
    """Make artifacts of the running heads and feet: the renderer tags them and hangs them nowhere."""
    parents = pdf.Root.StructTreeRoot.ParentTree.Nums
    of_page = {int(parents[at]): parents[at + 1] for at in range(0, len(parents), 2)}
    running = Dictionary(Type=Name.Pagination)
    for page in pdf.pages:
        instructions = []
        for one in pikepdf.parse_content_stream(page):
            if str(one.operator) == "BDC" and Name.MCID in one.operands[1]:
                mcid = int(one.operands[1].MCID)
                if (page.obj.objgen, mcid) not in linked:
                    one = ContentStreamInstruction([Name.Artifact, running], one.operator)
                    of_page[int(page.obj.StructParents)][mcid] = None
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
