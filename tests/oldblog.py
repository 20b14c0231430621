"""A blog as Weebly makes it, of a clinic that is invented: served over HTTP, or saved as a folder.

    with oldblog.served(60) as old:       # on 127.0.0.1; old.web remembers what was asked
        old.base, old.start               # address of the site; address of the blog's page
        old.posts                         # what was written, the newest first: see Post
        old.topics                        # path → title of each category that has posts
        old.months                        # path of each archive → (year, month)
        old.feeds                         # paths at which the feed answers; it has the newest ten
        old.answers                       # all there is: path → bytes; old.ask gives it by address
        del old.web.replies[path]         # from now on nothing answers there (404)
    old = oldblog.make("https://clinic.example", 60)   # the same without a server
    oldblog.save(old, folder)             # as wget --mirror -k -E saves it
    oldblog.tell(body)                    # what the feed says

Days are those of ZONE. Authors are told by a byline (Mira Sol), else by a category with their name
and a signature. Every picture that a post names in ``pictures`` is among the answers.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote
from zlib import crc32
from zoneinfo import ZoneInfo

from lxml import etree
from PIL import Image
from web import Reply, Web, web

from activefeed.formats.telling import Telling, Told

ZONE = ZoneInfo("America/New_York")
BLOG = "/clinic-notes"
TITLE = "Willow Lane Clinic - Clinic Notes"
UPLOADS = "/uploads/1/2/3/4/12345678"
TOPICS = {
    "Back Pain": "back-pain", "Dr. Okafor": "dr-okafor", "Dr. Quill": "dr-quill",
    "Jonas Winter": "jonas-winter", "Mobility": "mobility", "Nutrition": "nutrition",
    "Podcast": "podcast", "Runner's Knee": "runners-knee", "Running": "running", "Sleep": "sleep",
    "Speed & Agility": "speed-agility", "Strength": "strength", "Swimming": "swimming",
}  # fmt: skip
SIGNED = {
    "Dr. Quill": "Dr. Quill, PT, DPT, FAAOMPT",
    "Dr. Okafor": "Dr. Okafor, PT",
    "Jonas Winter": "– Jonas Winter, CSCS",
    "Mira Sol": "Eat well!",
}
_SUBJECTS = [title for title in TOPICS if title not in (*SIGNED, "Swimming")]
_PER_PAGE, _IN_FEED = 10, 10
_COLOURS = ("teal", "salmon", "khaki", "orchid")


@dataclass(frozen=True, slots=True)
class Post:
    """A post, as its author meant it."""

    title: str
    path: str  # decoded
    at: datetime  # in ZONE; pages tell only the day
    author: str
    topics: tuple[str, ...]  # in the order of the sidebar
    pictures: tuple[str, ...]  # paths, of each the largest that there is
    begin: str  # HTML
    rest: str  # HTML, which is only on its own page where the post is cut
    cut: bool


@dataclass(slots=True)
class OldBlog:
    """A blog and all that answers for it."""

    base: str
    posts: tuple[Post, ...]
    topics: dict[str, str] = field(default_factory=dict)
    months: dict[str, tuple[int, int]] = field(default_factory=dict)
    feeds: tuple[str, ...] = (f"{BLOG}/feed", "/1/feed")
    answers: dict[str, bytes] = field(default_factory=dict)
    web: Web = field(default_factory=lambda: Web(""))

    @property
    def start(self) -> str:
        """The address of the blog's page."""
        return f"{self.base}{BLOG}"

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"{self.base}{quote(path)}"

    def ask(self, address: str) -> bytes | None:
        """Answer without a server."""
        return self.answers.get(unquote(address.removeprefix(self.base)).rstrip("/") or "/")


