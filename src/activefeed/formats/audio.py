"""The true facts of an audio file: kind, length, title, chapters, cover; or a refusal.

Never guesses a length, never believes a file's name, and never changes a file.
"""

from __future__ import annotations

import base64
import mmap
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import mutagen
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3, Frames, Frames_2_2, ID3NoHeaderError
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from activefeed.formats import containers, mpeg
from activefeed.formats.containers import LengthError
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


_PICTURE = re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|....ftyp(?:avi|hei|mif)", re.DOTALL)
_FOREIGN = {
    rb"RF64|BW64": "this is a long WAV file (RF64), which hardly any app plays",
    rb"\x1aE\xdf\xa3": "this is a WebM or Matroska file, which hardly any podcast app plays",
    rb"FORM....AIF": "this is an AIFF file, which hardly any podcast app plays",
    rb"RIFF....AVI": "this is a video, not audio",
    rb"caff": "this is a CAF file, which hardly any podcast app plays",
    rb"0&\xb2u\x8ef\xcf\x11": "this is a Windows Media file, which hardly any podcast app plays",
}
_KINDS = {
    rb"fLaC": ".flac",
    rb"OggS.{24}OpusHead": ".opus",
    rb"OggS": ".ogg",
    rb"RIFF....WAVE": ".wav",
    rb"....ftyp": ".m4a",
}
_MP3_TAGS = {name: Frames[name] for name in ("TIT2", "CHAP", "WXXX", "APIC")} | {
    name: Frames_2_2[name] for name in ("TT2", "PIC")
}
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d*)?)", re.ASCII)
_FREE_FORMAT = (
    'this MP3 is in "free format", which hardly any app plays',
    "lame --mp3input -b 128 {} {}",
)


def probe(path: Path) -> AudioFacts:
    """Return the facts of a file; FormatError says why they cannot be known, and the cure."""
    size = path.stat().st_size
    if not size:
        raise FormatError("the audio file is empty", "copy it again, or export it again")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = mpeg.past_tags(data, 0)
        kind = _first(_KINDS, data[start : start + 64]) or ".mp3"
        try:
            seconds, notes = _measure(data, start, kind)
            tags = _tags(file, kind)
            _weigh(kind, size - len(tags.cover), seconds)
        except LengthError as trouble:
            raise FormatError(trouble.message, _cure(path, kind, trouble)) from trouble
    chapters = [c for c in tags.chapters if c.title.strip() and 0 <= c.start < seconds]
    chapters.sort(key=lambda chapter: chapter.start)
    return AudioFacts(
        kind, seconds, tags.title.strip(), tuple(chapters), tags.cover, notes + tags.notes
    )


def _first(looks: Mapping[bytes, str], head: bytes) -> str:
    """Return what the first pattern that fits stands for, or nothing."""
    fits = (what for magic, what in looks.items() if re.match(magic, head, re.DOTALL))
    return next(fits, "")


def _cure(path: Path, kind: str, trouble: LengthError) -> str:
    """Return what to do, with the command to paste."""
    advice = "export it again as MP3 or M4A"
    if not trouble.command:
        return advice
    new = f"{path.stem}-fixed{trouble.extension or kind}"
    return f"{advice}, or re-save it: {trouble.command.format(_quoted(path.name), _quoted(new))}"


def _quoted(name: str) -> str:
    """Return a file name for a command line; double quotes work on Windows too."""
    if re.search(r"[\"$`\\]", name):
        return shlex.quote(name)
    return name if re.fullmatch(r"\w[\w.-]*", name) else f'"{name}"'


def _measure(data: mmap.mmap, start: int, kind: str) -> tuple[float, tuple[str, ...]]:
    """Return the seconds of sound and what is odd about them."""
    head = data[start : start + 64]
    if _PICTURE.match(head):
        raise LengthError("this is a picture, not audio", command="")
    if what := _first(_FOREIGN, head):
        raise LengthError(what, *containers.TO_MP3)
    if start and kind not in {".mp3", ".flac"}:
        raise LengthError("another format's tags stand before the sound", *containers.TO_MP3)
    match kind:
        case ".mp3":
            return _mp3(data, start)
        case ".m4a":
            return containers.mp4_seconds(data), ()
        case ".wav":
            return containers.wav_seconds(data), ()
        case ".flac":
            return containers.flac_seconds(data, start), ()
        case _:
            return containers.ogg_seconds(data), ()


