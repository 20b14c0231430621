"""The words of the theme in the language of a site: one table for each language.

Months, dates, numbers and sizes are written as that language writes them, never as the machine's
locale does. Never says anything of an author's.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files

from activefeed.formats import toml
from activefeed.model import Site
from activefeed.problems import Problems, SourceText, suggestion
from activefeed.wording import table

OWN = "words.toml"  # among the author's templates
_FEEDS = "feed_"  # begins the keys of what feeds say, which stay as they are
_TABLES = files("activefeed.render") / "theme" / "words"
_LEFTWARD = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_PLACE = re.compile(r"\{\w+\}")
_UNITS = ("kB", "MB", "GB")


@dataclass(frozen=True, slots=True)
class Words:
    """What the theme says, by key; called with a key, and with what its text has places for."""

    language: str  # of the site, as its settings have it (BCP 47)
    table: Mapping[str, object]  # a text, one and other of a plural, or the names of months

    def __call__(self, key: str, **values: object) -> str:
        """Return a text; which form of a plural, ``count`` decides."""
        text = self.table[key]
        if isinstance(text, dict):
            text = text["one" if values["count"] == 1 else "other"]
        return str(text).format(**values)

    @property
    def direction(self) -> str:
        """Which way the language is written: ltr or rtl."""
        return "rtl" if self.language.partition("-")[0] in _LEFTWARD else "ltr"

    def day(self, when: datetime) -> str:
        """Return a date, 22 November 2026."""
        return self._dated("date", when)

    def month(self, when: datetime) -> str:
        """Return the month of a date, November 2026."""
        return self._dated("month_of_year", when)

    def _dated(self, key: str, when: datetime) -> str:
        names = self.table["months"]
        assert isinstance(names, list)
        return self(key, day=when.day, month=names[when.month - 1], year=when.year)

    def size(self, count: int) -> str:
        """Return a number of bytes as people say it, 12.3 MB."""
        size, unit = count / 1000, 0
        while size >= 999.5 and unit < len(_UNITS) - 1:
            size, unit = size / 1000, unit + 1
        digits = f"{size:.1f}" if unit and size < 99.95 else f"{max(size, 1):.0f}"
        return f"{digits.replace('.', self('decimal'))} {_UNITS[unit]}"


@cache
def of_language(language: str) -> Words:
    """Return the words of a language; of English, where there is no table for it."""
    table: dict[str, object] = dict(_read("en"))
    parts = language.lower().split("-")
    for count in range(1, len(parts) + 1):  # en, then what en-US says differently
        table |= _read("-".join(parts[:count]))
    return Words(language, table)


def of_site(site: Site, problems: Problems) -> Words:
    """Return the words of a site: those of its language, and its own in their place."""
    words, own = of_language(site.language), dict[str, object]()
    if source := site.templates.get(OWN):
        own = _own(source, words, problems)
    known = (*own, *(key for key in words.table if key.startswith((_FEEDS, "preview_"))))
    silent = [key for key in words.table if key not in known]
    if silent and not _read(site.language.lower().partition("-")[0]):
        some = ", ".join(silent[:3]) + (", …" if silent[3:] else "")
        where = site.settings.find(f'"{site.language}"')
        problems.warn("words-missing", where, language=site.language, some=some)
    return replace(words, table={**words.table, **own})


def _own(source: SourceText, words: Words, problems: Problems) -> dict[str, object]:
    """Return an author's words; reports, and leaves out, what cannot stand for the theme's."""
    sound = dict[str, object]()
    data, marks = toml.read(source, problems)
    for key, text in (data or {}).items():
        theirs = words.table.get(key)
        if theirs is None:
            kind, cure = "unknown-key:word", suggestion(key, words.table, "remove the line")
        elif key.startswith(_FEEDS) and text != theirs:
            kind, cure = "wrong-word:feeds", "remove the line"
        elif _shape(text) != _shape(theirs):
            kind, cure = "wrong-word", json.dumps(theirs, ensure_ascii=False)
        else:
            sound[key] = text
            continue
        line = marks[key,].line if (key,) in marks else 1
        problems.error(kind, source.find(key, line), key=key, cure=cure)
    return sound


def _shape(word: object) -> object:
    """Return what two words must have alike: forms, how many, and places to be filled in."""
    parts = list(word.values()) if isinstance(word, dict) else word
    forms = parts if isinstance(parts, list) else [parts]
    text = "".join(map(str, forms))
    names, braces = set(_PLACE.findall(text)), set(_PLACE.sub("", text)) & {"{", "}"}
    return isinstance(word, dict) and set(word), list(map(type, forms)), names, braces


def _read(name: str) -> dict[str, object]:
    file = _TABLES / f"{name}.toml"
    return table(str(file)) if file.is_file() else {}
