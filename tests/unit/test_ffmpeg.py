"""With ffmpeg: how loud a recording is, and an MP3 of it that is as loud as others and as long."""

from __future__ import annotations

import math
import random
import shutil
import struct
import subprocess
import wave
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from mutagen.flac import FLAC, Picture
from PIL import Image

from activefeed.formats import audio, ffmpeg
from activefeed.problems import FormatError

AUDIO = Path(__file__).parents[1] / "fixtures" / "audio"
needs_ffmpeg = pytest.mark.skipif(not ffmpeg.there(), reason="ffmpeg is not installed")


def speech(path: Path, loud: float, channels: int = 1, seconds: int = 4) -> Path:
    """Write a WAV that swells and pauses as speech does; ``loud`` is its highest sample."""
    chance, samples = random.Random(1), bytearray()
    for n in range(seconds * 16_000):
        t = n / 16_000
        swell = 0.0 if t % 3 > 2.6 else max(0, math.sin(8 * t)) ** 2
        tone = math.sin(1100 * t) + math.sin(4500 * t) / 2 + chance.uniform(-0.3, 0.3)
        samples += struct.pack("<h", round(32_000 * loud * swell * tone / 1.8)) * channels
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(samples))
    return path


def told(path: Path, sound: str, pattern: str) -> float:
    """Return what another look of ffmpeg tells of a file."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", sound]
    command += ["-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(said.split(pattern)[-1].split()[0].strip('",'))


@needs_ffmpeg
@pytest.mark.parametrize(("loud", "channels"), [(0.01, 2), (0.9, 1)])
def test_an_mp3_is_as_loud_as_others_and_as_long_as_the_recording(
    tmp_path: Path, loud: float, channels: int
) -> None:
    made, mp3 = speech(tmp_path / "talk.wav", loud, channels), tmp_path / "talk.mp3"
    before = made.read_bytes()
    ffmpeg.to_mp3(made, mp3)
    assert told(mp3, "loudnorm=print_format=json", '"input_i" : "') == pytest.approx(-16, abs=1)
    assert told(mp3, "ebur128=peak=true:framelog=verbose", "Peak:") <= -1
    facts = audio.probe(mp3)
    assert facts.extension == ".mp3"
    assert facts.duration == pytest.approx(audio.probe(made).duration, abs=0.1)
    assert mp3.stat().st_size == pytest.approx(facts.duration * 96_000 / 8, rel=0.05)
    channel_mode = mp3.read_bytes()[audio_starts(mp3) + 3] >> 6
    assert channel_mode == 3  # mono
    assert made.read_bytes() == before


def audio_starts(mp3: Path) -> int:
    """Return where the first frame of an MP3 is, behind its tag."""
    data = mp3.read_bytes()
    return 10 + sum(byte << bits for byte, bits in zip(data[6:10], (21, 14, 7, 0), strict=True))


@needs_ffmpeg
@pytest.mark.parametrize("whole", [True, False])
def test_title_chapters_and_cover_are_kept(tmp_path: Path, whole: bool) -> None:
    flac, cover = tmp_path / "tagged.flac", BytesIO()
    shutil.copyfile(AUDIO / "flac.flac", flac)
    Image.new("RGB", (20, 20), "navy").save(cover, "PNG")
    read: Any = FLAC
    tags = read(flac)
    tags.update({"title": "Hüften", "chapter001": "00:00:00.000", "chapter001name": "Anfang"})
    tags.update({"chapter002": "00:00:01.500", "chapter002name": "Ende"})
    empty: Any = Picture
    picture = empty()
    picture.type, picture.mime, picture.data = 3, "image/png", cover.getvalue()
    picture.data = picture.data if whole else b"no picture"
    tags.add_picture(picture)
    tags.save()
    ffmpeg.to_mp3(flac, tmp_path / "new.mp3")
    found = audio.probe(tmp_path / "new.mp3")
    assert found.title == "Hüften"
    assert [(c.start, c.title) for c in found.chapters] == [(0, "Anfang"), (1.5, "Ende")]
    assert not whole or found.cover == cover.getvalue()


@needs_ffmpeg
@pytest.mark.parametrize("name", ["aiff.aiff", "rf64.wav", "float.wav", "flac.flac"])
def test_every_kind_from_a_studio_becomes_an_mp3(tmp_path: Path, name: str) -> None:
    ffmpeg.to_mp3(AUDIO / name, tmp_path / "new.mp3")
    assert audio.probe(tmp_path / "new.mp3").duration > 1


@needs_ffmpeg
def test_loudness_is_measured(tmp_path: Path) -> None:
    quiet, loud = (speech(tmp_path / f"{n}.wav", n) for n in (0.05, 0.5))
    found = [ffmpeg.loudness(quiet), ffmpeg.loudness(loud)]
    assert found[0] is not None and found[1] is not None
    assert found[1] - found[0] == pytest.approx(20, abs=0.2)
    assert found[1] == pytest.approx(
        told(loud, "loudnorm=print_format=json", '"input_i" : "'), abs=0.2
    )


@needs_ffmpeg
def test_loudness_is_not_known_of_silence_or_of_what_is_no_sound(tmp_path: Path) -> None:
    assert ffmpeg.loudness(speech(tmp_path / "-silent.wav", 0)) is None
    assert ffmpeg.loudness(AUDIO / "not-audio.mp3") is None
    assert ffmpeg.loudness(AUDIO / "empty.mp3") is None


@needs_ffmpeg
@pytest.mark.parametrize(
    ("spoil", "message"),
    [(lambda path: speech(path, 0), "only silence"),
     (lambda path: path.write_bytes(b"RIFF no sound"), "may be damaged")],
)  # fmt: skip
def test_what_cannot_become_an_mp3_says_why(
    tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(tmp_path / "talk.wav")
    with pytest.raises(FormatError, match=message):
        ffmpeg.to_mp3(tmp_path / "talk.wav", tmp_path / "talk.mp3")


def test_without_ffmpeg_there_is_one_command_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert not ffmpeg.there()
    assert ffmpeg.loudness(AUDIO / "cbr.mp3") is None
    with pytest.raises(FormatError) as wrong:
        ffmpeg.need(Path("my talk.wav"))
    assert "ffmpeg is not installed" in wrong.value.message
    assert "https://ffmpeg.org/download.html" in wrong.value.fix
    command = wrong.value.fix.split("run: ")[-1]
    assert command.startswith('ffmpeg -i "my talk.wav" ')
    assert command.endswith(' "my talk.mp3"')


@needs_ffmpeg
def test_the_command_to_run_is_right(tmp_path: Path) -> None:
    speech(tmp_path / "my talk.wav", 0.05)
    command = FormatError.of("no-ffmpeg", path=Path("my talk.wav")).fix.split("run: ")[-1]
    subprocess.run(command, shell=True, check=True, capture_output=True, cwd=tmp_path)
    assert audio.probe(tmp_path / "my talk.mp3").duration == pytest.approx(4, abs=0.1)
