"""What is said of a mistake in what an author wrote, by its code: the words are in faults.toml.

Only finds the words; whether there is a mistake, and where, is told by those who ask.
"""

from activefeed import wording


def said(kind: str, /, **facts: object) -> tuple[str, str, str]:
    """Return the code, the message and the cure of a kind of mistake, with the facts in them."""
    return kind.partition(":")[0], *wording.said(kind, **facts)
