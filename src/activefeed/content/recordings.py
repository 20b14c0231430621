"""What was recorded: an episode's audio, chapters and transcript, true or refused.

Audio that is not on this machine but was published keeps its recorded facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from activefeed.content import pictures, source
from activefeed.content.schema import EpisodeKeys
from activefeed.content.source import Folder, seen_from
from activefeed.content.written import Written
from activefeed.formats import audio, chapters, transcripts
from activefeed.model import Audio, Chapter, Image, PublishedItem, SourceFile, Transcript
from activefeed.problems import FormatError, Location
from activefeed.tree import content_type_of

# The last ones are looked for only to say what to do with them.
_AUDIO = (
    ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav", ".aac", ".aif", ".aiff", ".webm", ".mp4"
)  # fmt: skip
_TRANSCRIPTS = (".vtt", ".srt", ".json", ".txt")


@dataclass(frozen=True, slots=True)
class Sound:
    """Audio with what was found inside it."""

    audio: Audio
    chapters: tuple[Chapter, ...] = ()
    cover: Image | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies ready while one episode is read."""

    folder: Folder
    audio_files: Mapping[str, Path]  # of the audio folder, by name in lower case
    keys: EpisodeKeys
    written: Written

    @property
    def file(self) -> str:
        """The episode's Markdown file."""
        return self.written.source.file

    @property
    def remote(self) -> bool:
        """Whether the audio lies at an address."""
        return "://" in self.keys.audio


def find(desk: Desk) -> SourceFile | None:
    """Return the audio file of an episode, if it is on this machine."""
    if desk.remote:
        return None
    if desk.keys.audio:
        path = seen_from(desk.file, desk.keys.audio)
        names = [PurePosixPath(desk.keys.audio).name.lower()]
    else:
        path = desk.folder.beside(desk.file, _AUDIO)
        names = [PurePosixPath(desk.file).stem.lower() + ending for ending in _AUDIO]
    if absolute := desk.folder.locate(path):
        return source.fingerprint(path, absolute)
    elsewhere = next((desk.audio_files[name] for name in names if name in desk.audio_files), None)
    return source.fingerprint(elsewhere.name, elsewhere) if elsewhere else None


def listen(desk: Desk, file: SourceFile | None, record: PublishedItem | None) -> Sound | None:
    """Return the audio of an episode: measured, given or recorded; None where it is at fault."""
    if desk.remote:
        return _remote(desk)
    for key in ("size", "duration"):
        if getattr(desk.keys, key) is not None:
            message = f"{key} is only for audio at an https address; of a file it is measured"
            desk.written.error("measured-fact", message, f"remove {key}:", key)
    return _measure(desk, file) if file else _recall(desk, record)


def _measure(desk: Desk, file: SourceFile) -> Sound | None:
    problems, here = desk.written.problems, Location(file.path)
    try:
        facts = audio.probe(file.absolute)
    except FormatError as error:
        problems.error("bad-audio", error.message, error.fix, here)
        return None
    for note in facts.notes:
        problems.warn("audio-note", note, "listen to it, and export it again if it is wrong", here)
    kind, seconds = content_type_of(f"x{facts.extension}"), max(1, round(facts.duration))
    return Sound(
        Audio(file, "", facts.extension, kind, file.size, seconds, file.sha256),
        facts.chapters,
        pictures.embedded(facts.cover) if facts.cover else None,
    )


def _recall(desk: Desk, record: PublishedItem | None) -> Sound | None:
    """Return the recorded facts of audio that is not here; report audio never published."""
    if record is None or record.enclosure is None:
        name = desk.keys.audio or PurePosixPath(desk.file).with_suffix(".mp3").name
        desk.written.error(
            "missing-audio",
            f"the audio is missing: there is no {name}, and it was never published",
            "put it beside this file, under the same name, or write where it is: audio: …",
            *(["audio"] if desk.keys.audio else []),
        )
        return None
    was = record.enclosure
    suffix = PurePosixPath(was.key or was.url).suffix
    facts = Audio(None, was.url, suffix, was.type, was.length, was.duration, was.source_sha256)
    cover = Image(None, PurePosixPath(was.cover).suffix, 0, 0) if was.cover else None
    return Sound(facts, was.chapters, cover)


def _remote(desk: Desk) -> Sound | None:
    url, size, duration = desk.keys.audio, desk.keys.size, desk.keys.duration
    if not url.startswith("https://"):
        message = f'"{url}" is not an https address'
        desk.written.error("not-https", message, "write it as https://…", "audio")
        return None
    if not size or not duration:
        message = "audio at an https address needs its size and duration"
        fix = "add: size: (the number of bytes) and duration: (such as 1:02:03)"
        desk.written.error("remote-audio-facts", message, fix, "audio")
        return None
    extension = PurePosixPath(url.split("?")[0]).suffix.lower()
    kind = content_type_of(f"x{extension}")
    return Sound(Audio(None, url, extension, kind, size, duration, ""))


def chapter_list(desk: Desk, sound: Sound) -> tuple[tuple[Chapter, ...], bool]:
    """Return the chapters, from front matter else out of the audio, and whether the latter."""
    if not desk.keys.chapters:
        return sound.chapters, bool(sound.chapters)
    end = sound.audio.duration
    for n, key in enumerate(desk.keys.chapters):
        if key.start >= end:
            message = (
                f"the chapter starts at {chapters.clock(key.start)}, "
                f"but the audio ends at {chapters.clock(end)}"
            )
            desk.written.error("chapter-after-end", message, "correct the time", "chapters", n)
    found = (Chapter(c.start, c.title, c.url, c.image) for c in desk.keys.chapters)
    return tuple(sorted(found, key=lambda chapter: chapter.start)), False


def transcript(desk: Desk) -> Transcript | None:
    """Return the transcript of an episode, if there is one."""
    named = desk.keys.transcript
    path = seen_from(desk.file, named) if named else desk.folder.beside(desk.file, _TRANSCRIPTS)
    if not path and not named:
        return None
    if desk.folder.locate(path) is None:
        message = f"there is no transcript {path}" if path else source.OUTSIDE
        fix = "correct the path, as seen from this file"
        desk.written.error("missing-transcript", message, fix, *(["transcript"] if named else []))
        return None
    problems = desk.written.problems
    text = source.read_text(desk.folder.root, path, problems)
    try:
        return Transcript(path, transcripts.parse(text.text, PurePosixPath(path).suffix.lower()))
    except FormatError as error:
        where = text.at(error.line, error.column, error.length)
        problems.error("bad-transcript", error.message, error.fix, where)
        return None
