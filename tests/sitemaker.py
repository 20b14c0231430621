"""Small sites on disk for tests: each call writes a file, ``load`` reads the whole."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import warmth
from PIL import Image

from activefeed.content import load, settings, source
from activefeed.model import Item, Published, PublishedEnclosure, PublishedItem, Site
from activefeed.problems import Problem, Problems

AUDIO = Path(__file__).parent / "fixtures" / "audio"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SITE_ID = "2c7ff3a1-6f2e-4b55-9d0a-57b62c7a2f10"
SETTINGS = f"""\
[site]
id = "{SITE_ID}"
title = "Hill Clinic"
url = "https://hill.example"
timezone = "America/New_York"
search = false

[podcast]
guid = "0f1f7e0a-7f9f-5b0e-8a5e-0c9b3cf5d9a2"
title = "Hill Talks"
description = "A short talk every week."
author = "Hill Clinic"
cover = "images/cover.png"
apple_categories = ["Health & Fitness > Medicine"]
hosts = ["dana"]
cover_alt = "A hill."

[blog]
title = "Hill Notes"
description = "What we think."

[people.dana]
name = "Dana Hill"
role = "editor"
"""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading a site."""

    site: Site
    problems: Problems

    @property
    def found(self) -> list[tuple[str, str]]:
        """Severity and code of each problem."""
        kinds = {True: "error", False: "warning"}
        return [(kinds[problem.severe], problem.code) for problem in self.problems]

    def only(self) -> Problem:
        """The one problem that there is."""
        (problem,) = self.problems
        return problem

    def item(self, slug: str) -> Item:
        """An item that is due."""
        return next(item for item in self.site.items if item.slug == slug)


@dataclass(frozen=True, slots=True)
class Maker:
    """A site's folder that grows."""

    root: Path

    def write(self, path: str, text: str | bytes = "") -> Path:
        """Write one file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def markdown(self, path: str, *front: str, body: str = "Words.") -> None:
        """Write a content file; a title and a date are added where there are none."""
        given = {line.partition(":")[0] for line in front}
        rest = {"title": f"About {path}", "date": "2026-02-02"}
        lines = [*front, *(f"{key}: {value}" for key, value in rest.items() if key not in given)]
        if path.startswith("pages/"):
            lines.remove("date: 2026-02-02")
        self.write(path, "\n".join(["---", *lines, "---", "", body, ""]))

    def audio(self, path: str, fixture: str = "mpeg-2.5.mp3") -> None:
        """Put an audio file somewhere."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(AUDIO / fixture, self.root / path)

    def episode(self, name: str, *front: str, body: str = "Notes.") -> None:
        """Write an episode with audio beside it."""
        self.markdown(f"episodes/{name}.md", *front, body=body)
        self.audio(f"episodes/{name}.mp3")

    def picture(self, path: str, width: int = 1400, height: int = 1400) -> None:
        """Write a plain picture."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("P", (width, height)).save(self.root / path)

    def load(self, published: Published | None = None, now: datetime = NOW) -> Read:
        """Read the whole."""
        folder, problems = source.read(self.root)
        frame = settings.load(folder, problems)
        assert frame, list(problems)
        return Read(load.load(frame, published or Published(), now, problems), problems)


def make(root: Path, more: str = "", old: str = "", new: str = "") -> Maker:
    """Return a site with settings and a cover; settings may be added to, or a text replaced."""
    maker = Maker(root)
    maker.write("activefeed.toml", SETTINGS.replace(old, new) + more)
    maker.picture("images/cover.png")
    warmth.share(root)
    return maker


def talk_and_walk(folder: Path, *settings: str) -> Maker:
    """Return a site with one episode and one post, both due."""
    made = make(folder, *settings)
    made.episode("hips", "title: Strong hips", "date: 2026-03-03 06:00")
    made.markdown("posts/walk.md", "title: A walk", "date: 2026-04-04")
    return made


def published(*items: Item) -> Published:
    """Return the state after a publish of some items."""
    return Published(site=SITE_ID, items={item.guid: record(item) for item in items})


def record(item: Item, state: str = "live") -> PublishedItem:
    """Return what is recorded of an item that was published."""
    sound = None
    if item.recording:
        audio = item.recording.audio
        key = "" if audio.url else f"media/{item.slug}.0123456789ab{audio.extension}"
        sound = PublishedEnclosure(
            key, audio.url, audio.size, "audio/mpeg", audio.duration,
            audio.source_sha256, audio.source_sha256, item.recording.chapters,
        )  # fmt: skip
    return PublishedItem(
        item.guid, item.kind, item.slug, item.title, f"x/{item.slug}.html", item.published,
        item.updated, sound, state,
    )  # fmt: skip
