"""What an editor sees of front matter and settings, and what it says with our schemas.

An editor reads YAML 1.2 by the core schema, which guesses numbers, yes and no; ours reads texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import jsonschema
import yaml

from activefeed.content import jsonschema as ours
from activefeed.content import schema, written
from activefeed.content.schema import Keys
from activefeed.formats import yaml as front
from activefeed.problems import Problems, SourceText

_BERLIN, _SITE = ZoneInfo("Europe/Berlin"), "https://hill.example"


class _Core(yaml.SafeLoader):
    """YAML 1.2, core schema: ``yes``, ``1:10`` and dates are texts."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _whole(text: str) -> int:
    return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)


def _reading(read: Callable[[str], object]) -> Callable[[_Core, yaml.ScalarNode], object]:
    return lambda _, node: read(node.value)


_GUESSES: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "null": (r"~|null|Null|NULL|", lambda text: None),
    "bool": (r"true|True|TRUE|false|False|FALSE", lambda text: text.lower() == "true"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", _whole),
    "float": (r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", float),
}
for _kind, (_form, _read) in _GUESSES.items():
    _tag = f"tag:yaml.org,2002:{_kind}"
    _Core.add_implicit_resolver(_tag, re.compile(f"(?:{_form})$"), None)
    _Core.add_constructor(_tag, _reading(_read))


def seen(text: str) -> object:
    """Return front matter as an editor reads it."""
    return yaml.load(text, Loader=_Core)


@cache
def _validator(kind: str) -> jsonschema.protocols.Validator:
    made = ours.of(kind)
    validator = jsonschema.validators.validator_for(made)
    validator.check_schema(made)
    return validator(made)


def complaints(kind: str, data: object) -> list[str]:
    """Return what an editor says against data; TOML's dates are texts to it."""
    plain = json.loads(json.dumps(data, default=_text))
    found = _validator(kind).iter_errors(plain)
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message:.200}" for one in found]


def _text(value: object) -> str:
    assert isinstance(value, date | datetime | time)
    return value.isoformat()


def faults(kind: str, data: Mapping[str, object]) -> list[str]:
    """Return what the loader says against the keys of a file."""
    model: type[Keys] = schema.BY_KIND.get(kind, schema.Settings)
    problems = Problems()
    sheet = written.Written(SourceText("a.md", ""), problems, {}, {})
    names = schema.SYNONYMS if kind in schema.BY_KIND else {}
    keys = {names.get(key, key): value for key, value in data.items()}
    written.validate(model, keys, _BERLIN, sheet, _SITE)
    return [f"{one.code}: {one.message}" for one in problems]


def read(text: str) -> tuple[dict[str, object], list[str]]:
    """Return front matter as the loader reads it, and what it says against it."""
    document, errors = front.read(f"---\n{text}\n---\n")
    return document.data, [one.message for one in errors]