@contextmanager
def served(posts: int = 60) -> Iterator[OldBlog]:
    """Serve a blog from a thread for each who asks."""
    with web() as server:
        old = make(server.url, posts)
        old.web = server
        kinds = {".png": "image/png", ".jpg": "image/jpeg"}
        for path, body in old.answers.items():
            type = "application/rss+xml" if path in old.feeds else "text/html; charset=UTF-8"
            headers = {"Content-Type": kinds.get(posixpath.splitext(path)[1], type)}
            server.replies[quote(path)] = Reply(200, headers, body)
        yield old


def make(base: str, posts: int = 60) -> OldBlog:
    """Return a blog of so many posts, two a month."""
    old = OldBlog(base, tuple(_post(n) for n in range(posts)))
    used = {topic for one in old.posts for topic in one.topics}
    old.topics = {f"{BLOG}/category/{TOPICS[one]}": one for one in TOPICS if one in used}
    old.months = {
        f"{BLOG}/archives/{one.at:%m-%Y}": (one.at.year, one.at.month) for one in old.posts
    }
    _list(old, BLOG, old.posts, "/previous/{}")
    _list(old, f"{BLOG}/category/all", old.posts, "/{}")
    for title, slug in TOPICS.items():
        shown = [one for one in old.posts if title in one.topics]
        _list(old, f"{BLOG}/category/{slug}", shown, "/{}")
    for path, month in old.months.items():
        shown = [one for one in old.posts if (one.at.year, one.at.month) == month]
        _list(old, path, shown, "/{}")
    for one in old.posts:
        _page(old, one.path, _written(old, one, whole=True) + _COMMENTS, _sidebar(old))
        for picture in _pictures(one):
            old.answers[picture] = _drawn(picture)
    _page(old, "/", '<div class="paragraph">We move. <a href="/about">About us</a></div>')
    _page(old, "/about", '<div class="paragraph">Nobody you know.</div>')
    for path in old.feeds:
        old.answers[path] = _feed(old)
    return old


def save(old: OldBlog, folder: Path) -> None:
    """Write a blog as a program that mirrors sites does: links lead from file to file."""
    files = {path: _file(path, body) for path, body in old.answers.items()}
    for path, body in old.answers.items():
        file = folder / files[path]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_relinked(old, path, files) if file.suffix == ".html" else body)


def tell(body: bytes) -> Telling:
    """Return what the feed says; stands for ``activefeed.formats.telling.tell``."""
    channel = etree.fromstring(body).find("channel")

    def told(one: etree._Element) -> Told:
        names = {"title": "title", "link": "link", "description": "description", "guid": "guid"}
        names["html"] = "{http://purl.org/rss/1.0/modules/content/}encoded"
        facts = {name: one.findtext(tag) for name, tag in names.items() if one.findtext(tag)}
        if one.find("guid") is not None:
            facts["permalink"] = one.find("guid").get("isPermaLink", "true")
        topics = tuple({"title": found.text} for found in one.findall("category"))
        when = one.findtext("pubDate")
        published = parsedate_to_datetime(when).astimezone(UTC) if when else None
        return Told(facts, {"categories": topics} if topics else {}, published)

    return Telling(told(channel), tuple(told(one) for one in channel.findall("item")))


