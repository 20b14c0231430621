"""A published recording says what it is, and sounds as the author's file does."""

# mypy: allow-untyped-calls

import re
import shutil
import tracemalloc
import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mutagen.apev2 import APEv2
from mutagen.id3 import ID3
from tagging import (
    CHAPTERS,
    COVER,
    FIXTURES,
    FRAME,
    GOOD,
    M4A,
    MP3,
    OURS,
    PLAIN,
    anything_goes,
    ffmpeg,
    ffprobe,
    frame,
    id3,
    joined,
    jpeg,
    mp4,
    needs_ffmpeg,
    published,
    with_id3,
)

from activefeed.formats import audio, tags
from activefeed.model import Chapter
from activefeed.problems import FormatError


@pytest.mark.parametrize("name", MP3 + M4A)
def test_a_tagged_copy_is_as_long_as_its_source_and_says_what_it_is(
    name: str, tmp_path: Path
) -> None:
    source = audio.probe(FIXTURES / name)
    facts = audio.probe(published(tmp_path, FIXTURES / name, source.extension))
    assert facts.extension == source.extension
    assert facts.duration == pytest.approx(source.duration, abs=1e-6)
    assert facts.title == OURS.title
    assert facts.cover == COVER
    assert facts.chapters == (CHAPTERS if name in MP3 else source.chapters)


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {*MP3, *M4A}))
def test_other_kinds_are_published_as_they_are(name: str) -> None:
    path = FIXTURES / name
    assert tags.write(path, GOOD[name], OURS) == (range(path.stat().st_size),)


@pytest.mark.parametrize("name", MP3 + M4A)
def test_the_same_input_gives_the_same_bytes_and_no_file_is_changed(
    name: str, tmp_path: Path
) -> None:
    path = Path(shutil.copy(FIXTURES / name, tmp_path))
    path.chmod(0o444)
    first, second = joined(path, GOOD[name]), joined(FIXTURES / name, GOOD[name])
    assert first == second
    assert path.read_bytes() == (FIXTURES / name).read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == [name]


@needs_ffmpeg
@pytest.mark.parametrize("name", MP3 + M4A)
def test_every_sample_is_decoded_as_before(name: str, tmp_path: Path) -> None:
    path = published(tmp_path, FIXTURES / name, GOOD[name])
    for options in (("-f", "md5"), ("-c", "copy", "-f", "md5")):
        before, after = (
            ffmpeg("-i", one, "-map", "0:a", *options, "-") for one in (FIXTURES / name, path)
        )
        assert before == after


@needs_ffmpeg
@pytest.mark.parametrize("name", MP3 + M4A)
def test_another_program_reads_what_we_wrote(name: str, tmp_path: Path) -> None:
    found = ffprobe(published(tmp_path, FIXTURES / name, GOOD[name]))
    said = {
        "title": OURS.title, "album": OURS.show, "artist": OURS.artist,
        "track": "12", "disc": "3", "date": "2026-03-09",
    }  # fmt: skip
    if name in MP3:
        titles = [chapter["tags"]["title"] for chapter in found["chapters"]]
        times = [float(chapter["start_time"]) for chapter in found["chapters"]]
        assert titles == [chapter.title for chapter in CHAPTERS]
        assert times == [chapter.start for chapter in CHAPTERS]
        assert float(found["chapters"][-1]["end_time"]) == 6
    assert {key: found["format"]["tags"].get(key) for key in said} == said
    assert [s["codec_name"] for s in found["streams"] if s["codec_type"] == "video"][:1] == [
        "mjpeg"
    ]


@pytest.mark.parametrize("name", MP3 + M4A)
def test_a_copy_can_be_tagged_again(name: str, tmp_path: Path) -> None:
    first = published(tmp_path, FIXTURES / name, GOOD[name])
    later = replace(OURS, title="Corrected", show="Renamed", number=None, cover=jpeg("blue"))
    facts = audio.probe(published(tmp_path, first.read_bytes(), GOOD[name], later))
    assert facts.title == "Corrected"
    assert facts.cover == later.cover
    assert facts.duration == pytest.approx(audio.probe(FIXTURES / name).duration)
    back = published(tmp_path, first.read_bytes(), GOOD[name], OURS)
    assert audio.probe(back).title == OURS.title


