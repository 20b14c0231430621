"""The true facts of an audio file: kind, length, title, chapters, cover; or a refusal.

Never guesses a length, never believes a file's name, and never changes a file.
"""

from __future__ import annotations

import base64
import mmap
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from mutagen import FileType
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3, Frames, Frames_2_2, ID3NoHeaderError
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from activefeed.formats import containers, mpeg
from activefeed.formats.chapters import parse_time
from activefeed.formats.containers import DAMAGED, LengthError
from activefeed.model import Chapter
from activefeed.problems import FormatError


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What is true of an audio file."""

    extension: str  # ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav", as the bytes say
    duration: float  # seconds
    title: str  # embedded, or empty
    chapters: tuple[Chapter, ...]  # embedded, ascending
    cover: bytes  # embedded picture, the front cover first; or empty
    notes: tuple[str, ...]  # worth a warning


class _Tags(NamedTuple):
    title: str = ""
    chapters: tuple[Chapter, ...] = ()
    cover: bytes = b""
    notes: tuple[str, ...] = ()


# What a file is by its first bytes, in the order of looking.
_PICTURE = rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|....ftyp(?:avi|hei|mif)"
_FOREIGN = {
    rb"RF64|BW64": "a long WAV file (RF64), which hardly any app plays",
    rb"\x1aE\xdf\xa3": "a WebM or Matroska file, which hardly any podcast app plays",
    rb"FORM....AIF": "an AIFF file, which hardly any podcast app plays",
    rb"RIFF....AVI": "a video, not audio",
    rb"caff": "a CAF file, which hardly any podcast app plays",
    rb"0&\xb2u\x8ef\xcf\x11": "a Windows Media file, which hardly any podcast app plays",
    rb"OggS(?!.{24}(?:OpusHead|\x01vorbis|\x7fFLAC))": "an Ogg file of an unknown kind",
}
_Kind = tuple[str, type[FileType]]  # extension, and what mutagen reads the file with
_KINDS: dict[bytes, _Kind] = {
    rb"fLaC": (".flac", FLAC),
    rb"OggS.{24}OpusHead": (".opus", OggOpus),
    rb"OggS.{24}\x01vorbis": (".ogg", OggVorbis),
    rb"OggS": (".ogg", OggFLAC),
    rb"RIFF....WAVE": (".wav", FileType),
    rb"....ftyp": (".m4a", MP4),
    rb"": (".mp3", FileType),  # as WAV: read by us
}
_MP3_TAGS = {name: Frames[name] for name in ("TIT2", "CHAP", "WXXX", "APIC")} | {
    name: Frames_2_2[name] for name in ("TT2", "PIC")
}


def probe(path: Path) -> AudioFacts:
    """Return the facts of a file; FormatError says why they cannot be known, and the cure."""
    size = path.stat().st_size
    if not size:
        raise FormatError("the audio file is empty", "copy it again, or export it again")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            kind, seconds, tags = _read(file, data)
            # MP3 frames were counted; others say how long they are.
            if (
                kind != ".mp3"
                and not 6_000 * seconds <= 8 * (size - len(tags.cover)) <= 1e7 * seconds
            ):
                raise LengthError("the file does not say truly how long it is")
        except LengthError as trouble:
            raise FormatError(trouble.message, _cure(path, trouble)) from trouble
    chapters = [c for c in tags.chapters if c.title.strip() and 0 <= c.start < seconds]
    chapters.sort(key=lambda chapter: chapter.start)
    return AudioFacts(kind, seconds, tags.title.strip(), tuple(chapters), tags.cover, tags.notes)


def _cure(path: Path, trouble: LengthError) -> str:
    """Return what to do, with the command to paste; double quotes work on Windows too."""
    advice = "export it again as MP3 or M4A"
    if trouble.hopeless:
        return advice
    return f'{advice}, or re-save it: ffmpeg -i "{path.name}" -vn -b:a 128k "{path.stem}-fixed.mp3"'


def _read(file: BinaryIO, data: mmap.mmap) -> tuple[str, float, _Tags]:
    """Return the kind, the seconds and the tags of a file. Raises LengthError."""
    start = mpeg.past_tags(data, 0)
    kind, media_type = _kind(data[start : start + 64])
    if kind == ".mp3":
        seconds, notes = _mp3(data, start)
        tags = _id3(file)
        return kind, seconds, tags._replace(notes=notes + tags.notes)
    if start and kind != ".flac":
        raise LengthError("another format's tags stand before the sound")
    if kind == ".wav":
        return kind, containers.wav_seconds(data), _Tags()
    shown = containers.mp4_seconds(data) if kind == ".m4a" else 0.0
    if kind in {".ogg", ".opus"}:
        containers.check_ogg(data)
    try:
        media: Any = media_type(file)
        tags = _mp4(media) if kind == ".m4a" else _vorbis(media)
    except Exception as error:  # mutagen lets all kinds escape
        raise LengthError(DAMAGED) from error
    if kind == ".flac":
        info = media.info
        containers.check_flac(data, info.total_samples, info.max_blocksize, info.max_framesize)
    if shown and abs(shown - media.info.length) > 0.5:
        raise LengthError("this M4A gives two different lengths: it was shortened, not saved anew")
    return kind, shown or media.info.length, tags


def _kind(head: bytes) -> _Kind:
    """Return what the first bytes say that a file is. Raises LengthError."""
    if re.match(_PICTURE, head, re.DOTALL):
        raise LengthError("this is a picture, not audio", hopeless=True)
    for magic, what in _FOREIGN.items():
        if re.match(magic, head, re.DOTALL):
            raise LengthError(f"this is {what}")
    return next(found for magic, found in _KINDS.items() if re.match(magic, head, re.DOTALL))


def _mp3(data: mmap.mmap, start: int) -> tuple[float, tuple[str, ...]]:
    """Return the seconds of sound and what is odd about them."""
    if _is_raw_aac(data, start):
        raise LengthError("this is raw AAC, which does not say how long it is")
    walk = mpeg.walk(data, start)
    if walk.free:
        raise LengthError('this MP3 is in "free format", which no app plays', hopeless=True)
    if not walk.sound:
        raise LengthError("this is not an audio file", hopeless=True)
    if walk.skipped > walk.sound:
        raise LengthError(DAMAGED)
    notes = []
    if walk.skipped > 4096:
        notes.append(f"{walk.skipped:,} bytes of the file are not sound")
    if walk.promised and abs(walk.promised - walk.seconds) > 1:
        notes.append(
            f"the file says that it is {walk.promised:.0f} seconds long, but it holds "
            f"{walk.seconds:.0f}: was it joined or cut off?"
        )
    return walk.seconds, tuple(notes)


def _is_raw_aac(data: mmap.mmap, at: int) -> bool:
    for _ in range(3):
        head = data[at : at + 6]
        size = int.from_bytes(head[3:6], "big") >> 5 & 0x1FFF
        if len(head) < 6 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or size < 7:
            return False
        at += size
    return True


def _id3(file: BinaryIO) -> _Tags:
    """Return the tags of an MP3; where they cannot be read, the sound is no less true."""
    read: Any = ID3
    try:
        # UTF-16 is slow to decode: only the frames that are wanted.
        tags = read(file, known_frames=_MP3_TAGS, load_v1=False)
    except ID3NoHeaderError:
        return _Tags()
    except Exception:  # mutagen lets all kinds escape
        return _Tags(notes=("the title, chapters and cover in the file cannot be read",))
    chapters = (
        Chapter(
            chapter.start_time / 1000,
            _text(chapter.sub_frames.getall("TIT2")),
            _web(link.url for link in chapter.sub_frames.getall("WXXX")),
        )
        for chapter in tags.getall("CHAP")
    )
    pictures = [p for p in tags.getall("APIC") if p.mime != "-->"]
    return _Tags(_text(tags.getall("TIT2")), tuple(chapters), _front(pictures))


def _text(frames: Iterable[object]) -> str:
    return next((str(text) for frame in frames for text in getattr(frame, "text", ())), "")


def _mp4(media: MP4) -> _Tags:
    found: Any = media.tags or {}
    chapters: Any = media.chapters or ()
    return _Tags(
        next(iter(found.get("\xa9nam", ())), ""),
        tuple(Chapter(chapter.start, chapter.title) for chapter in chapters),
        bytes(next(iter(found.get("covr", ())), b"")),
    )


def _vorbis(media: FLAC | OggFLAC | OggOpus | OggVorbis) -> _Tags:
    """Return the tags of Ogg and FLAC files, whose chapters are CHAPTER001 and so on."""
    tags: Any = media.tags
    found: dict[str, list[str]] = tags.as_dict() if tags else {}
    chapters = []
    for key, (time, *_more) in found.items():
        if re.fullmatch(r"chapter\d+", key):
            with suppress(FormatError):  # no time
                title, links = found.get(f"{key}name", [""])[0], found.get(f"{key}url", ())
                chapters.append(Chapter(parse_time(time), title, _web(links)))
    read: Any = Picture
    pictures = list(getattr(media, "pictures", ()))
    for text in found.get("metadata_block_picture", ()):
        with suppress(Exception):  # mutagen lets all kinds escape
            pictures.append(read(base64.b64decode(text)))
    return _Tags(found.get("title", [""])[0], tuple(chapters), _front(pictures))


def _web(urls: Iterable[str]) -> str:
    """Return the first address that a browser can open, or nothing."""
    return next((url for url in urls if url.startswith(("https://", "http://"))), "")


def _front(pictures: Iterable[object]) -> bytes:
    """Return the front cover (type 3), else the first picture, or nothing."""
    best = min(pictures, key=lambda picture: getattr(picture, "type", 0) != 3, default=None)
    return bytes(getattr(best, "data", b""))
