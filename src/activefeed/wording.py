"""What is said of a mistake, and what to do about it: the words stand in ``sentences``.

Only finds them and puts the facts in; whether there is a mistake, and where, is told by those who
ask. What follows a colon in a name tells kinds of one code, which problems.md explains. Other
words, and facts, stand in a table beside the module that uses them: read here, too.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any


@cache
def table(file: str, name: str = "") -> dict[str, Any]:
    """Return the table beside a module's file: of the module's own name, unless given another."""
    path = Path(file).with_suffix(".toml")
    return tomllib.loads(path.with_stem(name or path.stem).read_text("utf-8"))


def few(names: Sequence[str], shown: int, sign: str = "; ") -> str:
    """Return the first names in a row, and how many more there are."""
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return sign.join(names[:shown]) + more


@cache  # most runs need none of them
def _words() -> dict[str, list[str]]:
    files = sorted(Path(__file__).with_name("sentences").glob("*.toml"))
    return tomllib.loads("\n".join(file.read_text("utf-8") for file in files))


def said(kind: str, /, **facts: object) -> tuple[str, str]:
    """Return what is wrong and the cure, with the facts of the case in their places."""
    message, fix = _words()[kind]
    return message.format(**facts), fix.format(**facts)
