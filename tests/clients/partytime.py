"""podcast-partytime, the parser of the Podcast Index, asked through partytime.mjs.

It needs Node, and the npm package podcast-partytime in the folder that NODE_MODULES_AT names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_suffix(".mjs")


def available() -> bool:
    """Say whether this machine can run it."""
    at = os.environ.get("NODE_MODULES_AT")
    return bool(
        at
        and shutil.which("node")
        and Path(at, "node_modules", "podcast-partytime", "package.json").is_file()
    )


def parse(feed: bytes, tmp_path: Path) -> dict[str, Any]:
    """Return all that it finds in a feed; ``lastUpdate`` is the moment of parsing."""
    path = tmp_path / "feed.xml"
    path.write_bytes(feed)
    done = subprocess.run(
        ["node", str(SCRIPT), str(path)], capture_output=True, cwd=tmp_path, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    found: dict[str, Any] | None = json.loads(done.stdout)
    assert found is not None, "podcast-partytime finds no feed"
    return found
