"""Every slug, output path and absolute URL is made here and nowhere else.

Pure text; never looks at a file or at a site.
"""

import hashlib
import posixpath
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from urllib.parse import quote

from activefeed.model import Kind

_FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d",
                         "þ": "th", "ı": "i"})  # fmt: skip
# A leading number or date of a file name is for the author's order, not for the address.
_PREFIX = re.compile(r"^(?:\d{4}-\d{2}-\d{2}|\d+)[-_. ]+(?=.)")

_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # podcast:guid, feeds.md 5.1

SEARCH = "pagefind/"  # before the paths of what a browser searches
FEED_STYLE = "assets/feed.css"  # named in feeds, which must not change with the theme


def podcast_guid(feed: str) -> str:
    """Return the identity of a show by the first address of its feed, as podcast:guid has it."""
    return str(uuid.uuid5(_GUIDS, re.sub("^https?://|/+$", "", feed)))


def is_stand_in(url: str) -> bool:
    """Return whether an address is one that nobody can have, as ``init`` writes for want of one."""
    return re.match(r"https?://[^/:]*\.example(?![^/:])", url) is not None


@cache
def slugify(text: str) -> str:
    """Return text as ``[a-z0-9-]``; empty where nothing of it can be written so."""
    text = unicodedata.normalize("NFKD", text.lower()).translate(_FOLDED)
    text = re.sub(r"['\u2019]", "", text)
    plain = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def slug_of_stem(stem: str) -> str:
    """Return the slug of a file name without its ending, less a leading number or date."""
    return slugify(bare(stem))


def bare(stem: str) -> str:
    """Return a file name without its ending, less a leading number or date."""
    return _PREFIX.sub("", stem)


def iri_to_uri(url: str) -> str:
    """Return a URL with everything outside ASCII percent-encoded (RFC 3987 3.1)."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the paths of one target become addresses."""

    base: str  # public address without a final slash
    style: str = "files"  # files: /x.html; folders: /x/
    absolute: bool = False  # links are addresses in full

    def page(self, name: str) -> str:
        """Return the output path of a page such as ``podcast/strong-hips`` or ``about``."""
        if name == "index" or name.endswith("/index") or self.style == "files" or name == "404":
            return f"{name}.html"
        return f"{name}/index.html"

    def item(self, kind: Kind, slug: str) -> str:
        """Return the output path of an episode's or post's page."""
        return self.page(f"{'podcast' if kind == 'episode' else 'blog'}/{slug}")

    def blog_page(self, number: int) -> str:
        """Return the output path of the nth page of the blog's index, from 1."""
        return self.page("blog/index" if number == 1 else f"blog/page/{number}")

    def category(self, slug: str) -> str:
        """Return the output path of a category's page."""
        return self.page(f"categories/{slug}")

    def month(self, when: datetime) -> str:
        """Return the output path of the archive of a local instant's month."""
        return self.page(f"archive/{when:%Y}/{when:%m}")

    def person(self, id: str) -> str:
        """Return the output path of a person's page."""
        return self.page(f"people/{slugify(id)}")

    def topic(self, page: str) -> str:
        """Return the output path of the feed of a category's or person's page."""
        return f"{page.removesuffix('.html').removesuffix('/index')}.xml"

    def path_at(self, address: str) -> str:
        """Return the output path that a server shows at a decoded address of the site."""
        folder = self.style == "folders" and "." not in posixpath.basename(address)
        shown = unicodedata.normalize("NFC", address.strip("/"))
        return posixpath.join(shown, "index.html") if folder or address.endswith("/") else shown

    def url(self, path: str) -> str:
        """Return the absolute address of an output path."""
        return f"{self.base}/{quote(self._shown(path))}"

    def link(self, source: str, target: str) -> str:
        """Return the address of one output path as another links to it."""
        if self.absolute:
            return self.url(target)
        return quote(self._shown(_relative(posixpath.dirname(source), target)) or "./")

    def _shown(self, path: str) -> str:
        if self.style == "folders" and (path == "index.html" or path.endswith("/index.html")):
            return path[: -len("index.html")]
        return path


@lru_cache(maxsize=1 << 16)  # pages of one folder share their navigation
def _relative(folder: str, target: str) -> str:
    return posixpath.relpath(f"/{target}", f"/{folder}")


def hashed(folder: str, stem: str, sha256: str, extension: str) -> str:
    """Return the path of an object named by its content: never overwritten."""
    return f"{folder}/{slugify(stem) or 'file'}.{sha256[:12]}{extension.lower()}"


def copy_path(path: str, width: int, recipe: int) -> str:
    """Return the path of a copy of a picture, told by that of the original and how it is made."""
    stem = posixpath.splitext(posixpath.basename(path))[0]  # with the hash of the original
    digest = hashlib.sha256(f"{stem} {width} {recipe}".encode()).hexdigest()
    return hashed("media", f"{stem.partition('.')[0]}-{width}", digest, ".webp")


def chapters_path(slug: str) -> str:
    """Return the path of an episode's JSON chapters."""
    return f"podcast/{slug}/chapters.json"


def transcript_path(slug: str, ending: str = ".vtt") -> str:
    """Return the path of one form of an episode's transcript."""
    return f"podcast/{slug}/transcript{ending}"


def player_path(slug: str) -> str:
    """Return the path of an episode's player alone, for other sites and link previews."""
    return f"podcast/{slug}/player.html"


def archive_path(feed: str, number: int) -> str:
    """Return the path of the nth archive document of a feed, counted from the oldest."""
    stem, dot, ending = feed.rpartition(".")
    return f"{stem}-{number}.{ending}" if dot and "/" not in ending else f"{feed}-{number}"


def prefixed(prefix: str, url: str) -> str:
    """Return the address of audio behind a service that counts downloads; https is its default."""
    if not prefix or url.startswith(prefix):
        return url
    return prefix + url.removeprefix("https://")
