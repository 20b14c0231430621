"""What is named by its content: audio, its artwork, linked files; and the frozen record.

The published copy of an audio file carries tags and is made once: while the author's file stays the
same, what was published stays, whatever becomes of title, cover or chapters. Never changes a file.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from activefeed import urls
from activefeed.formats import images, tags
from activefeed.model import Audio, Image, Item, PublishedEnclosure, PublishedItem, Show, SourceFile
from activefeed.problems import FormatError
from activefeed.render.entry import Edition, Entry
from activefeed.tree import Artifact, Segments, Tier, artifact, content_type_of

_COVER = 600  # pixels of the cover inside audio
_LINKED = re.compile(r'"(?:\.\./)+(media/[a-z0-9-]+\.[0-9a-f]{12}[^"?# ]*)')  # in a page's text


def picture(image: Image | None) -> str:
    """Return the output path of a picture that is a file of its own; nothing for none."""
    if not image or not image.file:
        return ""
    return linked(replace(image.file, sha256=image.sha256 or image.file.sha256), image.extension)


def linked(file: SourceFile, extension: str = "") -> str:
    """Return the output path of a file that a text links to; its bytes may name the extension."""
    path = PurePosixPath(file.path)
    slug = urls.slug_of_stem(path.stem)
    return urls.hashed("media", slug, file.sha256, extension or path.suffix)


def enclosure(
    item: Item, show: Show | None, day: date, record: PublishedEnclosure | None, *, cover: bool
) -> tuple[PublishedEnclosure | None, Artifact | None]:
    """Return the enclosure of an episode, and its audio where that is to be published.

    ``record`` is what was published and shall stay; ``day`` is that of the episode, where it is.
    Without ``cover``, which is slow to make, the audio is to be looked at only.
    """
    if not item.recording or not show:
        return None, None
    audio, shown, copy = item.recording.audio, cover_path(item, record), None
    embedded = item.recording.chapters if item.recording.embedded else ()
    if not record or not _same(record, audio):
        type = content_type_of(f"x{audio.extension}")
        copy = _copy(item, show, day, audio.source, cover=cover) if audio.source else None
        given = "", audio.size, audio.source_sha256
        key, length, digest = (copy.path, copy.size, copy.sha256) if copy else given
        record = PublishedEnclosure(key, audio.url, length, type, audio.duration, digest, "")
    heard = audio.source_sha256 or record.source_sha256
    return replace(record, chapters=embedded, cover=shown, source_sha256=heard), copy


def cover_path(item: Item, record: PublishedEnclosure | None) -> str:
    """Return the output path of the cover that lies in an item's audio; nothing for none."""
    cover = item.recording.cover if item.recording else None
    if cover and cover.data:
        return urls.hashed("media", item.slug, cover.sha256, cover.extension)
    return record.cover if record and cover else ""


def _same(record: PublishedEnclosure, audio: Audio) -> bool:
    """Return whether audio is what a record was made of."""
    if record.key and not record.source_sha256:  # out of a feed, which does not tell
        return record.duration == audio.duration
    return bool(audio.source_sha256) and record.source_sha256 == audio.source_sha256


def _copy(item: Item, show: Show, day: date, source: SourceFile, *, cover: bool) -> Artifact:
    """Return the audio to publish: the author's bytes behind tags of ours."""
    recording = item.recording
    assert recording
    extension = recording.audio.extension
    made = artifact(f"x{extension}", Tier.MEDIA, source)
    if show.tag_audio:
        said = tags.Tags(
            title=item.title, show=show.title, artist=show.author, number=recording.number,
            season=recording.season, date=day, duration=recording.audio.duration,
            chapters=() if recording.embedded else recording.chapters,  # they have their pictures
        )  # fmt: skip
        shown = item.image or recording.cover or show.cover
        made = _tagged(source, extension, said, shown if cover else None)
    return replace(made, path=urls.hashed("media", item.slug, made.sha256, extension))


@cache
def _tagged(source: SourceFile, extension: str, said: tags.Tags, cover: Image | None) -> Artifact:
    file = cover.file.absolute if cover and cover.file else None
    small = _small(file, cover.data, cover.sha256) if cover else b""
    pieces = tags.write(source.absolute, extension, replace(said, cover=small))
    return artifact(f"x{extension}", Tier.MEDIA, Segments(source, pieces))


@lru_cache(maxsize=4)  # most episodes have the cover of the show
def _small(path: Path | None, data: bytes, sha256: str) -> bytes:  # noqa: ARG001 - names the bytes
    with suppress(FormatError, OSError):  # a picture at fault was reported where it is named
        return images.mend(data or (path.read_bytes() if path else b""), _COVER)
    return b""


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """Yield audio, the covers in it, and linked files that are on this machine."""
    for file in edition.site.files.values():
        yield artifact(linked(file), Tier.MEDIA, file)
    for file in edition.site.assets:
        yield artifact(file.path, Tier.DETAIL, file)
    for entry in edition.entries:
        recording, sound = entry.item.recording, entry.enclosure
        if entry.copy:
            yield entry.copy
        if recording and sound and recording.cover and recording.cover.data:
            yield artifact(sound.cover, Tier.MEDIA, recording.cover.data)


def ever(entry: Entry, edition: Edition, before: PublishedItem | None) -> tuple[str, ...]:
    """Return the keys of the audio and pictures of an item, now and at any time before."""
    recording, sounds = entry.item.recording, (entry.enclosure, before and before.enclosure)
    found = {entry.image, *_LINKED.findall(entry.html), *(before.media if before else ())}
    found |= {picture(chapter.picture) for chapter in (recording.chapters if recording else ())}
    found |= {picture(person.image) for person in entry.item.people}
    found |= {key for one in sounds if one for key in (one.key, one.cover)}
    shown = [edition.pictures[key] for key in found & edition.pictures.keys()]
    found.update(*(one.copies for one in shown))
    return tuple(sorted(found - {""}))


def kept(edition: Edition, here: Mapping[str, Artifact]) -> frozenset[str]:
    """Return the keys that stay published though their bytes are not on this machine."""
    sounds = [entry.enclosure for entry in edition.entries if entry.enclosure]
    return frozenset(key for one in sounds for key in (one.key, one.cover) if key) - set(here)
