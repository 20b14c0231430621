"""What is said of a mistake, and what to do about it: the words stand in ``sentences``.

Only finds them and puts the facts in; whether there is a mistake, and where, is told by those who
ask. What follows a colon in a name tells kinds of one code, which problems.md explains.
"""

import tomllib
from functools import cache
from pathlib import Path


@cache  # most runs need none of them
def _words() -> dict[str, list[str]]:
    files = sorted(Path(__file__).with_name("sentences").glob("*.toml"))
    return tomllib.loads("\n".join(file.read_text("utf-8") for file in files))


def said(kind: str, /, **facts: object) -> tuple[str, str]:
    """Return what is wrong and the cure, with the facts of the case in their places."""
    message, fix = _words()[kind]
    return message.format(**facts), fix.format(**facts)
