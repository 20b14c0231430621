"""What tests of published recordings share: samples, tags to write, programs that read them."""

# mypy: allow-untyped-calls

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from mutagen.id3 import ID3, Frame, Frames
from mutagen.mp4 import MP4
from PIL import Image

from activefeed.formats import tags
from activefeed.formats.tags import Tags
from activefeed.model import Chapter

FIXTURES = Path(__file__).parent / "fixtures" / "audio"
TRUTH = json.loads((FIXTURES / "truth.json").read_text(encoding="utf-8"))
GOOD = {name: facts["extension"] for name, facts in TRUTH.items() if "seconds" in facts}
MP3 = [name for name, extension in GOOD.items() if extension == ".mp3"]
M4A = [name for name, extension in GOOD.items() if extension == ".m4a"]
FRAME = b"\xff\xfb\x90\xc4" + bytes(413)  # of an MP3
NO_TOOLS = not (shutil.which("ffmpeg") and shutil.which("ffprobe"))
needs_ffmpeg = pytest.mark.skipif(NO_TOOLS, reason="needs ffmpeg")
anything_goes = settings(
    max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def jpeg(color: str) -> bytes:
    Image.new("RGB", (16, 16), color).save(out := BytesIO(), "JPEG")
    return out.getvalue()


COVER = jpeg("red")
CHAPTERS = (
    Chapter(0.0, "Welcome, and a title longer than the others"),
    Chapter(1.25, "Die Hüfte 🦴", "https://example.org/hip?a=1&b=%20#top"),
    Chapter(2.0, "שלום"),
)
OURS = Tags(
    title="Stärke, leise: مرحبا 👩\u200d🔬",
    show="Anatomy, aloud",
    artist="Ada & Bo",
    number=12,
    season=3,
    date=date(2026, 3, 9),
    duration=6,
    chapters=CHAPTERS,
    cover=COVER,
)
PLAIN = replace(OURS, chapters=(), cover=b"", artist="", number=None, season=None)


def joined(path: Path, extension: str, said: Tags = OURS) -> bytes:
    """Return the published copy as bytes."""
    content = path.read_bytes()
    pieces = tags.write(path, extension, said)
    assert all(pieces), "no piece is empty"
    return b"".join(p if isinstance(p, bytes) else content[p.start : p.stop] for p in pieces)


def published(folder: Path, source: Path | bytes, extension: str, said: Tags = OURS) -> Path:
    """Return the published copy as a file; the source may be bytes."""
    if isinstance(source, bytes):
        (folder / "source").write_bytes(source)
        source = folder / "source"
    path = folder / f"published{extension}"
    path.write_bytes(joined(source, extension, said))
    return path


def id3(path: Path) -> Any:
    return ID3(path, load_v1=False, translate=False)


def mp4(path: Path) -> Any:
    return MP4(path)


def frame(name: str, *values: object) -> Frame:
    made: Frame = Frames[name](*values)
    return made


def with_id3(*frames: Frame, version: int = 3) -> bytes:
    """Return an MP3 with these frames in its tag."""
    tag = ID3()
    for one in frames:
        tag.add(one)
    file = BytesIO(FRAME * 100)
    tag.save(file, v2_version=version)
    return file.getvalue()


def heard(*paths: Path) -> list[list[str]]:
    """Return of each file hashes of its sound and of its packets, as ffmpeg sees them."""
    # One run for all: to begin it takes longer than all that it does.
    given = [word for path in paths for word in ("-i", str(path))]
    ways = {"sound": [], "packets": ["-c", "copy"]}
    wanted = [
        word
        for n in range(len(paths))
        for name, way in ways.items()
        for word in ("-map", f"{n}:a", *way, "-f", "md5", f"{n}.{name}")
    ]
    with TemporaryDirectory() as folder:
        command = ["ffmpeg", "-v", "error", "-nostdin", *given, *wanted]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        found = [[Path(folder, f"{n}.{name}") for name in ways] for n in range(len(paths))]
        return [[file.read_text() for file in files] for files in found]


def ffprobe(path: Path) -> Any:
    show = ["-show_format", "-show_chapters", "-show_streams", "-of", "json"]
    command = ["ffprobe", "-v", "error", *show, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
