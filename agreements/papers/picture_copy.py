"""A clean copy of a photo from outside; run as a program of its own, for a hostile file may end it.

Standard input is the file; standard output is a JPEG of its pixels alone, or a word of signature_pages.SENTENCES.
The copy is upright, on white, and no larger than a page needs. Nothing that was beside the pixels comes along: no
place, moment, camera, comment, thumbnail or profile, and nothing behind the picture's end. Only what the file is
counts, never its name. It knows nothing of the project and is given no secrets.
"""

import resource
import sys
from io import BytesIO

from PIL import Image, ImageOps

SECONDS = 20  # of computing
MEGABYTES = 600
KINDS = ("JPEG", "PNG")
MOST_PIXELS = 60_000_000
LONGEST = 3300  # pixels: a page of 11 inches at 300 an inch
QUALITY = 85


class PictureProblem(Exception):
    """The word for what was found."""


def clean_copy(content: bytes) -> bytes:
    """Return the clean copy of a picture; raise PictureProblem."""
    Image.MAX_IMAGE_PIXELS = None  # ours is asked before anything is unpacked, and warns no one
    picture = Image.open(BytesIO(content), formats=KINDS)
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureProblem("too_many_pixels")
    picture.draft("RGB", (LONGEST, LONGEST))
    plain = _plain(picture)
    plain.thumbnail((LONGEST, LONGEST))
    upright = _on_white(ImageOps.exif_transpose(plain))
    upright.info.clear()
    copy = BytesIO()
    upright.save(copy, "JPEG", quality=QUALITY)
    return copy.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture with 8 bits a color, and how see-through it is if it says so."""
    if picture.mode.startswith("I"):  # 16 bits of gray
        return picture.convert("I").point([value >> 8 for value in range(65536)], "L")
    if picture.mode in ("L", "RGBA") or (picture.mode == "RGB" and not picture.has_transparency_data):
        return picture  # not copied: a large one has no room twice
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def answer(content: bytes) -> bytes:
    """Return the copy, or the word for why there is none. Any unexpected error means the file is damaged."""
    try:
        return clean_copy(content)
    except PictureProblem as found:
        return str(found).encode()
    except MemoryError:
        return b"too_much"
    except Exception:
        return b"damaged"


def main() -> None:
    """Copy what comes in, within limits."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
