"""The templates, the style and the script of the theme, and how a page is written with them.

The room of jinja2. Never decides which pages there are, or what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from activefeed import urls
from activefeed.formats import chapters
from activefeed.model import Reference
from activefeed.render.links import Links
from activefeed.render.namespaces import legal
from activefeed.tree import Artifact, Tier, artifact

_LOADER = PackageLoader("activefeed.render", "theme")
_ENV = Environment(
    loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENV.filters |= {
    "clock": chapters.clock,
    "day": lambda when: f"{when.day} {when:%B %Y}",
    "seconds": lambda start: f"{start:.3f}".rstrip("0").rstrip("."),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to write: where, with which template, and what the template is given."""

    path: str
    template: str
    title: str  # "" on the home page
    description: str = ""
    image: str = ""  # output path of the picture for link previews
    data: Mapping[str, object] = field(default_factory=dict)
    schema: str = "WebPage"  # its type in schema.org; empty where no machine should look
    type: str = ""  # content type, where the path does not say it


def references(found: tuple[Reference, ...]) -> str:
    """Return a list of references as HTML; nothing for none."""
    return _ENV.get_template("references.html").render(references=found)


def assets() -> dict[str, Artifact]:
    """Return the style and the script, by name."""
    found = {}
    for name in ("site.css", "player.js"):
        body = _LOADER.get_source(_ENV, name)[0].encode()
        stem, _, ending = name.partition(".")
        digest = artifact(name, Tier.MEDIA, body).sha256
        found[name] = artifact(urls.hashed("assets", stem, digest, f".{ending}"), Tier.MEDIA, body)
    return found


def write(sheet: Sheet, shared: Mapping[str, object], links: Links) -> Artifact:
    """Return a finished page."""
    text = _ENV.get_template(sheet.template).render(
        shared,
        sheet=sheet,
        link=partial(links.href, sheet.path),
        block=partial(links.html, page=sheet.path),
        **sheet.data,
    )
    return artifact(sheet.path, Tier.PAGE, f"{legal(text)}\n".encode(), sheet.type)
