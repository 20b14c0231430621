"""Where a link in a text leads: to a page, to a published file, to an address of the site.

Reports links that lead nowhere; never follows one that leaves the site.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from activefeed.model import Item
from activefeed.problems import Location, Problems, SourceText
from activefeed.render import markup, media
from activefeed.render.entry import Edition

_COLUMN = "(min-width: 42rem) 39rem, 100vw"  # how wide a picture in a text is shown
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown with the place where it was written."""

    markdown: str
    source: SourceText
    line: int = 1  # where it starts in the file


@dataclass(frozen=True, slots=True)
class Links:
    """What the texts of a site may link to."""

    edition: Edition  # without entries, which are made with these links
    targets: Mapping[str, str]  # file of the site → output path
    problems: Problems
    rooted: list[tuple[str, Location]] = field(default_factory=list)  # to be checked later

    def href(self, page: str, target: str) -> str:
        """Return the address of an output path as a page writes it."""
        if page == "404.html":  # it is shown at any address
            return self.edition.url(target)
        return self.edition.addresses.link(page, target)

    def html(self, text: Text, page: str) -> str:
        """Return a text as HTML for the page at an output path."""
        resolve, facts = partial(self._resolve, text, page), partial(self._facts, text, page)
        return markup.to_html(text.markdown, resolve, facts, self.edition.words)

    def check_rooted(self, paths: Iterable[str]) -> None:
        """Report links like ``/x`` that are no address of the finished site."""
        for target, where in self.rooted:
            if target not in paths:
                self.problems.error("dead-link:address", where, target=target)

    def _resolve(self, text: Text, page: str, target: str) -> str | None:
        if not target or _ELSEWHERE.match(target):
            return target
        path = unquote(urlsplit(target).path)
        tail = target[len(urlsplit(target).path) :]
        if path.startswith("/"):
            found = self.edition.addresses.path_at(path)
            self.rooted.append((found, _place(target, text)))
            return self.href(page, found) + tail
        file = _file(target, text)
        if to := self.targets.get(file):
            return self.href(page, to) + tail
        why, where = self.edition.site.waiting.get(file), _place(target, text)
        if why is None:
            kind = "dead-link:outside" if file.startswith("..") else "dead-link:file"
            what = "page" if file.endswith(".md") else "file"
            self.problems.error(kind, where, kind=what, file=file)
        elif why:
            self.problems.warn("link-waiting", where, file=file, why=why)
        return None

    def _facts(self, text: Text, page: str, target: str) -> dict[str, str]:
        """Return what a page says of a picture in a text; nothing of what is none."""
        picture = self.edition.pictures.get(self.targets.get(_file(target, text), ""))
        if picture is None:
            return {}
        found = {"width": f"{picture.width}", "height": f"{picture.height}"}
        found |= {"loading": "lazy", "decoding": "async"}
        if picture.copies:
            found |= {"srcset": picture.srcset(partial(self.href, page)), "sizes": _COLUMN}
        return found


def _file(target: str, text: Text) -> str:
    """Return the path of a file of the site that a text names."""
    path = unquote(urlsplit(target).path)
    return normalize("NFC", posixpath.normpath(posixpath.join(text.source.file, "..", path)))


def _place(target: str, text: Text) -> Location:
    where = text.source.find(target, text.line)
    return where if where.line else text.source.find(unquote(target), text.line)


def of_edition(edition: Edition, items: Iterable[Item], problems: Problems) -> Links:
    """Return what the texts of a site may link to; ``items`` are those that have a page."""
    site, addresses = edition.site, edition.addresses
    targets = {path: media.linked(file) for path, file in site.files.items()}
    targets |= {item.source.file: addresses.item(item.kind, item.slug) for item in items}
    targets |= {page.source.file: addresses.page(page.slug) for page in site.pages}
    return Links(edition, targets, problems)
