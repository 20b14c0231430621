"""What the Tab key offers for the name of a target and the last part of an address.

Quick: reads names of files and single lines. What cannot be read offers nothing, silently.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click


def offer(words: Callable[[Path], Iterator[str]]) -> Callable[..., list[str]]:
    """Return what offers those words of a site that begin as somebody has begun."""

    def begun(context: click.Context, _: click.Parameter, begin: str) -> list[str]:
        with suppress(Exception):
            return [one for one in words(context.params["site"]) if one.startswith(begin)]
        return []

    return begun


def targets(root: Path) -> Iterator[str]:
    """Yield the names of a site's targets."""
    import tomllib  # every command knows this module, and few complete anything

    tables = tomllib.loads((root / "activefeed.toml").read_text("utf-8"))["publish"]
    yield from (name for name, table in tables.items() if isinstance(table, dict))


def slugs(root: Path) -> Iterator[str]:
    """Yield the slugs of a site's episodes and posts."""
    from activefeed.urls import slug_of_stem

    for path in [*root.glob("episodes/**/*.md"), *root.glob("posts/**/*.md")]:
        written = re.search(r"^slug: *[\"']?([\w-]+)", path.read_text("utf-8"), re.MULTILINE)
        yield written[1] if written else slug_of_stem(path.stem)
