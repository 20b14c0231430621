"""What is said where a publish is refused, fails or warns, and the cure; decides nothing.

The words stand in refusals.toml, under the codes that problems.md explains, and in failures.toml.
"""

import tomllib
from pathlib import Path

_FILES = (Path(__file__).with_name(name) for name in ("refusals.toml", "failures.toml"))
_WORDS = tomllib.loads("".join(file.read_text("utf-8") for file in _FILES))


def said(code: str, /, **facts: object) -> tuple[str, str]:
    """Return what is wrong and what to do about it, with the facts of the case in their places."""
    row = _WORDS[code]
    return row["wrong"].format(**facts), row["fix"].format(**facts)
