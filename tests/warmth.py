"""One cache for all sites of a test process: their pictures are the same and are made once.

A test of the cache itself takes the link away, or makes a site of its own.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from activefeed.cache import FOLDER

SHARED = Path(tempfile.mkdtemp(prefix="activefeed-tests-"))
atexit.register(shutil.rmtree, SHARED, ignore_errors=True)


def share(root: Path) -> None:
    """Let a site use the cache of this process."""
    folder = root / FOLDER
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # no links on this machine: the site has a cache of its own
        folder.symlink_to(SHARED, target_is_directory=True)
