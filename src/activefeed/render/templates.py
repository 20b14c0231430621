"""The templates, the style and the script of the theme, and how a page is written with them.

The room of jinja2. Never decides which pages there are, or what they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from jinja2 import Environment, StrictUndefined

from activefeed import urls
from activefeed.formats import chapters
from activefeed.render import markup
from activefeed.render.entry import Edition
from activefeed.render.links import Links
from activefeed.render.namespaces import legal
from activefeed.render.own import LOADER, Own
from activefeed.tree import Artifact, Tier, artifact


class _Environment(Environment):
    """Templates cannot ask what time it is."""

    def getattr(self, obj: object, attribute: str) -> object:
        if attribute in {"now", "utcnow", "today"}:
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


_ENV = _Environment(
    loader=LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENV.filters |= {
    "citation": markup.citation,
    "clock": chapters.clock,
    "transcript_path": urls.transcript_path,
    "seconds": chapters.seconds,
}
del _ENV.filters["random"], _ENV.globals["lipsum"]  # the same site, the same bytes


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
    own: Own | None = None  # where the site has templates

    def with_more(self, **shared: object) -> "Press":
        """Return a press that gives all templates more."""
        return replace(self, shared={**self.shared, **shared})

    def fill(self, sheet: Sheet) -> str:
        """Return a template filled in, with links as they read on the sheet's page."""
        link = partial(self.links.href, sheet.path)
        block = partial(self.links.html, page=sheet.path)
        given = {**self.shared, "sheet": sheet, "link": link, "block": block, **sheet.data}
        try:
            return self.env.get_template(sheet.template).render(given)
        except Exception as error:  # an author's template may fail in any way
            if not self.own or not self.own.tell(error, sheet.template, given):
                raise
            return ""

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
        "words": edition.words,
        "assets": {name: one.path for name, one in assets().items()},
        "files": [file.path for file in edition.site.assets],
    }
    if templates := edition.site.templates:
        own = Own(templates, _ENV, links.problems)
        return Press(own.environment(), links, shared, own)
    return Press(_ENV, links, shared)


def assets() -> dict[str, Artifact]:
    """Return the style and the script, by name."""
    found = {}
    for stem, ending in (("site", ".css"), ("player", ".js")):
        name = stem + ending
        made = artifact(name, Tier.MEDIA, LOADER.get_source(_ENV, name)[0].encode())
        found[name] = replace(made, path=urls.hashed("assets", stem, made.sha256, ending))
    return found
