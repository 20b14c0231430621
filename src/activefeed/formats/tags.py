"""The tags of a published recording: title, show, chapters and cover, as players show them.

Never changes the author's file, never touches the sound, and never keeps it in memory: what is
published is made of new bytes and of ranges of the author's file.
"""

import mmap
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from mutagen import id3, mp4

from activefeed.formats import containers, mpeg
from activefeed.model import Chapter

Pieces = tuple[bytes | range, ...]  # new bytes, and ranges of the author's file, in order


@dataclass(frozen=True, slots=True)
class Tags:
    """What a published copy says of itself."""

    title: str
    show: str
    artist: str  # who makes the show, said where the file names nobody; may be empty
    number: int | None
    season: int | None
    date: date  # of publication
    duration: int  # whole seconds: where the last chapter ends
    chapters: tuple[Chapter, ...]  # by their times; where there are none, those in the file stay
    cover: bytes = b""  # a JPEG; where empty, the picture in the author's file stays


# What mutagen makes; it has no types to speak of.
_NEW: dict[str, Any] = {**id3.Frames, "ID3": id3.ID3, "MP4": mp4.MP4}
# What we write ourselves, and what the program that made the file wrote for itself.
_DROPPED = re.compile("TIT2|TALB|TRCK|TPOS|TYER|TDAT|TIME|PRIV|GEOB")
_ID3V1_OR_APE = re.compile(rb"\ATAG.{125}\Z|APETAGEX.{4}(.{4}).{16}\Z", re.DOTALL)


def write(path: Path, extension: str, tags: Tags) -> Pieces:
    """Return the published copy of an audio file: MP3 and M4A with tags, others as they are.

    So is an M4A that is not laid out as most are: no tag is worth a broken file.
    """
    if extension in {".mp3", ".m4a"}:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if extension == ".mp3":
                return _id3(file, tags), *mpeg.indexed(data, _sound(data))
            with suppress(Exception):  # mutagen lets all kinds escape
                return _mp4(data, tags)
    return (range(path.stat().st_size),)


def _clean(text: str) -> str:
    """Return text without control characters and half characters."""
    return re.sub(r"[\0-\x1f\x7f-\x9f\ud800-\udfff]+", " ", text).strip()


def _sound(data: mmap.mmap) -> range:
    """Return where the sound of an MP3 is: all but the tags at both ends."""
    start, end = mpeg.past_tags(data, 0), len(data)
    while found := _ID3V1_OR_APE.search(data[max(start, end - 128) : end]):
        begin = _ape_start(data, end, int.from_bytes(found[1], "little")) if found[1] else end - 128
        if not start <= begin < end:
            break
        end = begin
    return range(start, end)


def _ape_start(data: mmap.mmap, end: int, size: int) -> int:
    """Return where an APE tag begins; its end where its entries do not fill the size it claims."""
    at = begin = end - size
    while begin >= 0 and at < end - 32:
        name_ends = data.find(b"\0", at + 8, end - 32)
        at = name_ends + 1 + int.from_bytes(data[at : at + 4], "little") if name_ends > 0 else end
    if at != end - 32:
        return end
    # The header is not in its size, and may be missing.
    return begin - 32 * (data[begin - 32 : begin - 24] == b"APETAGEX")


def _id3(file: BinaryIO, tags: Tags) -> bytes:
    """Return an ID3v2.3 tag, with what the author's tag says beyond ours."""
    kept = {}
    with suppress(Exception):  # mutagen lets all kinds escape: then there is nothing to keep
        for key, frame in _NEW["ID3"](file, load_v1=False, v2_version=3).items():
            chapter = key[:4] in {"CHAP", "CTOC"} and tags.chapters
            cover = key[:4] == "APIC" and frame.type == 3 and tags.cover
            if not (chapter or cover or _DROPPED.match(key)):
                with suppress(Exception):  # not all that can be read can be written
                    kept[key] = _frame(frame)
    texts = {
        "TIT2": tags.title, "TALB": tags.show, "TPE1": tags.artist, "TYER": f"{tags.date:%Y}",
        "TDAT": f"{tags.date:%d%m}", "TRCK": str(tags.number or ""), "TPOS": str(tags.season or ""),
    }  # fmt: skip
    said = [_text(name, text) for name, text in texts.items() if not kept.get(name)]
    front = [_NEW["APIC"](0, "image/jpeg", 3, "", tags.cover)] if tags.cover else []
    body = b"".join([*map(_frame, [*said, *_chapters(tags), *front]), *kept.values()])
    return b"ID3\3\0\0" + bytes(len(body) >> bits & 127 for bits in (21, 14, 7, 0)) + body


