"""Pictures are made smaller once, whoever builds or publishes next and wherever."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sample
from PIL import Image
from sample import Sample
from sitemaker import SETTINGS, Maker

from activefeed.cache import FOLDER

BLOG = SETTINGS.partition("[podcast]")[0] + SETTINGS[SETTINGS.index("[blog]") :]
ITEMS = 1000
SMALL, LARGE = (120, 90), (400, 300)


def photo(path: Path, seed: int, size: tuple[int, int]) -> None:
    """Write a small picture that no other is like."""
    pixels = Image.frombytes("RGB", (8, 6), random.Random(seed).randbytes(8 * 6 * 3))
    path.parent.mkdir(exist_ok=True)
    pixels.resize(size, Image.Resampling.BICUBIC).save(path, quality=90)


def add_post(maker: Maker, number: int, size: tuple[int, int] = SMALL) -> None:
    name = f"post-{number}"
    photo(maker.root / f"images/{name}-a.jpg", 2 * number, size)
    photo(maker.root / f"images/{name}-b.jpg", 2 * number + 1, size)
    front = f"title: Post {number}", f"image: ../images/{name}-a.jpg", "date: 2026-01-05"
    maker.markdown(f"posts/{name}.md", *front, body=f"Words. ![A walk](../images/{name}-b.jpg)")


def blog(folder: Path, posts: int, size: tuple[int, int] = SMALL) -> Sample:
    maker = Maker(folder)
    maker.write("activefeed.toml", f'{BLOG}\n[publish.other]\nto = "other"\n')
    for number in range(posts):
        add_post(maker, number, size)
    return Sample(folder)


def known(site: Sample) -> dict[str, int]:
    """Return what is in the cache, and when it was written."""
    files = [path for path in (site.root / FOLDER).rglob("*") if path.is_file()]
    return {path.name: path.stat().st_mtime_ns for path in files if path.name != ".gitignore"}


def smaller(folder: Path) -> dict[str, bytes]:
    found = [path for path in (folder / "media").iterdir() if path.suffix == ".webp"]
    return {path.name: path.read_bytes() for path in found}


def run(site: Sample, *words: str) -> str:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "activefeed", *words, "--site", str(site.root)]
    done = subprocess.run(
        [*command, "--now", sample.NOW], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_thousand_items_with_two_pictures_each(tmp_path: Path) -> None:
    site = blog(tmp_path / "site", ITEMS)
    run(site, "publish")
    made, first = smaller(site.root / "public"), known(site)
    assert len(made) == 2 * ITEMS, "two pictures, both small enough for one size"
    assert len(first) == len(made) + 2 * ITEMS, "each was made once, and remembered"

    run(site, "publish", "other", "--dry-run")  # where nothing is yet
    assert known(site) == first, "the next process made none"

    shutil.rmtree(site.root / FOLDER)  # a machine that knows nothing, and has one post more
    add_post(Maker(site.root), ITEMS)
    run(site, "publish")
    assert len(known(site)) == 4, "only the new ones were made"
    now = smaller(site.root / "public")
    assert len(now) == len(made) + 2
    assert made.items() <= now.items()


@pytest.fixture
def site(tmp_path: Path) -> Sample:
    """A blog of two posts, published."""
    found = blog(tmp_path / "site", 2, LARGE)
    found.publish()
    return found


def test_a_look_makes_nothing(tmp_path: Path) -> None:
    site = blog(tmp_path / "site", 2, LARGE)
    files = {*site.root.rglob("*")}
    assert site.run("check").code == 0
    assert {*site.root.rglob("*")} == files


def test_a_size_that_is_lost_at_the_target_comes_back(site: Sample) -> None:
    before = smaller(site.root / "public")
    (site.root / "public/media" / min(before)).unlink()
    shutil.rmtree(site.root / FOLDER)
    said = site.publish()
    assert "1 file sent" in said.out
    assert smaller(site.root / "public") == before
    assert site.publish().out.startswith("Nothing changed")


def test_a_size_of_another_library_stays_and_one_that_is_lost_is_made_by_this_one(
    site: Sample,
) -> None:
    """As when Pillow is newer than at the first publish, or on another machine."""
    public = site.root / "public"
    first, second = sorted(smaller(public))[:2]
    manifest = public / "_activefeed/manifest.json"
    state = json.loads(manifest.read_text("utf-8"))
    for name in (first, second):
        other = (public / "media" / name).read_bytes() + b"other"
        digest = hashlib.sha256(other).hexdigest()
        changed = {"sha256": digest, "size": len(other), "etag": digest[:32]}
        state["objects"][f"media/{name}"].update(changed)
        (public / "media" / name).write_bytes(other)
    manifest.write_text(json.dumps(state), "utf-8")
    assert site.publish().out.startswith("Nothing changed")
    (public / "media" / second).unlink()
    site.publish()
    found = smaller(public)
    assert found[first].endswith(b"other")
    assert not found[second].endswith(b"other")
    assert site.publish().out.startswith("Nothing changed")


@pytest.mark.parametrize("part", [".activefeed", FOLDER])
def test_a_site_without_a_place_for_a_cache_is_built_all_the_same(
    site: Sample, tmp_path: Path, part: str
) -> None:
    other = blog(tmp_path / "other", 2, LARGE)
    (other.root / part).parent.mkdir(exist_ok=True)
    (other.root / part).write_bytes(b"")
    assert other.run("build").code == 0
    assert smaller(other.root / "_site") == smaller(site.root / "public")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_site_that_is_read_only_is_built(site: Sample, tmp_path: Path) -> None:
    shutil.rmtree(site.root / FOLDER)
    shutil.rmtree(site.root / ".activefeed")
    site.root.chmod(0o555)
    try:
        assert site.run("build", str(tmp_path / "out")).code == 0
    finally:
        site.root.chmod(0o755)
    assert smaller(tmp_path / "out") == smaller(site.root / "public")
