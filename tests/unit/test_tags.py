"""A published recording says what it is, and sounds as the author's file does."""

# mypy: allow-untyped-calls

import re
import shutil
import tracemalloc
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
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
    ffprobe,
    frame,
    heard,
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
    before, after = heard(FIXTURES / name, path)
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