def _frame(frame: object) -> bytes:
    """Return one frame as bytes: in a whole tag, mutagen would sort chapters by size."""
    file, tag = BytesIO(), _NEW["ID3"]()
    tag.add(frame)
    # Without room behind it, a text such as TAG… would be taken for an ID3v1 tag and cut off.
    tag.save(file, v1=0, v2_version=3, padding=lambda _: 256)
    return file.getvalue()[10:-256]


def _text(name: str, text: str) -> object:
    """Return a text frame; mutagen writes none where the text is empty."""
    return _NEW[name](0 if text.isascii() else 1, [_clean(text)])


def _chapters(tags: Tags) -> Iterator[object]:
    """Yield the table of contents, and chapters in the order of their times."""
    if tags.chapters:
        # 3 is "in order, at the top". It has room for 255; players find the others without it.
        yield _NEW["CTOC"]("toc", 3, [f"ch{n}" for n in range(len(tags.chapters))][:255], [])
    times = [*(round(1000 * chapter.start) for chapter in tags.chapters), 1000 * tags.duration]
    for n, one in enumerate(tags.chapters):
        url = quote(one.url, safe="%/:=&?~#+!$,;'@()*[]", errors="ignore")
        said = [_text("TIT2", one.title), *([_NEW["WXXX"](0, "chapter url", url)] if url else [])]
        yield _NEW["CHAP"](f"ch{n}", times[n], max(times[n : n + 2]), sub_frames=said)


def _mp4(data: mmap.mmap, tags: Tags) -> Pieces:
    """Return an M4A with tags. Raises where it is not laid out as most are."""
    boxes = dict(found := _boxes(data, 0, len(data)))
    order = [name for name, _ in found if name not in {b"free", b"skip", b"wide", b"uuid"}]
    moov, sound = boxes[b"moov"], boxes[b"mdat"].start
    if (b"ftypmdatmoov", b"ftypmoovmdat").index(b"".join(order)):
        # Sound moves, and mutagen corrects the tables of where it is.
        return _with_tags(data[:sound], tags), range(sound, len(data))
    # Sound stays, and as mutagen does not see it, it must not see the tables either.
    udta = dict(_boxes(data, moov.start + 8, moov.stop)).get(b"udta", moov[len(moov) :])
    alone = (8 + len(udta)).to_bytes(4, "big") + b"moov" + data[udta.start : udta.stop]
    new = _with_tags(alone, tags)[8:]
    size = (len(moov) + len(new) - len(udta)).to_bytes(4, "big")
    return range(moov.start), size + data[moov.start + 4 : udta.start] + new + data[udta.stop :]


def _boxes(data: mmap.mmap, at: int, end: int) -> list[tuple[bytes, range]]:
    """Return names and places of the boxes that fill a place. Raises where they do not fit it."""
    found = [*containers.boxes(data, at, end)]
    if sum(len(place) for _, place in found) != end - at:
        raise ValueError
    return found


def _with_tags(boxes: bytes, tags: Tags) -> bytes:
    """Return boxes, of which one is the movie box, with tags in it."""
    media = _NEW["MP4"](file := BytesIO(boxes))
    said = {
        "\xa9nam": [_clean(tags.title)], "\xa9alb": [_clean(tags.show)],
        "\xa9ART": media.get("\xa9ART") or [_clean(tags.artist)], "\xa9day": [str(tags.date)],
        "covr": [tags.cover] if tags.cover else media.get("covr", []),
        "trkn": [(n, 0) for n in (tags.number,) if n and n < 1 << 16],
        "disk": [(n, 0) for n in (tags.season,) if n and n < 1 << 16],
    }  # fmt: skip
    for key in said:
        media.pop(key, None)
    media.update({key: values for key, values in said.items() if any(values)})
    media.save(file, padding=lambda _: 0)
    return file.getvalue()
