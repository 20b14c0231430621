"""A recording whose bit rate varies gets the index that players seek by, where it has none."""

# mypy: allow-untyped-calls

import subprocess
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen import mp3
from tagging import FIXTURES, FRAME, OURS, anything_goes, ffprobe, id3, needs_ffmpeg, published

from activefeed.formats import audio, tags

# Second, third and fourth byte of a header without its bit rate: where "Xing" stands in a frame of
# its kind, frames a second, and bytes of a frame by bit rate.
KINDS = {
    "fb00c0": (21, 44100 / 1152, lambda kbit: 144_000 * kbit // 44100),  # MPEG 1, mono
    "fb0440": (36, 48000 / 1152, lambda kbit: 144_000 * kbit // 48000),  # … joint stereo
    "fa08a0": (36, 32000 / 1152, lambda kbit: 144_000 * kbit // 32000),  # … two channels, CRC
    "f300c4": (13, 22050 / 576, lambda kbit: 72_000 * kbit // 22050),  # MPEG 2, mono
    "f30800": (21, 16000 / 576, lambda kbit: 72_000 * kbit // 16000),  # … stereo
    "e308c0": (13, 8000 / 576, lambda kbit: 72_000 * kbit // 8000),  # MPEG 2.5, mono
}
FAST = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
SLOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)

TAG = b"ID3\3\0\0\0\0\1\0" + bytes(128)


def frames(kind: str, rates: Sequence[int]) -> list[bytes]:
    """Return frames of a kind, each with the bit rate of its number in the table."""
    second, third, fourth = bytes.fromhex(kind)
    table = FAST if second >= 0xF8 else SLOW
    heads = [bytes((0xFF, second, rate << 4 | third, fourth)) for rate in rates]
    return [
        head.ljust(KINDS[kind][2](table[rate - 1]), b"\x55")
        for head, rate in zip(heads, rates, strict=True)
    ]


def sound_of(path: Path) -> bytes:
    """Return all that follows the tag of a published copy."""
    return path.read_bytes()[id3(path).size :]


@anything_goes
@given(st.sampled_from(sorted(KINDS)), st.lists(st.integers(1, 14), min_size=4, max_size=900))
def test_each_hundredth_is_where_the_index_says(
    tmp_path: Path, kind: str, rates: list[int]
) -> None:
    made = frames(kind, [*rates, 1 + rates[0] % 14])
    whole = b"".join(made)
    path = published(tmp_path, whole, ".mp3")
    content = sound_of(path)
    assert content.endswith(whole)
    index = content[: -len(whole)]
    place, a_second, _ = KINDS[kind]
    assert index[place : place + 8] == b"Xing\0\0\0\7"
    assert not any(index[4:place]), "silence"
    assert not any(index[place + 116 :]), "and no more is said"
    assert len(index) >= place + 156, "apps look for what LAME adds"
    counts = [int.from_bytes(index[at : at + 4], "big") for at in (place + 8, place + 12)]
    assert counts == [len(made), len(content)], "frames without its own, bytes with them"

    begins = [len(index)]
    for one in made:
        begins.append(begins[-1] + len(one))

    def heard_at(part: int) -> int:
        return bisect_left(begins, part * begins[-1] // 256)

    times = [heard_at(part) for part in range(256)]
    places = index[place + 16 : place + 116]
    assert list(places) == sorted(places)
    assert places[0] == 0
    for n, part in enumerate(places):
        wanted = len(made) * n / 100
        off = min(abs(time - wanted) for time in times)
        assert abs(times[part] - wanted) == pytest.approx(off, abs=1e-3), "nothing is nearer"
    info: Any = mp3.MP3(path).info
    assert info.length == pytest.approx(len(made) / a_second)
    assert audio.probe(path).duration == pytest.approx(len(made) / a_second)
    assert not audio.probe(path).notes


def test_a_copy_with_an_index_is_not_given_another(tmp_path: Path) -> None:
    path = published(tmp_path, FIXTURES / "vbr.mp3", ".mp3")
    once = sound_of(path)
    assert sound_of(published(tmp_path, path.read_bytes(), ".mp3")) == once


@pytest.mark.parametrize("behind", [b"", FRAME[:99], bytes(9000)], ids=["", "cut", "zeros"])
@pytest.mark.parametrize("between", [b"", TAG, bytes(999)], ids=["", "tag", "zeros"])
@pytest.mark.parametrize("before", [b"", b"junk" * 99], ids=["", "junk"])
def test_what_lies_between_frames_stays_there(
    before: bytes, between: bytes, behind: bytes, tmp_path: Path
) -> None:
    quiet, loud = (b"".join(frames("fb00c0", [rate] * 50)) for rate in (1, 9))
    source = before + quiet + between + loud + behind
    path = published(tmp_path, source, ".mp3")
    content = sound_of(path)
    at, size = content.index(b"Xing") - 21, len(content) - len(source)
    assert at == len(before), "the index is where the frames begin"
    assert content[:at] + content[at + size :] == source
    assert int.from_bytes(content[at + 29 : at + 33], "big") == 100
    assert audio.probe(path).duration == pytest.approx(100 * 1152 / 44100)
    part = (len(content) - at) / 256
    middle = content[at + 37 + 50] * part
    assert abs(middle - size - len(quiet)) <= part + len(between)


VARIED = b"".join(frames("fb00c0", [1, 9] * 50))
OTHERS = {
    "constant": FRAME * 9,
    "padded": (FRAME * 3 + b"\xff\xfb\x92\xc4" + bytes(414)) * 30,
    "torn": FRAME * 50 + bytes(9000) + FRAME * 50 + FRAME[:99],
    "vbri": FRAME[:36] + b"VBRI" + bytes(377) + VARIED,
    "xing": FRAME[:21] + b"Xing" + bytes(392) + VARIED,
    "layer II": b"\xff\xfd\x94\xc4".ljust(480) * 9 + b"\xff\xfd\xa4\xc4".ljust(576) * 9,
    "silent": b"no sound" * 99,
    "tags": b"TAG".ljust(128) * 2,
}


@pytest.mark.parametrize("what", OTHERS)
def test_other_sound_is_published_as_it_is(what: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.mp3"
    path.write_bytes(OTHERS[what])
    _tag, *pieces = tags.write(path, ".mp3", OURS)
    (sound,) = pieces
    assert isinstance(sound, range)


@needs_ffmpeg
def test_another_program_finds_nothing_amiss(tmp_path: Path) -> None:
    path = published(tmp_path, FIXTURES / "vbr.mp3", ".mp3")
    command = ["ffmpeg", "-v", "warning", "-i", str(path), "-map", "0:a", "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    assert [line for line in said.splitlines() if "mjpeg" not in line] == []
    true = audio.probe(FIXTURES / "vbr.mp3").duration
    assert float(ffprobe(path)["format"]["duration"]) == pytest.approx(true, abs=0.001)
    guessed: Any = mp3.MP3(FIXTURES / "vbr.mp3").info
    known: Any = mp3.MP3(path).info
    assert known.length == pytest.approx(true)
    assert abs(guessed.length - true) > 1, "it was needed"
