"""Markdown to HTML for pages, to safe HTML for feeds, to plain text; the room of comrak and nh3.

Follows links of a text through a function that it is given; knows no site.
"""

import html as entities
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from itertools import chain, pairwise

import comrak
import nh3

from activefeed.model import Reference
from activefeed.render.words import Words
from activefeed.wording import table

_EXTENSIONS = comrak.ExtensionOptions()
for _name in ("strikethrough", "table", "autolink", "tasklist", "footnotes", "description_lists"):
    setattr(_EXTENSIONS, _name, True)
_EXTENSIONS.header_id_prefix = ""
_PARSE = comrak.ParseOptions()
_PARSE.smart = True
_RENDER = comrak.RenderOptions()
_RENDER.unsafe_ = True  # the author's own HTML stays as it is on pages; feeds are cleaned

# Tags and attributes are read whole, so that nothing inside a value or a comment is taken for one.
# What a script or a style says is not looked into.
_TAG = re.compile(
    r"""(?is)<!--.*?-->|(<(?:(script|style|textarea)(?=[\s>])|[a-zA-Z])(?:[^<>"']|"[^"]*"|'[^']*')*>)"""
    r"(?(2).*?</\2\s*>)"
)
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z][\w:-]*)\s*=\s*("[^"]*"|'[^']*')""")
_TOGETHER = {"width": "height", "height": "width", "sizes": "srcset"}
# What comrak makes → what pages have, in this order; and what feeds may hold.
_TABLE = table(__file__)
_REWRITES = [(re.compile(made, re.DOTALL), better) for made, better in _TABLE["rewrites"]]
_FEED_TAGS = frozenset(_TABLE["feeds"]["tags"].split())
_FEED_ATTRIBUTES = {tag: {*names} for tag, names in _TABLE["feeds"]["attributes"].items()}
_SAID = ("table", "done", "to_do", "back_to_reference")  # keys of the theme's words
_BACKREF = re.compile(r'\s*<a href="[^"]*"[^>]*class="footnote-backref".*?</a>')
_FOOTNOTES = re.compile(r'<div class="footnotes">.*', re.DOTALL)  # they come last
_ASIDE = re.compile(r'(?s)<sup class="footnote-ref">.*?</sup>|<(h[1-6]|figcaption|table)\b.*?</\1>')
_HEADING = re.compile(r"<(/?)(?:h[1-6]|figcaption|dt|dd|pre|blockquote)>")
_SUMMARY = 200  # characters
_BREAK = re.compile(r"</(?:p|li|div|dd|dt|pre|blockquote)>|<br ?/?>")


Resolve = Callable[[str], str | None]
Facts = Callable[[str], Mapping[str, str]]


def to_html(text: str, resolve: Resolve, facts: Facts, words: Words) -> str:
    """Return Markdown as HTML for a page; every href, src and poster goes through ``resolve``.

    Where that answers None the attribute is left out: a link that leads nowhere yet. ``facts``
    are the attributes of a picture; those that the author wrote stay.
    """

    def follow(found: re.Match[str]) -> str:
        if found[1].lower() not in {"href", "src", "poster"}:
            return found[0]
        written = entities.unescape(found[2][1:-1])
        target = resolve(written)
        if target is None or target == written:
            return "" if target is None else found[0]
        return f' {found[1]}="{entities.escape(target)}"'

    def in_tag(begin: str) -> str:
        whole = _ATTRIBUTE.sub(follow, begin)
        if not re.match(r"(?i)<img\s", whole):
            return whole
        own = {name.lower(): value for name, value in _ATTRIBUTE.findall(begin)}
        more, start = facts(entities.unescape(own.get("src", "")[1:-1])), whole.rstrip("/> ")
        left = [name for name in more if not own.keys() & {name, _TOGETHER.get(name)}]
        added = (f' {name}="{entities.escape(more[name])}"' for name in left)
        return start + "".join(added) + whole[len(start) :]

    parts = _parts(text, tuple((key, entities.escape(words(key))) for key in _SAID))
    return "".join(in_tag(part) if n % 2 else part for n, part in enumerate(parts))


@cache
def _parts(text: str, said: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return Markdown as HTML with words of the theme; every second part is a tag with a value."""
    html = comrak.render_markdown(text, _EXTENSIONS, _PARSE, _RENDER)
    for pattern, better in _REWRITES:
        html = pattern.sub(better.format(**dict(said)), html)
    spans = [tag.span(1) for tag in _TAG.finditer(html) if "=" in (tag[1] or "")]
    cuts = [0, *chain(*spans), len(html)]
    return tuple(html[begin:end] for begin, end in pairwise(cuts))


@cache
def for_feed(html: str, base: str) -> str:
    """Return HTML with harmless elements only and every address absolute, seen from ``base``."""
    return nh3.clean(
        _BACKREF.sub("", html), tags={*_FEED_TAGS}, attributes=_FEED_ATTRIBUTES, link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"}, url_relative=("rewrite_with_base", base),
    ).strip()  # fmt: skip


def for_search(html: str) -> str:
    """Return HTML with its text and what divides it, and nothing else."""
    tags = {*_FEED_TAGS, "div", "section"} - {"img"}
    return nh3.clean(_BACKREF.sub("", html), tags=tags, attributes={})


def citation(one: Reference) -> str:
    """Return a reference as people cite it, as HTML."""
    volume, pages = one.volume and f";{one.volume}", one.pages and f":{one.pages}"
    title, link = one.title.rstrip("."), one.link
    facts = {
        **asdict(one), "authors": one.authors.rstrip("."), "volume": f"{one.year}{volume}{pages}",
        "title": "" if link else title, "linked": title if link else "", "link": link,
    }  # fmt: skip
    safe = {name: entities.escape(fact) for name, fact in facts.items()}
    forms = _TABLE["citation"].items()
    return " ".join(form.format_map(safe) for name, form in forms if safe.get(name))


def references(found: tuple[Reference, ...], words: Words) -> str:
    """Return a list of references for feeds; nothing for none."""
    title = entities.escape(words("feed_references"))
    rows = "".join(f"<li>{citation(one)}</li>\n" for one in found)
    return f"<h2>{title}</h2>\n<ol>\n{rows}</ol>" if rows else ""


def for_description(html: str) -> str:
    """Return HTML of a feed with no other elements than PSP-1 and Apple allow in a description."""
    tags = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"}
    flat = _HEADING.sub(r"<\1p>", html)
    return nh3.clean(flat, tags=tags, attributes={"a": {"href"}}, link_rel=None).strip()


def plain(html: str) -> str:
    """Return the running text of HTML on one line, without headings, tables and footnotes."""
    text = _BREAK.sub(" ", _ASIDE.sub("", _FOOTNOTES.sub("", html)))
    bare = nh3.clean(text, tags=set(), clean_content_tags={"script", "style"})
    return " ".join(entities.unescape(bare).split())


@cache
def minutes(html: str) -> int:
    """Return how long it takes to read HTML, at 220 words a minute."""
    return max(1, -(-len(_TAG.sub(" ", re.sub("</[a-zA-Z0-9]+>", " ", html)).split()) // 220))


@cache
def summary(html: str) -> str:
    """Return the first words of HTML, to stand for it in lists."""
    text = plain(html)
    if len(text) <= _SUMMARY:
        return text
    return text[: _SUMMARY - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"
