"""vnu, the W3C's checker, finds no fault in any page and any style of the sample."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from browser import pages, tools
from browser.conftest import Site

# What is let pass, and why.
ACCEPTED = (
    # comrak and the authors of pages write <br />, which is the same as <br>.
    r": Trailing slash on void elements has no effect",
    # Safari takes a list whose marks are styled away for none, unless it is told.
    r": The “list” role is unnecessary for element “[ou]l”",
    # Newer than the checker's list of properties, and in all browsers or harmless without.
    r"“(container-(type|name)|interpolate-size|view-transition-name|field-sizing)”: Property",
    r"Unrecognized at-rule “@(container|view-transition)”",
    r"Parse Error.*hlight\(",
    # The checker's own fault: it does not know var() inside of newer functions.
    r"CSS: .*: Cannot invoke",
)
FAULTS = {
    "fault.html": "<!doctype html><title>Fault</title><p><a href='a b'>x</a><section>",
    "fault.css": "p { colour: red }",
}


@pytest.fixture(scope="module")
def said(site: Site, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What vnu says of all pages, all styles, and two faults; less what is let pass."""
    jar = tools.node_file("vnu-jar", "build/dist/vnu.jar")
    java = tools.program("java", "apt-get install default-jre-headless")
    folder = tmp_path_factory.mktemp("faults")
    for name, text in FAULTS.items():
        (folder / name).write_text(text, "utf-8")
    files = [*(page.file for page in pages.every(site.public)), *site.public.rglob("*.css")]
    command = [java, "-Xss4m", "-jar", jar, "--also-check-css", "--stdout", "--format", "json"]
    done = subprocess.run(
        [*map(str, [*command, *files, *folder.iterdir()])],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    lines = [line(one) for one in messages]
    return [one for one in lines if not any(re.search(known, one) for known in ACCEPTED)]


def line(message: dict[str, Any]) -> str:
    """Return a complaint with its place and the text there."""
    place = f"{message['url']}:{message.get('lastLine', '')}"
    return f"{place}: {message['message']} [{' '.join(message.get('extract', '').split())}]"


def test_every_page_is_valid(said: list[str]) -> None:
    found = [one for one in said if ".html:" in one and "fault." not in one]
    assert not found, "\n".join(found)


def test_every_style_is_valid(said: list[str]) -> None:
    found = [one for one in said if ".css:" in one and "fault." not in one]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", FAULTS)
def test_vnu_is_not_blind(said: list[str], name: str) -> None:
    assert any(f"{name}:" in one for one in said)
