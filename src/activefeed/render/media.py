"""What is named by its content: audio, artwork, pictures, linked files; and the frozen record.

Names and facts only; bodies stay on the author's disk until they are sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from activefeed import urls
from activefeed.model import Image, Item, Published, PublishedEnclosure, SourceFile
from activefeed.render.entry import Edition
from activefeed.tree import Artifact, Tier, artifact, content_type_of


def picture(image: Image | None) -> str:
    """Return the output path of a picture that is a file of its own; nothing for none."""
    return linked(image.file, image.extension) if image and image.file else ""


def linked(file: SourceFile, extension: str = "") -> str:
    """Return the output path of a file that a text links to; its bytes may name the extension."""
    path = PurePosixPath(file.path)
    slug = urls.slug_of_stem(path.stem)
    return urls.hashed("media", slug, file.sha256, extension or path.suffix)


def enclosure(item: Item, published: Published) -> PublishedEnclosure | None:
    """Return the enclosure of an episode: as it was published while the audio is the same."""
    if not item.recording:
        return None
    audio, cover = item.recording.audio, item.recording.cover
    embedded = item.recording.chapters if item.recording.embedded else ()
    before = published.items.get(item.guid)
    record = before.enclosure if before else None
    shown = record.cover if record and cover else ""
    if cover and cover.data:
        shown = urls.hashed("media", item.slug, cover.sha256, cover.extension)
    digest = audio.source_sha256
    if not (record and digest and record.source_sha256 == digest):
        key = "" if audio.url else urls.hashed("media", item.slug, digest, audio.extension)
        type, time = content_type_of(f"x{audio.extension}"), audio.duration
        record = PublishedEnclosure(key, audio.url, audio.size, type, time, digest, digest)
    return replace(record, chapters=embedded, cover=shown)


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """Yield audio, artwork, pictures and linked files that are on this machine."""
    for image in _pictures(edition):
        if image and image.file:
            yield artifact(picture(image), Tier.MEDIA, image.file)
    for file in edition.site.files.values():
        yield artifact(linked(file), Tier.MEDIA, file)
    for entry in edition.entries:
        recording, sound = entry.item.recording, entry.enclosure
        if recording and sound:
            if sound.key and recording.audio.source:
                yield artifact(sound.key, Tier.MEDIA, recording.audio.source, sound.type)
            if recording.cover and recording.cover.data:
                yield artifact(sound.cover, Tier.MEDIA, recording.cover.data)


def _pictures(edition: Edition) -> Iterator[Image | None]:
    """Yield the pictures of what is shown: a person who is in nothing yet stays unseen."""
    if show := edition.site.show:
        yield show.cover
        yield from (person.image for person in show.hosts)
    yield from (page.image for page in edition.site.pages)
    for entry in edition.entries:
        yield entry.item.image
        yield from (person.image for person in entry.item.people)


def kept(edition: Edition, here: Mapping[str, Artifact]) -> frozenset[str]:
    """Return the keys that stay published though their bytes are not on this machine."""
    sounds = [entry.enclosure for entry in edition.entries if entry.enclosure]
    return frozenset(key for one in sounds for key in (one.key, one.cover) if key) - set(here)
