"""Markdown to HTML for pages, to safe HTML for feeds, to plain text; the room of comrak and nh3.

Follows links of a text through a function that it is given; knows no site.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable

import comrak
import nh3

_EXTENSIONS = comrak.ExtensionOptions()
for _name in ("strikethrough", "table", "autolink", "tasklist", "footnotes", "description_lists"):
    setattr(_EXTENSIONS, _name, True)
_EXTENSIONS.header_id_prefix = ""
_PARSE = comrak.ParseOptions()
_PARSE.smart = True
_RENDER = comrak.RenderOptions()
_RENDER.unsafe_ = True  # the author's own HTML stays as it is on pages; feeds are cleaned

_ATTRIBUTE = re.compile(r"""(<[a-zA-Z][^<>]*?\s)(href|src|poster)=(["'])(.*?)\3""")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_TASK = re.compile(r'<li><input type="checkbox" (checked="" )?disabled="" />\s*(.*?)(?=</li>|\n<)')
_FIGURE = re.compile(r'<p>(<img [^>]*?) title="([^"]*)"([^>]*>)</p>')
_ANCHOR = re.compile(r'<a href="#[^"]*"[^>]*class="anchor"[^>]*></a>')
_BACKREF = re.compile(r'\s*<a href="[^"]*"[^>]*class="footnote-backref".*?</a>')
_FOOTNOTES = re.compile(r'<section class="footnotes".*?</section>', re.DOTALL)

_FEED_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p",
    "pre", "q", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
}  # fmt: skip
_FEED_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


def to_html(text: str, resolve: Callable[[str], str | None]) -> str:
    """Return Markdown as HTML for a page; every href, src and poster goes through ``resolve``.

    Where that answers None the attribute is left out: a link that leads nowhere yet.
    """
    html = comrak.render_markdown(text, _EXTENSIONS, _PARSE, _RENDER)

    def follow(match: re.Match[str]) -> str:
        target = resolve(entities.unescape(match[4]))
        if target is None:
            return match[1].rstrip()
        return f"{match[1]}{match[2]}={match[3]}{entities.escape(target)}{match[3]}"

    html = _ATTRIBUTE.sub(follow, _ANCHOR.sub("", html))
    html = html.replace(' align="', ' class="align-')
    html = _TABLE.sub(lambda m: f'<div class="scroll" tabindex="0">{m[0]}</div>', html)
    html = _TASK.sub(_label, html)
    return _FIGURE.sub(r"<figure>\1\3<figcaption>\2</figcaption></figure>", html)


def _label(match: re.Match[str]) -> str:
    checked = " checked" if match[1] else ""
    box = f'<input type="checkbox" disabled{checked}>'
    return f'<li class="task"><label>{box} {match[2].strip()}</label>'


def for_feed(html: str, base: str) -> str:
    """Return HTML with harmless elements only and every address absolute, seen from ``base``."""
    boxes = _BACKREF.sub("", html).replace('<input type="checkbox" disabled checked>', "☑")
    boxes = boxes.replace('<input type="checkbox" disabled>', "☐")
    clean = nh3.clean(
        boxes,
        tags=_FEED_TAGS,
        attributes=_FEED_ATTRIBUTES,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative=("rewrite_with_base", base),
    )
    return clean.strip()


def plain(html: str) -> str:
    """Return the words of HTML on one line; footnote marks are left out."""
    text = re.sub(r'<sup class="footnote-ref">.*?</sup>', "", _FOOTNOTES.sub("", html))
    text = re.sub(r"<(h[1-6]|figcaption)[ >].*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(r"</(p|li|td|th|tr|div|dd|dt)>|<br ?/?>", " ", text)
    bare = nh3.clean(text, tags=set(), clean_content_tags={"script", "style"})
    return " ".join(entities.unescape(bare).split())


def shorten(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of a text, cut at a word."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"
