"""A blog of Weebly, from its pages and its feed: every post, and what its old addresses were.

Asks through a function that is given, and writes nothing. A page that is missing or broken stops
nothing; that, and what was only guessed, is told in notices.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from activefeed.formats.telling import Telling, Told
from activefeed.formats.weebly import read
from activefeed.migrate.moving import Notice
from activefeed.problems import FormatError
from activefeed.urls import Addresses, slugify

Ask = Callable[[str], bytes | None]  # what lies at an address; None where nothing answers
Tell = Callable[[bytes], Telling]
Step = tuple[str, str, str]  # an address, what it is (a kind of links), and its title

_TITLED = re.compile(r"(?i)(?:dr|prof|professor|doctor|coach|rev|pastor)\b\.? ")
# What a page was saved as is no part of its address, except of the oldest posts.
_SAVED = re.compile(rb"""(href=["'])(?![^"']*1/post/)([^"':?#]*?)(?:index)?\.html?(?=["'#])""")


@dataclass(frozen=True, slots=True)
class Old:
    """A blog as it was."""

    telling: Telling  # the newest post first
    places: Mapping[str, str]  # path → title of a category that has posts, or 08-2021 of a month
    notices: tuple[Notice, ...]


@dataclass(slots=True)
class _Found:
    about: dict[str, str]
    feed: Telling = field(default_factory=lambda: Telling(Told({}), ()))
    posts: dict[str, Told] = field(default_factory=dict)  # of pages, by the key of their address
    topics: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by the same
    places: dict[tuple[str, str], str] = field(default_factory=dict)  # of what has posts → path
    notices: list[Notice] = field(default_factory=list)


def walk(start: str, ask: Ask, tell: Tell, zone: tzinfo, most: int = 5_000) -> Old:
    """Return the blog that an address leads to; asks ``most`` times, and one host only."""
    found, seen, queue = _Found({"link": start}), set[tuple[str, str]](), deque([(start, "", "")])
    while queue and len(seen) < most:
        address, kind, what = queue.popleft()
        mark, home = (_key(address), kind), re.escape(_key(start).split("/")[0])
        here = re.match(rf"https?://(?:www\.)?{home}(?:/|$)", address.lower())
        if mark in seen or not here or (found.posts and not kind):
            continue
        seen.add(mark)
        if (body := ask(address)) is None:
            found.notices.append(Notice("old-page-silent", detail=address))
        elif kind == "feed":
            with suppress(FormatError):
                found.feed = tell(body)
        else:
            queue.extend(_take(found, read(body, address), urlsplit(address).path, kind, what))
    found.notices += [Notice("old-blog-large", detail=str(most))] * bool(queue)
    items = sorted(_joined(found, zone), key=lambda one: str(one.published or ""), reverse=True)
    months = {f"{one.published.astimezone(zone):%m-%Y}" for one in items if one.published}
    kept = {unquote(path): what for (kind, what), path in found.places.items()
            if kind == "category" or what in months}  # fmt: skip
    show = Told({**found.about, **found.feed.show.facts}, found.feed.show.lists)
    return Old(replace(found.feed, show=show, items=tuple(items)), kept, tuple(found.notices))


def _take(found: _Found, page: Telling, path: str, kind: str, what: str) -> Iterator[Step]:
    """Take over what a page says; yield what it leads to."""
    found.about = {**page.show.facts, **found.about}
    for post in page.items:
        key = _key(post.facts["link"])
        found.topics[key].add(what)
        found.places.setdefault((kind, what), path)
        found.posts[key] = min(found.posts.get(key, post), post, key=lambda one: "cut" in one.facts)
        if "cut" in post.facts:
            yield post.facts["link"], "post", ""
    for sort, title, link in (row.values() for row in page.show.lists["links"]):
        if sort == "older":
            yield link, kind or "index", what
        elif sort or not found.posts:
            yield link, sort, link.rstrip("/")[-7:] if sort == "archive" else title


def _joined(found: _Found, zone: tzinfo) -> Iterator[Told]:
    """Yield every post; what pages and feed both say is as the feed says it."""
    said = {_key(one.said("link")): one for one in found.feed.items}
    said = said if said.keys() & found.posts.keys() or not found.posts else {}  # of another blog
    order = [title for kind, title in found.places if kind == "category"]
    signed = {line for post in found.posts.values() for line in post.facts["ending"].split("\n")}
    people = {one for one in order if _TITLED.match(one) or (" " in one and one in signed)}
    # Where one day begins with no month, all begin with the day.
    days = " ".join(post.said("day") for post in found.posts.values())
    way = "%d/%m/%Y" if re.search(r"\b(?:1[3-9]|[23][0-9])/[0-9]+/", days) else "%m/%d/%Y"
    for key, post in {**said, **found.posts}.items():
        feed = said.get(key, Told({}))
        facts = {**post.facts, **feed.facts, "html": post.said("html")}
        day, *_ = (facts.pop(name, "") for name in ("day", "cut", "ending"))
        rows = [row["title"] for told in (post, feed) for row in told.lists.get("categories", ())]
        topics = dict.fromkeys([title for title in order if title in found.topics[key]] + rows)
        guessed = [title for title in topics if title in people and "author" not in facts]
        authors = tuple({"name": one} for one in guessed or [facts.get("author", "")] if one)
        lists = {"authors": authors, **feed.lists,
                 "categories": tuple({"title": title} for title in topics)}  # fmt: skip
        when, title = feed.published, facts.get("title", "")
        with suppress(ValueError, OverflowError):
            when = when or datetime.strptime(day, way).replace(hour=12, tzinfo=zone).astimezone(UTC)
        found.notices += [Notice("old-author-guessed", title, name) for name in guessed]
        yield Told(facts, lists, when, feed.updated)


def aliases(old: Old, addresses: Addresses) -> dict[str, str]:
    """Return the path of a page or a feed for each old path."""
    blog = next((path.rsplit("/", 2)[0] for path in old.places), "/blog")
    found = dict.fromkeys((f"{blog}/", f"{blog}/category/all"), addresses.blog_page(1))
    found |= dict.fromkeys((f"{blog}/feed", "/1/feed"), "blog/feed.xml")
    found |= {path: addresses.category(slugify(what)) for path, what in old.places.items()}
    found |= {path: addresses.month(datetime.strptime(f"{what}+0000", "%m-%Y%z"))
              for path, what in old.places.items() if f"/archives/{what}" in path}  # fmt: skip
    return {path: f"/{to}" for path, to in found.items() if addresses.path_at(path) not in ("", to)}


def folder(root: Path) -> tuple[str, Ask]:
    """Return the address of a site that was saved in a folder, and what answers for it."""
    pages = sorted(root.rglob("*.htm*"), key=lambda page: (len(page.parts), page))
    first = next((page for page in pages if b"blog-post" in page.read_bytes()), root / "index.html")
    about = read(first.read_bytes() if first.is_file() else b"", "").show
    base = urljoin(about.said("link") or "http://old.example", "/")
    found = (one for one in first.parent.rglob("*") if one.is_file() and not one.is_symlink())
    files = {_key(base + quote(one.relative_to(first.parent).as_posix())): one for one in found}

    def ask(address: str) -> bytes | None:
        body = file.read_bytes() if (file := files.get(_key(address))) else None
        return body if body is None or b"\0" in body else _SAVED.sub(rb"\1\2", body)

    return base + quote(first.name), ask


def _key(address: str) -> str:
    """Return an address as it is known again: with and without www, https, a slash, .html."""
    return re.sub(r"^https?://(www\.)?|(/index)?(\.html?)?/?$", "", unquote(address).lower())
