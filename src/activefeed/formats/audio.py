"""The true facts of an audio file: kind, length, title, chapters, cover; or a refusal.

Never guesses a length, never believes a file's name, and never changes a file.
"""

import base64
import mmap
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from mutagen import FileType, flac, id3, mp4, oggflac, oggopus, oggvorbis

from activefeed.formats import containers, mpeg
from activefeed.formats.chapters import parse_time
from activefeed.model import Chapter
from activefeed.problems import FormatError
from activefeed.wording import table


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What is true of an audio file."""

    extension: str  # ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav", as the bytes say
    duration: float  # seconds
    title: str = ""  # embedded
    chapters: tuple[Chapter, ...] = ()  # embedded, ascending
    cover: bytes = b""  # embedded picture, the front cover first
    notes: tuple[str, ...] = ()  # worth a warning


_Tags = tuple[str, tuple[Chapter, ...], bytes]  # title, chapters and cover

# What a file is by its first bytes, in the order of looking.
_FOREIGN = table(__file__)["foreign"]
# Extension, and what mutagen reads the file with.
_KINDS: dict[bytes, tuple[str, type[FileType]]] = {
    rb"fLaC": (".flac", flac.FLAC),
    rb"OggS.{24}OpusHead": (".opus", oggopus.OggOpus),
    rb"OggS.{24}\x01vorbis": (".ogg", oggvorbis.OggVorbis),
    rb"OggS": (".ogg", oggflac.OggFLAC),
    rb"RIFF....WAVE": (".wav", FileType),
    rb"....ftyp": (".m4a", mp4.MP4),
    rb"": (".mp3", FileType),  # as WAV: read by us
}
_WANTED = ("TIT2", "CHAP", "WXXX", "APIC", "TT2", "PIC")
_MP3_TAGS = {name: (id3.Frames | id3.Frames_2_2)[name] for name in _WANTED}


def probe(path: Path) -> AudioFacts:
    """Return the facts of a file; FormatError says why they cannot be known, and the cure."""
    size = path.stat().st_size
    if not size:
        raise FormatError.of("empty-audio")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            facts = _read(file, data)
            sound, seconds = 8 * (size - len(facts.cover)), facts.duration
            # MP3 frames were counted; others say how long they are.
            if facts.extension != ".mp3" and not 6_000 * seconds <= sound <= 1e7 * seconds:
                raise FormatError.of("untrue-length")
        except FormatError as trouble:
            if trouble.fix:
                raise
            raise FormatError.of("save-it-anew", trouble=trouble, path=path) from trouble
    titled = (c for c in facts.chapters if "".join(filter(str.isprintable, c.title)).strip())
    chapters = sorted((c for c in titled if 0 <= c.start < seconds), key=lambda c: c.start)
    return replace(facts, title=facts.title.strip(), chapters=tuple(chapters))


def _read(file: BinaryIO, data: mmap.mmap) -> AudioFacts:
    """Return the facts of a file, its tags as they stand. Raises FormatError."""
    start = mpeg.past_tags(data, 0)
    kind, media_type = _kind(data[start : start + 64])
    if kind == ".mp3":
        seconds, notes = mpeg.walk(data, start)
        tags = _id3(file, notes)
        return AudioFacts(kind, seconds, *tags, tuple(notes))
    if start and kind != ".flac":
        raise FormatError.of("other-tags")
    if kind == ".wav":
        return AudioFacts(kind, containers.wav_seconds(data))
    shown = containers.mp4_seconds(data) if kind == ".m4a" else 0.0
    if kind in {".ogg", ".opus"}:
        containers.check_ogg(data)
    try:
        media: Any = media_type(file)
        tags = _mp4(media) if kind == ".m4a" else _vorbis(media)
    except Exception as error:  # mutagen lets all kinds escape
        raise FormatError.of("damaged-sound") from error
    if kind == ".flac":
        info = media.info
        containers.check_flac(data, info.total_samples, info.max_blocksize, info.max_framesize)
    if shown and abs(shown - media.info.length) > 0.5:
        raise FormatError.of("two-lengths")
    return AudioFacts(kind, shown or media.info.length, *tags)


def _kind(head: bytes) -> tuple[str, type[FileType]]:
    """Return what the first bytes say that a file is. Raises FormatError."""
    for magic, what, *fix in _FOREIGN:
        if re.match(magic.encode(), head, re.DOTALL):
            raise FormatError(f"this is {what}", *fix)
    return next(found for magic, found in _KINDS.items() if re.match(magic, head, re.DOTALL))


def _id3(file: BinaryIO, notes: list[str]) -> _Tags:
    """Return the tags of an MP3, or note that they cannot be read: the sound is no less true."""
    read: Any = id3.ID3
    try:
        # UTF-16 is slow to decode: only the frames that are wanted.
        tags = read(file, known_frames=_MP3_TAGS, load_v1=False)
    except Exception as error:  # mutagen lets all kinds escape
        if not isinstance(error, id3.ID3NoHeaderError):
            notes.append("the title, chapters and cover in the file cannot be read")
        return "", (), b""
    chapters = []
    for frame in tags.getall("CHAP"):
        titles, links = (frame.sub_frames.getall(name) for name in ("TIT2", "WXXX"))
        url = _web(link.url for link in links)
        chapters.append(Chapter(frame.start_time / 1000, _text(titles), url))
    pictures = [p for p in tags.getall("APIC") if p.mime != "-->"]
    return _text(tags.getall("TIT2")), tuple(chapters), _front(pictures)


def _text(frames: Iterable[object]) -> str:
    return next((str(text) for frame in frames for text in getattr(frame, "text", ())), "")


def _mp4(media: mp4.MP4) -> _Tags:
    found: Any = media.tags or {}
    chapters: Any = media.chapters or ()
    title = next(iter(found.get("\xa9nam", ())), "")
    cover = bytes(next(iter(found.get("covr", ())), b""))
    return title, tuple(Chapter(c.start, c.title) for c in chapters), cover


def _vorbis(media: flac.FLAC | oggflac.OggFLAC | oggopus.OggOpus | oggvorbis.OggVorbis) -> _Tags:
    """Return the tags of Ogg and FLAC files, whose chapters are CHAPTER001 and so on."""
    tags: Any = media.tags
    found: dict[str, list[str]] = tags.as_dict() if tags else {}
    chapters = []
    for key, (time, *_more) in found.items():
        if re.fullmatch(r"chapter\d+", key):
            with suppress(FormatError):  # no time
                title, links = found.get(f"{key}name", [""])[0], found.get(f"{key}url", ())
                chapters.append(Chapter(parse_time(time), title, _web(links)))
    read: Any = flac.Picture
    pictures = list(getattr(media, "pictures", ()))
    for text in found.get("metadata_block_picture", ()):
        with suppress(Exception):  # mutagen lets all kinds escape
            pictures.append(read(base64.b64decode(text)))
    return found.get("title", [""])[0], tuple(chapters), _front(pictures)


def _web(urls: Iterable[str]) -> str:
    """Return the first address that a browser can open, or nothing."""
    return next((url for url in urls if url.startswith(("https://", "http://"))), "")


def _front(pictures: Iterable[object]) -> bytes:
    """Return the front cover (type 3), else the first picture, or nothing."""
    best = min(pictures, key=lambda picture: getattr(picture, "type", 0) != 3, default=None)
    return bytes(getattr(best, "data", b""))
