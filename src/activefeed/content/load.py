"""A folder to a Site: what is due, and the rules that look at more than one file.

Collects every problem of every file; never stops at the first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from activefeed.content import items, pictures, scalars, source
from activefeed.content.schema import NavKeys
from activefeed.content.settings import Frame, fill, meant
from activefeed.content.source import SETTINGS, Folder, seen_from
from activefeed.model import Category, Item, NavEntry, Page, Published, Site, SourceFile
from activefeed.problems import Problems
from activefeed.urls import slugify

_LINKED = re.compile(
    r"""\]\(\s*(?:<([^>\n]+)>|((?:[^()\s]|\([^()\s]*\))+))|(?:src|href)=["']([^"']+)"""
    r"""|^\s*\[[^\]]+\]:\s*(?:<([^>\n]+)>|(\S+))""",
    re.MULTILINE,
)
_RESERVED = frozenset({"index", "podcast", "blog", "search", "subscribe", "404"})

Built = tuple[items.Parsed, Item | Page]


def load(
    frame: Frame, published: Published, now: datetime, problems: Problems, *, preview: bool = False
) -> Site:
    """Return the site of a folder at an instant, with every problem found.

    To a preview drafts and scheduled items belong as well, as far as nothing is wrong with them.
    """
    frame = replace(frame, written=replace(frame.written, problems=problems))
    if (show := frame.show) and show.new_feed_until:
        past = now.astimezone(frame.zone).date() > show.new_feed_until
        frame = replace(frame, show=replace(show, new_feed_past=past))
    parsed, waiting = _parse(frame, now)
    taken = {(one.file.kind, one.slug) for one in parsed}
    whole = [(one, items.build(one, frame, published, taken)) for one in parsed]
    built = list(_with_categories(whole))
    _check_repeats(built)
    unpublished = {path for path, why in waiting.items() if why}
    for one, value in built if preview else ():
        if isinstance(value, Item) and value.mark and not frame.folder.problems[one.path].errors:
            del waiting[one.path]
    _check_related(built, waiting)
    _check_navigation(frame, built, waiting)
    _check_parts(frame)
    for path, found in frame.folder.problems.items():
        problems.extend(found, only_warn=path in unpublished)
    return _site(frame, built, waiting)


def _parse(frame: Frame, now: datetime) -> tuple[list[items.Parsed], dict[str, str]]:
    """Return the files that could be understood, and why the others and some of them wait."""
    folder, parsed, waiting = frame.folder, list[items.Parsed](), dict[str, str]()
    for file in folder.contents:
        path = file.source.file
        if found := items.parse(file, frame, now, folder.problems[path]):
            parsed.append(found)
            if found.waiting:
                waiting[path] = found.waiting
        else:
            waiting[path] = "cannot be read yet" if items.seems_waiting(file, now) else ""

    def suspicious(one: items.Parsed) -> tuple[object, ...]:
        mistaken = len(folder.problems[one.path]) > 0
        return one.path in waiting, mistaken, getattr(one.keys, "date", now), one.path

    parsed.sort(key=suspicious)  # a mistake between two files falls on the later one
    for n, first in _repeats([(one.file.kind, one.slug) for one in parsed]):
        one = parsed[n]
        one.written.error("repeated-slug", "slug", first=parsed[first].path, slug=one.slug)
        parsed[n] = replace(one, slug=slugify(one.path))  # to look at it all the same
    return parsed, waiting


def _check_repeats(built: list[Built]) -> None:
    """Report what only one file may have, at the later file of a pair."""
    files = [parsed for parsed, _ in built]
    for n, first in _repeats([getattr(value, "guid", None) for _, value in built]):
        files[n].written.error("repeated-guid", "guid", first=files[first].path)
    for n, first in _repeats([_number(value) for _, value in built]):
        files[n].written.warn("repeated-number", "episode", first=files[first].path)
    for one, value in built:
        if isinstance(value, Page) and value.slug in _RESERVED:
            one.written.error("reserved-slug", "slug", slug=value.slug)


def _number(value: Item | Page) -> object:
    heard = value.recording if isinstance(value, Item) else None
    return (heard.season, heard.number) if heard and heard.number and heard.type == "full" else None


def _repeats(keys: Iterable[object]) -> Iterator[tuple[int, int]]:
    """Yield the places (later, first) of each key that was there before; None is no key."""
    firsts: dict[object, int] = {}
    for n, key in enumerate(keys):
        if key is not None and firsts.setdefault(key, n) != n:
            yield n, firsts[key]


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
            place = "categories", getattr(parsed.keys, "categories", []).index(category.title)
            parsed.written.error("category-clash", *place, title=category.title, same=same)
        own = dict.fromkeys(firsts[category.slug] for category in value.categories)
        yield parsed, replace(value, categories=tuple(own))


def _check_related(built: list[Built], waiting: Mapping[str, str]) -> None:
    paths = {parsed.path for parsed, value in built if isinstance(value, Item)}
    for parsed, value in built:
        for n, path in enumerate(value.related if isinstance(value, Item) else ()):
            if waiting.get(path):
                parsed.written.warn("related-waiting", "related", n, file=path, why=waiting[path])
            elif path not in paths and path not in waiting:
                kind = "dead-related" if path else "dead-related:outside"
                parsed.written.error(kind, "related", n, path=path)


def _check_navigation(frame: Frame, built: list[Built], waiting: Mapping[str, str]) -> None:
    keys, written = frame.keys, frame.written
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
                written.error("unknown-page", *place, text=f'"{name}"', name=name)
        if not (entry.page or entry.url):
            written.error("empty-nav", *place, text=f'"{entry.title}"', title=entry.title)


def _check_parts(frame: Frame) -> None:
    kinds = {file.kind for file in frame.folder.contents}
    for kind, part in (("episode", "podcast"), ("post", "blog")):
        if kind in kinds and getattr(frame.keys, part) is None:
            frame.written.warn("missing-part", kind=kind, part=part)


def _site(frame: Frame, built: list[Built], waiting: Mapping[str, str]) -> Site:
    keys, folder = frame.keys.site, frame.folder
    due = [value for parsed, value in built if parsed.path not in waiting]
    files = _linked_files(frame, due)
    drafts = [value for parsed, value in built if parsed.path in waiting]
    only_theirs = _linked(folder, ((value.source.file, value.body) for value in drafts))
    gone = [value for parsed, value in built if getattr(parsed.keys, "withdrawn", False)]
    ahead = [value for _, value in built if isinstance(value, Item) and value.mark == "scheduled"]
    return fill(
        Site, keys, settings=folder.settings, nav=tuple(map(_nav, keys.nav)),
        header_link=_nav(keys.header_link) if keys.header_link else None,
        accent=keys.accent.lower(), show=frame.show, blog=meant(frame.keys.blog),
        people=tuple(frame.people.values()),
        items=tuple(sorted((v for v in due if isinstance(v, Item)), key=lambda item: item.order)),
        drafts=tuple(value for value in drafts if isinstance(value, Item)),
        pages=tuple(sorted((v for v in due if isinstance(v, Page)), key=lambda page: page.slug)),
        files=files, pictures=pictures.among(files),
        waiting=dict.fromkeys(only_theirs, "") | dict(waiting),
        withdrawn=frozenset(value.guid for value in gone if isinstance(value, Item)),
        feed_bytes=keys.feed_bytes if keys.feed_items == "newest" else 0,
        feed_chosen="feed_items" in keys.model_fields_set,
        scheduled=tuple(sorted(ahead, key=lambda item: item.published)), templates=folder.templates,
        assets=tuple(source.fingerprint(x, source.on_disk(folder.root, x)) for x in folder.assets),
        aliases=tuple((scalars.below(keys.url, old), new, frame.written.of("aliases", old))
                      for old, new in frame.keys.aliases.items()),
    )  # fmt: skip


def _nav(entry: NavKeys) -> NavEntry:
    return fill(NavEntry, entry, items=tuple(NavEntry("", page, "") for page in entry.items))


def _linked_files(frame: Frame, due: list[Item | Page]) -> dict[str, SourceFile]:
    """Fingerprint the files that texts link to; whether a link is right is render's question."""
    own = (*frame.keys.site.footer, *(person.about for person in frame.people.values()))
    texts = [(value.source.file, value.body) for value in due] + [(SETTINGS, text) for text in own]
    linked = _linked(frame.folder, texts)
    return {path: source.fingerprint(path, file) for path, file in linked.items()}


def _linked(folder: Folder, texts: Iterable[tuple[str, str]]) -> dict[str, Path]:
    """Return the files of the site that texts (with the path of each) link to."""
    found = {}
    for file, text in texts:
        for match in _LINKED.finditer(text):
            target = unquote(re.split("[?#]", next(filter(None, match.groups())))[0])
            path = seen_from(file, target)
            known = path in found or path.endswith(".md") or path in folder.problems
            if not known and (absolute := folder.locate(path)):
                found[path] = absolute
    return found
