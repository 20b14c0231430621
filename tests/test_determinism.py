"""Same input, same bytes: nothing in the output comes from the machine, the clock or the day.

Each build is a process of its own on a copy of the sample of its own, in which drawings are small.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
CONTENT = ("activefeed.toml", "episodes", "posts", "pages", "images")


@dataclass(frozen=True)
class Machine:
    """Where and when somebody publishes the sample."""

    environment: Mapping[str, str] = field(default_factory=dict)
    now: str = "2026-11-22T12:00:00+00:00"
    elsewhere: bool = False  # run from another working folder
    backwards: bool = False  # files were made in the reverse order
    touched: int = 1_700_000_000  # the time of the first file


MACHINES = {
    "seed": Machine({"PYTHONHASHSEED": "4242", "TZ": "UTC", "LC_ALL": "C.UTF-8"}),
    "zone and time": Machine(
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu"}, now="2026-11-29T18:30:00+05:45"
    ),
    "locale": Machine({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "America/St_Johns"}),
    "bare": Machine({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "files": Machine({"PYTHONHASHSEED": "7"}, backwards=True, touched=915_148_800),
    "folder": Machine({"COLUMNS": "40", "TERM": "dumb"}, elsewhere=True),
}


@cache
def reduced(file: Path) -> bytes:
    """Return a drawing at a quarter of its size, so that seven machines are soon done with it."""
    with Image.open(file) as image:
        small = image.resize((image.width // 4, image.height // 4))
    small.save(stream := BytesIO(), "PNG")
    return stream.getvalue()


def copy(to: Path, machine: Machine) -> None:
    found = [file for name in CONTENT for file in sorted([ROOT / name, *(ROOT / name).rglob("*")])]
    files = [file for file in found if file.is_file()]
    for n, file in enumerate(reversed(files) if machine.backwards else files):
        target = to / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(reduced(file) if file.suffix == ".png" else file.read_bytes())
        os.utime(target, (machine.touched + n, machine.touched + 60 * n))


def run(site: Path, command: str, machine: Machine) -> None:
    arguments = ["--site", str(site)] if machine.elsewhere else []
    subprocess.run(
        [sys.executable, "-m", "activefeed", command, "--now", machine.now, *arguments],
        cwd=site.parent if machine.elsewhere else site,
        env={**os.environ, "PYTHONHASHSEED": "0", **machine.environment},
        check=True,
        capture_output=True,
    )


def digest(folder: Path) -> str:
    """Return one hash over all paths and bytes below a folder."""
    found = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("reference")
    copy(site, Machine())
    run(site, "publish", Machine())
    run(site, "build", Machine())
    return site


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_machine_publishes_the_same_bytes(
    machine: Machine, reference: Path, tmp_path: Path
) -> None:
    site = tmp_path / "a site with spaces"
    site.mkdir()
    copy(site, machine)
    run(site, "publish", machine)
    assert len(list((site / "public").rglob("*.html"))) > 20
    # The state is compared too: it says what was published, not by whom or when.
    assert digest(site / "public") == digest(reference / "public")


def test_build_writes_what_publish_publishes(reference: Path) -> None:
    published = {
        path.relative_to(reference / "public"): path.read_bytes()
        for path in (reference / "public").rglob("*")
        if path.is_file() and "_activefeed" not in path.parts
    }
    built = {
        path.relative_to(reference / "_site"): path.read_bytes()
        for path in (reference / "_site").rglob("*")
        if path.is_file()
    }
    assert built == published