def _post(n: int) -> Post:
    """Return the nth post, counted from the newest."""
    author = tuple(SIGNED)[n % 4]
    topics = {_SUBJECTS[n % len(_SUBJECTS)], _SUBJECTS[n * 2 % 3], author} & {*TOPICS}
    months = 2021 * 12 + 7 - n // 2  # from August 2021
    day, hour = (31 if n == 0 else 18, 22) if n % 2 == 0 else (5, 7)
    at = datetime(months // 12, months % 12 + 1, day, hour, 30 + n % 30, tzinfo=ZONE)
    title = "Warm up first" if n in (7, 31) else f"Rückentag {n}" if n == 9 else f"On move no. {n}"
    slug = {7: "warm-up-first", 31: "warm-up-first1", 9: "rückentag-9"}.get(n, f"on-move-no-{n}")
    path = f"/1/post/{at:%Y/%m}/{slug}.html" if n == 59 else f"{BLOG}/{slug}"
    begin, rest = _texts(n, author)
    pictures = tuple(path for path in _shown(begin + rest) if "-small" not in path)
    ordered = tuple(one for one in TOPICS if one in topics)
    return Post(title, path, at, author, ordered, pictures, begin, rest, cut=n % 5 == 2)


def _texts(n: int, author: str) -> tuple[str, str]:
    """Return how a post begins and goes on, each of them in its own way."""
    byline = '<div class="paragraph">By Mira Sol, RD</div>' if author == "Mira Sol" else ""
    begin = f"""{byline}<div class="paragraph" style="text-align:left;"><font size="3">Move no. {n}
      &amp; why it helps.&#8203;<br /><br /><strong>Slowly</strong>, please.</font></div>"""
    rest = (
        _part(n)
        + f"""<div class="paragraph"><br />Thanks for reading,<br /><br />{SIGNED[author]}
      <br /></div>"""
    )
    return begin, rest + (_REFERENCES if n % 10 == 4 else "")


def _part(n: int) -> str:
    """Return what is special about a post."""
    name = f"{UPLOADS}/move-{n}"
    parts = (
        # A picture with nothing.
        f"""<div><div class="wsite-image wsite-image-border-none " style="padding-top:10px">
          <a><img src="{name}_orig.png" alt="Picture" style="width:auto;max-width:100%" /></a>
          <div style="display:block;font-size:90%"></div></div></div>""",
        # A picture with its words and a larger one behind it.
        f"""<div><div class="wsite-image wsite-image-border-thin " style="text-align:center">
          <a href='{name}_orig.jpg' rel='lightbox' onclick='if (!lightboxLoaded) return false'>
          <img src="{name}-small.jpg" alt="Knees over toes" /></a>
          <div style="display:block;font-size:90%">Knees over toes, no. {n}</div></div></div>""",
        # A picture that text flows around, with its words; and one that leads to another post.
        f"""<span class='imgPusher' style='float:left;height:0px'></span>
          <span style='display: table;float:left;max-width:100%'><a><img src="{name}.png"
          class="galleryImageBorder wsite-image" alt="Picture" /></a><span class="wsite-caption"
          style="display: table-caption">Seen from the side</span></span>
          <div class="paragraph" style="display:block;">Text that flows.</div>
          <hr style="width:100%;clear:both;visibility:hidden;" />
          <div><div class="wsite-image"><a href="{BLOG}/on-move-no-1"><img src="{name}b_orig.jpg"
          alt="The move" /></a><div style="display:block;font-size:90%"></div></div></div>""",
        # Two columns.
        """<div><div class="wsite-multicol"><div class="wsite-multicol-table-wrap">
          <table class="wsite-multicol-table"><tbody class="wsite-multicol-tbody">
          <tr class="wsite-multicol-tr"><td class="wsite-multicol-col" style="width:50%">
          <div class="paragraph">Left side.</div></td><td class="wsite-multicol-col">
          <h2 class="wsite-content-title">Right side</h2><ul><li>hips</li><li>knees</li></ul>
          </td></tr></tbody></table></div></div></div>""",
        # A table.
        """<div><table><tr><th>Week</th><th>Sets</th></tr><tr><td>1</td><td>2</td></tr>
          <tr><td>2</td><td>3</td></tr></table></div>""",
        # A slideshow.
        f"""<div><div id='9-slideshow'></div><script type='text/javascript'>(function(jQuery) {{
          window.wSlideshow && window.wSlideshow.render({{elementID:"9",nav:"none",images:[
          {{"url":"{name.removeprefix("/uploads/")}x.jpg","width":"40"}},
          {{"url":"{name.removeprefix("/uploads/").replace("/", chr(92) + "/")}y.jpg"}}]}})
          }})(_W.jQuery)</script></div>""",
        """<blockquote>Nothing moves alone.</blockquote><div class="paragraph">See <a
          href="/about">us</a>.</div>""",
    )
    return parts[n % len(parts)]


_REFERENCES = """<div class="paragraph"><ol><li>Quill A, Okafor B. What hips carry. J Moves.
  2019;1(1):69-78. PMID: 10000001; PMCID: PMC1000001.</li><li>Winter J. Slow is smooth. Moves Open.
  2021;7(1):17. doi: 10.5555/moves.17.</li></ol></div>"""
_COMMENTS = """<div id="commentArea"><div class="blog-comment-area"><div class="blogCommentWrap">
  <div class="blogCommentText"><p>What a visitor said.</p></div></div></div></div>"""
_SOCIAL = """<div class="blog-social "><div class="blog-social-item blog-fb-like">
  <fb:like href="//x"></fb:like></div><div class="blog-social-item blog-twitter">
  <a class="twitter-share-button" href="http://twitter.com/share">Tweet</a></div></div>"""


def _written(old: OldBlog, one: Post, *, whole: bool) -> str:
    """Return a post as pages show it."""
    link = f"{old.url(one.path).removeprefix('http:').removeprefix('https:')}"
    more = f'<div class="blog-read-more"><a href="{link}" class="blog-link">Read More</a></div>'
    text = one.begin + (one.rest if whole or not one.cut else more)
    said = f'<a href="{link}#comments" class="blog-link">0 Comments</a>'
    day = f"{one.at.month}/{one.at.day}/{one.at.year}"
    return f"""<div id="blog-post-{crc32(one.path.encode())}" class="blog-post">
      <div class="blog-header"><h2 class="blog-title"><a class="blog-title-link blog-link"
      href="{link}">{escape(one.title)}</a></h2>
      <p class="blog-date"><span class="date-text">{day}</span></p>
      <p class="blog-comments">{said}</p></div><div class="blog-separator">&nbsp;</div>
      <div class="blog-content">{text}{_SOCIAL}</div>
      <div class="blog-comments-bottom">{said}</div><div class="blog-post-separator"></div></div>"""


def _list(old: OldBlog, path: str, posts: Sequence[Post], further: str) -> None:
    """Add the pages of a list of posts."""
    number = max(1, -(-len(posts) // _PER_PAGE))
    for n in range(1, number + 1):
        shown = posts[(n - 1) * _PER_PAGE : n * _PER_PAGE]
        body = "".join(_written(old, one, whole=False) for one in shown)
        here, newer = (path + further.format(m) if m > 1 else path for m in (n, n - 1))
        if n < number:
            body += f"""<div class="blog-page-nav-previous"><a href="{path + further.format(n + 1)}"
              class="blog-link">&lt;&lt;Previous</a></div>"""
        if n > 1:
            body += f"""<div class="blog-page-nav-next"><a href="{newer}" class="blog-link">
              Forward&gt;&gt;</a></div>"""
        _page(old, here, body, _sidebar(old))


def _sidebar(old: OldBlog) -> str:
    topics = "".join(
        f'<a href="{BLOG}/category/{slug}" class="blog-link">{escape(title)}</a><br />'
        for title, slug in TOPICS.items()
    )
    months = "".join(
        f'<a href="{path}" class="blog-link">{datetime(*month, 1, tzinfo=UTC):%B %Y}</a><br />'
        for path, month in old.months.items()
    )
    return f"""<td class="blog-sidebar"><div class="blog-sidebar-separator"><h2
      class="blog-author-title">Clinic Notes</h2><p>What we read.</p></div>
      <p class="blog-feed-link"><a href="/1/feed">
      <img src="//cdn2.editmysite.com/images/old/bg_feed.gif"> RSS Feed</a></p>
      <h2 class="blog-category-title">Categories</h2><p class="blog-category-list">
      <a href="{BLOG}/category/all" class="blog-link">All</a><br />{topics}</p>
      <h2 class="blog-archives-title">Archives</h2><p class="blog-archive-list">{months}</p></td>"""


def _page(old: OldBlog, path: str, body: str, sidebar: str = "") -> None:
    """Add a page with what is on every page of the site."""
    title, kind = (TITLE, "wsite-page-blog wsite-blog-post") if sidebar else ("Willow Lane", "")
    head = f"""<!DOCTYPE html><html lang="en"><head><title>{title}</title>
      <meta property="og:url" content="{old.url(path)}" /><meta http-equiv="Content-Type"
      content="text/html; charset=utf-8"/><meta name="description" content="Moves, explained." />
      <script src="https://cdn2.editmysite.com/js/site/main.js"></script>
      <link rel="alternate" type="application/rss+xml" title="RSS Feed" href="{old.base}/1/feed" />
      </head>"""
    menu = "".join(
        f'<li class="wsite-menu-item-wrap"><a href="{to}" class="wsite-menu-item">{name}</a></li>'
        for to, name in (("/", "Home"), ("/about", "About"), (BLOG, "Notes"))
    )
    text = f"""{head}<body class="wsite-theme-light {kind}">
      <ul class="wsite-menu-default">{menu}</ul><div id="wsite-content"><table id="blogTable"><tr>
      <td valign="top"><div class="blog-body">{body}</div></td>{sidebar}</tr></table></div>
      <div id="footer">© Willow Lane</div></body></html>"""
    old.answers[path] = text.encode()


def _feed(old: OldBlog) -> bytes:
    items = "".join(
        f"""<item><title><![CDATA[{one.title}]]></title><link><![CDATA[{old.url(one.path)}]]></link>
        <comments><![CDATA[{old.url(one.path)}#comments]]></comments>
        <pubDate>{format_datetime(one.at + timedelta(seconds=7))}</pubDate>
        <category><![CDATA[{one.topics[0]}]]></category>
        <guid isPermaLink="false">{old.url(one.path)}</guid>
        <description><![CDATA[{one.title}]]></description>
        <content:encoded><![CDATA[{one.begin}{one.rest}]]></content:encoded></item>"""
        for one in old.posts[:_IN_FEED]
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
      <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title><![CDATA[{TITLE}]]></title>
      <link><![CDATA[{old.start}]]></link><description><![CDATA[Clinic Notes]]></description>
      <generator>Weebly</generator>{items}</channel></rss>""".strip().encode()


def _shown(html: str) -> list[str]:
    """Return the paths of all pictures in a text, once each."""
    plain = re.sub(r'"url":"', '"url":"/uploads/', html.replace("\\", ""))
    return list(dict.fromkeys(re.findall(r"/uploads/[\w/-]+\.(?:png|jpg)", plain)))


def _pictures(one: Post) -> list[str]:
    return _shown(one.begin + one.rest)


def _drawn(path: str) -> bytes:
    """Return a picture, the smaller one of two for a small one."""
    size = 8 if "-small" in path else 24
    colour = _COLOURS[len(path) % len(_COLOURS)]
    kind = "PNG" if path.endswith(".png") else "JPEG"
    Image.new("RGB", (size, size), colour).save(out := BytesIO(), kind)
    return out.getvalue()


def _file(path: str, body: bytes) -> str:
    if path == "/":
        return "index.html"
    is_page = body.startswith(b"<!DOCTYPE html>") and not path.endswith(".html")
    return path.strip("/") + ".html" * is_page


def _relinked(old: OldBlog, path: str, files: dict[str, str]) -> bytes:
    """Return a page whose links lead to files; those that lead elsewhere are whole."""
    folder, bare = posixpath.dirname(files[path]), re.sub("^https?:", "", old.base)

    def other(found: re.Match[str]) -> str:
        address = re.sub(f"^(?:https?:)?{re.escape(bare)}", "", found[3])
        target, sign, part = address.partition("#")
        to = files.get(unquote(target))
        if to is None or not target.startswith("/"):
            return found[0]
        file = quote(posixpath.relpath(to, folder or "."))
        return f"{found[1]}{found[2]}{file}{sign}{part}{found[2]}"

    return re.sub(r"""((?:href|src)=)(["'])(.*?)\2""", other, old.answers[path].decode()).encode()
