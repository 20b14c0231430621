"""vnu, the W3C's checker, finds no fault in any page and any style of the sample."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from browser import tools
from browser.conftest import Site

# What is let pass, and why.
ACCEPTED = (
    # comrak and the authors of pages write <br />, which is the same as <br>.
    r"^Trailing slash on void elements has no effect",
    # Newer than the checker's list of properties, and in all browsers or harmless without.
    r"“(container-(type|name)|interpolate-size|view-transition-name|field-sizing)”: Property",
    r"Unrecognized at-rule “@(container|view-transition)”",
)


@pytest.fixture(scope="module")
def vnu() -> list[str]:
    jar = tools.node_file("vnu-jar", "build/dist/vnu.jar")
    java = tools.program("java", "apt-get install default-jre-headless")
    return [java, "-Xss4m", "-jar", str(jar), "--stdout", "--format", "json"]


def complaints(command: list[str]) -> list[str]:
    """Return what vnu says, less what is let pass."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return [
        f"{one.get('url', '').rpartition('/public/')[2]}:{one.get('lastLine', '')}: "
        f"{one['message']} [{one.get('extract', '').strip()}]"
        for one in messages
        if not any(re.search(pattern, one["message"]) for pattern in ACCEPTED)
    ]


def test_every_page_is_valid(site: Site, vnu: list[str]) -> None:
    found = complaints([*vnu, "--skip-non-html", str(site.public)])
    assert not found, "\n".join(found)


def test_every_style_is_valid(site: Site, vnu: list[str]) -> None:
    styles = [str(path) for path in site.public.rglob("*.css")]
    found = complaints([*vnu, "--css", *styles])
    assert styles
    assert not found, "\n".join(found)


def test_vnu_is_not_blind(vnu: list[str], tmp_path: Path) -> None:
    page = "<!doctype html><html lang=en><title>Fault</title><p><a href='a b'>x</a><section>y"
    (tmp_path / "fault.html").write_text(page, "utf-8")
    (tmp_path / "fault.css").write_text("p { colour: red }", "utf-8")
    assert complaints([*vnu, "--skip-non-html", str(tmp_path / "fault.html")])
    assert complaints([*vnu, "--css", str(tmp_path / "fault.css")])
