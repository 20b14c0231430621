"""The pages of a site: which there are, and what each template is given (jinja2's room).

Never decides what is due or how a file is named; the words around the content are the theme's.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from activefeed import urls
from activefeed.formats import chapters
from activefeed.model import Category, Link, NavEntry, Reference, Site
from activefeed.render import markup, structured
from activefeed.render.entry import Entry
from activefeed.render.links import Links, Text
from activefeed.tree import Artifact, Tier, artifact
from activefeed.urls import Addresses

_PER_PAGE = 10  # posts on a page of the blog's index
_NEWEST = 5  # episodes and posts on the home page
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to write: where, with which template, and what the template is given."""

    path: str
    template: str
    title: str  # "" on the home page
    description: str = ""
    image: str = ""  # output path of the picture for link previews
    data: Mapping[str, object] = field(default_factory=dict)
    linked: Sequence[Mapping[str, object]] = ()  # JSON-LD
    kind: str = "website"  # Open Graph type


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the blog's archive."""

    path: str
    title: str
    entries: tuple[Entry, ...]


class Theme:
    """The templates, with what all pages of a site share."""

    def __init__(self, site: Site, addresses: Addresses, links: Links) -> None:
        self.site = site
        self.addresses = addresses
        self._links = links
        self._zone = ZoneInfo(site.timezone)
        self._env = jinja2.Environment(
            loader=jinja2.PackageLoader("activefeed.render", "theme"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._env.filters |= {
            "day": self.day,
            "clock": chapters.clock,
            "minutes": lambda seconds: max(1, round(seconds / 60)),
        }
        self._env.globals |= {"site": site, "addresses": addresses, "url": addresses.url}
        self._asset_bodies = {name: self._source(name) for name in ("site.css", "player.js")}
        self.assets = {
            name: artifact(_asset_path(name, body), Tier.MEDIA, body)
            for name, body in self._asset_bodies.items()
        }
        self._block = lru_cache(maxsize=4096)(self._render_block)

    def _source(self, name: str) -> bytes:
        assert self._env.loader is not None
        return self._env.loader.get_source(self._env, name)[0].encode()

    def local(self, when: datetime) -> datetime:
        """Return an instant in the site's zone."""
        return when.astimezone(self._zone)

    def day(self, when: datetime) -> str:
        """Return an instant as a day in words."""
        local = self.local(when)
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"

    def references(self, references: tuple[Reference, ...]) -> str:
        """Return the list of references as HTML; empty for none."""
        if not references:
            return ""
        return self._env.get_template("references.html").render(references=references)

    def block(self, markdown: str, page: str) -> Markup:
        """Return Markdown from the settings as HTML for a page."""
        return self._block(markdown, posixpath.dirname(page))

    def _render_block(self, markdown: str, folder: str) -> Markup:
        text = Text(markdown, self.site.settings)
        return Markup(self._links.html(text, posixpath.join(folder, "x")))  # noqa: S704

    def body(self, text: Text, page: str) -> str:
        """Return the Markdown of a page as HTML."""
        return self._links.html(text, page)

    def write(self, sheet: Sheet, shared: Mapping[str, object]) -> Artifact:
        """Return a finished page."""
        absolute = sheet.path == "404.html"  # it is shown at any address

        def link(target: str) -> str:
            return (
                self.addresses.url(target) if absolute else self.addresses.link(sheet.path, target)
            )

        html = self._env.get_template(sheet.template).render(
            shared,
            sheet=sheet,
            link=link,
            block=lambda text: self.block(text, sheet.path),
            assets={name: one.path for name, one in self.assets.items()},
            **sheet.data,
        )
        return artifact(sheet.path, Tier.PAGE, html.encode())


def theme(site: Site, addresses: Addresses, links: Links) -> Theme:
    """Return the theme of a site."""
    return Theme(site, addresses, links)


def _asset_path(name: str, body: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return urls.hashed("assets", stem, artifact("", Tier.MEDIA, body).sha256, f".{ending}")


def artifacts(
    site: Site, entries: list[Entry], theme: Theme, images: Mapping[str, str]
) -> Iterator[Artifact]:
    """Yield every page of a site, with the theme's style and script."""
    episodes = [entry for entry in entries if entry.item.kind == "episode"]
    posts = [entry for entry in entries if entry.item.kind == "post"]
    categories, people = _by_category(entries), _by_person(site, entries)
    months = _by_month(posts, theme)
    cover = (
        urls.hashed("media", "cover", site.show.cover.sha256, site.show.cover.extension)
        if site.show
        else ""
    )
    nav = _nav(site, theme.addresses)
    shared: dict[str, object] = {
        "nav": nav[:-1] if site.header_link else nav,
        "action": nav[-1][0] if site.header_link else None,
        "feeds": _feeds(site),
        "episodes": episodes,
        "posts": posts,
        "cover": cover,
        "images": images,
        "months": months,
        "subjects": [
            (category, theme.addresses.category(category.slug), len(found))
            for category, found in categories.items()
        ],
        "people_with_pages": people,
    }
    sheets = [
        *_fronts(site, episodes, posts, theme, cover),
        *_items(site, entries, theme, cover),
        *_blog(site, posts, theme),
        *_lists(categories, people, months, theme),
        *_own_pages(site, theme, images),
    ]
    yield from theme.assets.values()
    for sheet in sheets:
        yield theme.write(sheet, shared)
    shown = [sheet for sheet in sheets if sheet.path != "404.html"]
    dates = {entry.path: entry.item.updated for entry in entries}
    for path, template in (
        ("sitemap.xml", "sitemap.xml"),
        ("robots.txt", "robots.txt"),
        ("opml.xml", "opml.xml"),
    ):
        sheet = Sheet(path, template, "", data={"sheets": shown, "dates": dates})
        written = theme.write(sheet, shared)
        yield artifact(path, Tier.PAGE, written.body, "text/x-opml" if path == "opml.xml" else "")


def _nav(site: Site, addresses: Addresses) -> list[tuple[Link, list[Link]]]:
    """Return the navigation, then the header link, as titles and output paths (or addresses)."""
    titles = {page.slug: page.title for page in site.pages}

    def one(entry: NavEntry) -> Link:
        title = entry.title or titles.get(entry.page, entry.page.title())
        if entry.url:
            return Link(title, entry.url)
        index = {"podcast": "podcast/index", "blog": "blog/index"}
        return Link(title, addresses.page(index.get(entry.page, entry.page)))

    entries = (*site.nav, *filter(None, [site.header_link]))
    return [(one(entry), [one(item) for item in entry.items]) for entry in entries]


def _feeds(site: Site) -> list[tuple[str, str, str]]:
    """Return path, title and media type of each feed."""
    found = []
    if site.show:
        found.append((site.show.feed, site.show.title, "application/rss+xml"))
    if site.blog:
        title = site.blog.title
        found.append(("blog/feed.xml", title, "application/rss+xml"))
        found.append(("blog/atom.xml", f"{title} (Atom)", "application/atom+xml"))
        found.append(("blog/feed.json", f"{title} (JSON Feed)", "application/feed+json"))
    return found


def _fronts(
    site: Site, episodes: list[Entry], posts: list[Entry], theme: Theme, cover: str
) -> Iterator[Sheet]:
    at, url = theme.addresses.page, theme.addresses.url
    yield Sheet(
        at("index"), "home.html", "", site.description, cover,
        {"newest": episodes[:_NEWEST], "latest": posts[:_NEWEST]},
        [structured.website(site, url(at("index")))],
    )  # fmt: skip
    yield Sheet("404.html", "404.html", "Page not found")
    if site.show or site.blog:
        yield Sheet(at("subscribe"), "subscribe.html", "Subscribe", "How to follow us", cover)
    if site.show:
        series = structured.series(site, url(at("podcast/index")), url(cover), url(site.show.feed))
        yield Sheet(
            at("podcast/index"), "show.html", site.show.title, site.show.description, cover,
            {"seasons": _seasons(episodes)}, [series],
        )  # fmt: skip


def _seasons(episodes: list[Entry]) -> list[tuple[int | None, list[Entry]]]:
    """Return episodes by season, each newest first; the season of the newest episode first."""
    found: dict[int | None, list[Entry]] = defaultdict(list)
    for entry in episodes:
        assert entry.item.recording is not None
        found[entry.item.recording.season].append(entry)
    return list(found.items())


def _items(site: Site, entries: list[Entry], theme: Theme, cover: str) -> Iterator[Sheet]:
    by_file = {entry.item.source.file: entry for entry in entries}
    for kind in ("episode", "post"):
        row = [entry for entry in entries if entry.item.kind == kind]
        for n, entry in enumerate(row):
            data = {
                "entry": entry,
                "newer": row[n - 1] if n else None,
                "older": row[n + 1] if n + 1 < len(row) else None,
                "references": Markup(theme.references(entry.item.references)),  # noqa: S704
                "related": [by_file[path] for path in entry.item.related if path in by_file],
                "turns": structured.turns(entry),
            }
            yield Sheet(
                entry.path, f"{kind}.html", entry.item.title, entry.summary,
                entry.image or (cover if kind == "episode" else ""), data,
                structured.entry(site, entry, theme.addresses), "article",
            )  # fmt: skip


def _blog(site: Site, posts: list[Entry], theme: Theme) -> Iterator[Sheet]:
    if not site.blog:
        return
    at = theme.addresses.blog_page
    last = max(1, -(-len(posts) // _PER_PAGE))
    for number in range(1, last + 1):
        shown = posts[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        data = {
            "entries": shown,
            "newer_page": at(number - 1) if number > 1 else "",
            "older_page": at(number + 1) if number < last else "",
        }
        title = site.blog.title if number == 1 else f"{site.blog.title}, page {number}"
        yield Sheet(at(number), "blog.html", title, site.blog.description, "", data)


def _lists(
    categories: Mapping[Category, list[Entry]],
    people: Mapping[str, list[Entry]],
    months: Sequence[Month],
    theme: Theme,
) -> Iterator[Sheet]:
    for category, found in categories.items():
        path = theme.addresses.category(category.slug)
        about = f"Episodes and posts about {category.title}"
        yield Sheet(path, "list.html", category.title, about, data={"entries": found})
    for month in months:
        about = f"Posts of {month.title}"
        yield Sheet(month.path, "list.html", month.title, about, data={"entries": month.entries})
    for person in theme.site.people:
        if person.id in people:
            path = theme.addresses.person(person.id)
            about = markup.shorten(markup.plain(theme.block(person.about, path)), 200)
            data = {"person": person, "entries": people[person.id]}
            yield Sheet(path, "person.html", person.name, about, data=data)


def _own_pages(site: Site, theme: Theme, images: Mapping[str, str]) -> Iterator[Sheet]:
    for page in site.pages:
        path = theme.addresses.page(page.slug)
        html = theme.body(Text(page.body, page.source, page.body_line), path)
        data = {
            "page": page,
            "html": Markup(html),  # noqa: S704 - the author's own text
            "references": Markup(theme.references(page.references)),  # noqa: S704
        }
        image = images[page.image.file.path] if page.image and page.image.file else ""
        about = page.summary or markup.shorten(markup.plain(html), 200)
        yield Sheet(path, "page.html", page.title, about, image, data)


def _by_category(entries: list[Entry]) -> dict[Category, list[Entry]]:
    found: dict[Category, list[Entry]] = defaultdict(list)
    for entry in entries:
        for category in entry.item.categories:
            found[category].append(entry)
    return dict(sorted(found.items(), key=lambda pair: pair[0].title.casefold()))


def _by_person(site: Site, entries: list[Entry]) -> dict[str, list[Entry]]:
    """Return the entries of each of [people] who is in one."""
    found: dict[str, list[Entry]] = {person.id: [] for person in site.people}
    for entry in entries:
        for id in dict.fromkeys(person.id for person in entry.item.people):
            if id:
                found[id].append(entry)
    return {id: row for id, row in found.items() if row}


def _by_month(posts: list[Entry], theme: Theme) -> list[Month]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in posts:
        found[theme.addresses.month(theme.local(entry.item.published))].append(entry)
    return [
        Month(path, theme.day(row[0].item.published).split(" ", 1)[1], tuple(row))
        for path, row in found.items()
    ]
