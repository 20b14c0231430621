"""TOML text to data and the line and column of every key; knows no setting by name.

The standard library reads TOML but forgets where it read it; this finds the places again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from activefeed.formats.yaml import Mark, Path
from activefeed.problems import FormatError

_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^(\s*)((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*"""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_WHERE = re.compile(r"\s*\(at line (\d+), column (\d+)\)|\s*\(at end of document\)")


def read(text: str) -> tuple[dict[str, object], Mapping[Path, Mark]]:
    """Return the data and the place of each value. Raises FormatError with its line."""
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        line = int(found[1]) if found and found[1] else len(text.split("\n"))
        column = int(found[2]) if found and found[2] else 0
        raise FormatError(
            f"this is not TOML: {_WHERE.sub('', str(error)).lower()}",
            'write texts in quotes: title = "My show"',
            line=line,
            column=column,
        ) from None
    return data, _places(text)


def _places(text: str) -> dict[Path, Mark]:
    """Find ``key =`` lines under their ``[table]``; values within a line share its place."""
    places: dict[Path, Mark] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _TABLE.match(line):
            table = _split(header[1])
            places.setdefault(table, Mark(number, line.index("[") + 1, len(line.strip())))
        elif key := _KEY.match(line):
            path = (*table, *_split(key[2]))
            value = line[key.end() :].rstrip()
            places.setdefault(path, Mark(number, key.end() + 1, max(1, len(value))))
    return places


def _split(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
