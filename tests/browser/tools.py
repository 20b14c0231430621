"""What browser tests need besides Python: each is found, or it is said how to get it.

Where something is missing, tests are skipped; with ACTIVEFEED_CI=1 they fail.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required", "--mute-audio",
    # Nothing outside this machine is ever asked, whatever a page wants.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
NO_PLAYWRIGHT = "playwright is missing: pip install -e '.[browser]'"


def lacking(what: str, cure: str) -> NoReturn:
    """End the test: it cannot run on this machine."""
    without(f"{what} is missing: {cure}")


def without(say: str) -> NoReturn:
    """End the test for a reason that is told."""
    if os.environ.get("ACTIVEFEED_CI") == "1":
        pytest.fail(say, pytrace=False)
    pytest.skip(say)


def chromium() -> str:
    """Return the path of the machine's Chromium; empty where there is none."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), "")


def program(name: str, cure: str) -> str:
    """Return the path of a program."""
    return shutil.which(name) or lacking(name, cure)


def node_file(package: str, path: str) -> Path:
    """Return a file of an npm package in the folder that NODE_MODULES_AT names."""
    at = os.environ.get("NODE_MODULES_AT")
    found = Path(at or "nowhere", "node_modules", package, path)
    if not at or not found.is_file():
        cure = f"npm install --prefix FOLDER {package}, and set NODE_MODULES_AT=FOLDER"
        lacking(f"the npm package {package}", cure)
    return found
