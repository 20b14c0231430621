"""Pictures that content names: found, measured, held against the rules for artwork.

Never changes a picture; reads through ``formats.images``.
"""

import hashlib

from activefeed.content import source
from activefeed.content.source import Folder
from activefeed.content.written import Written
from activefeed.formats import images
from activefeed.formats.yaml import Path
from activefeed.model import Image
from activefeed.problems import FormatError, Location, Problems

_LOW, _HIGH = 1400, 3000  # pixels of artwork, Apple and PSP-1


def find(folder: Folder, path: str, alt: str, written: Written, key: Path) -> Image | None:
    """Return the picture at a site path, or report at a key why there is none."""
    absolute = folder.locate(path)
    if absolute is None:
        message = f"there is no picture {path}" if path else source.OUTSIDE
        fix = "correct the path, as seen from this file, or put the picture there"
        written.error("missing-image", message, fix, *key)
        return None
    try:
        facts = images.probe(absolute)
    except FormatError as error:
        written.error("bad-image", f"{path}: {error.message}", error.fix, *key)
        return None
    file = source.fingerprint(path, absolute)
    return Image(file, facts.extension, facts.width, facts.height, alt, sha256=file.sha256)


def check_cover(image: Image, written: Written, key: Path) -> None:
    """Report show artwork that directories reject."""
    if image.extension not in {".jpg", ".png"}:
        message = "the cover is neither JPEG nor PNG"
        written.error("cover-format", message, "save it as a JPEG", *key)
    if image.width != image.height or not _LOW <= image.width <= _HIGH:
        message = f"the cover has {image.width}×{image.height} pixels"
        rule = f"directories want a square of {_LOW}×{_LOW} to {_HIGH}×{_HIGH}"
        written.error("cover-size", f"{message}; {rule}", f"save it with {_HIGH}×{_HIGH}", *key)


def check_artwork(image: Image, where: Location, problems: Problems) -> None:
    """Warn about an episode's artwork that apps may not show."""
    if image.width != image.height or image.width < _LOW:
        message = f"the artwork has {image.width}×{image.height} pixels"
        rule = f"apps want a square of {_LOW}×{_LOW} or more"
        fix = f"save it with {_HIGH}×{_HIGH}"
        problems.warn("small-artwork", f"{message}; {rule}", fix, where)


def embedded(data: bytes) -> Image | None:
    """Return a cover that lay in an audio file, if it would do as artwork; else nothing."""
    try:
        facts = images.probe(data)
    except FormatError:
        return None
    if facts.width != facts.height or facts.width < _LOW:
        return None
    digest = hashlib.sha256(data).hexdigest()
    return Image(None, facts.extension, facts.width, facts.height, data=data, sha256=digest)
