"""Whole small sites: every byte that comes out of tests/sites/NAME/input is in its expected/.

``UPDATE_EXPECTED=1 pytest tests/test_sites.py`` writes what comes out now; read the difference.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html

from activefeed import pipeline
from activefeed.model import Published
from activefeed.render.entry import Destination

SITES = Path(__file__).parent / "sites"
AUDIO = Path(__file__).parent / "fixtures" / "audio"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TEXTS = {".html", ".xml", ".json", ".txt", ".vtt"}
OTHERS = "others.txt"  # everything else: hash and path of each, one a line
SMALLER = re.compile(r"media/[a-z0-9-]+-\d+\.[0-9a-f]{12}\.webp")  # each libwebp has its own bytes


def outputs(name: str, folder: Path) -> dict[str, bytes]:
    """Render a site; audio.json says which audio fixture belongs under which name."""
    shutil.copytree(SITES / name / "input", folder)
    for path, fixture in json.loads((SITES / name / "audio.json").read_text("utf-8")).items():
        shutil.copyfile(AUDIO / fixture, folder / path)
    reading = pipeline.read(folder)
    assert reading.frame is not None
    hub = reading.frame.targets[""].hub
    rendered = pipeline.render(reading, Published(), Destination("", hub), NOW)
    assert rendered.tree is not None, [str(problem) for problem in rendered.problems]
    found, others = {}, []
    for path, one in rendered.tree.artifacts.items():
        if Path(path).suffix in TEXTS and not path.startswith("media/"):
            with one.open() as body:
                found[path] = body.read()
        else:
            others.append(f"{'made' if SMALLER.fullmatch(path) else one.sha256}  {path}\n")
    return found | {OTHERS: "".join(others).encode()}


@pytest.mark.parametrize("name", sorted(folder.name for folder in SITES.iterdir()))
def test_a_site_gives_the_expected_bytes(name: str, tmp_path: Path) -> None:
    found, expected = outputs(name, tmp_path / "site"), SITES / name / "expected"
    if os.environ.get("UPDATE_EXPECTED"):
        shutil.rmtree(expected, ignore_errors=True)
        for path, body in found.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(body)
    there = [path for path in expected.rglob("*") if path.is_file()]
    wanted = {path.relative_to(expected).as_posix(): path.read_bytes() for path in there}
    assert sorted(found) == sorted(wanted)
    for path, body in wanted.items():
        assert found[path].decode() == body.decode(), path


@pytest.mark.parametrize("name", sorted(folder.name for folder in SITES.iterdir()))
def test_every_address_on_every_expected_page_is_there(name: str) -> None:
    expected = SITES / name / "expected"
    others = (expected / OTHERS).read_text("utf-8").split("\n")
    there = {path.relative_to(expected).as_posix() for path in expected.rglob("*.*")}
    there |= {line.partition("  ")[2] for line in others}
    missing = html.document_fromstring((expected / "404.html").read_bytes())
    (home,) = missing.xpath("//p[@class='name']/a/@href")  # it names whole addresses only
    for page in expected.rglob("*.html"):
        document = html.document_fromstring(page.read_bytes())
        path = page.relative_to(expected).as_posix()
        choices = [one.split()[0] for row in document.xpath("//@srcset") for one in row.split(",")]
        for target in [*document.xpath("//@href | //@src"), *choices]:
            parts = urlsplit(
                target.removeprefix(posixpath.dirname(home) + "/") if path == "404.html" else target
            )
            if parts.path and not parts.scheme:
                to = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path))
                shown = posixpath.join(to, "index.html") if parts.path.endswith("/") else to
                assert posixpath.normpath(shown) in there, (path, target)
