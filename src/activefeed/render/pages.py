"""The pages of a site: which there are, and what each template is given.

Never decides what is due or how a file is named; the words around the content are the theme's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar
from urllib.parse import unquote

from activefeed import urls
from activefeed.model import Cue, Item, NavEntry, Page, Person, Recording
from activefeed.problems import Location, Problem, suggestion
from activefeed.render import markup, media, search
from activefeed.render.entry import Edition, Entry
from activefeed.render.links import Links, Text
from activefeed.render.templates import Press, Sheet
from activefeed.tree import CONTENT_TYPES, Artifact, Tier

_PER_PAGE = 10  # posts on a page of the blog's index
_NEWEST = 6  # posts on the home page, and episodes: one and then some
_CUES = 6  # of one speaker in a row make a paragraph of the transcript
K = TypeVar("K")
V = TypeVar("V")
Alias = tuple[str, str, Location, str]


def artifacts(edition: Edition, press: Press) -> Iterator[Artifact]:
    """Yield every page of a site, with the theme's style and script."""
    site, links = edition.site, press.links
    cover = media.picture(site.show.cover) if site.show else ""
    categories = [_shelf(edition, *topic) for topic in subjects(edition)]
    months, people = _months(edition), _people(edition)
    sheets = [*_fronts(edition, cover), *_items(edition, cover), *_blog(edition)]
    sheets += [*categories, *months, *_portraits(edition, links), *_own(edition, links)]
    index = search.artifacts(edition, press, sheets)
    if index is not None:
        path, title = edition.addresses.page("search"), edition.words("search")
        sheets.append(Sheet(path, "search.html", title, schema=""))
    press = press.with_more(
        search=index is not None, cover=cover, footer=site.footer,
        nav=[_nav(edition, entry) for entry in site.nav],
        action=_nav(edition, site.header_link) if site.header_link else None,
        shelves={"categories": categories, "months": months},
        people={one.id: row for one, row in people.items()},
    )  # fmt: skip
    if posts := edition.of("post"):
        # It reads the same on every post; so it is written once.
        press = press.with_more(sidebar=press.fill(Sheet(posts[0].path, "sidebar.html", "")))
    if edition.to.preview:  # no page is written yet, but that each template is sound shall be known
        for one in {s.template: s for s in sheets if press.own or s.path == "404.html"}.values():
            press.fill(one)
    yield from (index or ())
    yield from press.assets.values()
    for sheet in sheets:
        yield press.write(sheet)
    changed = {entry.path: entry.item.updated for entry in edition.entries}
    data = {"sheets": [sheet for sheet in sheets if sheet.schema], "changed": changed}
    for path, type in (("sitemap.xml", ""), ("robots.txt", ""), ("opml.xml", "text/x-opml")):
        yield press.write(Sheet(path, path, "", data=data, type=type))
    if edition.feeds:
        yield press.write(Sheet(urls.FEED_STYLE, "feed.css", ""))


def redirects(edition: Edition, press: Press, taken: Mapping[str, Artifact]) -> Iterator[Artifact]:
    """Yield a page at each old address, which leads on, and old feeds as they are now.

    What is only remembered gives way.
    """
    used, moves = {path.casefold() for path in taken}, dict[str, str]()
    for old, to, where, key in _aliases(edition, press, taken):
        if old.casefold() in used:
            press.links.problems.error("address-clash:old", where, old=old, key=key)
        elif taken[to].tier is Tier.FEED:  # apps follow no page
            yield replace(taken[to], path=old)
        else:
            moves[old] = to
        used.add(old.casefold())
    for entry in edition.entries:
        moves |= {old: entry.path for old in entry.former if old.casefold() not in used}
    titles = {path: title for path, title, _ in (*subjects(edition), *portraits(edition))}
    titles |= {path: one.title for path, one in _written(edition)}
    for old, to in moves.items():
        data, type = {"target": to}, CONTENT_TYPES[".html"]
        sheet = Sheet(old, "redirect.html", titles.get(to, ""), data=data, type=type)
        yield replace(press.write(sheet), redirect=edition.url(to))


