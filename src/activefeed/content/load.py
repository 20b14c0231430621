"""A folder to a Site: what is due, and the rules that look at more than one file.

Collects every problem of every file; never stops at the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from activefeed.content import items, source
from activefeed.content.items import Context, Parsed
from activefeed.content.schema import NavKeys
from activefeed.content.settings import Frame
from activefeed.content.source import SETTINGS, Folder, seen_from
from activefeed.model import Blog, Category, Item, NavEntry, Page, Published, Site, SourceFile
from activefeed.problems import Problems
from activefeed.urls import slugify

_LINKED = re.compile(
    r"""\]\(\s*(?:<([^>\n]+)>|((?:[^()\s]|\([^()\s]*\))+))|(?:src|href)=["']([^"']+)"""
    r"""|^\s*\[[^\]]+\]:\s*(?:<([^>\n]+)>|(\S+))""",
    re.MULTILINE,
)
_RESERVED = frozenset({"index", "podcast", "blog", "subscribe", "404"})

Built = tuple[Parsed, Item | Page]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A site, and how many files were read."""

    site: Site
    files: int


def load(
    folder: Folder, frame: Frame, published: Published, now: datetime, problems: Problems
) -> Loaded:
    """Return the site of a folder at an instant, with every problem found."""
    parsed, waiting = _parse(folder, frame, now)
    taken = {(p.file.kind, p.slug) for p in parsed}
    podcast = frame.keys.podcast
    audio = source.audio_files(folder.root, podcast.audio_folder if podcast else "")
    context = Context(folder, frame, published, taken, audio)
    built = list(_with_categories([(one, items.build(one, context)) for one in parsed]))
    _check_repeats(built)
    _check_related(built, waiting)
    _check_navigation(frame, built, waiting, problems)
    _check_parts(frame, folder, problems)
    for path, found in folder.problems.items():
        problems.extend(found, only_warn=bool(waiting.get(path)))
    return Loaded(_site(folder, frame, built, waiting), len(folder.problems) + 1)


def _parse(folder: Folder, frame: Frame, now: datetime) -> tuple[list[Parsed], dict[str, str]]:
    """Return the files that could be understood, and why the others and some of them wait."""
    parsed, waiting = [], {}
    for file in folder.contents:
        path = file.source.file
        if found := items.parse(file, frame, now, folder.problems[path]):
            parsed.append(found)
            if found.waiting:
                waiting[path] = found.waiting
        else:
            waiting[path] = "cannot be read yet" if items.seems_waiting(file, now) else ""

    def suspicious(one: Parsed) -> tuple[object, ...]:
        mistaken = len(folder.problems[one.path]) > 0
        return one.path in waiting, mistaken, getattr(one.keys, "date", now), one.path

    parsed.sort(key=suspicious)  # a mistake between two files falls on the later one
    slugs: dict[tuple[str, str], Parsed] = {}
    for n, one in enumerate(parsed):
        first = slugs.setdefault((one.file.kind, one.slug), one)
        if first is not one:
            message = f'{first.path} has the same address, "{one.slug}"'
            fix = f"rename this file, or give it an address of its own: slug: {one.slug}-2"
            one.written.error("repeated-slug", message, fix, "slug")
            parsed[n] = replace(one, slug=slugify(one.path))  # to look at it all the same
    return parsed, waiting


def _check_repeats(built: list[Built]) -> None:
    """Report what only one file may have, at the later file of a pair."""
    for later, first in _repeats(built, lambda v: v.guid if isinstance(v, Item) else None):
        fix = "each item has a guid of its own: remove the line guid: from the copy"
        later.written.error("repeated-guid", f"{first.path} has the same guid", fix, "guid")
    for later, first in _repeats(built, _number):
        message = f"{first.path} has the same season and number"
        fix = "apps show both with one number: correct episode: or season:"
        later.written.warn("repeated-number", message, fix, "episode")
    for one, value in built:
        if isinstance(value, Page) and value.slug in _RESERVED:
            message = f'the address "{value.slug}" belongs to a page that is made for you'
            fix = "rename the file, or give it an address of its own with slug:"
            one.written.error("reserved-slug", message, fix, "slug")


def _number(value: Item | Page) -> object:
    spoken = value.recording if isinstance(value, Item) else None
    if spoken and spoken.number and spoken.type == "full":
        return spoken.season, spoken.number
    return None


def _repeats(
    built: Iterable[Built], key: Callable[[Item | Page], object]
) -> Iterator[tuple[Parsed, Parsed]]:
    """Yield (later, first) for each file whose key an earlier one has; None is no key."""
    seen: dict[object, Parsed] = {}
    for parsed, value in built:
        found = key(value)
        first = seen.setdefault(found, parsed)
        if first is not parsed and found is not None:
            yield parsed, first


def _with_categories(built: list[Built]) -> Iterator[Built]:
    """Yield every file with categories of one title each; report those that share an address."""
    firsts: dict[str, Category] = {}
    for parsed, value in built:
        if not isinstance(value, Item):
            yield parsed, value
            continue
        for category in value.categories:
            first = firsts.setdefault(category.slug, category)
            if category.slug and first == category:
                continue
            same = f'has the same address as "{first.title}"' if category.slug else "has no address"
            titles = getattr(parsed.keys, "categories", [])
            message = f'the category "{category.title}" {same}'
            line = f'"{category.title}" = "an-address"'
            fix = f"write both alike; or add to {SETTINGS}, below a line [categories]: {line}"
            place = "categories", titles.index(category.title)
            parsed.written.error("category-clash", message, fix, *place)
        own = dict.fromkeys(firsts[category.slug] for category in value.categories)
        yield parsed, replace(value, categories=tuple(own))


def _check_related(built: list[Built], waiting: Mapping[str, str]) -> None:
    paths = {parsed.path for parsed, value in built if isinstance(value, Item)}
    for parsed, value in built:
        for n, path in enumerate(value.related if isinstance(value, Item) else ()):
            if waiting.get(path):
                message, fix = f"{path} {waiting[path]}", "the link is left out until then"
                parsed.written.warn("related-waiting", message, fix, "related", n)
            elif path not in paths and path not in waiting:
                message = f"there is no episode or post {path}" if path else source.OUTSIDE
                fix = "correct the path, as seen from this file"
                parsed.written.error("dead-related", message, fix, "related", n)


def _check_navigation(
    frame: Frame, built: list[Built], waiting: Mapping[str, str], problems: Problems
) -> None:
    keys = frame.keys
    parts = {"podcast": keys.podcast, "blog": keys.blog, "subscribe": keys.podcast or keys.blog}
    known = {"index", *(name for name, there in parts.items() if there)}
    known |= {value.slug for _, value in built if isinstance(value, Page)}
    known |= {path.removeprefix("pages/").removesuffix(".md") for path in waiting}  # unreadable
    entries = [(("site", "nav", n), entry) for n, entry in enumerate(keys.site.nav)]
    if keys.site.header_link:
        entries.append((("site", "header_link", 0), keys.site.header_link))
    for place, entry in entries:
        for name in [entry.page, *entry.items]:
            if name and name not in known:
                fix = 'write the path of a file below pages/, without .md; or "podcast", "blog"'
                where = frame.written.of(*place, text=f'"{name}"')
                problems.error("unknown-page", f'there is no page "{name}"', fix, where)
        if not (entry.page or entry.url):
            message, fix = f'"{entry.title}" leads nowhere', 'add page = "…" or url = "…"'
            where = frame.written.of(*place, text=f'"{entry.title}"')
            problems.error("empty-nav", message, fix, where)


def _check_parts(frame: Frame, folder: Folder, problems: Problems) -> None:
    for kind, part in (("episode", "podcast"), ("post", "blog")):
        files = [file for file in folder.contents if file.kind == kind]
        if files and getattr(frame.keys, part) is None:
            message = f"{kind}s/ is left out: the settings have no [{part}]"
            fix = f"add a table [{part}] to {SETTINGS}, or move the files away"
            problems.warn("missing-part", message, fix, frame.written.of())


def _site(folder: Folder, frame: Frame, built: list[Built], waiting: Mapping[str, str]) -> Site:
    keys, blog = frame.keys.site, frame.keys.blog
    due = [value for parsed, value in built if parsed.path not in waiting]
    drafts = [value for parsed, value in built if parsed.path in waiting]
    only_theirs = _linked(folder, ((value.source.file, value.body) for value in drafts))
    withdrawn = (
        value.guid for parsed, value in built
        if isinstance(value, Item) and getattr(parsed.keys, "withdrawn", False)
    )  # fmt: skip
    return Site(
        id=keys.id, title=keys.title, description=keys.description, url=keys.url,
        language=keys.language, timezone=keys.timezone, addresses=keys.addresses,
        settings=folder.settings, nav=tuple(_nav(entry) for entry in keys.nav),
        header_link=_nav(keys.header_link) if keys.header_link else None,
        footer=tuple(keys.footer), show=frame.show,
        blog=Blog(blog.title, blog.description) if blog else None,
        people=tuple(frame.people.values()),
        items=tuple(sorted((v for v in due if isinstance(v, Item)), key=lambda item: item.order)),
        drafts=tuple(value for value in drafts if isinstance(value, Item)),
        pages=tuple(sorted((v for v in due if isinstance(v, Page)), key=lambda page: page.slug)),
        files=_linked_files(folder, frame, due),
        waiting=dict.fromkeys(only_theirs, "") | dict(waiting), withdrawn=frozenset(withdrawn),
    )  # fmt: skip


def _nav(entry: NavKeys) -> NavEntry:
    return NavEntry(
        entry.title, entry.page, entry.url, tuple(NavEntry("", page, "") for page in entry.items)
    )


def _linked_files(folder: Folder, frame: Frame, due: list[Item | Page]) -> dict[str, SourceFile]:
    """Fingerprint the files that texts link to; whether a link is right is render's question."""
    own = (*frame.keys.site.footer, *(person.about for person in frame.people.values()))
    texts = [(value.source.file, value.body) for value in due] + [(SETTINGS, text) for text in own]
    return {path: source.fingerprint(path, file) for path, file in _linked(folder, texts).items()}


def _linked(folder: Folder, texts: Iterable[tuple[str, str]]) -> dict[str, Path]:
    """Return the files of the site that texts (with the path of each) link to."""
    found = {}
    for file, text in texts:
        for match in _LINKED.finditer(text):
            target = unquote(re.split("[?#]", next(filter(None, match.groups())))[0])
            path = seen_from(file, target)
            absolute = folder.locate(path) if path not in found else None
            if absolute and not path.endswith(".md"):
                found[path] = absolute
    return found
