"""Pictures that content names: found, measured, held against the rules for artwork.

Never changes a picture; reads through ``formats.images``.
"""

from __future__ import annotations

import hashlib
import posixpath

from activefeed.content import source
from activefeed.content.source import Folder
from activefeed.formats import images
from activefeed.model import Image
from activefeed.problems import FormatError, Location, Problems

ARTWORK = (1400, 3000)  # pixels, Apple and PSP-1


def beside(file: str, path: str) -> str:
    """Return the site path of a path that was written in a file; empty if it leaves the site."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    return "" if joined.startswith(("..", "/")) else joined


def find(folder: Folder, path: str, alt: str, where: Location, problems: Problems) -> Image | None:
    """Return the picture at a site path, or report why there is none."""
    absolute = folder.locate(path) if path else None
    if absolute is None:
        problems.error(
            "missing-image",
            f"there is no picture {path or 'outside the site'}",
            "correct the path, as seen from this file, or put the picture there",
            where,
        )
        return None
    try:
        facts = images.probe(absolute)
    except FormatError as error:
        problems.error("bad-image", f"{path}: {error.message}", error.fix, where)
        return None
    file = source.fingerprint(path, absolute)
    return Image(file, facts.extension, facts.width, facts.height, alt, sha256=file.sha256)


def check_cover(image: Image, where: Location, problems: Problems) -> None:
    """Report show artwork that directories reject."""
    low, high = ARTWORK
    size = f"{image.width}×{image.height}"
    if image.extension not in {".jpg", ".png"}:
        problems.error(
            "cover-format", "the cover is neither JPEG nor PNG", "save it as a JPEG", where
        )
    if image.width != image.height or not low <= image.width <= high:
        problems.error(
            "cover-size",
            f"the cover has {size} pixels; directories want a square of {low} to {high}",
            f"save it with {high}×{high} pixels",
            where,
        )


def check_artwork(image: Image, where: Location, problems: Problems) -> None:
    """Warn about an episode's artwork that apps may not show."""
    if image.width != image.height or image.width < ARTWORK[0]:
        problems.warn(
            "small-artwork",
            f"the artwork has {image.width}×{image.height} pixels; apps want a square from "
            f"{ARTWORK[0]}",
            f"save it with {ARTWORK[1]}×{ARTWORK[1]} pixels",
            where,
        )


def embedded(data: bytes) -> Image | None:
    """Return a cover that lay in an audio file, if it would do as artwork; else nothing."""
    try:
        facts = images.probe(data)
    except FormatError:
        return None
    if facts.width != facts.height or facts.width < ARTWORK[0]:
        return None
    digest = hashlib.sha256(data).hexdigest()
    return Image(None, facts.extension, facts.width, facts.height, data=data, sha256=digest)
