"""What may be written, for editors: a JSON Schema of the settings and of each kind of front matter.

Made of the models in schema.py, true to what their parsers take, and of the comments that say what
each key is for; a normal run never asks for it.
"""

import inspect
import json
import re
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import BeforeValidatorFunctionSchema

from activefeed.content import lists, scalars, schema, source
from activefeed.wording import table

KINDS = ("settings", *schema.BY_KIND)
FOLDER = ".activefeed/schemas"  # below a site's
_SEEN = table(__file__, "editors")


def of(kind: str) -> dict[str, object]:
    """Return the schema of one of KINDS."""
    made = schema.BY_KIND.get(kind, schema.Settings).model_json_schema(schema_generator=_Seen)
    for group in (made, *made["$defs"].values()):
        model = getattr(schema, group["title"])
        group["title"] = model.__name__.removesuffix("Keys")
        for key, entry in group["properties"].items():
            entry["description"] = meaning(model, key)
            if entry.get("default") == "" or not isinstance(entry.get("default"), str | int):
                entry.pop("default", None)  # it says no more than that nothing is there
    keys = made["properties"] if kind in schema.BY_KIND else {}
    keys |= {old: keys[new] for old, new in schema.SYNONYMS.items() if new in keys}
    return {"$schema": "http://json-schema.org/draft-07/schema#", **made}  # all editors know it


def meaning(model: type[schema.Keys], key: str) -> str:
    """Return what a key is for, as the comment beside or above it says in schema.py."""
    holder = next(one.__name__ for one in model.__mro__ if key in one.__annotations__)
    below = inspect.getsource(schema).partition(f"\nclass {holder}(")[2]
    found = re.search(rf"(?m)^(?:    # (.*)\n)?    {key}: .*?(?:  # (.*))?$", below)
    return found[2] or found[1] if found else ""


class _Seen(GenerateJsonSchema):
    """Says what an editor may see where a parser of ours reads a value."""

    def function_before_schema(self, schema: BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """Return what a parser takes, whatever it makes of it."""
        parser: Any = schema["function"]["function"]
        seen = super().function_before_schema(schema)
        match name := getattr(parser, "func", parser).__name__, *getattr(parser, "args", ()):
            case "chapter" | "named", *_:
                seen = {"anyOf": [seen, *_SEEN[name]["anyOf"]]}
            case "upto", limit:
                seen = _SEEN["filled"] | {"maxLength": limit}
            case "like", form:
                _, pattern, what, fix = scalars.FORMS[form]
                seen = _text(pattern, f"this is not {what}: {fix}") | _SEEN.get(form, {})
            case "known", kind:
                _, what, _ = scalars.FORMS["known"][kind]
                seen = _one_of(sorted(lists.WORDS[kind]), f"this is not {what}")
            case _:
                seen = dict(_SEEN.get(name, _SEEN["filled"]))
        return seen


def _one_of(words: list[str], said: str) -> JsonSchemaValue:
    """Return words to choose from, which may be written in small and capital letters."""
    any_case = re.sub("[A-Za-z]", lambda at: f"[{at[0].upper()}{at[0].lower()}]", "|".join(words))
    return {"anyOf": [{"enum": words}, _text(any_case.replace(" > ", r"\s*>\s*"), said)]}


def _text(pattern: str, said: str) -> JsonSchemaValue:
    """Return a text of a form; ``said`` is shown where it has another."""
    return {"type": "string", "pattern": rf"^\s*(?:{pattern})\s*$", "errorMessage": said}


def write_all(root: Path) -> list[str]:
    """Write all schemas into a site's folder; return the paths of those that have changed."""
    texts = {f"{FOLDER}/{kind}.json": json.dumps(of(kind), indent=1) for kind in KINDS}
    return [path for path, text in texts.items() if source.put(root / path, f"{text}\n".encode())]
