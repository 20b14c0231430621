"""The sample site (the repository itself) in a folder of its own, and the command line upon it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import warmth
from click.testing import CliRunner

from activefeed.cli import cli

ROOT = Path(__file__).parents[1]
CONTENT = ("activefeed.toml", "episodes", "posts", "pages", "images")
NOW = "2026-11-22T12:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The answer to --json."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Sample:
    """A copy of the sample site."""

    root: Path

    def run(self, *words: str, now: str = NOW, env: Mapping[str, str] | None = None) -> Said:
        """Run a command of activefeed in this process, at a fixed time."""
        words = (*words, "--site", str(self.root), "--now", now)
        done = CliRunner().invoke(cli, words, env=env, catch_exceptions=False)
        return Said(done.exit_code, done.stdout, done.stderr)

    def publish(self, *words: str, now: str = NOW) -> Said:
        """Publish, which must go well."""
        said = self.run("publish", *words, now=now)
        assert said.code == 0, said.err
        return said

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in one file, where it must be."""
        file = self.root / path
        text = file.read_text("utf-8")
        assert old in text, f"{path} has no {old!r} any more"
        file.write_text(text.replace(old, new), "utf-8", newline="\n")

    def text(self, key: str) -> str:
        """Return a published file."""
        return (self.root / "public" / key).read_text("utf-8")

    def snapshot(self) -> dict[str, tuple[bytes, int, int]]:
        """Return bytes, time and inode of every published file."""
        public = self.root / "public"
        files = [path for path in public.rglob("*") if path.is_file()]
        return {
            path.relative_to(public).as_posix(): (
                path.read_bytes(),
                path.stat().st_mtime_ns,
                path.stat().st_ino,
            )
            for path in files
        }


def copy(to: Path) -> Sample:
    """Return a new copy of the sample site."""
    for name in CONTENT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name)
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to / name)
    warmth.share(to)
    made = Sample(to)
    # Whether pagefind is on this machine makes no difference to most tests.
    made.edit("activefeed.toml", '"America/New_York" ', '"America/New_York"\nsearch = false ')
    return made
