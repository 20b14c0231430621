"""What is named by its content: audio, artwork, pictures, linked files; and the frozen record.

Names and facts only; bodies stay on the author's disk until they are sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from activefeed import urls
from activefeed.model import Image, Item, Published, PublishedEnclosure, Show, Site
from activefeed.render.entry import Entry
from activefeed.tree import Artifact, Tier, artifact


def enclosure(item: Item, published: Published) -> PublishedEnclosure:
    """Return the enclosure of an episode: as it was published while the audio is the same."""
    recording = item.recording
    assert recording is not None
    audio = recording.audio
    embedded = recording.chapters if recording.embedded else ()
    before = published.items.get(item.guid)
    record = before.enclosure if before else None
    cover = _cover_path(item, record)
    if record and audio.source_sha256 and record.source_sha256 == audio.source_sha256:
        return replace(record, chapters=embedded, cover=cover)
    digest = audio.source_sha256
    key = "" if audio.url else urls.hashed("media", item.slug, digest, audio.extension)
    return PublishedEnclosure(
        key, audio.url, audio.size, audio.content_type, audio.duration, digest, digest,
        embedded, cover,
    )  # fmt: skip


def _cover_path(item: Item, record: PublishedEnclosure | None) -> str:
    cover = item.recording.cover if item.recording else None
    if cover is None:
        return ""
    if not cover.data:
        return record.cover if record else ""
    return urls.hashed("media", item.slug, cover.sha256, cover.extension)


def picture_path(item: Item, sound: PublishedEnclosure | None) -> str:
    """Return the output path of an item's artwork or picture; the audio's own comes second."""
    if item.image:
        return _path(item.slug, item.image)
    return sound.cover if sound else ""


def cover_path(show: Show) -> str:
    """Return the output path of the show's cover."""
    return _path("cover", show.cover)


def _path(stem: str, image: Image) -> str:
    return urls.hashed("media", stem, image.sha256, image.extension)


def pictures(site: Site) -> dict[str, str]:
    """Return the output paths of people's and pages' pictures, by path in the site."""
    people = [*site.people, *(person for item in site.items for person in item.people)]
    found = [person.image for person in people] + [page.image for page in site.pages]
    return {
        image.file.path: _path(PurePosixPath(image.file.path).stem, image)
        for image in found
        if image and image.file
    }


def artifacts(site: Site, entries: list[Entry]) -> Iterator[Artifact]:
    """Yield audio, artwork, pictures and linked files that are on this machine."""
    named = pictures(site)
    people = [person for item in site.items for person in item.people]
    images = [p.image for p in (*site.people, *people)] + [p.image for p in site.pages]
    for image in images:
        if image and image.file:
            yield artifact(named[image.file.path], Tier.MEDIA, image.file)
    if site.show and site.show.cover.file:
        yield artifact(cover_path(site.show), Tier.MEDIA, site.show.cover.file)
    for path, file in site.files.items():
        suffix = PurePosixPath(path).suffix
        output = urls.hashed("assets", PurePosixPath(path).stem, file.sha256, suffix)
        yield artifact(output, Tier.MEDIA, file)
    for entry in entries:
        yield from _of_entry(entry)


def _of_entry(entry: Entry) -> Iterator[Artifact]:
    item, sound = entry.item, entry.enclosure
    if item.image and item.image.file:
        yield artifact(entry.image, Tier.MEDIA, item.image.file)
    if not item.recording or not sound:
        return
    if sound.key and item.recording.audio.source:
        yield artifact(sound.key, Tier.MEDIA, item.recording.audio.source, sound.type)
    cover = item.recording.cover
    if cover and cover.data:
        yield artifact(sound.cover, Tier.MEDIA, cover.data)


def kept(entries: list[Entry], here: Mapping[str, Artifact]) -> frozenset[str]:
    """Return the keys that stay published though their bytes are not on this machine."""
    sounds = [entry.enclosure for entry in entries if entry.enclosure]
    keys = {key for sound in sounds for key in (sound.key, sound.cover) if key}
    return frozenset(keys - set(here))
