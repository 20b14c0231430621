"""Where a link in a text leads: to a page, to a published file, to an address of the site.

Reports links that lead nowhere; never follows one that leaves the site.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from activefeed import urls
from activefeed.model import Site
from activefeed.problems import Location, Problems, SourceText
from activefeed.render import markup
from activefeed.urls import Addresses

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

    addresses: Addresses
    pages: Mapping[str, str]  # content file → output path of its page
    files: Mapping[str, str]  # other file of the site → output path
    waiting: Mapping[str, str]
    problems: Problems
    rooted: list[tuple[str, Location]] = field(default_factory=list)  # "/x", to be checked later

    def html(self, text: Text, page: str) -> str:
        """Return a text as HTML for the page at an output path."""
        return markup.to_html(text.markdown, lambda target: self._resolve(target, text, page))

    def check_rooted(self, paths: frozenset[str]) -> None:
        """Report links like ``/x`` that are no address of the finished site."""
        for target, where in self.rooted:
            if not {target, f"{target}/index.html".lstrip("/")} & paths:
                self.problems.error(
                    "dead-link",
                    f"there is no address /{target} in this site",
                    "link to the file instead: ../posts/name.md",
                    where,
                )

    def _resolve(self, target: str, text: Text, page: str) -> str | None:
        if not target or _ELSEWHERE.match(target):
            return target
        parts = urlsplit(target)
        path = unquote(parts.path)
        tail = (f"?{parts.query}" if parts.query else "") + (
            f"#{parts.fragment}" if parts.fragment else ""
        )
        if path.startswith("/"):
            rooted = path.strip("/")
            self.rooted.append((rooted, self._find(target, text)))
            shown = f"{rooted}/index.html".lstrip("/") if path.endswith("/") else rooted
            return self.addresses.link(page, shown) + tail
        here = posixpath.dirname(text.source.file)
        file = posixpath.normpath(posixpath.join(here, path))
        if found := self.pages.get(file) or self.files.get(file):
            return self.addresses.link(page, found) + tail
        if file in self.waiting:
            if why := self.waiting[file]:
                where = self._find(target, text)
                fix = "the link is left out until then"
                self.problems.warn("link-waiting", f"{file} {why}", fix, where)
            return None
        kind = "page" if file.endswith(".md") else "file"
        self.problems.error(
            "dead-link",
            f"there is no {kind} {file}" if not file.startswith("..") else "this leaves the site",
            "correct the path, as seen from this file",
            self._find(target, text),
        )
        return None

    def _find(self, target: str, text: Text) -> Location:
        where = text.source.find(target, text.line)
        return where if where.line else text.source.find(unquote(target), text.line)


def of_site(site: Site, addresses: Addresses, problems: Problems) -> Links:
    """Return what the texts of a site may link to."""
    pages = {item.source.file: addresses.item(item.kind, item.slug) for item in site.items}
    pages |= {page.source.file: addresses.page(page.slug) for page in site.pages}
    files = {
        path: urls.hashed(
            "assets", PurePosixPath(path).stem, file.sha256, PurePosixPath(path).suffix
        )
        for path, file in site.files.items()
    }
    return Links(addresses, pages, files, site.waiting, problems)
