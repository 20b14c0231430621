"""The templates, the style and the script of the theme, and how a page is written with them.

The room of jinja2. Never decides which pages there are, or what they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from activefeed import urls
from activefeed.formats import chapters
from activefeed.render import markup
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
    "day": lambda when: f"{when.day} {when:%B %Y}",
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


def assets() -> dict[str, Artifact]:
    """Return the style and the script, by name."""
    found = {}
    for stem, ending in (("site", ".css"), ("player", ".js")):
        name = stem + ending
        made = artifact(name, Tier.MEDIA, _LOADER.get_source(_ENV, name)[0].encode())
        found[name] = replace(made, path=urls.hashed("assets", stem, made.sha256, ending))
    return found


def fill(sheet: Sheet, shared: Mapping[str, object], links: Links) -> str:
    """Return a template filled in, with links as they read on the sheet's page."""
    link, block = partial(links.href, sheet.path), partial(links.html, page=sheet.path)
    template = _ENV.get_template(sheet.template)
    return template.render(shared, sheet=sheet, link=link, block=block, **sheet.data)


def write(sheet: Sheet, shared: Mapping[str, object], links: Links) -> Artifact:
    """Return a finished page."""
    body = f"{legal(fill(sheet, shared, links))}\n".encode()
    return artifact(sheet.path, Tier.PAGE, body, sheet.type)
