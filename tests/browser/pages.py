"""The pages of a built site, the template that each comes from, and which are worth a visit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from lxml import html

# What lies where, without .html or /index.html; the first that fits. What is new in the theme
# comes to light in test_pages.py.
KINDS = (
    (r"404", "404.html"),
    (r"", "home.html"),
    (r"subscribe", "subscribe.html"),
    (r"search", "search.html"),
    (r"podcast", "show.html"),
    (r"blog(/page/\d+)?", "blog.html"),
    (r"podcast/[^/]+/player", "player_alone.html"),
    (r"podcast/[^/]+", "episode.html"),
    (r"blog/[^/]+", "post.html"),
    (r"(categories|archive)(/.+)?", "list.html"),
    (r"people/.+", "person.html"),
    (r".+", "page.html"),
)


@dataclass(frozen=True)
class Page:
    """One page of a site."""

    path: str  # podcast/welcome.html
    file: Path

    @property
    def template(self) -> str:
        """The template that made it."""
        name = re.sub(r"(^|/)index$", "", self.path.removesuffix(".html"))
        return next(template for place, template in KINDS if re.fullmatch(place, name))

    @cached_property
    def text(self) -> str:
        """Its HTML."""
        return self.file.read_text("utf-8")

    @cached_property
    def tree(self) -> html.HtmlElement:
        """Its elements."""
        return html.fromstring(self.text)

    @cached_property
    def parts(self) -> frozenset[str]:
        """What it is made of, as far as style can tell: section.text, ol.chapters, table."""
        return frozenset(
            f"{one.tag}.{name}"
            for one in self.tree.iter(html.etree.Element)
            for name in (one.get("class") or "").split() or [""]
        )


def every(public: Path) -> list[Page]:
    """Return all pages of a site that someone looks at; not those that only lead on."""
    found = [Page(path.relative_to(public).as_posix(), path) for path in public.rglob("*.html")]
    shown = [page for page in found if 'http-equiv="refresh"' not in page.text]
    return sorted(shown, key=lambda page: page.path)


def telling(public: Path) -> list[Page]:
    """Return pages of each template: full ones until each part was seen, and the barest."""
    found = sorted(every(public), key=lambda page: (page.template, -len(page.parts), page.path))
    chosen: dict[str, Page] = {}
    for _, group in groupby(found, key=lambda page: page.template):
        row, seen = list(group), set[str]()
        for page in row:
            if page is row[-1] or page.parts - seen:
                seen |= page.parts
                chosen[page.path] = page
    return list(chosen.values())


def fullest(public: Path) -> list[Page]:
    """Return one page of each template, the fullest."""
    found = telling(public)
    return list({page.template: page for page in reversed(found)}.values())
