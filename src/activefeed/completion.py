"""What a shell offers at the Tab key: names of targets, last parts of addresses.

Quick: reads names of files and single lines; asks no target and checks nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path


def targets(root: Path) -> Iterator[str]:
    """Yield the names of a site's targets."""
    import tomllib  # every command knows this module, and few complete anything

    settings = tomllib.loads((root / "activefeed.toml").read_text("utf-8"))
    tables = settings.get("publish", {}).items()
    yield from (name for name, table in tables if isinstance(table, dict))


def slugs(root: Path) -> Iterator[str]:
    """Yield the slugs of a site's episodes and posts."""
    from activefeed.urls import slug_of_stem

    for path in [*root.glob("episodes/**/*.md"), *root.glob("posts/**/*.md")]:
        written = re.search(r"^slug: *[\"']?([\w-]+)", path.read_text("utf-8"), re.MULTILINE)
        yield written[1] if written else slug_of_stem(path.stem)
