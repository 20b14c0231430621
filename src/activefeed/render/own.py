"""An author's own templates: they stand before the theme's; what fails in them is told in words.

Tells of each line once; never takes a fault of the theme for the author's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from traceback import walk_tb

import jinja2

from activefeed.model import Item, Person, Recording, Site, Writing
from activefeed.problems import MANUAL, Location, Problem, Problems, SourceText, suggestion
from activefeed.render import words
from activefeed.render.entry import Entry
from activefeed.wording import table

LOADER = jinja2.PackageLoader("activefeed.render", "theme")
_THEME = "theme/"  # before a name: the theme's own, though the site has another
_NAMES = [words.OWN, *(name for name in LOADER.list_templates() if name.endswith(".html"))]
_GIVEN = (Entry, Writing, Item, Person, Recording, Site)
_FIELDS = {name for kind in _GIVEN for name in kind.__slots__}
_KNOWN = (*_NAMES, *_FIELDS, *words.of_language("en").table)
_SEE = f"for what each template is given, {MANUAL.format('Make it yours')}"
_TABLE = table(__file__)


@dataclass(frozen=True, slots=True)
class Own:
    """The templates of a site, before those of the theme."""

    sources: Mapping[str, SourceText]  # by name, such as episode.html
    theme: jinja2.Environment
    problems: Problems
    told: set[tuple[str, int]] = field(default_factory=set)  # names and lines that were reported

    def environment(self) -> jinja2.Environment:
        """Return the theme with the site's templates in the place of its own; checks them."""

        def load(name: str) -> tuple[str, str | None, None]:
            if source := self.sources.get(name):
                return source.text, name, None
            return LOADER.get_source(self.theme, name.removeprefix(_THEME))[0], None, None

        env = self.theme.overlay(loader=jinja2.FunctionLoader(load))
        for name, source in self.sources.items():
            try:
                env.get_template(name)
            except jinja2.TemplateSyntaxError as error:
                self.tell(error, name, {})
            used = name in _NAMES or any(name in other.text for other in self.sources.values())
            fix = suggestion(name.removeprefix(_THEME), _NAMES, "", 0.88)
            if fix and not used:
                self.problems.warn("unused-template", Location(source.file), fix=fix)
        return env

    def tell(self, error: Exception, name: str, given: Mapping[str, object]) -> bool:
        """Report what failed in filling a template; False where it is no author's fault."""
        message = _in_words(error)
        named = (re.findall(r'"([^"]+)"', message) or [""])[0]
        known = {*given, *self.theme.filters, *self.sources, *_KNOWN} - {named}
        fix, place = suggestion(named, known, _SEE, 0.8), self._place(error)
        if not place:
            try:
                self.theme.get_template(name).render(given)
            except Exception:  # it is the theme's own
                return False
            place = self._lacking(named), 0
            fix = f"the theme's {name} wants it from here: copy it from the theme's file"
        if place not in self.told:
            self.told.add(place)
            source, line = self.sources[place[0]], place[1]
            column = source.at(line).text.find(named) + 1 if named else 0
            where = source.at(line, column, len(named))
            self.problems.add(Problem("template-fault", message, fix, where))
        return True

    def _place(self, error: Exception) -> tuple[str, int] | None:
        """Return name and line of the innermost of the author's templates that failed."""
        places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        if isinstance(error, jinja2.TemplateSyntaxError):
            places.append((error.filename or "", error.lineno))
        places = [place for place in places if place[0] in {*self.sources, "<template>"}]
        if "TemplateModule" in str(error):  # whoever looked for a macro and has not found it
            places = places[-1:]
        return next((place for place in reversed(places) if place[0] in self.sources), None)

    def _lacking(self, macro: str) -> str:
        """Return the template for which the theme's has a macro of this name, else the first."""
        theirs = {name: LOADER.get_source(self.theme, name)[0] for name in _NAMES[1:]}
        found = (name for name in self.sources if f"macro {macro}(" in theirs.get(name, ""))
        return next(found, next(iter(self.sources)))


def _in_words(error: Exception) -> str:
    said = str(error).partition("\n")[0] or type(error).__name__
    for theirs, ours in _TABLE["words"]:
        said = re.sub(theirs, ours, said)
    kinds = (kind.__name__ for kind in type(error).__mro__)
    form = next(_TABLE["said"][kind] for kind in kinds if kind in _TABLE["said"])
    return str(form).format(said[0].lower() + said[1:])
