"""One file as it was written, held against the schema: every fault reported at its place.

Reads no disk; what a value means for the site is decided elsewhere.
"""

import json
import uuid
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from activefeed.content.schema import Keys, Settings
from activefeed.formats.yaml import Mark, Path
from activefeed.problems import Location, Problem, Problems, SourceText, UsageError, suggestion
from activefeed.wording import table

K = TypeVar("K", bound=Keys)

_TABLE = table(__file__)
UNKNOWN = "…"  # stands for a required text that is missing, so that the rest is checked too
NOWHERE: str = _TABLE["stand_ins"]["url"]  # the same for an address


@dataclass(slots=True)
class Written:
    """Where the values of one file stand, and what is wrong with them."""

    source: SourceText
    problems: Problems
    values: Mapping[Path, Mark]
    keys: Mapping[Path, Mark]  # none for settings: their marks are of whole lines

    def of(self, *path: str | int, key: bool = False, text: str = "") -> Location:
        """Return the place of a value (or of its key), else of what holds it, else the file.

        A text is looked for where the marks are of whole lines.
        """
        mark = (self.keys if key else self.values).get(path)
        while path and not mark:
            if (mark := self.values.get(path)) and text:
                found = self.source.find(text, mark.line)
                if found.line:
                    return found
            path = path[:-1]
        if mark is None:
            return Location(self.source.file)
        return self.source.at(mark.line, mark.column, mark.length)

    def error(self, kind: str, /, *path: str | int, text: str = "", **facts: object) -> None:
        """Report what stops a publish at the value of a path; at the whole file without one.

        The words are those of faults.toml, with the facts in them.
        """
        self.problems.error(kind, self.of(*path, text=text), **facts)

    def warn(self, kind: str, /, *path: str | int, **facts: object) -> None:
        """Report what stops nothing."""
        self.problems.warn(kind, self.of(*path), **facts)

    def take_out(self, holder: Path, gone: int) -> None:
        """Let the places follow when an entry is taken out of a list."""
        depth = len(holder)

        def moved(path: Path) -> Path:
            n = path[depth] if len(path) > depth and path[:depth] == holder else None
            return (*holder, n - 1, *path[depth + 1 :]) if isinstance(n, int) and n > gone else path

        kept = (pair for pair in self.values.items() if pair[0][: depth + 1] != (*holder, gone))
        self.values = {moved(path): mark for path, mark in kept}


def validate(
    model: type[K], data: Mapping[str, object], zone: ZoneInfo, written: Written, site: str = ""
) -> K | None:
    """Return the keys of a file, every fault reported; what was wrong has its default.

    None where nothing could be made of it at all. ``zone`` and ``site`` (its address) are those of
    the site, by which dates and old addresses are understood.
    """
    data = deepcopy(dict(data))
    for attempt in range(4):
        try:
            return model.model_validate(data, context={"zone": zone, "site": site})
        except ValidationError as error:
            # Backwards, so that the indices of lists stay right.
            for detail in reversed(error.errors(include_url=False)):
                if attempt == 0:
                    _report(detail, model, written)
                _repair(data, detail, written)
    return None


def accept(kind: type[object], answer: str) -> str:
    """Return an answer as one of the schema's types takes it, such as ``Zone``.

    Raises UsageError, in the words that a mistake in a file is told with.
    """
    try:  # a terminal may send what is no UTF-8
        value = TypeAdapter(kind).validate_python(answer.encode(errors="replace").decode())
    except ValidationError as error:
        raise UsageError(**error.errors()[0]["ctx"]) from None
    return " > ".join(filter(None, value)) if isinstance(value, tuple) else str(value)


def _report(detail: ErrorDetails, model: type[Keys], written: Written) -> None:
    path, given, told = detail["loc"], detail["input"], detail.get("ctx", {})
    name, code = str(path[-1]), detail["type"]
    problems, where = written.problems, written.of(*path, text=f'"{given}"')
    close = suggestion(name.lower(), _fields_at(model, path[:-1]), "")
    if code == "model_type" and path[0] == "publish" and path[1:] and close:
        code = "extra_forbidden"  # [publish] takes any key for the name of a target
    match code:
        case "missing":
            written.error("missing-key", *path[:-1], name=name, cure=_add(path, model, written))
        case "extra_forbidden":
            where = written.of(*path, key=True, text=name)
            problems.error("unknown-key", where, name=name, cure=close or "remove it")
        case "literal_error":
            words = told["expected"].replace("'", "")
            problems.error("unknown-word", where, text=given, name=name, words=words)
        case "list_type":
            problems.error("not-a-list", where)
        case "model_type" | "dict_type":
            cure = f"write it as a table: [{'.'.join(map(str, path))}]"
            if isinstance(path[-1], int):
                cure = f"write what it is before it: {_line('title', given, model)}"
            problems.error("not-a-group", where, text=given, cure=cure)
        case _:  # one of scalars
            problems.add(Problem(code, told["message"], told["fix"], where))


def _add(path: Path, model: type[Keys], written: Written) -> str:
    """Return how to add a key that is missing."""
    name = str(path[-1])
    if model is Settings and not path[1:]:
        return f"add a table: [{name}]"
    value = _TABLE["samples"].get(name, UNKNOWN)
    if name == "id":  # not by chance, so that the same mistake gets the same answer
        value = str(uuid.uuid5(uuid.NAMESPACE_URL, written.source.text))
    inside = any(isinstance(part, int) for part in path)
    return f"add {'here' if inside else 'a line'}: {_line(name, value, model)}"


def _line(name: str, value: object, model: type[Keys]) -> str:
    if model is Settings:
        return f"{name} = {json.dumps(value, ensure_ascii=False)}"  # which is TOML too
    return f"{name}: {value}"


def _fields_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Return the known keys of the group that a path leads to."""
    kind: Any = model
    for part in path:
        if part in kind.model_fields:
            kind = kind.model_fields[part].annotation
        while not hasattr(kind, "model_fields"):  # lists, tables by name, what may be left out
            kind = next((a for a in get_args(kind) if a not in (str, type(None))), Keys)
    return list(kind.model_fields)


def _repair(data: Any, detail: ErrorDetails, written: Written) -> None:
    """Give a missing key a stand-in, take out a wrong one."""
    *holders, last = (part for part in detail["loc"] if part != "[key]")
    for part in holders:
        data = data[part]
    if detail["type"] == "missing":
        data[last] = deepcopy(_TABLE["stand_ins"].get(str(last), UNKNOWN))
    elif isinstance(data, dict):
        data.pop(last, None)
    elif isinstance(data, list) and isinstance(last, int):
        del data[last]
        written.take_out(tuple(holders), last)
