"""A folder to a Site: what is due, and the rules that look at more than one file.

Collects every problem of every file; never stops at the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import unquote

from activefeed.content import items, pictures, settings, source
from activefeed.content.items import Context, Parsed
from activefeed.content.schema import ItemKeys
from activefeed.content.settings import Frame
from activefeed.content.source import Folder
from activefeed.model import Item, Kind, Page, Published, Site, SourceFile
from activefeed.problems import Location, Problems

_LINKED = re.compile(
    r"""\]\(\s*<?([^)\s>]+)|(?:src|href)=["']([^"']+)|^\s*\[[^\]]+\]:\s*<?(\S+)""", re.MULTILINE
)
RESERVED = frozenset(
    {"podcast", "blog", "index", "categories", "archive", "people", "subscribe", "404"}
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A site, its settings, and how many files were read."""

    site: Site
    frame: Frame
    files: int


@dataclass(frozen=True, slots=True)
class Built:
    """One content file, built."""

    parsed: Parsed
    value: Item | Page


def frame(folder: Folder, problems: Problems) -> Frame | None:
    """Return the settings of a folder, checked."""
    return settings.load(folder, problems)


def load(
    folder: Folder, frame: Frame, published: Published, now: datetime, problems: Problems
) -> Loaded:
    """Return the site of a folder at an instant, with every problem found."""
    parsed, waiting = _parse(folder, frame, now)
    taken = {(_kind(p), p.slug) for p in parsed if isinstance(p.keys, ItemKeys)}
    files = source.audio_files(folder.root, frame.audio_folder)
    context = Context(folder, frame, published, taken, files)
    built = [
        Built(p, items.build_item(p, context) if _is_item(p) else items.build_page(p, folder))
        for p in parsed
    ]
    _check_across(built, waiting)
    for path, found in folder.problems.items():
        problems.extend(found, only_warn=bool(waiting.get(path)))
    due = [b.value for b in built if b.parsed.path not in waiting]
    _check_navigation(frame, due, folder, problems)
    site = _site(folder, frame, due, waiting, built)
    return Loaded(site, frame, len(folder.contents) + 1)


def _parse(folder: Folder, frame: Frame, now: datetime) -> tuple[list[Parsed], dict[str, str]]:
    """Return the files that could be understood, and why the others and some of them wait."""
    parsed, waiting = [], dict.fromkeys(folder.problems, "")
    for file in folder.contents:
        path = file.source.file
        found = None
        if file.readable:
            found = items.parse(file, frame.zone, now, folder.problems[path])
        if found is None:
            waiting[path] = "cannot be read yet" if items.waiting_unread(file, now) else ""
            continue
        parsed.append(found)
        if found.waiting:
            waiting[path] = found.waiting
        else:
            del waiting[path]
    # What is due comes first, so that a mistake between two files falls on the one that waits.
    parsed.sort(key=lambda one: one.path in waiting)
    return parsed, waiting


def _is_item(parsed: Parsed) -> bool:
    return isinstance(parsed.keys, ItemKeys)


def _kind(parsed: Parsed) -> Kind:
    return "episode" if parsed.file.kind == "episode" else "post"


def _check_across(built: list[Built], waiting: Mapping[str, str]) -> None:
    """Rules over several files; a problem belongs to the later file of a pair."""
    every = [(b, b.value) for b in built if isinstance(b.value, Item)]
    pages = [(b, b.value) for b in built if isinstance(b.value, Page)]
    for b, first in _repeats(every, lambda i: (i.kind, i.slug)):
        _repeated_slug(b, first)
    for b, first in _repeats(pages, lambda p: p.slug):
        _repeated_slug(b, first)
    for b, first in _repeats(every, lambda i: i.guid):
        b.parsed.problems.error(
            "repeated-guid",
            f"{first.parsed.path} has the same guid",
            "each item needs a guid of its own: remove the line guid: from the copy",
            b.parsed.places.of("guid"),
        )
    numbered = [
        (b, i) for b, i in every
        if i.recording and i.recording.number and i.recording.type == "full"
    ]  # fmt: skip
    for b, first in _repeats(
        numbered, lambda i: i.recording and (i.recording.season, i.recording.number)
    ):
        b.parsed.problems.warn(
            "repeated-number",
            f"{first.parsed.path} has the same season and number",
            "apps show both with one number; correct episode:",
            b.parsed.places.of("episode"),
        )
    _check_categories(every)
    _check_related(every, waiting)
    for b, page in pages:
        if page.slug in RESERVED:
            b.parsed.problems.error(
                "reserved-slug",
                f'the address "{page.slug}" belongs to a page that is made for you',
                "give this page another name, or a slug: of its own",
                Location(b.parsed.path),
            )


def _repeated_slug(b: Built, first: Built) -> None:
    b.parsed.problems.error(
        "repeated-slug",
        f'{first.parsed.path} has the same address "{b.parsed.slug}"',
        "rename one of the files, or give it a slug: of its own",
        b.parsed.places.of("slug"),
    )


def _repeats(
    pairs: Iterable[tuple[Built, T]], key: Callable[[T], object]
) -> Iterable[tuple[Built, Built]]:
    """Yield (later, first) for each value whose key an earlier one has."""
    seen: dict[object, Built] = {}
    for built, value in pairs:
        first = seen.setdefault(key(value), built)
        if first is not built:
            yield built, first


def _check_categories(every: list[tuple[Built, Item]]) -> None:
    titles: dict[str, str] = {}
    for built, item in every:
        for n, category in enumerate(item.categories):
            first = titles.setdefault(category.slug, category.title)
            if category.slug and first == category.title:
                continue
            clash = f'has the same address as "{first}"' if category.slug else "has no address"
            line = f'"{category.title}" = "a-name-of-its-own"'
            built.parsed.problems.error(
                "category-clash",
                f'the category "{category.title}" {clash}',
                f"write it alike everywhere, or add to the settings: [categories] {line}",
                built.parsed.places.of("categories", n),
            )


def _check_related(every: list[tuple[Built, Item]], waiting: Mapping[str, str]) -> None:
    paths = {built.parsed.path for built, _ in every}
    for built, item in every:
        for n, path in enumerate(item.related):
            where = built.parsed.places.of("related", n)
            if path not in paths and path not in waiting:
                built.parsed.problems.error(
                    "dead-related",
                    f"there is no episode or post {path or 'outside the site'}",
                    "correct the path, as seen from this file",
                    where,
                )
            elif waiting.get(path):
                built.parsed.problems.warn(
                    "related-waiting", f"{path} {waiting[path]}", "it is left out until then", where
                )


def _check_navigation(
    frame: Frame, due: list[Item | Page], folder: Folder, problems: Problems
) -> None:
    slugs = {page.slug for page in due if isinstance(page, Page)} | RESERVED
    for n, entry in enumerate((*frame.nav, *filter(None, [frame.header_link]))):
        for name in [entry.page, *(item.page for item in entry.items)]:
            if name and name not in slugs:
                problems.error(
                    "unknown-page",
                    f'the navigation names the page "{name}", which does not exist',
                    "write the path of a page below pages/, without .md",
                    folder.settings.find(f'"{name}"'),
                )
        if not (entry.page or entry.url):
            problems.error(
                "empty-nav",
                f"line {n + 1} of the navigation leads nowhere",
                'add page = "…" or url = "…"',
                folder.settings.find("nav"),
            )


def _site(
    folder: Folder,
    frame: Frame,
    due: list[Item | Page],
    waiting: Mapping[str, str],
    built: list[Built],
) -> Site:
    keys = frame.keys.site
    found = sorted((v for v in due if isinstance(v, Item)), key=lambda item: item.order)
    pages = sorted((v for v in due if isinstance(v, Page)), key=lambda page: page.slug)
    withdrawn = frozenset(
        b.value.guid for b in built
        if isinstance(b.value, Item) and waiting.get(b.parsed.path) == "is withdrawn"
    )  # fmt: skip
    return Site(
        id=keys.id,
        title=keys.title,
        description=keys.description,
        url=keys.url.rstrip("/"),
        language=keys.language,
        timezone=frame.zone.key,
        addresses=keys.addresses,
        settings=folder.settings,
        nav=frame.nav,
        header_link=frame.header_link,
        footer=tuple(keys.footer),
        show=frame.show,
        blog=frame.blog,
        people=tuple(frame.people.values()),
        items=tuple(found),
        pages=tuple(pages),
        files=_linked_files(folder, due),
        waiting=waiting,
        withdrawn=withdrawn,
    )


def _linked_files(folder: Folder, due: list[Item | Page]) -> dict[str, SourceFile]:
    """Fingerprint the files that texts link to; whether a link is right is render's question."""
    files: dict[str, SourceFile] = {}
    for value in due:
        for match in _LINKED.finditer(value.body):
            target = unquote(next(group for group in match.groups() if group)).split("#")[0]
            path = pictures.beside(value.source.file, target) if target else ""
            if path and not path.endswith(".md") and path not in files:
                if absolute := folder.locate(path):
                    files[path] = source.fingerprint(path, absolute)
    return files
