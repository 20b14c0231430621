"""TOML text to data and the line and column of every key, and values as TOML; knows no setting.

The standard library reads TOML but forgets where it read it; this finds the places again.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress

from activefeed.formats.yaml import Mark, Path
from activefeed.problems import Problem, Problems, SourceText
from activefeed.wording import table

_MISTAKES = table(__file__, "mistakes")["mistake"]
_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=\s*")
_LONG_TEXT = re.compile(r'"{3}.*?"{3}|\'{3}.*?\'{3}', re.DOTALL)

Marks = Mapping[Path, Mark]


def read(source: SourceText, problems: Problems) -> tuple[dict[str, object] | None, Marks]:
    """Return the data and the place of each value; reports where it is no TOML, which is None."""
    text = source.text
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")  # "line 3, column 7)" or "end of document)"
        line, column = map(int, re.findall(r"\d+", where) or (text.rstrip().count("\n") + 1, 0))
        row = next(one for one in _MISTAKES if re.match(one["begins"], what))
        column = column if column <= len(source.at(line).text) else 0  # the line as a whole
        problems.add(Problem("toml-syntax", row["message"], row["fix"], source.at(line, column)))
        return None, {}
    return data, _places(text)


def escaped(text: str) -> str:
    """Return a text as it stands between double quotes."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")


def written(value: object) -> str:
    """Return a text, a number, a day, yes or no, or lists and tables of them, on one line."""
    if isinstance(value, str):
        return f'"{escaped(value)}"'
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name(key)} = {written(one)}' for key, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def name(*parts: str) -> str:
    """Return the name of a key or a table as it is written."""
    return ".".join(one if re.fullmatch(r"[A-Za-z0-9_-]+", one) else written(one) for one in parts)


def end(text: str, start: int) -> int:
    """Return where the value ends that starts at a place of a text; else the end of its line."""
    rest = text[start:]
    for found in re.finditer(r"(?=[ \t]*(?:#.*)?\r?(?:\n|\Z))", rest):
        with suppress(tomllib.TOMLDecodeError):
            tomllib.loads(f"x = {rest[: found.start()]}")
            return start + found.start()
    return start + len(rest.partition("\n")[0])


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
