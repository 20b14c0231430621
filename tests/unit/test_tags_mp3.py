"""Tags of an MP3: the author's other frames stay, old tags make way, the sound is untouched."""

# mypy: allow-untyped-calls

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.apev2 import APEv2
from mutagen.id3 import ID3
from tagging import (
    CHAPTERS,
    COVER,
    FIXTURES,
    FRAME,
    MP3,
    OURS,
    PLAIN,
    frame,
    id3,
    published,
    with_id3,
)

from activefeed.formats import audio, tags
from activefeed.model import Chapter


@pytest.mark.parametrize("name", MP3)
def test_the_sound_of_an_mp3_is_one_range_of_its_source(name: str) -> None:
    content = (FIXTURES / name).read_bytes()
    head, *index, sound = tags.write(FIXTURES / name, ".mp3", OURS)
    assert isinstance(head, bytes)
    assert isinstance(sound, range)
    assert [*map(type, index)] == ([bytes] if name == "vbr.mp3" else []), "see test_mpeg.py"
    kept = content[sound.start : sound.stop]
    tag = content[: sound.start]
    assert kept.startswith(b"\xff")
    assert tag == b"" or len(tag) == ID3(FIXTURES / name).size
    end = len(content) if name != "ape-and-id3v1.mp3" else content.index(b"APETAGEX")
    assert sound.stop == end


def test_an_mp3_says_all_that_it_is_as_id3v2_3(tmp_path: Path) -> None:
    path = published(tmp_path, FIXTURES / "cbr.mp3", ".mp3")
    found = id3(path)
    assert found.version == (2, 3, 0)
    assert found.size == len(path.read_bytes()) - (FIXTURES / "cbr.mp3").stat().st_size
    said = {
        "TIT2": OURS.title, "TALB": OURS.show, "TPE1": OURS.artist,
        "TRCK": "12", "TPOS": "3", "TYER": "2026", "TDAT": "0903",
    }  # fmt: skip
    assert {name: str(found[name]) for name in said} == said
    (cover,) = found.getall("APIC")
    assert (cover.type, cover.mime, cover.data) == (3, "image/jpeg", COVER)
    assert len(found) == len(said) + 1 + 1 + len(CHAPTERS)


def test_chapters_have_times_links_and_a_table_of_contents(tmp_path: Path) -> None:
    iri = Chapter(3.0004, "Böse", "https://exämple.org/\n\ud800ü")
    last = Chapter(9.0, "")  # behind the end, as the duration is given in whole seconds
    said = replace(OURS, chapters=(*CHAPTERS, iri, last))
    found = id3(published(tmp_path, FIXTURES / "tagged.mp3", ".mp3", said))
    (table,) = found.getall("CTOC")
    chapters = found.getall("CHAP")
    assert table.flags == 3
    assert table.child_element_ids == ["ch0", "ch1", "ch2", "ch3", "ch4"]
    assert [c.element_id for c in chapters] == table.child_element_ids, "in their order in the file"
    times = [(c.start_time, c.end_time) for c in chapters]
    assert times == [(0, 1250), (1250, 2000), (2000, 3000), (3000, 9000), (9000, 9000)]
    assert {(c.start_offset, c.end_offset) for c in chapters} == {(0xFFFFFFFF, 0xFFFFFFFF)}
    links = [[link.url for link in c.sub_frames.getall("WXXX")] for c in chapters]
    assert links == [[], [CHAPTERS[1].url], [], ["https://ex%C3%A4mple.org/%0A%C3%BC"], []]


def test_more_chapters_than_a_table_of_contents_holds_are_all_there(tmp_path: Path) -> None:
    many = tuple(Chapter(n / 100, f"{n}.") for n in range(600))
    path = published(tmp_path, FIXTURES / "cbr.mp3", ".mp3", replace(OURS, chapters=many))
    (table,) = id3(path).getall("CTOC")
    assert table.child_element_ids == [f"ch{n}" for n in range(255)]
    assert audio.probe(path).chapters == many


AUTHORS = (
    frame("COMM", 0, "deu", "", ["Ein Kommentar"]),
    frame("TCOP", 0, ["2026 Ada"]),
    frame("TCON", 0, ["Podcast"]),
    frame("USLT", 1, "eng", "", "words"),
    frame("TXXX", 0, "mood", ["calm"]),
    frame("TPE1", 0, ["The author"]),
    frame("TPE2", 0, ["A band"]),
    frame("WOAR", "https://example.org/"),
    frame("APIC", 0, "image/png", 4, "back", b"back"),
)
OLD = (
    frame("TIT2", 0, ["Old title"]),
    frame("TALB", 0, ["Old album"]),
    frame("TRCK", 0, ["99/100"]),
    frame("TPOS", 0, ["8"]),
    frame("TYER", 0, ["1999"]),
    frame("TDAT", 0, ["3112"]),
    frame("TIME", 0, ["2359"]),
    frame("CHAP", "old", 0, 9, 0, 0, [frame("TIT2", 0, ["Old chapter"])]),
    frame("CTOC", "oldtoc", 3, ["old"], []),
    frame("PRIV", "maker", b"private"),
    frame("GEOB", 0, "a/b", "", "", b"project"),
)
FRONTS = (
    frame("APIC", 0, "image/png", 3, "front", b"front"),
    frame("APIC", 0, "image/png", 3, "front again", b"front too"),
)


