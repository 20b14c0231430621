"""The templates, the style and the script of the theme; pages and elements of feeds by them.

The room of jinja2. Never decides which pages and feeds there are, or what they say.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from functools import partial
from html import escape

from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from activefeed import urls
from activefeed.formats import chapters
from activefeed.formats.transcripts import FORMS
from activefeed.render import colours, markup, media
from activefeed.render.entry import Edition
from activefeed.render.links import Links, Text
from activefeed.render.namespaces import clean, instant, legal, uri, web
from activefeed.render.own import LOADER, Own
from activefeed.tree import JSON_CHAPTERS, Artifact, Tier, artifact, content_type_of


class _Timeless(Environment):
    """Templates of an author's cannot ask what time it is."""

    def getattr(self, obj: object, attribute: str) -> object:
        if attribute in {"now", "utcnow", "today"}:
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


class _Compiled(FileSystemBytecodeCache):
    """Templates as Python has them, kept in a folder of this user's alone.

    Never in the site's folder: that may come from others, and this is code that is run.
    """

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk is no reason to stop
            super().dump_bytecode(bucket)


def _environment(kind: type[Environment]) -> Environment:
    made = kind(
        loader=LOADER, autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= _FILTERS
    del made.filters["random"], made.globals["lipsum"]  # the same site, the same bytes
    return made


def _carried(value: object) -> Markup:
    """Return a value as XML carries it, which would take a line end in an attribute for a space."""
    if isinstance(value, Markup):  # what a macro wrote
        return value
    text = escape(clean("" if value is None else str(value)))
    return Markup(text.replace("\n", "&#10;").replace("\t", "&#9;"))  # noqa: S704 - escaped here


_FILTERS = {
    "citation": markup.citation, "clock": chapters.clock, "seconds": chapters.seconds,
    "css": lambda text: Markup(json.dumps(text, ensure_ascii=False).replace("\\n", r"\a ")),  # noqa: S704
    "picture": media.picture, "searchable": markup.for_search,
    "player_path": urls.player_path, "transcript_path": urls.transcript_path,
}  # fmt: skip
_ENV, _OWN_ENV, _FEED_ENV = map(_environment, (Environment, _Timeless, Environment))
_FEED_ENV.filters.update(
    chapters_path=urls.chapters_path, content_type=content_type_of, instant=instant,
    mail_date=format_datetime, npt=chapters.npt, uri=uri, web=web,
)  # fmt: skip
_FEED_ENV.globals |= {"chapters_type": JSON_CHAPTERS, "transcript_types": FORMS}
_FEED_ENV.finalize = _carried
with suppress(RuntimeError, OSError):  # no such folder can be had
    _ENV.bytecode_cache = _OWN_ENV.bytecode_cache = _FEED_ENV.bytecode_cache = _Compiled()


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
    assets: Mapping[str, Artifact]  # style and scripts, by name
    shared: Mapping[str, object]
    own: Own | None = None  # where the site has templates

    def with_more(self, **shared: object) -> "Press":
        """Return a press that gives all templates more."""
        return replace(self, shared={**self.shared, **shared})

    def fill(self, sheet: Sheet) -> str:
        """Return a template filled in, with links as they read on the sheet's page."""

        def markdown(text: str) -> str:  # of the settings: a block of the footer, about a person
            return self.links.html(Text(text, self.links.edition.site.settings), sheet.path)

        page = {"sheet": sheet, "link": partial(self.links.href, sheet.path), "markdown": markdown}
        given = {**self.shared, **page, **sheet.data}
        try:
            return self.env.get_template(sheet.template).render(given)
        except Exception as error:  # an author's template may fail in any way
            if not self.own or not self.own.tell(error, sheet.template, given):
                raise
            return ""

    def write(self, sheet: Sheet) -> Artifact:
        """Return a finished page."""
        body = self.links.edition.to.body(lambda: f"{legal(self.fill(sheet))}\n".encode())  # noqa: PLW0108 - later
        return artifact(sheet.path, Tier.PAGE, body, sheet.type)


def press(edition: Edition, links: Links) -> Press:
    """Return the press of a site."""
    tones = colours.tones(edition.site.accent)
    accent = f":root {{ --accent: light-dark({tones['light']}, {tones['dark']}); }}\n"
    scripts = ["player.js", "copy.js", *(["search.js"] if edition.to.search else [])]
    assets = {name: _asset(name, _text(name)) for name in scripts}
    assets["site.css"] = _asset("site.css", accent + _text("site.css") + _text("player.css"))
    shared = {
        "site": edition.site, "edition": edition, "addresses": edition.addresses,
        "words": edition.words, "tones": tones,
        "assets": {name: one.path for name, one in assets.items()},
        "files": [file.path for file in edition.site.assets],
    }  # fmt: skip
    own = Own(edition.site.templates, _OWN_ENV, links.problems) if edition.site.templates else None
    return Press(own.environment() if own else _ENV, links, assets, shared, own)


def elements(macro: str, *facts: object) -> str:
    """Return elements of a feed as XML, written by a macro of ``feeds.xml``."""
    return str(getattr(_FEED_ENV.get_template("feeds.xml").module, macro)(*facts))


def _text(name: str) -> str:
    return LOADER.get_source(_ENV, name)[0]


def _asset(name: str, text: str) -> Artifact:
    """Return a style or script, named by its content."""
    made, (stem, _, ending) = artifact(name, Tier.MEDIA, text.encode()), name.partition(".")
    return replace(made, path=urls.hashed("assets", stem, made.sha256, f".{ending}"))
