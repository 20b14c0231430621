"""Downloads from a host that fails (flaky), and what became of them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from clocks import quick
from flaky import Flaky

from activefeed import fetch
from activefeed.migrate.download import Run, download_all
from activefeed.migrate.moving import Notice, Wanted

SOUND = b"ID3" + random.Random(7).randbytes(300_000)
OTHER = b"ID3" + random.Random(8).randbytes(250_000)
PATH = "/a.mp3"


def a_run(host: Flaky, folder: Path, **more: Any) -> Run:
    trust = frozenset({fetch.place_of(host.endpoint)})
    run = Run(quick(), folder / "site", trust)
    return replace(run, **more)


def wanted(host: Flaky, path: str = PATH, **more: Any) -> Wanted:
    return replace(Wanted(host.url(path), f"episodes{path}", "audio"), **more)


def got(run: Run, *files: Wanted) -> Path | Notice:
    """Return what became of the first of some files."""
    return next(iter(download_all(files, run).values()))


def told(run: Run, *files: Wanted) -> tuple[str, str]:
    """Return kind and detail of a failure, after which nothing is left of the file."""
    found = got(run, *files)
    assert isinstance(found, Notice)
    assert not found.title
    assert not list(run.folder.glob("*/*"))
    return found.kind, found.detail


def left(run: Run) -> list[bytes]:
    """Return all parts of files."""
    return [path.read_bytes() for path in run.folder.glob("*.part")]


def ranges(host: Flaky, path: str = PATH) -> list[str]:
    """Return which part was asked for each time."""
    return [one.headers.get("range", "") for one in host.of(path)]


def is_sound(run: Run, found: Path | Notice, body: bytes = SOUND, path: str = PATH) -> bool:
    """Return whether a file is there, as it should be, and nothing else."""
    assert isinstance(found, Path)
    assert found.name == path.removeprefix("/")
    assert [*run.folder.rglob("*")] == [found.parent, found]
    return found.read_bytes() == body
