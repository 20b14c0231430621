"""What was recorded: an episode's audio, chapters and transcript, true or refused.

Audio that is not on this machine but was published keeps its recorded facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from activefeed.content import pictures, source
from activefeed.content.schema import EpisodeKeys, Places
from activefeed.content.source import Folder
from activefeed.formats import audio, chapters, transcripts
from activefeed.model import Audio, Chapter, Image, PublishedItem, Transcript
from activefeed.problems import FormatError, Location, Problems, SourceText
from activefeed.tree import content_type_of

# The last ones are looked for only to say what to do with them.
AUDIO = (".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav", ".aac", ".aif", ".aiff", ".webm", ".mp4")
AUDIO_FAULTS = frozenset({"bad-audio", "not-https", "remote-audio-facts"})
TRANSCRIPTS = (".vtt", ".srt", ".json", ".txt")


@dataclass(frozen=True, slots=True)
class Sound:
    """Audio with what was found inside it."""

    audio: Audio
    title: str
    chapters: tuple[Chapter, ...]
    cover: Image | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies ready while one episode is read."""

    folder: Folder
    audio_files: Mapping[str, Path]  # of the audio folder, by name in lower case
    file: str  # the episode's Markdown file
    keys: EpisodeKeys
    places: Places
    problems: Problems

    def here(self, key: str) -> Location:
        """Return the place of a key's value."""
        return self.places.of(key)


def listen(desk: Desk) -> Sound | None:
    """Return the audio of an episode that is on this machine or remote; None where there is none."""
    if desk.keys.audio.startswith(("http://", "https://")):
        return _remote(desk)
    path, absolute = _locate(desk)
    if absolute is None:
        return None
    for key in ("size", "duration"):
        if getattr(desk.keys, key) is not None:
            desk.problems.error(
                "measured-fact",
                f"the {key} of a file that is here is measured, not written",
                f"remove the line {key}:",
                desk.places.of(key, key=True),
            )
    try:
        facts = audio.probe(absolute)
    except FormatError as error:
        desk.problems.error("bad-audio", f"{path}: {error.message}", error.fix, Location(path))
        return None
    for note in facts.notes:
        desk.problems.warn("audio-note", f"{path}: {note}", "the true length is published", None)
    file = source.fingerprint(path, absolute)
    kind = content_type_of(f"x{facts.extension}")
    duration = max(1, round(facts.duration))
    return Sound(
        Audio(file, "", facts.extension, kind, file.size, duration, file.sha256),
        facts.title,
        facts.chapters,
        pictures.embedded(facts.cover) if facts.cover else None,
    )


def recall(desk: Desk, record: PublishedItem | None) -> Sound | None:
    """Return the recorded facts of audio that is not here; report audio never published."""
    if record is None or record.enclosure is None:
        _report_missing(desk)
        return None
    was = record.enclosure
    suffix = PurePosixPath(was.key or was.url).suffix
    facts = Audio(None, was.url, suffix, was.type, was.length, was.duration, was.source_sha256)
    cover = Image(None, PurePosixPath(was.cover).suffix, 0, 0) if was.cover else None
    return Sound(facts, "", was.chapters, cover)


def _remote(desk: Desk) -> Sound | None:
    url = desk.keys.audio
    if not url.startswith("https://"):
        fix = "write it as https://…"
        desk.problems.error(
            "not-https", f'"{url}" is not an https address', fix, desk.here("audio")
        )
        return None
    missing = [key for key in ("size", "duration") if getattr(desk.keys, key) is None]
    if missing:
        desk.problems.error(
            "remote-audio-facts",
            f"audio at an https address needs its {' and '.join(missing)}",
            "add: size: (bytes) and duration: 1:02:03",
            desk.here("audio"),
        )
        return None
    extension = PurePosixPath(url.split("?")[0]).suffix.lower()
    kind = content_type_of(f"x{extension}")
    size, duration = desk.keys.size or 0, desk.keys.duration or 0
    return Sound(Audio(None, url, extension, kind, size, duration, ""), "", (), None)


def _locate(desk: Desk) -> tuple[str, Path | None]:
    """Return the path and place of an episode's audio file, if it is on this machine."""
    if desk.keys.audio:
        path = pictures.beside(desk.file, desk.keys.audio)
        name = PurePosixPath(desk.keys.audio).name.lower()
        return path or desk.keys.audio, desk.folder.locate(path) or desk.audio_files.get(name)
    if path := desk.folder.beside(desk.file, AUDIO):
        return path, desk.folder.locate(path)
    stem = PurePosixPath(desk.file).stem.lower()
    for ending in AUDIO:
        if found := desk.audio_files.get(stem + ending):
            return found.name, found
    return "", None


def _report_missing(desk: Desk) -> None:
    name = desk.keys.audio or str(PurePosixPath(desk.file).with_suffix(".mp3"))
    desk.problems.error(
        "missing-audio",
        f"there is no audio: {name} does not exist and was never published",
        "put the audio beside this file under the same name, or name it with audio:",
        desk.here("audio") if desk.keys.audio else Location(desk.file),
    )


def chapter_list(desk: Desk, sound: Sound) -> tuple[tuple[Chapter, ...], bool]:
    """Return the chapters, from front matter else out of the audio, and whether the latter."""
    if not desk.keys.chapters:
        return sound.chapters, bool(sound.chapters)
    end = sound.audio.duration
    for n, key in enumerate(desk.keys.chapters):
        if key.start >= end:
            desk.problems.error(
                "chapter-after-end",
                f'the chapter "{key.title}" starts at {chapters.clock(key.start)}, '
                f"but the audio ends at {chapters.clock(end)}",
                "correct the time",
                desk.places.of("chapters", n),
            )
    found = (Chapter(c.start, c.title, c.url, c.image) for c in desk.keys.chapters)
    return tuple(sorted(found, key=lambda chapter: chapter.start)), False


def transcript(desk: Desk) -> Transcript | None:
    """Return the transcript of an episode, if there is one."""
    path = desk.folder.beside(desk.file, TRANSCRIPTS)
    if desk.keys.transcript:
        path = pictures.beside(desk.file, desk.keys.transcript)
    if not path:
        return None
    absolute = desk.folder.locate(path)
    if absolute is None:
        fix = "correct the path, as seen from this file"
        where = desk.here("transcript")
        desk.problems.error("missing-transcript", f"there is no transcript {path}", fix, where)
        return None
    return _read_transcript(path, absolute.read_bytes, desk.problems)


def _read_transcript(path: str, read: Callable[[], bytes], problems: Problems) -> Transcript | None:
    text = read().decode("utf-8-sig", "replace")
    try:
        return Transcript(path, transcripts.parse(text, PurePosixPath(path).suffix.lower()))
    except FormatError as error:
        where = SourceText(path, text).at(error.line, error.column, error.length)
        problems.error("bad-transcript", error.message, error.fix, where)
        return None