def _mp3(data: mmap.mmap, start: int) -> tuple[float, tuple[str, ...]]:
    if _is_raw_aac(data, start):
        raise LengthError("this is raw AAC, which does not say how long it is", extension=".m4a")
    walk = mpeg.walk(data, start)
    if walk.free:
        raise LengthError(*_FREE_FORMAT)
    if not walk.sound:
        raise LengthError("this is not an audio file", command="")
    if walk.skipped > walk.sound:
        raise LengthError(containers.DAMAGED)
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


def _weigh(kind: str, size: int, seconds: float) -> None:
    """Refuse a length that does not go with the number of bytes; MP3 frames were counted."""
    if kind != ".mp3" and not 6_000 * seconds <= 8 * size <= 10_000_000 * seconds:
        raise LengthError("the file does not say truly how long it is", *containers.TO_MP3)


class _Tags(NamedTuple):
    title: str = ""
    chapters: tuple[Chapter, ...] = ()
    cover: bytes = b""
    notes: tuple[str, ...] = ()


def _tags(file: BinaryIO, kind: str) -> _Tags:
    """Return title, chapters and cover; tags that cannot be read do not make the sound untrue."""
    file.seek(0)
    try:
        media: Any = _load(file, kind)
    except ID3NoHeaderError:
        return _Tags()
    except Exception:  # mutagen lets all kinds escape; nothing of ours is called in here
        return _Tags(notes=("the title, chapters and cover in the file cannot be read",))
    if isinstance(media, ID3):
        return _id3(media)
    return _mp4(media) if isinstance(media, MP4) else _vorbis(media)


def _load(file: BinaryIO, kind: str) -> object:
    """Return what mutagen makes of a file; for MP3 and WAV the tags alone, or None."""
    if kind == ".mp3":
        read: Any = ID3
        # UTF-16 is slow to decode: only the frames that are wanted.
        return read(file, known_frames=_MP3_TAGS, load_v1=False)
    media: Any = mutagen.File(file, (MP4, FLAC, OggOpus, OggVorbis, OggFLAC, WAVE))
    return media.tags if kind == ".wav" else media


def _id3(tags: ID3) -> _Tags:
    frames: Any = tags
    chapters = (
        Chapter(
            chapter.start_time / 1000,
            _text(chapter.sub_frames.getall("TIT2")),
            _web(link.url for link in chapter.sub_frames.getall("WXXX")),
        )
        for chapter in frames.getall("CHAP")
    )
    pictures = [(p.type, p.data) for p in frames.getall("APIC") if p.mime != "-->"]
    return _Tags(_text(frames.getall("TIT2")), tuple(chapters), _front(pictures))


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


def _vorbis(media: object) -> _Tags:
    """Return the tags of Ogg and FLAC files, whose chapters are CHAPTER001 and so on."""
    tags: Any = getattr(media, "tags", None)
    found: dict[str, list[str]] = tags.as_dict() if tags else {}
    chapters = []
    for key, (time, *_more) in found.items():
        if re.fullmatch(r"chapter\d+", key) and (clock := _CLOCK.fullmatch(time.strip())):
            hours, minutes, seconds = map(float, clock.groups())
            name = found.get(f"{key}name", [""])[0]
            url = _web(found.get(f"{key}url", ()))
            chapters.append(Chapter(hours * 3600 + minutes * 60 + seconds, name, url))
    pictures = [*getattr(media, "pictures", ()), *_decoded(found.get("metadata_block_picture", ()))]
    cover = _front([(picture.type, picture.data) for picture in pictures])
    return _Tags(found.get("title", [""])[0], tuple(chapters), cover)


def _decoded(coded: Iterable[str]) -> Iterator[Picture]:
    read: Callable[[bytes], Picture] = Picture
    for text in coded:
        with suppress(Exception):  # only a library is called in here
            yield read(base64.b64decode(text))


def _web(urls: Iterable[str]) -> str:
    """Return the first address that a browser can open, or nothing."""
    return next((url for url in urls if url.startswith(("https://", "http://"))), "")


def _front(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the front cover (type 3), else the first picture, or nothing."""
    return next((data for _type, data in sorted(pictures, key=lambda p: p[0] != 3)), b"")
