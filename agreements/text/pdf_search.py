"""What in a PDF from outside forbids keeping it; run as a program of its own, for a hostile file may end it.

Standard input is the file, standard output a JSON of `problem`, a word of own.SENTENCES or empty, of `pages`, the text
of each page, and of `notes`, what else in the file is text: its title, its notes, what was typed into its fields. It
knows nothing of the project and is given no secrets. What inflates without end runs into a limit of memory, what goes
round in circles into one of time: the kernel then stops this program alone.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from pypdf import PdfReader

SECONDS = 20  # of computing
MEGABYTES = 600  # the largest file that is taken, and what comes of reading it
MOST_VALUES = 500_000
MOST_CHARACTERS = 5_000_000  # of text
STEP_INTO = (Array, Dictionary, Stream)

ACTION_KEYS = ("/A", "/OpenAction", "/Next", "/PA")
HARMLESS = ("/GoTo", "/Named", "/URI")  # addresses are looked at wherever they stand
REACHES_OUT = {
    *("/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound"),
    *("/RichMediaExecute", "/GoTo3DView"),
}
OUTSIDE_KEYS = {"/Ref", "/OPI"}  # a part that is drawn from another file
NO_TEXT = {"/ID", "/DA", "/Cert"}  # binary, or numbers of drawing
ATTACHMENT_KEYS = {"/EmbeddedFiles", "/EF", "/AF", "/Collection"}
ATTACHMENTS = {
    *("/EmbeddedFile", "/Filespec", "/FileSpec", "/F"),
    *("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"),
}
IS_WEB_ADDRESS = re.compile(r"\s*(https?://|mailto:|tel:|www\.|#)", re.I)


class PdfProblem(Exception):
    """The word for what was found."""


def look_through(content: bytes) -> tuple[list[str], list[str]]:
    """Return the text of each page of a PDF, and what other texts it has; raise PdfProblem."""
    if not content.startswith(b"%PDF-"):
        raise PdfProblem("no_pdf")
    notes: list[str] = []
    with _open(content) as pdf:
        if pdf.is_encrypted:
            raise PdfProblem("protected")
        for value in _values(pdf):
            if not isinstance(value, Array):
                _refuse(value)
            notes += _strings(value)
        pages = len(pdf.pages)
        if pdf.get_warnings():  # what one program reads in a broken place, another may read otherwise
            raise PdfProblem("damaged")
    if not pages:
        raise PdfProblem("no_pages")
    texts = _read(content)
    if sum(map(len, texts + notes)) > MOST_CHARACTERS:
        raise PdfProblem("too_much")
    return texts, notes


def _read(content: bytes) -> list[str]:
    try:
        return [page.extract_text().replace("\0", "") for page in PdfReader(BytesIO(content)).pages]
    except MemoryError:
        raise
    except Exception:
        raise PdfProblem("unreadable") from None


def _open(content: bytes) -> Pdf:
    try:
        return pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise PdfProblem("protected") from None
    except pikepdf.PdfError as error:
        raise PdfProblem("protected" if "encrypt" in str(error).lower() else "damaged") from None


def _values(pdf: Pdf) -> Iterator[Object]:
    """Yield every dictionary, array and stream of the file, reachable or not, each once."""
    count = 0
    for whole in chain([pdf.trailer], pdf.objects):
        todo: list[Any] = [whole]
        while todo:
            value = todo.pop()
            if not isinstance(value, STEP_INTO):
                continue
            count += 1
            if count > MOST_VALUES:
                raise PdfProblem("too_much")
            held = list(value) if isinstance(value, Array) else [held for _, held in _items(value)]
            todo += [one for one in held if isinstance(one, Object) and not one.is_indirect]
            yield value


def _strings(value: Object) -> list[str]:
    """Return the texts that stand in a dictionary, an array, or the metadata of a file in XML."""
    if isinstance(value, Array):
        parts = list(value)
        is_palette = any(isinstance(one, Name) for one in parts)
        return [str(one) for one in parts if isinstance(one, String) and not is_palette]
    held = dict(_items(value))
    binary = NO_TEXT | ({"/Contents"} if "/ByteRange" in held else set())  # a signature's
    strings = [str(one) for key, one in held.items() if isinstance(one, String) and key not in binary]
    if isinstance(value, Stream) and held.get("/Type") == "/Metadata":
        strings.append(re.sub(r"<[^>]*>", "\n", value.read_bytes().decode(errors="replace")))
    return strings


def _items(value: Object) -> Any:
    return value.stream_dict.items() if isinstance(value, Stream) else value.items()


def _refuse(value: Object) -> None:
    """Raise PdfProblem for a dictionary, or a stream's, that does something or holds another file."""
    held = dict(_items(value))
    kinds = {_word(held.get("/Type")), _word(held.get("/Subtype"))}
    if "/JavaScript" in held or _word(held.get("/S")) == "/JavaScript" or isinstance(held.get("/JS"), String | Stream):
        raise PdfProblem("javascript")
    if "/XFA" in held:
        raise PdfProblem("xfa")
    if not ATTACHMENT_KEYS.isdisjoint(held) or not ATTACHMENTS.isdisjoint(kinds):
        raise PdfProblem("attachment")
    if _reaches_out(held) or (isinstance(value, Stream) and "/F" in held) or not OUTSIDE_KEYS.isdisjoint(held):
        raise PdfProblem("action")
    for action in _actions(held):
        name = _word(action.get("/S"))
        if name and name not in HARMLESS:
            raise PdfProblem("javascript" if name == "/JavaScript" else "action")


def _actions(held: dict[str, Any]) -> Iterator[Object]:
    """Yield what a dictionary does when something happens: its action, those that follow, those of its events."""
    found = [held[key] for key in ACTION_KEYS if key in held]
    events = held.get("/AA")
    if isinstance(events, Dictionary):
        found += [one for _, one in events.items()]
    elif events is not None:
        raise PdfProblem("action")  # it means nothing, but to a program that is not strict
    for one in found:
        for each in list(one) if isinstance(one, Array) else [one]:
            if isinstance(each, Dictionary):
                yield each


def _reaches_out(held: dict[str, Any]) -> bool:
    """Say whether it is an action that opens or sends something, or an address that is none of the web."""
    if _word(held.get("/S")) in REACHES_OUT or isinstance(held.get("/URI"), Stream):
        return True
    addresses = [held[key] for key in ("/URI", "/Base") if isinstance(held.get(key), String)]
    return not all(IS_WEB_ADDRESS.match(str(address)) for address in addresses)


def _word(value: Any) -> str:
    return str(value) if isinstance(value, Name) else ""


def answer(pdf: bytes) -> dict[str, Any]:
    """Return the problem, pages and notes of a PDF as JSON values. Any unexpected error means it is damaged."""
    problem = ""
    pages: list[str] = []
    notes: list[str] = []
    try:
        pages, notes = look_through(pdf)
    except PdfProblem as found:
        problem = str(found)
    except MemoryError:
        problem = "too_much"
    except Exception:
        problem = "damaged"
    return {"problem": problem, "pages": pages, "notes": notes}


def main() -> None:
    """Look through what comes in, within limits, and say what was found."""
    sys.setrecursionlimit(300)
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
