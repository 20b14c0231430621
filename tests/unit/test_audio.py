"""Audio facts are true, or the file is refused with the cure."""

import json
import random
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activefeed.formats import audio, mpeg
from activefeed.model import Chapter
from activefeed.problems import FormatError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "audio"
TRUTH = json.loads((FIXTURES / "truth.json").read_text(encoding="utf-8"))
GOOD = {name: facts for name, facts in TRUTH.items() if "seconds" in facts}
BAD = {name: facts["refused"] for name, facts in TRUTH.items() if "refused" in facts}
HOPELESS = {"empty.mp3", "free-format.mp3", "not-audio.mp3", "picture.mp3", "silent-video.mp4"}
MENDABLE = sorted(BAD.keys() - HOPELESS)
NOTED = {"cut-off.mp3", "joined.mp3", "zeros.mp3"}

# 128 kbit/s, 44.1 kHz, mono: 417 bytes, 1152 samples
FRAME = b"\xff\xfb\x90\xc4" + bytes(413)
SECONDS = 1152 / 44100


def probe_bytes(folder: Path, content: bytes, name: str = "episode.mp3") -> audio.AudioFacts:
    path = folder / name
    path.write_bytes(content)
    return audio.probe(path)


@pytest.mark.parametrize("name", GOOD)
def test_length_and_kind_are_true(name: str) -> None:
    facts = audio.probe(FIXTURES / name)
    assert facts.duration == pytest.approx(GOOD[name]["seconds"], abs=0.5)
    assert facts.extension == GOOD[name]["extension"]
    assert bool(facts.notes) == (name in NOTED)


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_known_is_refused_with_the_cure(name: str) -> None:
    with pytest.raises(FormatError) as refusal:
        audio.probe(FIXTURES / name)
    assert BAD[name] in refusal.value.message
    assert refusal.value.fix
    assert refusal.value.line == 0
    assert (f' "{name}" ' in refusal.value.fix) == (name in MENDABLE), "a command names the file"


@pytest.mark.skipif(not (shutil.which("ffmpeg") and shutil.which("lame")), reason="needs ffmpeg")
@pytest.mark.parametrize("name", MENDABLE)
def test_the_cure_heals(name: str, tmp_path: Path) -> None:
    shutil.copy(FIXTURES / name, tmp_path)
    with pytest.raises(FormatError) as refusal:
        audio.probe(tmp_path / name)
    command = shlex.split(refusal.value.fix.partition(": ")[2])
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    facts = audio.probe(tmp_path / command[-1])
    assert facts.extension == Path(command[-1]).suffix
    assert min(abs(facts.duration - true) for true in (2.5, 6, 12)) < 0.5


@pytest.mark.parametrize("name", ["tagged.mp3", "tagged.m4a", "tagged.ogg"])
def test_title_chapters_and_front_cover_are_read(name: str) -> None:
    facts = audio.probe(FIXTURES / name)
    link = "" if name.endswith("m4a") else "https://example.org/hip"  # M4A chapters have no links
    assert facts.title == "Stärke, leise"
    assert facts.chapters == (
        Chapter(0.0, "Welcome"),
        Chapter(1.5, "The hip", link),
        Chapter(4.25, "Goodbye"),
    )
    assert facts.cover == (FIXTURES / "picture.mp3").read_bytes()


def test_kind_is_what_the_bytes_say_not_the_name(tmp_path: Path) -> None:
    for name in ("opus.opus", "aac.m4a", "flac.flac", "pcm.wav", "vorbis.ogg"):
        facts = probe_bytes(tmp_path, (FIXTURES / name).read_bytes())
        assert facts.extension == Path(name).suffix


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
@pytest.mark.parametrize("name", sorted(n for n in GOOD if not n.endswith(".mp3")))
def test_a_cut_off_upload_is_never_believed(name: str, share: float, tmp_path: Path) -> None:
    whole = (FIXTURES / name).read_bytes()
    with pytest.raises(FormatError, match="damaged, cut off"):
        probe_bytes(tmp_path, whole[: int(len(whole) * share)], name)


def test_ogg_that_starts_in_the_middle_is_refused(tmp_path: Path) -> None:
    head, comment, *sound = (FIXTURES / "opus.opus").read_bytes().split(b"OggS")[1:]
    hour_later = [page[:2] + later(page[2:10], 3600 * 48000) + page[10:] for page in sound]
    with pytest.raises(FormatError, match="truly"):
        probe_bytes(tmp_path, b"".join(b"OggS" + p for p in (head, comment, *hour_later)))


def later(position: bytes, samples: int) -> bytes:
    return (int.from_bytes(position, "little") + samples).to_bytes(8, "little")


def test_notes_say_what_is_odd(tmp_path: Path) -> None:
    assert "6 seconds long, but it holds 5" in audio.probe(FIXTURES / "cut-off.mp3").notes[0]
    assert "6 seconds long, but it holds 12" in audio.probe(FIXTURES / "joined.mp3").notes[0]
    assert "30,000 bytes" in audio.probe(FIXTURES / "zeros.mp3").notes[0]
    torn = probe_bytes(tmp_path, b"ID3\x03\0\x40\0\0\0\x02\xff\xff" + FRAME * 40)
    assert "cannot be read" in torn.notes[0]
    assert torn.duration == pytest.approx(40 * SECONDS)