def _written(edition: Edition) -> list[tuple[str, Item | Page]]:
    """Return what authors wrote, with the path of its page."""
    pages = [(edition.addresses.page(page.slug), page) for page in edition.site.pages]
    return [*((one.path, one.item) for one in edition.entries), *pages]


def _aliases(edition: Edition, press: Press, taken: Mapping[str, Artifact]) -> Iterator[Alias]:
    """Yield the paths of old addresses, where each leads, and the place and key that say so."""
    at, site = edition.addresses, edition.site
    for to, one in _written(edition):
        for old in dict.fromkeys(map(at.path_at, one.aliases)):
            yield old, to, one.source.find("aliases:"), "aliases:"
    found = {path: one.tier is Tier.FEED for path, one in taken.items()
             if one.tier is Tier.FEED or one.content_type == CONTENT_TYPES[".html"]}  # fmt: skip
    for old, new, where in site.aliases:
        to = at.path_at(unquote(new.removeprefix(site.url)) or "/")
        if to in found:  # what asks for a feed wants it at this very path
            style = replace(at, style="files") if found[to] else at
            yield style.path_at(old), to, where, "[aliases]"
        else:
            problem = Problem.of("dead-alias", where, new=new)
            near = f"{to}.html" if f"{to}.html" in found else to
            fix = suggestion(f"/{near}", (f"/{path}" for path in found), problem.fix)
            press.links.problems.add(replace(problem, fix=fix))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found


def _shelf(edition: Edition, path: str, title: str, entries: Sequence[Entry]) -> Sheet:
    about = edition.words("topic_about", topic=title, site=edition.site.title)
    return Sheet(path, "list.html", title, about, "", {"entries": entries}, "CollectionPage")


Topic = tuple[str, str, tuple[Entry, ...]]  # path, title and entries of a page


def subjects(edition: Edition) -> list[Topic]:
    """Return what is filed under each category, by title."""
    found = _grouped((one, entry) for entry in edition.entries for one in entry.item.categories)
    by_title = sorted(found.items(), key=lambda pair: pair[0].title.casefold())
    at = edition.addresses.category
    return [(at(one.slug), one.title, tuple(row)) for one, row in by_title]


def portraits(edition: Edition) -> list[Topic]:
    """Return what each of [people] is in."""
    at = edition.addresses.person
    return [(at(one.id), one.name, row) for one, row in _people(edition).items()]


def _months(edition: Edition) -> list[Sheet]:
    """Return the pages of months with posts, newest first."""
    at = edition.addresses.month
    found = _grouped((at(entry.local), entry) for entry in edition.blog)
    name = edition.words.month
    return [_shelf(edition, path, name(row[0].local), row) for path, row in found.items()]


def _people(edition: Edition) -> dict[Person, tuple[Entry, ...]]:
    """Return what each of [people] is in; guests of one entry have no page."""
    found = _grouped((id, e) for e in edition.entries for id in {one.id for one in e.item.people})
    return {one: tuple(found[one.id]) for one in edition.site.people if one.id in found}


def _nav(edition: Edition, entry: NavEntry) -> NavEntry:
    """Return a line of the navigation with its title, and with the output path as its page."""
    titles = {page.slug: page.title for page in edition.site.pages}
    name = f"{entry.page}/index" if entry.page in {"podcast", "blog"} else entry.page
    title = entry.title or titles.get(entry.page, entry.page.title())
    items = tuple(_nav(edition, one) for one in entry.items)
    return replace(entry, title=title, page=edition.addresses.page(name), items=items)


