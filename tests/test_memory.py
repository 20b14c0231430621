"""How much memory a large recording costs: what is read is given back, and nothing is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sitemaker
from servers import S3Server
from sitemaker import AUDIO, Maker, make

from activefeed.publish.store import Head

# Not by getrusage: on Linux a new process is said to have had the memory of the one that began it.
PEAK = Path("/proc/self/status")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PEAK.exists(), reason="only Linux tells the peak of a process"),
]
LARGE = 100_000_000  # bytes
MB = 1_000_000
MEASURE = """
import sys
sys.argv = ["activefeed", *sys.argv[1:]]
from activefeed.cli import main
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
status = open("/proc/self/status").read()
print(1024 * int(status.split("VmHWM:")[1].split()[0]))
"""


def write_audio(maker: Maker, size: int, name: str = "long") -> None:
    frames = (AUDIO / "cbr.mp3").read_bytes()
    with (maker.root / f"episodes/{name}.mp3").open("wb") as file:
        for _ in range(max(1, size // len(frames))):
            file.write(frames)


def peak(maker: Maker, *words: str, **environment: str) -> int:
    """Return the most bytes that a publish in a process of its own had in memory."""
    command = [sys.executable, "-c", MEASURE, "publish", *words, "--quiet"]
    command += ["--site", str(maker.root), "--now", sitemaker.NOW.isoformat()]
    env = os.environ | environment
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def maker_of(folder: Path, settings: str = "") -> Maker:
    maker = make(folder, settings)
    maker.episode("long")
    return maker


def web(server: S3Server, bucket: str) -> str:
    target = f'\n[publish.web]\nto = "s3://{bucket}"\nendpoint = "{server.endpoint}"\n'
    return f'{target}url = "{server.public_url(bucket)}"\n'


def stored(server: S3Server, bucket: str) -> dict[str, Head]:
    return replace(server.store, bucket=bucket).list()


def test_a_hundred_megabytes_are_tagged_and_published_within_sixty(tmp_path: Path) -> None:
    maker = maker_of(tmp_path)
    write_audio(maker, 0)
    small = peak(maker)
    write_audio(maker, LARGE)
    large = peak(maker)
    (copy,) = [p for p in (tmp_path / "public/media").iterdir() if p.stat().st_size > LARGE // 2]
    assert copy.read_bytes()[:3] == b"ID3"
    assert copy.stat().st_size > (maker.root / "episodes/long.mp3").stat().st_size
    assert large - small < 60 * MB, (small, large)
    assert large < 110 * MB, (small, large)


def test_many_large_recordings_stay_within_a_hundred_and_fifty(
    tmp_path: Path, seaweed: S3Server
) -> None:
    bucket = seaweed.new_bucket()
    maker = maker_of(tmp_path, web(seaweed, bucket))
    write_audio(maker, 200 * MB)
    for n in range(4):  # sent in parts, which take turns
        maker.episode(f"large-{n}")
        write_audio(maker, 70 * MB + n * 100_000, f"large-{n}")
    for n in range(4):  # sent whole, at the same time
        maker.episode(f"whole-{n}")
        write_audio(maker, 30 * MB + n * 100_000, f"whole-{n}")
    most = peak(maker, "web", **seaweed.environment)
    sizes = [head.size for key, head in stored(seaweed, bucket).items() if key.endswith(".mp3")]
    assert (len(sizes), max(sizes) > 199 * MB) == (9, True)
    assert most < 150 * MB, most


def test_a_bucket_gets_a_hundred_megabytes_within_sixty(tmp_path: Path, seaweed: S3Server) -> None:
    maker = maker_of(tmp_path, web(seaweed, seaweed.new_bucket()))
    write_audio(maker, 0)
    small = peak(maker, "web", **seaweed.environment)
    write_audio(maker, LARGE)
    large = peak(maker, "web", **seaweed.environment)
    assert large - small < 60 * MB, (small, large)