@pytest.mark.parametrize("version", [3, 4])
def test_the_authors_other_frames_are_kept(version: int, tmp_path: Path) -> None:
    content = with_id3(*AUTHORS, *OLD, *FRONTS, version=version)
    path = published(tmp_path, content, ".mp3")
    found = id3(path)
    for one in AUTHORS:
        assert repr(found[one.HashKey]) == repr(one).replace("UTF8", "UTF16")
    assert [p.data for p in found.getall("APIC")] == [COVER, b"back"]
    assert len(found) == len(AUTHORS) + 6 + 1 + 1 + len(CHAPTERS), "nothing of the old ones"
    for old in (b"Old", b"1999", b"2359", b"private", b"project", b"front"):
        assert old not in path.read_bytes()


def test_frames_of_id3v2_2_are_kept(tmp_path: Path) -> None:
    frames = b"TCR\0\0\x05\0Ada!" + b"TT2\0\0\x04\0Old"
    tag = b"ID3\2\0\0\0\0\0" + bytes([len(frames)]) + frames
    found = id3(published(tmp_path, tag + FRAME * 9, ".mp3"))
    assert found["TCOP"] == "Ada!"
    assert found["TIT2"] == OURS.title


def test_what_is_not_known_is_not_said(tmp_path: Path) -> None:
    path = published(tmp_path, with_id3(*OLD, *FRONTS), ".mp3", PLAIN)
    ours, theirs = {"TIT2", "TALB", "TYER", "TDAT"}, {"APIC", "CHAP", "CTOC"}
    assert {key[:4] for key in id3(path)} == ours | theirs
    facts = audio.probe(path)
    assert facts.cover == b"front", "the author's picture stays"
    assert [chapter.title for chapter in facts.chapters] == ["Old chapter"], "and the chapters"


def test_chapters_of_the_author_keep_their_pictures(tmp_path: Path) -> None:
    picture = frame("APIC", 0, "image/png", 0, "", b"part")
    part = frame("CHAP", "one", 0, 9, 0, 0, [frame("TIT2", 0, ["Part"]), picture])
    path = published(tmp_path, with_id3(part), ".mp3", replace(OURS, chapters=()))
    (chapter,) = id3(path).getall("CHAP")
    assert chapter.sub_frames.getall("APIC")[0].data == b"part"


@pytest.mark.parametrize(
    "tag",
    [
        b"ID3\x03\0\x40\0\0\0\x02\xff\xff",
        b"ID3\x03\0\x0f\0\0\0\x0aTCOP\0\0\0\0\0\0",
        b"ID3\x04\0\0\0\0\0\x7f" + b"\xff" * 127,
        b"APETAGEX\xd0\x07\0\0" + (40).to_bytes(4, "little") + bytes(7) + b"\x20" + bytes(48),
    ],
)
def test_a_tag_that_cannot_be_read_is_replaced(tag: bytes, tmp_path: Path) -> None:
    content = tag + FRAME * 50
    path = published(tmp_path, content, ".mp3")
    assert id3(path)["TIT2"] == OURS.title
    assert path.read_bytes()[id3(path).size :] == FRAME * 50


def test_a_frame_that_cannot_be_written_costs_no_other(tmp_path: Path) -> None:
    bad = b"LINK\0\0\0\x07\0\0a-b!u\0x"
    good = b"TCOP\0\0\0\x05\0\0\0Ada!"
    tag = b"ID3\3\0\0\0\0\0" + bytes([len(bad + good)]) + bad + good
    found = id3(published(tmp_path, tag + FRAME * 9, ".mp3"))
    assert found["TCOP"] == "Ada!"
    assert not found.getall("LINK")


def test_all_tags_at_the_head_make_way_for_one(tmp_path: Path) -> None:
    ape = b"APETAGEX\xd0\x07\0\0" + (40).to_bytes(4, "little") + bytes(7) + b"\x20" + bytes(48)
    first, second = (
        with_id3(frame("TIT2", 0, [text]))[: -100 * len(FRAME)] for text in ("One", "Two")
    )
    path = published(tmp_path, first + ape + second + FRAME * 50, ".mp3")
    assert path.read_bytes()[id3(path).size :] == FRAME * 50


ID3V1 = b"TAG" + b"An old title".ljust(125, b"\0")


def ape(*, header: bool) -> bytes:
    tag = APEv2()
    tag["Title"] = "An old title"
    tag.save(file := BytesIO())
    return file.getvalue()[0 if header else 32 :]


@pytest.mark.parametrize(
    "tail",
    [
        ID3V1,
        ape(header=True),
        ape(header=False),
        ape(header=True) + ID3V1,
        ape(header=False) + ID3V1,
        ID3V1 + ape(header=True),
        ape(header=False) + ape(header=True) + ID3V1 + ID3V1,
    ],
)
def test_old_tags_at_the_end_do_not_contradict_ours(tail: bytes, tmp_path: Path) -> None:
    path = published(tmp_path, FRAME * 50 + tail, ".mp3")
    assert path.read_bytes()[id3(path).size :] == FRAME * 50


@pytest.mark.parametrize(
    "tail",
    [
        b"APETAGEX\xd0\x07\0\0" + size.to_bytes(4, "little") + bytes(16)
        for size in (0, 5, 31, 417 * 50 + 33, 0xFFFFFFFF)
    ],
)
def test_a_tag_that_lies_about_its_length_costs_no_sound(tail: bytes, tmp_path: Path) -> None:
    path = published(tmp_path, FRAME * 50 + tail, ".mp3")
    assert path.read_bytes()[id3(path).size :].startswith(FRAME * 50)
