"""Facts of a picture: kind by content, size as shown, mode; the room of Pillow.

Never trusts a file's name, and decodes pixels only where a file may have been cut off.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

# Two are named because they register themselves: otherwise Pillow would load all forty formats.
from PIL import AvifImagePlugin, Image, WebPImagePlugin  # noqa: F401

from activefeed.problems import FormatError

_EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "AVIF": ".avif"}
_ORIENTATION = 0x0112  # EXIF; 5 to 8 lie on their side
_SAVE_AS = "open it in a picture program and save it as JPEG or PNG"
_AGAIN = "copy or export the picture again"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What pages and feeds need to know of a picture."""

    extension: str  # ".jpg" ".png" ".gif" ".webp" ".avif", by content
    width: int  # pixels, as shown (EXIF turned)
    height: int
    mode: str  # Pillow's word: RGB, RGBA, CMYK, P …


def probe(source: Path | bytes) -> ImageFacts:
    """Return the facts of a picture. Raises FormatError where it is none, or not whole."""
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        kind = _kind(file.read(1024))
        try:
            with warnings.catch_warnings():
                # Odd EXIF is no news to an author; too many pixels must not be a mere warning.
                warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(file, formats=[kind]) as image:
                    facts = _facts(image, kind)
                    if not _is_whole(file, kind):
                        image.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise FormatError(
                "the picture has too many pixels to be opened safely",
                "make it smaller: 3000 x 3000 pixels are enough for a cover",
            ) from None
        except (OSError, RuntimeError, SyntaxError, ValueError, EOFError, struct.error):
            raise FormatError("the picture is damaged or cut off", _AGAIN) from None
    return facts


def _facts(image: Image.Image, kind: str) -> ImageFacts:
    width, height = image.size
    # Asking a PNG without EXIF for it would decode all of its pixels.
    if "exif" in image.info and image.getexif().get(_ORIENTATION) in range(5, 9):
        width, height = height, width
    return ImageFacts(_EXTENSIONS[kind], width, height, image.mode)


def _kind(head: bytes) -> str:
    """Return Pillow's name for what the first bytes say. Raises FormatError."""
    if not head:
        raise FormatError("the picture is an empty file", _AGAIN)
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        brands = head[8 : int.from_bytes(head[:4], "big")]
        if b"avif" in brands or b"avis" in brands:
            return "AVIF"
        if brands[:3] in {b"hei", b"hev", b"mif"}:
            raise FormatError("a HEIC picture is not shown by most programs", _SAVE_AS)
    if b"<svg" in head.lower():
        raise FormatError("an SVG is a drawing, not a picture file", "save it as PNG")
    raise FormatError("this is not a JPEG, PNG, GIF, WebP or AVIF picture", _SAVE_AS)


def _is_whole(file: BinaryIO, kind: str) -> bool:
    """Return whether the end of the file is sure to be there; if not sure, pixels will tell."""
    position = file.tell()
    size = file.seek(0, 2)
    file.seek(max(0, size - 12))
    tail = file.read(12)
    file.seek(4)
    riff = int.from_bytes(file.read(4), "little")
    file.seek(position)  # where Pillow left it
    return {
        "JPEG": tail.endswith(b"\xff\xd9"),
        "PNG": tail[4:8] == b"IEND",
        "GIF": tail.endswith(b"\x00;"),
        "WEBP": size >= riff + 8,
    }.get(kind, False)
