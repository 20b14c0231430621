"""A show with a dozen talks, on disk and published to a folder, and what happens to such a show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import sitemaker
from sample import Sample
from sitemaker import AUDIO, Maker
from web import Reply, Web

from activefeed.model import Published
from activefeed.publish import manifest

FEED = "podcast/feed.xml"
TALKS = ("ankles", "backs", "calves", "discs", "elbows", "feet", "gait", "hips", "ice", "joints",
         "knees", "ligaments")  # fmt: skip
SUNG = {name: f"Talk about {name}" for name in TALKS}
QUIET = "Nothing changed: public/ is as it should be.\n"


def day(n: int) -> str:
    return f"{date(2026, 1, 5) + timedelta(weeks=n)} 06:00"


def file_of(n: int) -> str:
    """Return the name of an episode's file; those of the second half lie in a folder."""
    return f"{'season-2/' if n >= 6 else ''}{n + 1:03}-{TALKS[n]}"


def record(site: Maker, name: str, words: str) -> None:
    """Put audio beside an episode that no other has: the same sound behind a tag."""
    text = b"TIT2" + (len(words) + 1).to_bytes(4, "big") + b"\0\0\0" + words.encode()
    head = b"ID3\3\0\0" + bytes([0, 0, 0, len(text)])
    site.write(f"episodes/{name}.mp3", head + text + (AUDIO / "mpeg-2.5.mp3").read_bytes())


def make(folder: Path) -> Sample:
    """Return a show with a dozen talks and a blog with one post."""
    site = sitemaker.make(folder)
    for n, name in enumerate(TALKS):
        site.markdown(f"episodes/{file_of(n)}.md", f"title: {SUNG[name]}", f"date: {day(n)}")
        record(site, file_of(n), name)
    site.markdown("posts/walking.md", "title: On walking", "date: 2026-02-03")
    return Sample(folder)


def state_of(site: Sample) -> Published:
    found = manifest.load(site.text(manifest.KEY).encode(), "public/")
    assert found
    return found


def guid_of(site: Sample, name: str) -> str:
    items = state_of(site).items.values()
    return next(one.guid for one in items if one.title == SUNG[name])


def episode(site: Sample, name: str) -> Path:
    return site.root / "episodes" / f"{file_of(TALKS.index(name))}.md"


def add(site: Sample, name: str, *lines: str) -> None:
    """Add lines to the front matter of an episode."""
    path = episode(site, name)
    text = path.read_text("utf-8")
    path.write_text(text.replace("---\n", "---\n" + "".join(f"{x}\n" for x in lines), 1), "utf-8")


def swap(site: Sample, name: str, old: str, new: str) -> None:
    site.edit(str(episode(site, name).relative_to(site.root)), old, new)


def refused(site: Sample, code: str, *words: str, options: Sequence[str] = ()) -> str:
    """Publish, which must be refused for one reason, with the target untouched; return why."""
    before = site.snapshot()
    said = site.run("publish", *options)
    assert said.code == 6, said.err
    for text in (*words, "Nothing was published."):
        assert text in said.err
    answer = site.run("publish", "--json", *options).data
    assert {one["code"] for one in answer["refusals"]} == {code}
    assert all(one["fix"] for one in answer["refusals"])
    assert site.snapshot() == before
    return said.err


def passes(site: Sample, *options: str) -> str:
    """Publish, which must go well without a word of warning; return what is said."""
    said = site.publish(*options)
    assert said.err == ""
    assert site.publish().out == QUIET
    return said.out


def enclosures(site: Sample) -> dict[str, str]:
    """Return the address of the audio of each guid, as apps read it."""
    items = site.text(FEED).split("<item>")[1:]
    found = [
        (re.search(r"<guid[^>]*>([^<]+)", one), re.search(r'<enclosure url="([^"]+)"', one))
        for one in items
    ]
    return {guid[1]: sound[1] for guid, sound in found if guid and sound}


def serve(site: Sample, domain: Web, folder: str = "") -> None:
    """Let a domain answer for all audio as a store does."""
    for path in (site.root / "public/media").glob("*.mp3"):
        reply = Reply(body=path.read_bytes(), ranges=True)
        domain.replies[f"{folder}/media/{path.name}"] = reply
