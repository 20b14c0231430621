"""What a person must know of an import, in words: alike things are told once, with how many.

The words are in notices.toml; never prints.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from activefeed.migrate.moving import Notice

_SHOWN = 3  # items named in one line


def words(notices: Iterable[Notice]) -> list[str]:
    """Return a line for each kind and detail, in the order of their first."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    found: dict[tuple[str, str], list[str]] = {}
    for one in notices:
        found.setdefault((one.kind, one.detail), []).append(one.title)
    lines = []
    for (kind, detail), titles in found.items():
        row, named = table[kind], [f'"{title}"' for title in dict.fromkeys(titles) if title]
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        whose = f"{', '.join(named[:_SHOWN])}{more}: " if named else ""
        lines.append(f"{whose}{row['what'].format(detail=detail)} ({row['fix']})")
    return lines
