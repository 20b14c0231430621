"""What is said of a mistake in what an author wrote, and its cure: the words are in faults.toml.

Only finds the words; whether there is a mistake, and where, is told by those who ask.
"""

import tomllib
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def said(kind: str, /, **facts: object) -> tuple[str, str, str]:
    """Return the code, the message and the cure of a kind of mistake, with the facts in them."""
    message, fix = _WORDS[kind]
    return kind.partition(":")[0], message.format(**facts), fix.format(**facts)
