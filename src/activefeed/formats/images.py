"""Facts of a picture, a picture mended to be artwork, smaller copies of it; the room of Pillow.

Never trusts a file's name; ``probe`` decodes pixels only where a file may have been cut off.
"""

import struct
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

# Two are named because they register themselves: otherwise Pillow would load all forty formats.
from PIL import AvifImagePlugin, Image, UnidentifiedImageError, WebPImagePlugin, features  # noqa: F401

from activefeed import model
from activefeed.problems import FormatError

_KINDS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")  # Pillow's words
_FOREIGN = {"GIF": "a GIF", "WEBP": "a WebP", "AVIF": "an AVIF"}  # to the directories
_GREY = {"1", "L", "LA", "I;16"}  # modes
_MOST = 3000  # pixels a side of artwork, Apple and PSP-1
_ENDS = (b"\xff\xd9", b"IEND\xaeB`\x82", b"\0;")  # of a whole JPEG, PNG, GIF

WIDTHS = (160, 320, 640, 1280)  # pixels, of smaller copies
RECIPE = 1  # of smaller copies: another number makes all of them anew, under new names
# As long as this is the same, so are the bytes of a copy.
MAKER = f"{RECIPE} Pillow {features.version('pil')} WebP {features.version('webp')}"
_WARNINGS = threading.RLock()  # what is done about warnings is done in all threads


def probe(source: Path | bytes) -> model.Image:
    """Return the facts of a picture; ``mend`` cures all of its faults.

    Raises FormatError where it is none, or not whole.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    with quiet(), _opened(data) as image:
        kind, turn = str(image.format).lower(), _turn(image)
        width, height = image.size[::-1] if turn >= 5 else image.size
        found = {
            f"is {_FOREIGN.get(str(image.format))} picture": image.format in _FOREIGN,
            "is CMYK": image.mode == "CMYK",
            "is grey": image.mode in _GREY,
            "has transparent parts": image.has_transparency_data,
            "is turned by EXIF": turn > 1,
            f"has more than {_MOST} pixels": max(image.size) > _MOST,
        }
        # Where a picture does not end as it should, its pixels tell.
        size = int.from_bytes(data[4:8], "little") + 8 if kind == "webp" else 0
        if not data.endswith(_ENDS) and size != len(data):
            image.load()
    # Many phones put a second picture behind the first and call it MPO; to all others it is a JPEG.
    extension = ".jpg" if kind in {"jpeg", "mpo"} else f".{kind}"
    faults = tuple(fault for fault, is_so in found.items() if is_so)
    return model.Image(None, extension, width, height, faults=faults)


def mend(data: bytes, side: int = _MOST) -> bytes:
    """Return a picture as artwork: an upright, opaque JPEG in sRGB, with so many pixels at most.

    Raises FormatError.
    """
    with quiet(), _opened(data) as image:
        # A JPEG that is far too large is decoded at a half, a quarter or an eighth of its size.
        image.draft(None, (side * 2, side * 2))
        artwork = _srgb(_opaque(_upright(image)), image.info.get("icc_profile"))
        artwork.thumbnail((side, side), Image.Resampling.LANCZOS)
        artwork.info = {}  # Pillow would write a comment again
        return _saved(artwork, "JPEG", quality=90, dpi=(72, 72))


def cover(letters: str, colour: str) -> bytes:
    """Return artwork as a PNG: one colour, ``#rrggbb``, with large white letters on it."""
    from PIL import ImageDraw  # not needed for anything else

    image = Image.new("RGB", (1400, 1400), colour)
    ImageDraw.Draw(image).text((700, 700), letters, "white", anchor="mm", font_size=700)
    return _saved(image, "PNG", optimize=True)


def widths(width: int, extension: str) -> list[int]:
    """Return how wide copies may be of a picture that is so wide."""
    own = [width] if width <= WIDTHS[-1] and extension not in {".webp", ".avif"} else []
    return [one for one in WIDTHS if one < width] + own


def shrink(data: bytes, wanted: Sequence[int]) -> dict[int, bytes]:
    """Return WebP copies by width, narrowest first; of what moves there are none.

    Each is smaller in bytes than all that are wider, and than the picture itself. Raises
    FormatError. Threads may do this side by side, inside ``quiet``.
    """
    found, least = dict[int, bytes](), len(data)
    with _opened(data) as image:
        if image.format != "MPO" and getattr(image, "is_animated", False):
            return {}
        drawn = image.format in {"PNG", "GIF", "WEBP", "AVIF"}
        image.draft(None, (1, WIDTHS[-1]) if _turn(image) >= 5 else (WIDTHS[-1], 1))
        whole = _shown(_upright(image), image.info.get("icc_profile"))
        flat = drawn and whole.getcolors(4096) is not None  # a drawing has no more colours
        for width in sorted(wanted, reverse=True):
            size = (width, max(1, round(whole.height * width / whole.width)))
            copy = whole.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
            forms = {False, flat}  # lossless or not
            bodies = (_saved(copy, "WEBP", quality=80, method=4, lossless=one) for one in forms)
            if len(body := min(bodies, key=len)) < least:
                found[width], least = body, len(body)
    return dict(sorted(found.items()))


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _shown(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture in sRGB, with what is transparent in it."""
    if not image.has_transparency_data:
        return _srgb(_opaque(image), profile)
    image = image.convert("RGBA")
    shown = _srgb(image.convert("RGB"), profile)
    shown.putalpha(image.getchannel("A"))
    return shown


@contextmanager
def quiet() -> Iterator[None]:
    """Let Pillow say nothing but what matters, in all threads; one at a time may ask for it."""
    with _WARNINGS, warnings.catch_warnings():
        # Odd EXIF is no news to an author; too many pixels must not be a mere warning.
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Open a picture; whatever Pillow says against it while it is open becomes a FormatError."""
    if not data:
        raise FormatError.of("empty-picture")
    try:
        with Image.open(BytesIO(data), formats=_KINDS) as image:
            yield image
            return
    except UnidentifiedImageError:
        kind = "no-picture"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        kind = "huge-picture"
    # AssertionError: a palette that is not there.
    except (OSError, RuntimeError, SyntaxError, ValueError, EOFError, AssertionError, struct.error):
        kind = "damaged-picture"
    raise FormatError.of(kind)


def _turn(image: Image.Image) -> int:
    """Return the orientation, 1 to 8: 1 is upright, 5 to 8 lie on their side."""
    # Asking a PNG without EXIF for it would decode all of its pixels.
    turn = image.getexif().get(0x0112, 1) if "exif" in image.info else 1
    return turn if turn in range(2, 9) else 1


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps  # not needed where nothing is mended

    return ImageOps.exif_transpose(image) if _turn(image) > 1 else image


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
