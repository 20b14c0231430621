"""A blog of Weebly, from its pages and its feed: every post, and what its old addresses were.

Asks through a function that is given, and writes nothing. A page that is missing or broken stops
nothing; that, and what was only guessed, is told in notices.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from activefeed.formats.telling import Telling, Told
from activefeed.formats.weebly import WeeblyPage, read
from activefeed.migrate.moving import Notice
from activefeed.problems import FormatError
from activefeed.urls import Addresses, slugify

Ask = Callable[[str], bytes | None]  # what lies at an address; None where nothing answers
Tell = Callable[[bytes], Telling]

_TITLED = re.compile(r"(?i)(?:dr|prof|professor|doctor|coach|rev|pastor)\b\.? ")
# What a page was saved as is no part of its address, except of the oldest posts.
_SAVED = re.compile(rb"""(href=["'])(?![^"']*1/post/)([^"':?#]*?)(?:index)?\.html?(?=["'#])""")
_ENDINGS = ("?{}.html", "?{}", ".html", "", "/index.html")


@dataclass(frozen=True, slots=True)
class Old:
    """A blog as it was."""

    telling: Telling  # the newest post first
    places: Mapping[str, tuple[str, str]]  # path of what has posts → category or archive, title
    notices: tuple[Notice, ...]


@dataclass(slots=True)
class _Found:
    show: Mapping[str, str]
    places: dict[tuple[str, str], str] = field(default_factory=dict)  # the other way round
    posts: dict[str, Told] = field(default_factory=dict)  # of pages, by the key of their address
    said: dict[str, Told] = field(default_factory=dict)  # of the feed, by the same
    topics: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # of posts
    notices: list[Notice] = field(default_factory=list)


def walk(start: str, ask: Ask, tell: Tell, zone: tzinfo, most: int = 5_000) -> Old:
    """Return the blog that an address leads to; asks ``most`` times, and one host only."""
    found, seen, queue = _Found({"link": start}), set[tuple[str, str]](), deque([(start, "", "")])
    while queue and len(seen) < most:
        address, kind, what = queue.popleft()
        host, mark = _key(start).split("/")[0], (_key(address), kind)
        if mark in seen or mark[0].split("/")[0] != host or (found.posts and not kind):
            continue
        seen.add(mark)
        if (body := ask(address)) is None:
            found.notices.append(Notice("old-page-silent", detail=address))
        elif kind == "feed":
            with suppress(FormatError):
                feed = tell(body)
                found.show = {**found.show, **feed.show.facts}
                found.said |= {_key(one.facts.get("link", "")): one for one in feed.items}
        else:
            queue.extend(_take(found, read(body, address), address, (kind, what)))
    if queue:
        found.notices.append(Notice("old-blog-large", detail=str(most)))
    items = sorted(_joined(found, zone), key=lambda one: str(one.published or ""), reverse=True)
    months = {f"{one.published.astimezone(zone):%m-%Y}" for one in items if one.published}
    places = {path: place for place, path in found.places.items()
              if place[0] == "category" or path[-7:] in months}  # fmt: skip
    return Old(Telling(Told(found.show), tuple(items)), places, tuple(found.notices))


def _take(
    found: _Found, page: WeeblyPage, address: str, place: tuple[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Take over what a page says; yield what it leads to."""
    found.show = {**page.about, **found.show}
    kind, what = place[0] or "index" * bool(page.posts), place[1]
    for post in page.posts:
        key = _key(post.facts["link"])
        found.topics[key].add(what)
        if key not in found.posts or "cut" in found.posts[key].facts:
            found.posts[key] = post
        if kind in ("category", "archive"):
            found.places.setdefault((kind, what), unquote(urlsplit(address).path).rstrip("/"))
        if "cut" in post.facts:
            yield post.facts["link"], "post", ""
    for sort, title, link in page.links:
        if sort == "older":
            yield link, kind, what
        elif sort or not kind:
            yield link, sort, title


def _joined(found: _Found, zone: tzinfo) -> Iterator[Told]:
    """Yield every post; what pages and feed both say is as the feed says it."""
    order = [title for kind, title in found.places if kind == "category"]
    people = {title for key, post in found.posts.items() for title in {*order} & found.topics[key]
              if _TITLED.match(title)
              or (" " in title and title in post.facts["ending"].split("\n"))}  # fmt: skip
    # Where one day begins with no month, all begin with the day.
    days = [post.facts.get("day", "") for post in found.posts.values()]
    form = "%d/%m/%Y" if any(re.match("1[3-9]/|[23][0-9]/", day) for day in days) else "%m/%d/%Y"
    for key, post in {**found.said, **found.posts}.items():
        feed = found.said.get(key, Told({}))
        facts = {**post.facts, **feed.facts, "html": post.facts.get("html", "")}
        day, cut, _ = (facts.pop(name, "") for name in ("day", "cut", "ending"))
        rows = [row["title"] for told in (post, feed) for row in told.lists.get("categories", ())]
        topics = dict.fromkeys([title for title in order if title in found.topics[key]] + rows)
        guessed = [title for title in topics if title in people and "author" not in facts]
        authors = [facts["author"]] if "author" in facts else guessed
        lists = {"authors": tuple({"name": name} for name in authors), **feed.lists,
                 "categories": tuple({"title": title} for title in topics)}  # fmt: skip
        when = feed.published
        with suppress(ValueError, OverflowError):
            noon = datetime.strptime(day, form).replace(hour=12, tzinfo=zone)
            when = when or noon.astimezone(UTC)
        told = {"old-post-cut": cut, "old-author-guessed": ", ".join(guessed),
                "old-day-only": "" if feed.published else day}  # fmt: skip
        title = facts.get("title", "")
        found.notices += [Notice(kind, title, why) for kind, why in told.items() if why]
        yield Told(facts, lists, when, feed.updated)


def aliases(old: Old, addresses: Addresses) -> dict[str, str]:
    """Return the path of a page or a feed for each old path."""
    link = unquote(urlsplit(old.telling.show.facts["link"]).path).rstrip("/")
    blog = next((path.rsplit("/", 2)[0] for path in old.places), link)
    found = dict.fromkeys((f"{blog}/", f"{blog}/category/all"), addresses.blog_page(1))
    found |= dict.fromkeys((f"{blog}/feed", "/1/feed"), "blog/feed.xml")
    for path, (kind, title) in old.places.items():
        found[path] = addresses.category(slugify(title))
        if kind == "archive":
            month = datetime(int(path[-4:]), int(path[-7:-5]), 1, tzinfo=UTC)
            found[path] = addresses.month(month)
    return {path: f"/{to}" for path, to in found.items() if addresses.path_at(path) not in ("", to)}


def folder(root: Path) -> tuple[str, Ask]:
    """Return the address of a site that was saved in a folder, and what answers for it."""
    pages = sorted(root.resolve().rglob("*.htm*"), key=lambda page: (len(page.parts), page))
    first = next((page for page in pages if b"blog-post" in page.read_bytes()), root / "index.html")
    about = read(first.read_bytes() if first.is_file() else b"", "").about
    base = urljoin(about.get("link", "http://old.example"), "/")
    # Programs that save sites make a folder for each host.
    top = next(
        one
        for one in (*first.parents[::-1], root)
        if one.name == urlsplit(base).netloc or one == root
    )

    def ask(address: str) -> bytes | None:
        parts = urlsplit(address)
        names = (f"{path.strip('/')}{ending}".lstrip("/").format(parts.query)
                 for path in (parts.path, unquote(parts.path)) for ending in _ENDINGS)  # fmt: skip
        files = ((top / name).resolve() for name in names)
        with suppress(OSError, StopIteration, ValueError):
            file = next(file for file in files if top in file.parents and file.is_file())
            body = file.read_bytes()
            return body if b"\0" in body else _SAVED.sub(rb"\1\2", body)
        return None

    name = re.sub(r"(?:index)?\.html?$", "", first.relative_to(top).as_posix())
    return urljoin(base, quote(name)), ask


def _key(address: str) -> str:
    """Return an address as it is known again: with and without www, https, a slash, .html."""
    parts = urlsplit(address)
    path = re.sub(r"(?i)(?:/index)?(?:\.html?)?/?$", "", unquote(parts.path))
    return f"{parts.netloc.removeprefix('www.')}{path}/?{parts.query}".casefold()
