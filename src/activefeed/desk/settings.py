"""Values put into activefeed.toml, and every other byte left as it is.

Never guesses: what would not be read as it was meant is not written, but shown to be typed.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import takewhile
from pathlib import Path
from typing import Any

from activefeed.content import source
from activefeed.formats import toml, yaml
from activefeed.problems import Problems, SourceText, UsageError

Place = tuple[str, ...]  # of a value: the parts of its table's name, then its key
_ORDER = ("to", "endpoint", "region", "profile", "url", "addresses")  # each below those before it


def put(root: Path, wanted: Mapping[Place, object]) -> list[str]:
    """Set values in the settings of a site; return what is new, a line for each.

    They are what ``toml.written`` takes. An empty text turns its line into a comment. Raises
    UsageError where only a person can do it.
    """
    file, lines = root / source.SETTINGS, []
    text = file.read_bytes().decode("utf-8", "surrogateescape")
    meant: Any = _read(text)[0] or {}
    for place, value in wanted.items():
        *table, key = place
        holder = reduce(lambda data, part: data.setdefault(part, {}), table, meant)
        there = value != ""
        if holder.pop(key, "") != value:
            text = _set(text, place, value)
            lines += [f"[{toml.name(*table)}] {_line(key, value)}"] if there else []
        holder |= {key: value} if there else {}
    if _read(text)[0] != meant:
        raise UsageError.of("written-by-hand", file=file.name, lines="\n".join(lines))
    source.put(file, text.encode("utf-8", "surrogateescape"))
    return lines


def _read(text: str) -> tuple[dict[str, object] | None, toml.Marks]:
    return toml.read(SourceText(source.SETTINGS, text), Problems())


def _line(key: str, value: object) -> str:
    return f"{toml.name(key)} = {toml.written(value)}"


def _set(text: str, place: Place, value: object) -> str:
    table, key, end = place[:-1], place[-1], "\r\n" if "\r\n" in text else "\n"
    if not {place, table} & _read(text)[1].keys():  # a new table, at the end
        text += f"{end if text.endswith(chr(10)) else end * 2}[{toml.name(*table)}]{end}"
    marks, lines = _read(text)[1], text.split("\n")
    near = [marks[place]] if place in marks else _above(marks, lines, place)
    if not near:
        return text
    start = sum(len(line) + 1 for line in lines[: near[-1].line - 1]) + near[-1].column - 1
    stop = toml.end(text, start)
    first, last = near[-1].line - 1, text.count("\n", 0, stop) + 1
    if place not in marks:
        lines.insert(last, f"{_line(key, value)}{end}"[:-1])
    elif value == "":
        lines[first:last] = [f"# {line}" for line in lines[first:last]]
    else:
        return text[:start] + toml.written(value) + text[stop:]
    return "\n".join(lines)


def _above(marks: toml.Marks, lines: Sequence[str], place: Place) -> list[yaml.Mark]:
    """Return what a new line can go below, the right one last: of its table, or of its order."""
    table, key = place[:-1], place[-1]
    if table[0] in {"site", "publish"} and key in _ORDER:
        above = [table, *((*table, one) for one in _ORDER[: _ORDER.index(key)])]
        return [marks[one] for one in above if one in marks]
    head = marks.get(table)
    below = (mark for mark in marks.values() if head and mark.line > head.line)  # line by line
    own = takewhile(lambda mark: lines[mark.line - 1].lstrip()[:1] != "[", below)
    return [head, *own] if head else []
