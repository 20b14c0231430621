"""What was recorded: an episode's audio, chapters and transcript, true or refused.

Audio that is not on this machine but was published keeps its recorded facts.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath

from activefeed import model
from activefeed.content import lists, pictures, source
from activefeed.content.schema import EpisodeKeys
from activefeed.content.settings import Frame, check_license, fill
from activefeed.content.written import Written
from activefeed.formats import audio, chapters, transcripts
from activefeed.problems import FormatError, Location


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies ready while one episode is read."""

    frame: Frame
    keys: EpisodeKeys
    written: Written


def find(desk: Desk) -> model.SourceFile | None:
    """Return the audio file of an episode, if it is on this machine."""
    if "://" in desk.keys.audio:
        return None
    folder, file = desk.frame.folder, desk.written.source.file
    path = folder.beside(file, lists.ENDINGS["audio"], desk.keys.audio)
    if absolute := folder.locate(path):
        return source.fingerprint(path, absolute)
    named, stem = PurePosixPath(desk.keys.audio).name, PurePosixPath(file).stem
    for name in [named] if named else [stem + ending for ending in lists.ENDINGS["audio"]]:
        if elsewhere := desk.frame.audio_files.get(source.nfc(name).lower()):
            return source.fingerprint(elsewhere.name, elsewhere)
    return None


def listen(
    desk: Desk, file: model.SourceFile | None, record: model.PublishedItem | None
) -> model.Recording | None:
    """Return the recording: measured, given or as published; None where the audio is at fault."""
    if "://" in desk.keys.audio:
        return _remote(desk)
    for key in ("size", "duration"):
        if getattr(desk.keys, key) is not None:
            desk.written.error("measured-fact", key, key=key)
    return _measure(desk, file) if file else _recall(desk, record)


def _measure(desk: Desk, file: model.SourceFile) -> model.Recording | None:
    problems, here = desk.written.problems, Location(file.path)
    try:
        facts, cover = _hear(file)
    except FormatError as error:
        problems.error("bad-audio", here, error=error)
        return None
    for note in facts.notes:
        problems.warn("audio-note", here, note=note)
    seconds = max(1, round(facts.duration))
    measured = model.Audio(file, "", facts.extension, file.size, seconds, file.sha256)
    return _recording(desk, measured, facts.chapters, cover)


@cache
def _hear(file: model.SourceFile) -> tuple[audio.AudioFacts, model.Image | None]:
    """Return what is true of an audio file, and its cover where that would do as artwork."""
    facts = audio.probe(file.absolute)
    return replace(facts, cover=b""), pictures.embedded(facts.cover) if facts.cover else None


def _recall(desk: Desk, record: model.PublishedItem | None) -> model.Recording | None:
    """Return the recorded facts of audio that is not here; report audio never published."""
    if record is None or record.enclosure is None:
        name = desk.keys.audio or PurePosixPath(desk.written.source.file).with_suffix(".mp3").name
        desk.written.error("missing-audio", "audio", name=name)
        return None
    was = record.enclosure
    suffix = PurePosixPath(was.key or was.url).suffix
    facts = model.Audio(None, was.url, suffix, was.length, was.duration, was.source_sha256)
    cover = model.Image(None, PurePosixPath(was.cover).suffix, 0, 0) if was.cover else None
    return _recording(desk, facts, was.chapters, cover)


def _remote(desk: Desk) -> model.Recording | None:
    url, size, duration = desk.keys.audio, desk.keys.size, desk.keys.duration
    if not url.startswith("https://"):
        desk.written.error("not-https", "audio", url=url)
        return None
    if not size or not duration:
        desk.written.error("remote-audio-facts", "audio")
        return None
    extension = PurePosixPath(url.split("?")[0]).suffix.lower()
    return _recording(desk, model.Audio(None, url, extension, size, duration, ""), (), None)


def _recording(
    desk: Desk, audio: model.Audio, inside: tuple[model.Chapter, ...], cover: model.Image | None
) -> model.Recording:
    """Return the whole; ``inside`` are the chapters in the audio, which written ones replace."""
    keys, show = desk.keys, desk.frame.show
    ends = [("chapters", n, key.start + 0.001) for n, key in enumerate(keys.chapters)]
    ends += [("soundbites", n, s.start + s.duration) for n, s in enumerate(keys.soundbites)]
    for name, n, time in ends:
        if time > audio.duration:
            kind = "chapter-after-end" if name == "chapters" else "soundbite-after-end"
            times = {"time": chapters.clock(time), "end": chapters.clock(audio.duration)}
            desk.written.error(kind, name, n, **times)
    if show and show.type == "serial" and keys.type == "full" and not keys.episode:
        desk.written.error("serial-without-number", "title")
    check_license(keys.license, desk.written, "license")
    own = _chapters(desk)
    return fill(
        model.Recording, keys, audio=audio, number=keys.episode,
        explicit=bool(show and show.explicit) if keys.explicit is None else keys.explicit,
        chapters=own or inside, embedded=bool(inside and not own),
        cues=_transcript(desk), cover=cover, display=keys.episode_display,
    )  # fmt: skip


def _chapters(desk: Desk) -> tuple[model.Chapter, ...]:
    """Return the chapters of the front matter, by their times."""
    found = []
    for n, key in enumerate(desk.keys.chapters):
        picture, address = None, key.image if "://" in key.image else ""
        place = ("chapters", n, "image")
        if address and not address.startswith("https://"):
            desk.written.error("not-https", *place, url=address)
        elif key.image and not address:
            path = source.seen_from(desk.written.source.file, key.image)
            picture = pictures.find(desk.frame.folder, path, key.title, desk.written, place)
        found.append(model.Chapter(key.start, key.title, key.url, address, picture))
    return tuple(sorted(found, key=lambda chapter: chapter.start))


def _transcript(desk: Desk) -> tuple[model.Cue, ...]:
    """Return the transcript of an episode; nothing where there is none."""
    folder, named = desk.frame.folder, desk.keys.transcript
    path = folder.beside(desk.written.source.file, lists.ENDINGS["transcript"], named)
    if folder.locate(path):
        text = source.read_text(folder.root, path, desk.written.problems)
        try:
            return transcripts.parse(text.text, PurePosixPath(path).suffix.lower())
        except FormatError as error:
            where = text.at(error.line, error.column, error.length)
            desk.written.problems.error("bad-transcript", where, error=error)
    elif path or named:
        kind = "missing-transcript" if path else "missing-transcript:outside"
        desk.written.error(kind, "transcript", path=path)
    return ()
