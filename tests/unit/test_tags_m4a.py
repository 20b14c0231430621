"""Tags of an M4A: the sound stays where the tables of the file say that it is."""

# mypy: allow-untyped-calls

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tagging import (
    COVER,
    FIXTURES,
    FRAME,
    M4A,
    OURS,
    PLAIN,
    ffprobe,
    heard,
    id3,
    mp4,
    needs_ffmpeg,
    published,
)

from activefeed.formats import audio, tags
from activefeed.formats.tags import Tags


def boxes(content: bytes, at: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, begin and end of what is in each box, and of the boxes in it."""
    end = len(content) if end is None else end
    while at < end:
        size, name, begin = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
        if size == 1:
            size, begin = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        assert begin <= size <= end - at, "boxes fill the box that they are in"
        yield name, at + begin, at + size
        if name in {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"meta", b"ilst"}:
            yield from boxes(content, at + begin + 4 * (name == b"meta"), at + size)
        at += size


def chunks(content: bytes) -> list[bytes]:
    """Return some bytes from each place where a track says that a chunk of it begins."""
    found = []
    for name, begin, end in boxes(content):
        if name in {b"stco", b"co64"}:
            width = 4 if name == b"stco" else 8
            places = [content[at : at + width] for at in range(begin + 8, end, width)]
            starts = [int.from_bytes(place, "big") for place in places]
            found += [content[start : start + 64] for start in starts]
    return found


def payload(content: bytes) -> bytes:
    return b"".join(content[begin:end] for name, begin, end in boxes(content) if name == b"mdat")


def boxed(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def moov_first(content: bytes) -> bytes:
    """Return an M4A with its movie box moved to the front."""
    places = {name: (begin - 8, end) for name, begin, end in boxes(content)}
    moov = bytearray(content[slice(*places[b"moov"])])
    for name, begin, end in list(boxes(bytes(moov))):
        for at in range(begin + 8, end, 4) if name == b"stco" else ():
            place = int.from_bytes(moov[at : at + 4], "big") + len(moov)
            moov[at : at + 4] = place.to_bytes(4, "big")
    before, after = content[: places[b"moov"][0]], content[places[b"moov"][1] :]
    start = places[b"ftyp"][1]
    return before[:start] + moov + before[start:] + after


def without_udta(content: bytes) -> bytes:
    """Return an M4A with its movie box last and without anything said of it."""
    start = content.index(b"udta") - 4
    moov = content.index(b"moov") - 4
    size = (start - moov).to_bytes(4, "big")
    return content[:moov] + size + content[moov + 4 : start]


def wide_mdat(content: bytes) -> bytes:
    """Return an M4A with its movie box last and the 16-byte header of a long box of sound."""
    start = content.index(b"free") - 4  # whose place is free
    size = (int.from_bytes(content[start + 8 : start + 12], "big") + 8).to_bytes(8, "big")
    return content[:start] + b"\0\0\0\1mdat" + size + content[start + 16 :]


def far(content: bytes) -> bytes:
    """Return an M4A that begins with its movie box, with a table for chunks beyond 4 GB."""
    at = content.index(b"stco") + 12  # of the only entry
    place = int.from_bytes(content[at : at + 4], "big") + 4
    longer = bytearray(content[:at] + place.to_bytes(8, "big") + content[at + 4 :])
    longer[at - 12 : at - 8] = b"co64"
    for _, begin, end in boxes(content):
        if begin <= at < end:
            size = end - begin + 8 + 4
            longer[begin - 8 : begin - 4] = size.to_bytes(4, "big")
    return bytes(longer)


def filled(content: bytes) -> bytes:
    """Return an M4A with what other programs put between and behind."""
    return content + boxed(b"free", bytes(99)) + boxed(b"uuid", bytes(30))


AAC, ALAC, FAST, TAGGED = (
    (FIXTURES / name).read_bytes()
    for name in ("aac.m4a", "alac.m4a", "faststart.m4a", "tagged.m4a")
)
LAYOUTS: dict[str, Callable[[], bytes]] = {
    "moov last": lambda: AAC,
    "moov first": lambda: FAST,
    "moov last, ALAC": lambda: ALAC,
    "moov first, ALAC": lambda: moov_first(ALAC),
    "moov last, tags and chapters": lambda: TAGGED,
    "moov first, tags and chapters": lambda: moov_first(TAGGED),
    "moov last, nothing said": lambda: without_udta(AAC),
    "moov first, nothing said": lambda: moov_first(without_udta(AAC)),
    "moov last, long mdat": lambda: wide_mdat(TAGGED),
    "moov first, long mdat": lambda: moov_first(wide_mdat(TAGGED)),
    "moov first, far tables": lambda: far(FAST),
    "moov last, filled": lambda: filled(AAC),
    "moov first, filled": lambda: filled(FAST),
}


@pytest.mark.parametrize("said", [OURS, PLAIN, replace(OURS, cover=COVER * 99)])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_chunks_are_where_the_tables_say(layout: str, said: Tags, tmp_path: Path) -> None:
    source = LAYOUTS[layout]()
    before = audio.probe(published(tmp_path, source, ".wav"))  # as it is
    path = published(tmp_path, source, ".m4a", said)
    content = path.read_bytes()
    assert chunks(content) == chunks(source) != []
    assert payload(content) == payload(source)
    facts = audio.probe(path)
    assert facts.title == OURS.title
    assert facts.duration == before.duration
    assert facts.chapters == before.chapters
    assert facts.cover == (said.cover or before.cover)
    again = published(tmp_path, content, ".m4a", said)
    assert again.read_bytes() == content, "a copy of a copy is the same"


@needs_ffmpeg
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_decoded_as_before(layout: str, tmp_path: Path) -> None:
    source = tmp_path / "source.m4a"
    source.write_bytes(LAYOUTS[layout]())
    path = published(tmp_path, source, ".m4a")
    before, after = heard(source, path)
    assert before == after
    titles = [c["tags"]["title"] for c in ffprobe(path)["chapters"]]
    assert titles == [c["tags"]["title"] for c in ffprobe(source)["chapters"]]


@pytest.mark.parametrize("name", M4A)
def test_an_m4a_says_all_that_it_is(name: str, tmp_path: Path) -> None:
    media = mp4(published(tmp_path, FIXTURES / name, ".m4a"))
    assert dict(media) == {
        **dict(mp4(FIXTURES / name)),
        "\xa9nam": [OURS.title],
        "\xa9alb": [OURS.show],
        "\xa9ART": [OURS.artist],
        "\xa9day": ["2026-03-09"],
        "trkn": [(12, 0)],
        "disk": [(3, 0)],
        "covr": [COVER],
    }


@pytest.mark.parametrize("first", [False, True])
def test_what_else_the_author_says_in_an_m4a_is_kept(first: bool, tmp_path: Path) -> None:
    path = tmp_path / "author.m4a"
    path.write_bytes(TAGGED)
    media = mp4(path)
    media["\xa9ART"] = ["The author", "and another"]
    media["\xa9cmt"] = ["A comment"]
    media["cprt"] = ["2026 Ada"]
    media["trkn"] = [(99, 100)]
    media["disk"] = [(8, 9)]
    media["\xa9alb"] = ["Old album"]
    media["----:com.example:key"] = [b"value"]
    media.save()
    content = path.read_bytes()
    source = moov_first(content) if first else content
    found = mp4(published(tmp_path, source, ".m4a", replace(PLAIN, artist="Ada", show="")))
    assert set(found) == {
        "\xa9nam", "\xa9ART", "\xa9day", "\xa9cmt", "cprt", "covr", "----:com.example:key"
    }  # fmt: skip
    assert found["\xa9ART"] == ["The author", "and another"]
    assert found["covr"] == media["covr"], "the author's picture stays"
    assert [c.title for c in found.chapters] == ["Welcome", "The hip", "Goodbye"]


def test_a_number_that_has_no_room_is_not_said(tmp_path: Path) -> None:
    said = replace(OURS, number=20260309, season=65535)
    media = mp4(published(tmp_path, AAC, ".m4a", said))
    assert "trkn" not in media
    assert media["disk"] == [(65535, 0)]
    assert id3(published(tmp_path, FRAME * 9, ".mp3", said))["TRCK"] == "20260309"


def late_chunk() -> bytes:
    """Return an M4A with a chunk that is as far away as a table can say."""
    at = FAST.index(b"stco") + 12
    return FAST[:at] + b"\xff\xff\xff\xff" + FAST[at + 4 :]


def endless(content: bytes) -> bytes:
    """Return an M4A whose last box goes on to the end of the file."""
    start = content.index(b"mdat") - 4
    return content[:start] + bytes(4) + content[start + 4 :]


@pytest.mark.parametrize(
    "source",
    [
        (FIXTURES / "fragmented.m4a").read_bytes(),
        AAC + boxed(b"mdat", bytes(9)),
        FAST + boxed(b"mdat", bytes(9)),
        FAST + boxed(b"moov", b""),
        FAST + boxed(b"meta", bytes(9)),
        FAST + b"\0\0\0\x20free",
        AAC + b"\0\0",
        AAC[:-9],
        AAC.replace(b"moov", b"free"),
        AAC.replace(b"mdat", b"free"),
        AAC.replace(b"trak", b"\0\0\0\0")
        .replace(b"mvhd", b"\0\0\0\0")
        .replace(b"\0\0\0\x6c", bytes(4)),
        FAST[28:],
        endless(FAST),
        late_chunk(),
        FRAME * 9,
    ],
)
def test_an_unusual_m4a_is_published_as_it_is(source: bytes, tmp_path: Path) -> None:
    path = tmp_path / "unusual.m4a"
    path.write_bytes(source)
    assert tags.write(path, ".m4a", OURS) == (range(len(source)),)
