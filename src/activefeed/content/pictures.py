"""Pictures that content names: found, measured, held against the rules for artwork.

Never changes an author's picture: what can be mended is mended in a copy, by ``formats.images``.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache

from activefeed.content import source
from activefeed.content.source import Folder
from activefeed.content.written import Written
from activefeed.formats import images
from activefeed.formats.yaml import Path
from activefeed.model import Image, SourceFile
from activefeed.problems import FormatError, Location

_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


def find(  # noqa: PLR0913, PLR0917 - the last one only of artwork
    folder: Folder, path: str, alt: str, written: Written, key: Path, where: Location | None = None
) -> Image | None:
    """Return the picture at a site path, or report at a key why there is none.

    Artwork is returned as apps and directories take it: mended in a copy where it can be, with a
    warning that belongs to ``where``.
    """
    absolute = folder.locate(path)
    if absolute is None:
        written.error("missing-image" if path else "missing-image:outside", *key, path=path)
        return None
    try:
        image = _from_file(file := source.fingerprint(path, absolute), alt)
        if where is None or not image.faults:
            return image
        written.problems.warn("mended-artwork", where, faults=" and ".join(image.faults))
        return replace(_mended(file), alt=alt)
    except FormatError as error:
        written.error("bad-image", *key, path=path, error=error)
        return None


def among(files: Mapping[str, SourceFile]) -> dict[str, Image]:
    """Return those files that are pictures and called so; what is at fault stays a file."""
    found = {}
    for path in [path for path in files if path.lower().endswith(_ENDINGS)]:
        with suppress(FormatError):
            found[path] = _from_file(files[path])
    return found


@cache
def _from_file(file: SourceFile, alt: str = "") -> Image:
    return replace(images.probe(file.absolute), file=file, alt=alt, sha256=file.sha256)


@cache
def _mended(file: SourceFile) -> Image:
    return replace(_from_bytes(images.mend(file.absolute.read_bytes())), file=file)


def _from_bytes(data: bytes) -> Image:
    return replace(images.probe(data), data=data, sha256=hashlib.sha256(data).hexdigest())


def fits(image: Image) -> bool:
    """Return whether a picture has the form of artwork; one that is too large is made smaller."""
    return image.width == image.height >= 1400  # Apple and PSP-1


def embedded(data: bytes) -> Image | None:
    """Return a cover that lay in an audio file, if it would do as artwork; else nothing."""
    with suppress(FormatError):
        image = _from_bytes(data)
        if fits(image):
            return _from_bytes(images.mend(data)) if image.faults else image
    return None
