"""What the author of a site says, from the site's own files alone: ``written`` in the table.

Imports nothing of activefeed: it is a second opinion on every key. Of what was built it opens the
audio only, whose tags nobody can foresee: address and length must be those of what lies there.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import yaml
from PIL import Image

Facts = dict[str, Any]  # field → value; None where nothing was said
Table = dict[str, Facts]  # "show", "blog" or the last part of a page's address → its facts

SOUNDS = {".mp3": "audio/mpeg", ".m4a": "audio/x-m4a", ".opus": "audio/ogg"}
PICTURES = {".jpg": "image/jpeg", ".png": "image/png"}
FEEDS = {"RSS": "blog/feed.xml", "Atom": "blog/atom.xml", "JSON Feed": "blog/feed.json"}
# The best form last: some apps keep only that one (feeds.md 5).
TRANSCRIPTS = {
    "txt": "text/plain",
    "srt": "application/x-subrip",
    "json": "application/json",
    "vtt": "text/vtt",
}
GROUPS = {"script editor": "writing"}  # of podcast:person; of other roles here it is cast


@dataclass(frozen=True)
class Source:
    """One Markdown file."""

    path: Path
    keys: Facts
    body: str

    @property
    def episode(self) -> bool:
        return self.path.parent.name == "episodes"

    @property
    def slug(self) -> str:
        return re.sub(r"^(\d{4}-\d\d-\d\d|\d+)-", "", self.path.stem)


class Author:
    """The folder of a site, with all that it says; ``built`` is where its site was built."""

    def __init__(self, folder: Path, built: Path, seconds: Mapping[str, float]) -> None:
        self.folder, self.built, self.seconds = folder, built, seconds
        settings = tomllib.loads((folder / "activefeed.toml").read_text("utf-8"))
        self.site, self.podcast, self.blog = (settings[k] for k in ("site", "podcast", "blog"))
        self.people, self.hub = settings["people"], settings["publish"]["hub"]
        sources = map(_source, (*folder.glob("episodes/*.md"), *folder.glob("posts/*.md")))
        self.sources = sorted(sources, key=lambda one: self._instant(one.keys["date"]) or "")[::-1]

    def show_feed(self) -> Table:
        """Return what the podcast's feed must tell."""
        episodes = [one for one in self.sources if one.episode]
        show = self._show() | self._terms(self.podcast) | {"items": [one.slug for one in episodes]}
        show["trailers"] = [self._trailer(one) for one in episodes if self._is_trailer(one)]
        return {"show": _said(show)} | {one.slug: _said(self._episode(one)) for one in episodes}

    def blog_feed(self, form: str) -> Table:
        """Return what a feed of the blog must tell in a form, less what the form has no words for.

        RSS cannot say when an item was changed, JSON Feed where people talk about it.
        """
        posts = [one for one in self.sources if not one.episode or one.keys.get("blog") == "true"]
        blog = {
            "title": self.blog["title"],
            "description": self.blog["description"],
            "link": self._address("blog/index.html"),
            "language": self.site["language"],
            "self": self._address(FEEDS[form]),
            "hub": self.hub,
            "items": [one.slug for one in posts],
        }
        unsaid = {"RSS": {"updated", "author addresses"}, "Atom": set(), "JSON Feed": {"comments"}}
        if form != "JSON Feed":
            unsaid[form] |= {"author pictures", "image", "duration"}
        table = {"blog": _said(blog)}
        for one in posts:
            facts = self._post(one, form)
            table[one.slug] = _said({k: facts[k] for k in facts.keys() - unsaid[form]})
        return table

    def chapter_files(self) -> Table:
        """Return what the JSON chapters of each episode must tell."""
        with_chapters = [one for one in self.sources if one.keys.get("chapters")]
        return {one.slug: {"chapters": self._chapters(one)} for one in with_chapters}

    def _show(self) -> Facts:
        show, owner, often = self.podcast, self.podcast["owner"], self.podcast["update_frequency"]
        cover, page = self.folder / show["cover"], self._address("podcast/index.html")
        return {
            "title": show["title"],
            "description": show["description"],
            "link": page,
            "language": self.site["language"],
            "copyright": show["copyright"],
            "self": self._address(show["feed"]),
            "hub": self.hub,
            "image": self._media(cover),
            "image (RSS)": (self._media(cover), show["title"], page),
            "image (podcast)": self._picture(cover, show["cover_alt"]),
            "author": show["author"],
            "categories": show["apple_categories"],
            "explicit": show["explicit"],
            "type": show["type"],
            "owner": (owner["name"], owner["email"]),
            "new-feed-url": show["new_feed_url"],
            "complete": show["complete"],
            "guid": show["guid"],
            "locked": show["locked"],
            "locked owner": owner["email"],
            "medium": show["medium"],
            "blocked services": show["block"],
            "notes for machines": [(one["text"], one.get("purpose")) for one in show["txt"]],
            "update frequency": often["text"],
            "update frequency rule": often["rrule"],
            "people": [self._person("host", id) for id in show["hosts"]],
        }

    def _terms(self, keys: Facts) -> Facts:
        """Return what shows and episodes say in the same words."""
        terms, place = _mapping(keys.get("license")), _mapping(keys.get("location"))
        return {
            "license": terms.get("name"),
            "license address": terms.get("url"),
            "location": place.get("name"),
            "location geo": place.get("geo"),
            "location osm": place.get("osm"),
            "location rel": place.get("rel", "subject") if place else None,
            "location country": place.get("country", "").upper(),
            "funding": [(one["title"], one["url"]) for one in keys.get("funding", [])],
        }

    def _item(self, one: Source) -> Facts:
        keys, kind = one.keys, "episode" if one.episode else "post"
        return {
            "title": keys["title"],
            "guid": keys.get("guid") or str(uuid5(UUID(self.site["id"]), f"{kind}/{one.slug}")),
            "link": self._address(f"{'podcast' if one.episode else 'blog'}/{one.slug}.html"),
            "published": self._instant(keys["date"]),
            "categories": keys.get("categories"),
            "comments": _mapping(keys.get("comments"), "url").get("url"),
            "notes": _words(one) or keys["title"],
            "description": _words(one) or keys.get("summary") or keys["title"],
        } | (self._enclosure(one) if one.episode else {})

    def _episode(self, one: Source) -> Facts:
        keys, season = one.keys, one.keys.get("season")
        explicit = keys.get("explicit", str(self.podcast["explicit"]).lower())
        image = self._artwork(one)
        said = any(one.path.with_suffix(f".{end}").exists() for end in TRANSCRIPTS)
        transcripts = TRANSCRIPTS if said else {}
        chapters = self._chapters(one)
        return {
            **self._item(one),
            **self._terms(keys),
            "episode": _number(keys.get("episode")),
            "episode (podcast)": _number(keys.get("episode")),
            "episode shown as": keys.get("episode_display"),
            "season": _number(season),
            "season (podcast)": _number(season),
            "season name": self.podcast["seasons"].get(season),
            "type": keys.get("type", "full"),
            "explicit": explicit == "true",
            "block": keys.get("block") == "true" or None,
            "image": image and self._media(image),
            "image (podcast)": image and self._picture(image, keys.get("image_alt")),
            "soundbites": [
                (_seconds(bite["start"]), _seconds(bite["duration"]), bite.get("title"))
                for bite in keys.get("soundbites", [])
            ],
            "social": _social(_mapping(keys.get("comments"), "url")),
            "transcripts": [
                self._address(f"podcast/{one.slug}/transcript.{end}") for end in transcripts
            ],
            "transcript types": list(transcripts.values()),
            "transcript languages": [self.site["language"]] * len(transcripts),
            "chapters": chapters,
            "chapters file": chapters and self._address(f"podcast/{one.slug}/chapters.json"),
            "people": self._people(one),
        }

    def _post(self, one: Source, form: str) -> Facts:
        """Return an item of the blog; its authors, or the hosts of an episode, are who speaks."""
        facts, image = self._item(one), self._artwork(one)
        if form != "RSS" and ":" not in facts["guid"]:
            facts["guid"] = f"urn:uuid:{facts['guid']}"  # Atom and JSON Feed want an IRI
        who = [p for p in self._people(one) if p[1] in {"author", "host", "co-host"}]
        return facts | {
            "description": one.keys["summary"],
            "updated": self._instant(one.keys.get("updated") or one.keys["date"]),
            "image": image and self._media(image),
            "authors": [person[0] for person in who],
            "author addresses": [person[4] for person in who],
            "author pictures": [person[3] for person in who],
        }

    def _enclosure(self, one: Source) -> Facts:
        # Only the name of the file is taken from what was built; the hash in it is made anew.
        (sound,) = (f for f in self.built.glob(f"media/{one.slug}.*") if f.suffix in SOUNDS)
        address = self._media(sound, one.slug).removeprefix("https://")
        audio = one.path.with_suffix(sound.suffix).relative_to(self.folder).as_posix()
        return {
            "enclosure url": f"{self.podcast['audio_prefix']}{address}",
            "enclosure length": sound.stat().st_size,
            "enclosure type": SOUNDS[sound.suffix],
            "duration": round(self.seconds[audio]),
        }

    def _is_trailer(self, one: Source) -> bool:
        return one.keys.get("type") == "trailer" and "episode" not in one.keys

    def _trailer(self, one: Source) -> tuple[Any, ...]:
        facts = self._item(one)
        names = ("title", "published", "enclosure url", "enclosure length", "enclosure type")
        return (*(facts[name] for name in names), _number(one.keys.get("season")))

    def _people(self, one: Source) -> list[tuple[Any, ...]]:
        named = [("host", id) for id in one.keys.get("hosts", self.podcast["hosts"])]
        if not one.episode:
            named = [("author", id) for id in one.keys["authors"]]
        for key, role in (("guests", "guest"), ("people", "")):
            named += [(role, person) for person in one.keys.get(key, [])]
        return [self._person(role, person) for role, person in named]

    def _person(self, role: str, written: str | Facts) -> tuple[Any, ...]:
        """Return name, role, group, picture and page of somebody."""
        keys = _mapping(written, "id")
        known = self.people.get(keys.get("id"), {})
        role = keys.get("role") or role or known.get("role", "guest")
        same = role == known.get("role")
        group = keys.get("group") or (same and known.get("group")) or GROUPS.get(role, "cast")
        image, page = known.get("image"), (known | keys).get("url")
        picture = self._media(self.folder / image) if image else None
        return (known | keys)["name"], role, group, picture, page and _uri(page)

    def _chapters(self, one: Source) -> list[tuple[Any, ...]]:
        """Return start, title, page and picture of each chapter."""
        found = []
        for written in one.keys.get("chapters", []):
            start, _, title = written.partition(" ") if isinstance(written, str) else ("",) * 3
            keys = {"start": start, "title": title} if start else written
            image = keys.get("image")
            if image and "://" not in image:
                image = self._media(one.path.parent / image)
            found.append((_seconds(keys["start"]), keys["title"], keys.get("url"), image))
        return found

    def _artwork(self, one: Source) -> Path | None:
        """Return the picture that a file names, or the one beside it."""
        if image := one.keys.get("image"):
            return one.path.parent / str(image)
        beside = (one.path.with_suffix(ending) for ending in PICTURES)
        return next((path for path in beside if path.exists()), None)

    def _picture(self, path: Path, alt: str | None) -> Facts:
        """Return what podcast:image says of a picture; only a square one is artwork."""
        with Image.open(path) as image:
            width, height = image.size
        square = {"aspect-ratio": "1/1", "purpose": "artwork"} if width == height else {}
        size = {"width": str(width), "height": str(height), "type": PICTURES[path.suffix]}
        return {"href": self._media(path), "alt": alt} | size | square

    def _media(self, path: Path, slug: str = "") -> str:
        """Return the address of a file that is named by its content."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        stem = slug or re.sub(r"^\d+-", "", path.stem)
        return self._address(f"media/{stem}.{digest}{path.suffix}")

    def _address(self, path: str) -> str:
        return f"{self.site['url']}/{path}"

    def _instant(self, local: str) -> str:
        when = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(self.site["timezone"]))
        return when.astimezone(UTC).isoformat()


def _source(path: Path) -> Source:
    head, _, body = path.read_text("utf-8").removeprefix("---\n").partition("---\n")
    return Source(path, yaml.load(head, yaml.BaseLoader), body)


def _said(facts: Facts) -> Facts:
    """Return facts with None for all that says nothing; false and zero say something."""
    return {name: None if value in ("", [], {}) else value for name, value in facts.items()}


def _mapping(written: str | Facts | None, key: str = "name") -> Facts:
    return {key: written} if isinstance(written, str) else written or {}


def _number(written: str | None) -> int | None:
    return int(written) if written else None


def _seconds(clock: str) -> float:
    minutes, seconds = clock.split(":")
    return int(minutes) * 60 + float(seconds)


def _uri(address: str) -> str:
    return quote(address, safe="%/:=&?~#+!$,;'@()*[]")


def _social(thread: Facts) -> tuple[Any, ...] | None:
    """Return protocol, address, account and page of the account of where people talk."""
    if not thread:
        return None
    names = ("url", "account", "account_url")
    return (thread.get("protocol", "activitypub"), *(thread.get(name) for name in names))


def _words(one: Source) -> str:
    """Return the words of a body and of its references, in the Markdown that these sites use."""
    text, notes = one.body, re.findall(r"^\[\^\w+\]: (.+)$", one.body, re.MULTILINE)
    for pattern, better in (
        (r"(?m)^\[\^\w+\]: .+$", ""),  # footnotes come at the end
        (r"\[\^(\w+)\]", r"\1"),
        (r"!\[[^\]]*\]\([^)]*\)", ""),
        (r"\[([^\]]+)\]\([^)]*\)", r"\1"),
        (r"(?m)^- |\*\*", ""),
    ):
        text = re.sub(pattern, better, text)
    works = [" ".join(_citation(work)) for work in one.keys.get("references", [])]
    return " ".join(" ".join([text, *notes, *(["References"] if works else []), *works]).split())


def _citation(work: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts of a reference, each with its full stop."""
    for key in ("authors", "title", "journal"):
        if key in work:
            yield f"{work[key].rstrip('.')}."
    if "year" in work:
        yield f"{work['year']};{work['volume']}:{work['pages']}."
    for name, key in (("doi", "doi"), ("PMID", "pmid"), ("PMCID", "pmcid")):
        if key in work:
            yield f"{name}: {work[key]}."
