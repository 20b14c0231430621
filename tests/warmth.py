"""What tests have in common: their sites' pictures are made once in all processes of a run.

What boto3 knows of services is read once in each, else it would read a megabyte for each client.
A test of the cache itself takes the link away, or makes a site of its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader

from activefeed.cache import FOLDER

_NAME = "ACTIVEFEED_TESTS_CACHE"  # whoever sets it, shares the folder among several runs
if not os.environ.get(_NAME):  # the first process of a run; its workers are given the same
    os.environ[_NAME] = tempfile.mkdtemp(prefix="activefeed-tests-")
    atexit.register(shutil.rmtree, os.environ[_NAME], ignore_errors=True)
SHARED = Path(os.environ[_NAME])


_read = cache(JSONFileLoader().load_file)


def _load_once(_: object, path: str) -> Any:
    return _read(path)


JSONFileLoader.load_file = _load_once


def share(root: Path) -> None:
    """Let a site use the cache of all tests."""
    folder = root / FOLDER
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # no links on this machine: the site has a cache of its own
        folder.symlink_to(SHARED, target_is_directory=True)
