"""A site as it is to become: made anew from its folder whenever something changes there.

Joins content and render as ``pipeline`` does, for one reader on this machine: drafts and scheduled
items are in it, and a page is made when it is asked for. Never writes a file, never asks a store.
What is slow is remembered by the functions that do it, by all that goes in: so nothing is stale.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from activefeed import pipeline
from activefeed.model import Published, Site
from activefeed.pipeline import Rendered
from activefeed.problems import ActivefeedError, Problem, Problems
from activefeed.render.entry import Destination
from activefeed.tree import Artifact


class Preview:
    """The last good site of a folder, and what is wrong with the newest."""

    def __init__(self, root: Path, base: str, explain: Callable[[Exception], ActivefeedError]):
        """Begin with nothing; ``explain`` says of any failure what a person can do."""
        self.version = ""  # names what is shown, like no other
        self.newest = Rendered(Problems(), 0, None, None)  # making a page may add to its problems
        self.root = root.resolve()
        self.folders = {self.root}  # where something may change
        self._to, self._explain = Destination(base, preview=True), explain
        self._shown: Mapping[str, Artifact] = {}
        self._site: Site | None = None  # that is shown
        self._outputs: tuple[str, ...] = ()

    def renew(self, now: datetime) -> Rendered:
        """Read the folder again; where there are errors, what was good stays to be seen."""
        try:
            reading = replace(pipeline.read(self.root), cache=None)
            if frame := reading.frame:
                names = ("_site", *(target.to for target in frame.targets.values()))
                self._outputs = tuple(f"{self.root / name}{os.sep}" for name in names)
                self.folders |= {file.parent for file in frame.audio_files.values()}
            self.newest = pipeline.render(reading, Published(), self._to, now)
        except Exception as error:  # whatever it is, the next change may mend it
            if not self.newest.files:  # it is not the folder of a site
                raise
            problem = Problem.of("preview-failed", error=self._explain(error))
            self.newest = Rendered(Problems([problem]), 1, None, None)
        found, sound = self.newest, not self.newest.problems.errors
        if found.tree and found.site != self._site and (sound or not self.version):
            self._shown, self._site = found.tree.artifacts, found.site
            self.version = secrets.token_hex(8)
        return found

    def find(self, path: str) -> Artifact | None:
        """Return what is at an output path."""
        return self._shown.get(path)

    def concerns(self, _: object, path: str) -> bool:
        """Return whether a file that has changed may be a part of the site."""
        hidden = f"{os.sep}." in path.removeprefix(f"{self.root}")
        return not hidden and not path.startswith(self._outputs)