@pytest.mark.parametrize(
    ("header", "size", "seconds"),
    [
        ("fffb90", 417, 1152 / 44100),  # MPEG 1, layer III
        ("fffb92", 418, 1152 / 44100),  # … padded
        ("fff390", 261, 576 / 22050),  # MPEG 2
        ("ffe318", 72, 576 / 8000),  # MPEG 2.5
        ("fffd94", 480, 1152 / 48000),  # MPEG 1, layer II, 160 kbit/s
        ("fff588", 576, 1152 / 16000),  # MPEG 2, layer II, 64 kbit/s
        ("fffe48", 192, 384 / 32000),  # MPEG 1, layer I, 128 kbit/s
        ("fff754", 160, 384 / 24000),  # MPEG 2, layer I, 80 kbit/s
    ],
)
def test_every_version_and_layer_is_counted(
    header: str, size: int, seconds: float, tmp_path: Path
) -> None:
    frame = bytes.fromhex(header).ljust(size, b"\0")
    assert probe_bytes(tmp_path, frame * 50).duration == pytest.approx(50 * seconds)


def test_headers_that_promise_a_length_are_not_sound(tmp_path: Path) -> None:
    xing = FRAME[:21] + b"Xing\0\0\0\x01\0\0\0\x0a" + bytes(417 - 33)
    vbri = FRAME[:36] + b"VBRI" + bytes(10) + (10).to_bytes(4, "big") + bytes(417 - 54)
    for first in (xing, vbri):
        facts = probe_bytes(tmp_path, first + FRAME * 10)
        assert facts.duration == pytest.approx(10 * SECONDS)
        assert not facts.notes
        assert "it holds 3" in probe_bytes(tmp_path, first + FRAME * 100).notes[0]


def test_tags_and_junk_between_frames_are_not_sound(tmp_path: Path) -> None:
    footed = b"ID3\x04\0\x10\0\0\0\x05hello3DI\x04\0\x10\0\0\0\x05"
    plain = b"ID3\x03\0\0\0\0\x01\x00" + b"\xff\xfb\x90\xc4" * 32
    junk = random.Random(1).randbytes(3000) + FRAME[:200]
    content = footed + plain + FRAME * 10 + plain + FRAME * 10 + junk + FRAME * 10 + FRAME[:99]
    facts = probe_bytes(tmp_path, content + b"TAG".ljust(128, b"\0"))
    assert facts.duration == pytest.approx(30 * SECONDS)


def test_tags_of_mp3_before_other_kinds(tmp_path: Path) -> None:
    tag = b"ID3\x04\0\0\0\0\0\x05\0\0\0\0\0"
    assert probe_bytes(tmp_path, tag + (FIXTURES / "flac.flac").read_bytes()).duration == 2.5
    for name in ("opus.opus", "aac.m4a", "pcm.wav"):
        with pytest.raises(FormatError, match="another format's tags"):
            probe_bytes(tmp_path, tag + (FIXTURES / name).read_bytes())


def test_mostly_junk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="damaged"):
        probe_bytes(tmp_path, FRAME * 10 + bytes(10_000))


def test_a_length_that_does_not_go_with_the_size_is_refused(tmp_path: Path) -> None:
    data = bytearray((FIXTURES / "aac.m4a").read_bytes())
    for header in (b"mvhd", b"mdhd"):
        at = data.index(header) + 16
        data[at + 4 : at + 8] = (3600 * int.from_bytes(data[at : at + 4], "big")).to_bytes(4, "big")
    with pytest.raises(FormatError, match="truly"):
        probe_bytes(tmp_path, bytes(data))


def test_the_command_can_be_pasted_whatever_the_name(tmp_path: Path) -> None:
    content = (FIXTURES / "raw-aac.aac").read_bytes()
    for name in ("Folge 1, Hüfte.aac", "it's.aac", "-i.aac"):
        with pytest.raises(FormatError) as refusal:
            probe_bytes(tmp_path, content, name)
        command = shlex.split(refusal.value.fix.partition(": ")[2])
        assert command[:3] == ["ffmpeg", "-i", name]


def test_our_own_mistakes_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpeg, "walk", lambda data, start: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        audio.probe(FIXTURES / "cbr.mp3")


def test_an_hour_is_walked_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "hour.mp3"
    path.write_bytes(FRAME * 137_813)  # 57 MB
    before = time.process_time()
    assert audio.probe(path).duration == pytest.approx(3600, abs=0.1)
    assert time.process_time() - before < 1, "0.07 s where this was written"


starts = st.sampled_from(
    [b"", b"ID3\x04\0\0", b"fLaC\0\0\0\x22", b"OggS\0\2", b"RIFF\0\0\0\0WAVEfmt ", b"\xff\xfb\x90"]
    + [(FIXTURES / name).read_bytes()[:64] for name in ("aac.m4a", "opus.opus", "vorbis.ogg")]
)
anything_goes = settings(
    max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@anything_goes
@given(starts, st.binary(max_size=400))
def test_any_bytes_are_facts_or_a_refusal(tmp_path: Path, start: bytes, rest: bytes) -> None:
    facts_or_refusal(tmp_path, start + rest)


@anything_goes
@given(
    st.sampled_from(sorted(TRUTH)),
    st.floats(0, 1),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
)
def test_any_damage_is_facts_or_a_refusal(
    tmp_path: Path, name: str, share: float, flips: list[tuple[int, int]]
) -> None:
    content = bytearray((FIXTURES / name).read_bytes())
    for place, value in flips:
        if place < len(content):
            content[place] = value
    facts_or_refusal(tmp_path, bytes(content[: round(len(content) * share)]))


def facts_or_refusal(folder: Path, content: bytes) -> None:
    try:
        facts = probe_bytes(folder, content)
    except FormatError as refusal:
        assert refusal.message
        assert refusal.fix
    else:
        assert facts.duration > 0
        assert [c.start for c in facts.chapters] == sorted(c.start for c in facts.chapters)
