"""Facts of a picture: kind by content and size as shown; the room of Pillow.

Never trusts a file's name, and decodes pixels only where a file may have been cut off.
"""

import struct
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

# Two are named because they register themselves: otherwise Pillow would load all forty formats.
from PIL import AvifImagePlugin, Image, UnidentifiedImageError, WebPImagePlugin  # noqa: F401

from activefeed.problems import FormatError

_KINDS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")  # Pillow's words
_ORIENTATION = 0x0112  # EXIF; 5 to 8 lie on their side


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What pages and feeds need to know of a picture."""

    extension: str  # ".jpg" ".png" ".gif" ".webp" ".avif", by content
    width: int  # pixels, as shown (EXIF turned)
    height: int


def probe(source: Path | bytes) -> ImageFacts:
    """Return the facts of a picture. Raises FormatError where it is none, or not whole."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not data:
        raise FormatError("the picture is an empty file", "copy or export it again")
    fix = "open it in a picture program and save it as JPEG or PNG"
    try:
        return _facts(data)
    except UnidentifiedImageError:
        message = "this is not a JPEG, PNG, GIF, WebP or AVIF picture, or it is damaged"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        message = "the picture has too many pixels to be opened safely"
        fix = "make it smaller: 3000 x 3000 pixels are enough for a cover"
    except (OSError, RuntimeError, SyntaxError, ValueError, EOFError, struct.error):
        message, fix = "the picture is damaged or cut off", "copy or export it again"
    raise FormatError(message, fix)


def _facts(data: bytes) -> ImageFacts:
    with warnings.catch_warnings():
        # Odd EXIF is no news to an author; too many pixels must not be a mere warning.
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(data), formats=_KINDS) as image:
            kind = str(image.format).lower()
            width, height = image.size
            # Asking a PNG without EXIF for it would decode all of its pixels.
            if "exif" in image.info and image.getexif().get(_ORIENTATION) in range(5, 9):
                width, height = height, width
            # Where a JPEG or PNG does not end as it should, its pixels tell.
            if not data.endswith((b"\xff\xd9", b"IEND\xaeB`\x82")):
                image.load()
    # Many phones put a second picture behind the first and call it MPO; to all others it is a JPEG.
    return ImageFacts(".jpg" if kind in {"jpeg", "mpo"} else f".{kind}", width, height)
