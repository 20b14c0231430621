"""TOML text to data and the line and column of every key; knows no setting by name.

The standard library reads TOML but forgets where it read it; this finds the places again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from activefeed.formats.yaml import Mark, Path
from activefeed.problems import FormatError

_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=\s*")
_LONG_TEXT = re.compile(r'"{3}.*?"{3}|\'{3}.*?\'{3}', re.DOTALL)
_WHERE = re.compile(r"\s*\(at line (\d+), column (\d+)\)|\s*\(at end of document\)")


def read(text: str) -> tuple[dict[str, object], Mapping[Path, Mark]]:
    """Return the data and the place of each value. Raises FormatError with its line."""
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        at = (int(found[1]), int(found[2])) if found and found[1] else (text.count("\n") + 1, 0)
        message = f"this is not TOML: {_WHERE.sub('', str(error)).lower()}"
        fix = 'write texts in quotes: title = "My show"'
        raise FormatError(message, fix, line=at[0], column=at[1]) from None
    return data, _places(text)


def _places(text: str) -> dict[Path, Mark]:
    """Find ``key =`` lines under their ``[table]``; values within a line share its place."""
    places: dict[Path, Mark] = {}
    table: Path = ()
    # What stands in a long text is no key.
    text = _LONG_TEXT.sub(lambda long: re.sub(r"[^\n]", '"', long[0]), text)
    for number, line in enumerate(text.split("\n"), 1):
        if header := _TABLE.match(line):
            table = _split(header[1])
            places.setdefault(table, Mark(number, line.index("[") + 1, len(line.strip())))
        elif key := _KEY.match(line):
            length = max(1, len(line[key.end() :].rstrip()))
            places.setdefault((*table, *_split(key[1])), Mark(number, key.end() + 1, length))
    return places


def _split(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_NAME, dotted))