def _fronts(edition: Edition, cover: str) -> Iterator[Sheet]:
    site, at, words = edition.site, edition.addresses.page, edition.words
    episodes = edition.of("episode")
    newest = {"newest": episodes[: _NEWEST - 1], "latest": edition.blog[:_NEWEST]}
    yield Sheet(at("index"), "home.html", "", site.description, cover, newest, "WebSite")
    yield Sheet("404.html", "404.html", words("not_found"), schema="")
    if edition.feeds:
        title, about = words("subscribe"), words("subscribe_about", site=site.title)
        yield Sheet(at("subscribe"), "subscribe.html", title, about, cover)
    if show := site.show:
        seasons = _grouped((e.item.recording and e.item.recording.season, e) for e in episodes)
        path, title, data = at("podcast/index"), show.title, {"seasons": seasons}
        yield Sheet(path, "show.html", title, show.description, cover, data, "PodcastSeries")


def _items(edition: Edition, cover: str) -> Iterator[Sheet]:
    by_file = {entry.item.source.file: entry for entry in edition.entries}
    # What relates to an entry is related to it, too.
    pointing = _grouped((path, file) for file, e in by_file.items() for path in e.item.related)
    for kind, schema in (("episode", "PodcastEpisode"), ("post", "BlogPosting")):
        row = edition.of(kind)
        for newer, entry, older in zip((None, *row), row, (*row[1:], None), strict=False):
            found = *entry.item.related, *pointing.get(entry.item.source.file, ())
            related = [by_file[path] for path in dict.fromkeys(found) if path in by_file]
            others = {"newer": newer, "older": older, "related": related}
            data = {"entry": entry, "turns": _turns(entry.item.recording), **others}
            image = (entry.image or cover) if kind == "episode" else entry.preview
            title, about = entry.item.title, entry.summary
            yield Sheet(entry.path, f"{kind}.html", title, about, image, data, schema)
            if kind == "episode":
                alone = urls.player_path(entry.item.slug)
                yield Sheet(alone, "player_alone.html", title, about, image, data, "")


def _turns(recording: Recording | None) -> list[list[Cue]]:
    """Return a transcript as paragraphs of one speaker each."""
    cues = recording.cues if recording else ()
    spoken = [list(group) for _, group in groupby(cues, key=lambda cue: cue.speaker)]
    return [turn[n : n + _CUES] for turn in spoken for n in range(0, len(turn), _CUES)]


def _blog(edition: Edition) -> Iterator[Sheet]:
    blog, posts, at = edition.site.blog, edition.blog, edition.addresses.blog_page
    if not blog:
        return
    rows = [posts[n : n + _PER_PAGE] for n in range(0, len(posts), _PER_PAGE)] or [()]
    for number, row in enumerate(rows, 1):
        newer = at(number - 1) if number > 1 else ""
        older = at(number + 1) if number < len(rows) else ""
        data = {"entries": row, "newer_page": newer, "older_page": older}
        numbered = edition.words("page_number", title=blog.title, number=number)
        title = blog.title if number == 1 else numbered
        yield Sheet(at(number), "blog.html", title, blog.description, "", data, "Blog")


def _portraits(edition: Edition, links: Links) -> Iterator[Sheet]:
    for person, entries in _people(edition).items():
        path, image = edition.addresses.person(person.id), media.picture(person.image)
        html = links.html(Text(person.about, edition.site.settings), path)
        data = {"person": person, "html": html, "entries": entries}
        about = markup.summary(html)
        yield Sheet(path, "person.html", person.name, about, image, data, "ProfilePage")


def _own(edition: Edition, links: Links) -> Iterator[Sheet]:
    for page in edition.site.pages:
        path = edition.addresses.page(page.slug)
        html = page.body
        if not page.source.file.endswith(".html"):
            html = links.html(Text(page.body, page.source, page.body_line), path)
        about = page.summary or markup.summary(html)
        data = {"page": page, "html": html}
        yield Sheet(path, "page.html", page.title, about, media.picture(page.image), data)
