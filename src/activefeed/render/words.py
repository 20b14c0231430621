"""The words of the theme in the language of a site: one table for each language.

Months, dates, numbers and sizes are written as that language writes them, never as the machine's
locale does. Never says anything of an author's.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

_TABLES = files("activefeed.render") / "theme" / "words"
_ENGLISH = "en"
_LEFTWARD = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
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

    def has(self, key: str) -> bool:
        """Return whether there is a text for a key."""
        return key in self.table

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
    table: dict[str, object] = dict(_read(_ENGLISH))
    parts = language.lower().split("-")
    for count in range(1, len(parts) + 1):  # en, then what en-US says differently
        table |= _read("-".join(parts[:count]))
    return Words(language, table)


def known(language: str) -> bool:
    """Return whether there is a table for a language."""
    return bool(_read(language.lower().partition("-")[0]))


@cache
def _read(name: str) -> dict[str, object]:
    file = _TABLES / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
