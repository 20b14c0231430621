"""Facts of a picture, and a picture mended to be artwork; the room of Pillow.

Never trusts a file's name; ``probe`` decodes pixels only where a file may have been cut off.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

# Two are named because they register themselves: otherwise Pillow would load all forty formats.
from PIL import AvifImagePlugin, Image, UnidentifiedImageError, WebPImagePlugin  # noqa: F401

from activefeed.problems import FormatError

_KINDS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")  # Pillow's words
_FOREIGN = {"GIF": "a GIF", "WEBP": "a WebP", "AVIF": "an AVIF"}  # to the directories
_GREY = {"1", "L", "LA", "I;16"}  # modes
_MOST = 3000  # pixels a side of artwork, Apple and PSP-1
_ORIENTATION = 0x0112  # EXIF; 1 is upright, 5 to 8 lie on their side


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What pages and feeds need to know of a picture."""

    extension: str  # ".jpg" ".png" ".gif" ".webp" ".avif", by content
    width: int  # pixels, as shown (EXIF turned)
    height: int
    faults: tuple[str, ...] = ()  # why it is no artwork yet, "is CMYK"; ``mend`` cures them all


def probe(source: Path | bytes) -> ImageFacts:
    """Return the facts of a picture. Raises FormatError where it is none, or not whole."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    with _opened(data) as image:
        kind, turn = str(image.format).lower(), _turn(image)
        width, height = image.size[::-1] if turn >= 5 else image.size
        faults = tuple(_faults(image, turn))
        # Where a JPEG or PNG does not end as it should, its pixels tell.
        if not data.endswith((b"\xff\xd9", b"IEND\xaeB`\x82")):
            image.load()
    # Many phones put a second picture behind the first and call it MPO; to all others it is a JPEG.
    return ImageFacts(".jpg" if kind in {"jpeg", "mpo"} else f".{kind}", width, height, faults)


def mend(data: bytes) -> bytes:
    """Return a picture as artwork: an upright, opaque JPEG in sRGB. Raises FormatError."""
    return reduce(data, _MOST)


def reduce(data: bytes, side: int) -> bytes:
    """Return a picture mended, and at most so many pixels wide and high. Raises FormatError."""
    from PIL import ImageOps  # not needed where nothing is mended

    with _opened(data) as image:
        # A JPEG that is far too large is decoded at a half, a quarter or an eighth of its size.
        image.draft(None, (side * 2, side * 2))
        upright = ImageOps.exif_transpose(image) if _turn(image) > 1 else image
        artwork = _srgb(_opaque(upright), image.info.get("icc_profile"))
        artwork.thumbnail((side, side), Image.Resampling.LANCZOS)
        artwork.info = {}  # Pillow would write a comment again
        stream = BytesIO()
        artwork.save(stream, "JPEG", quality=90, dpi=(72, 72))
    return stream.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Open a picture; whatever Pillow says against it while it is open becomes a FormatError."""
    if not data:
        raise FormatError("the picture is an empty file", "copy or export it again")
    fix = "open it in a picture program and save it as JPEG or PNG"
    try:
        with warnings.catch_warnings():
            # Odd EXIF is no news to an author; too many pixels must not be a mere warning.
            warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=_KINDS) as image:
                yield image
                return
    except UnidentifiedImageError:
        message = "this is not a JPEG, PNG, GIF, WebP or AVIF picture, or it is damaged"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        message = "the picture has too many pixels to be opened safely"
        fix = "make it smaller: 3000 x 3000 pixels are enough for a cover"
    # AssertionError: a palette that is not there.
    except (OSError, RuntimeError, SyntaxError, ValueError, EOFError, AssertionError, struct.error):
        message, fix = "the picture is damaged or cut off", "copy or export it again"
    raise FormatError(message, fix)


def _turn(image: Image.Image) -> int:
    """Return the orientation, 1 to 8."""
    # Asking a PNG without EXIF for it would decode all of its pixels.
    turn = image.getexif().get(_ORIENTATION, 1) if "exif" in image.info else 1
    return turn if turn in range(2, 9) else 1


def _faults(image: Image.Image, turn: int) -> Iterator[str]:
    if image.format in _FOREIGN:
        yield f"is {_FOREIGN[image.format]} picture"
    if image.mode == "CMYK":
        yield "is CMYK"
    if image.mode in _GREY:
        yield "is grey"
    if image.has_transparency_data:
        yield "has transparent parts"
    if turn > 1:
        yield "is turned by EXIF"
    if max(image.size) > _MOST:
        yield f"has more than {_MOST} pixels"


def _opaque(image: Image.Image) -> Image.Image:
    """Return a picture on white, in a mode that colour profiles are made for."""
    if image.mode == "I;16":
        # Pillow would make all but the darkest tones white: the upper byte of each tells.
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])
    mode = "L" if image.mode in _GREY else "RGB"
    if not image.has_transparency_data:
        return image if image.mode == "CMYK" else image.convert(mode)
    image = image.convert(f"{mode}A")
    paper = Image.new(mode, image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture in sRGB; without a profile, or with one that does not fit, as it is."""
    from PIL import ImageCms

    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            known, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            if converted := ImageCms.profileToProfile(image, known, srgb, outputMode="RGB"):
                return converted
    return image.convert("RGB")
