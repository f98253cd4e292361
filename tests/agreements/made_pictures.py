"""Small pictures made by hand, with what a photo brings along."""

from io import BytesIO
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = "41 Harbor Street"
TURNED = 6  # how a phone says that the picture lies on its side
ORIENTATION, MAKER, GPS, GPS_PLACE = 0x112, 0x10F, 0x8825, 0x1B
RED, WHITE = (254, 0, 0), (255, 255, 255)


def picture(width: int = 40, height: int = 20, mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is red."""
    made = Image.new("RGB", (width, height), "white")
    made.paste((255, 0, 0), (0, 0, width // 2, height))
    return made.convert(mode)


def photo(kind: str = "JPEG", made: Image.Image | None = None, **how: Any) -> bytes:
    """Return a photo as a phone saves it: lying on its side, with a place, a maker, a comment and more behind it."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = TURNED, SECRET
    exif[GPS] = {GPS_PLACE: SECRET.encode()}
    beside: dict[str, Any] = {"exif": exif}
    if kind == "JPEG":
        beside["comment"] = SECRET.encode()
    else:
        beside["pnginfo"] = PngInfo()
        beside["pnginfo"].add_text("Author", SECRET)
    return encoded(made or picture(), kind, **beside, **how) + SECRET.encode()


def encoded(made: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """Return a picture's bytes."""
    out = BytesIO()
    made.save(out, kind, **how)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))
