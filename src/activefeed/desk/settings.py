"""Values put into activefeed.toml, and every other byte left as it is.

Never guesses: what would not be read as it was meant is not written, but shown to be typed.
"""

import json
import re
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from activefeed.content import source
from activefeed.formats import toml, yaml
from activefeed.problems import Problems, SourceText, UsageError
from activefeed.wording import said

Place = tuple[str, ...]  # of a value: the parts of its table's name, then its key
_ORDER = ("to", "endpoint", "region", "profile", "url", "addresses")  # each below those before it
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')


def put(root: Path, wanted: Mapping[Place, str]) -> list[str]:
    """Set texts in the settings of a site; return what is new, a line for each.

    An empty text turns its line into a comment. Raises UsageError where only a person can do it.
    """
    file, lines = root / source.SETTINGS, []
    text = file.read_bytes().decode("utf-8", "surrogateescape")
    meant: Any = _read(text)[0] or {}
    for place, value in wanted.items():
        *table, key = place
        holder = reduce(lambda data, part: data.setdefault(part, {}), table, meant)
        if holder.pop(key, "") != value:
            text = _set(text, place, value)
            lines += [f"[{'.'.join(table)}] {key} = {json.dumps(value)}"] if value else []
        holder |= {key: value} if value else {}
    if _read(text)[0] != meant:
        raise UsageError(*said("written-by-hand", file=file.name, lines="\n".join(lines)))
    source.put(file, text.encode("utf-8", "surrogateescape"))
    return lines


def _read(text: str) -> tuple[dict[str, object] | None, Mapping[yaml.Path, yaml.Mark]]:
    return toml.read(SourceText(source.SETTINGS, text), Problems())


def _set(text: str, place: Place, value: str) -> str:
    table, key, end = place[:-1], place[-1], "\r\n" if "\r\n" in text else "\n"
    if not {place, table} & _read(text)[1].keys():  # a new table, at the end
        text += f"{end if text.endswith(chr(10)) else end * 2}[{'.'.join(table)}]{end}"
    marks, lines = _read(text)[1], text.split("\n")
    if mark := marks.get(place):
        line, at = lines[mark.line - 1], mark.column - 1
        new = line[:at] + _TEXT.sub(lambda _: json.dumps(value), line[at:], 1)
        lines[mark.line - 1] = new if value else f"# {line}"
    above = [table, *((*table, one) for one in _ORDER[: _ORDER.index(key)])]
    if not mark and (near := [marks[one].line for one in above if one in marks]):
        lines.insert(near[-1], f"{key} = {json.dumps(value)}{end}"[:-1])
    return "\n".join(lines)
