"""The templates, the style and the script of the theme, and how a page is written with them.

The room of jinja2. Never decides which pages there are, or what they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from activefeed import urls
from activefeed.formats import chapters
from activefeed.render import markup, media
from activefeed.render.entry import Edition
from activefeed.render.links import Links
from activefeed.render.namespaces import legal
from activefeed.tree import Artifact, Tier, artifact

_LOADER = PackageLoader("activefeed.render", "theme")
_ENV = Environment(
    loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENV.filters |= {
    "citation": markup.citation,
    "clock": chapters.clock,
    "picture": media.picture,
    "transcript_path": urls.transcript_path,
    "seconds": chapters.seconds,
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


@dataclass(frozen=True, slots=True)
class Press:
    """Templates with what all of them are given; it writes sheets."""

    env: Environment
    links: Links
    shared: Mapping[str, object]

    def with_more(self, **shared: object) -> "Press":
        """Return a press that gives all templates more."""
        return replace(self, shared={**self.shared, **shared})

    def fill(self, sheet: Sheet) -> str:
        """Return a template filled in, with links as they read on the sheet's page."""
        link = partial(self.links.href, sheet.path)
        block = partial(self.links.html, page=sheet.path)
        template = self.env.get_template(sheet.template)
        return template.render(self.shared, sheet=sheet, link=link, block=block, **sheet.data)

    def write(self, sheet: Sheet) -> Artifact:
        """Return a finished page."""
        body = f"{legal(self.fill(sheet))}\n".encode()
        return artifact(sheet.path, Tier.PAGE, body, sheet.type)


def press(edition: Edition, links: Links) -> Press:
    """Return the press of a site."""
    shared = {
        "site": edition.site,
        "edition": edition,
        "addresses": edition.addresses,
        "words": links.words,
        "assets": {name: one.path for name, one in assets().items()},
    }
    return Press(_ENV, links, shared)


def assets() -> dict[str, Artifact]:
    """Return the style and the script, by name."""
    found = {}
    for stem, ending in (("site", ".css"), ("player", ".js"), ("search", ".js")):
        name = stem + ending
        parts = (name, "player.css") if stem == "site" else (name,)
        text = "".join(_LOADER.get_source(_ENV, part)[0] for part in parts)
        made = artifact(name, Tier.MEDIA, text.encode())
        found[name] = replace(made, path=urls.hashed("assets", stem, made.sha256, ending))
    return found