def documented(text: str) -> str:
    """Return text as it is published: control and half characters are spaces, none at the ends."""
    plain = "".join("\0" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)
    return re.sub("\0+", " ", plain).strip()


any_text = st.text(st.characters(), max_size=60)


@anything_goes
@given(any_text, any_text, any_text)
@example("TAG" + "t" * 123, "TAG" + "s" * 123, "\ufeffA\ufffe\uffff")
@example("a\0b\r\n\tc", "\ud83d", "\ud83d\udc69")
def test_any_text_reads_back(tmp_path: Path, title: str, show: str, chapter: str) -> None:
    said = replace(OURS, title=title, show=show, artist=show, chapters=(Chapter(0, chapter),))
    found = id3(published(tmp_path, FRAME * 9, ".mp3", said))
    read = [found.get(name, [""])[0] for name in ("TIT2", "TALB", "TPE1")]
    assert read == [documented(title), documented(show), documented(show)]
    sub_frames = found["CHAP:ch0"].sub_frames
    assert sub_frames.get("TIT2", [""])[0] == documented(chapter)
    for name in ("aac.m4a", "faststart.m4a"):
        media = mp4(published(tmp_path, FIXTURES / name, ".m4a", said))
        read = [media.get(key, [""])[0] for key in ("\xa9nam", "\xa9alb", "\xa9ART")]
        assert read == [documented(title), documented(show), documented(show)]


@pytest.mark.parametrize("length", range(110, 140))
def test_no_text_is_taken_for_an_old_tag(length: int, tmp_path: Path) -> None:
    said = replace(PLAIN, show="TAG" + "x" * length)
    found = id3(
        published(tmp_path, with_id3(frame("COMM", 0, "eng", "", [said.show])), ".mp3", said)
    )
    assert found["TALB"] == said.show
    assert found["COMM::eng"] == said.show


@pytest.mark.parametrize("kind", ["sound.mp3", "faststart.m4a", "aac.m4a"])
def test_a_big_file_is_never_held_in_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    with path.open("wb") as file:
        if kind == "sound.mp3":
            file.write(with_id3(frame("TIT2", 0, ["Old"])))
        else:
            content = (FIXTURES / kind).read_bytes()
            name = content.index(b"mdat")
            size = int.from_bytes(content[name - 4 : name], "big")
            file.write(content[: name - 4] + (size + 300_000_000).to_bytes(4, "big"))
            file.write(content[name : name - 4 + size])
        file.seek(300_000_000, 1)
        file.write(FRAME if kind == "sound.mp3" else content[name - 4 + size :])
        file.truncate()
    tracemalloc.start()
    pieces = tags.write(path, path.suffix, OURS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    assert sum(len(p) for p in pieces if isinstance(p, range)) > 300_000_000
    assert any(isinstance(p, bytes) for p in pieces)


@anything_goes
@given(
    st.sampled_from(MP3 + M4A),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
    st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 255)), max_size=8),
)
@example(name="faststart.m4a", flips=[(40, 0), (389, 1)], behind=[])  # no movie header
def test_whatever_is_accepted_is_tagged_and_still_accepted(
    tmp_path: Path, name: str, flips: list[tuple[int, int]], behind: list[tuple[int, int]]
) -> None:
    content = bytearray((FIXTURES / name).read_bytes())
    for place, value in flips + [(len(content) - back, value) for back, value in behind]:
        if 0 <= place < len(content):
            content[place] = value
    source = tmp_path / "damaged"
    source.write_bytes(content)
    try:
        before = audio.probe(source)
    except FormatError:
        return
    after = audio.probe(published(tmp_path, source, before.extension))
    assert after.duration == pytest.approx(before.duration, abs=0.2)
    assert after.title == OURS.title or before.extension == ".m4a"


# MP3


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
