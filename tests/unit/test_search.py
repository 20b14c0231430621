"""What a search finds, and how the index of it is made, kept and left out."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import sitemaker
from browser import tools
from sitemaker import NOW, Maker

from activefeed import pipeline
from activefeed.pipeline import Rendered
from activefeed.tree import Tier

RECORD = Path(pipeline.__file__).parent / "render" / "theme" / "record.html"
SPOKEN = """\
WEBVTT

00:00.000 --> 00:00.500
<v Dana Hill>Good morning to everybody.

00:00.500 --> 00:01.500
<v Dana Hill>Today is about the kneecap.

00:01.500 --> 00:02.500
<v Guest>A kneecap glides in a groove.
"""


@pytest.fixture
def pagefind() -> None:
    try:
        import pagefind  # noqa: F401
    except ImportError:
        tools.lacking("pagefind", "pip install 'activefeed[search]'")


def clinic(root: Path) -> Maker:
    """A site with one of each, and a search."""
    site = sitemaker.make(root, old="search = false", new="search = true")
    site.episode(
        "knees",
        "title: Knees & stairs",
        "summary: About going down.",
        "chapters: [0:00 Welcome, 0:02 The trochlea]",
        "guests: [{name: Gil Guest}]",
        body="Notes on **quadriceps** training.",
    )
    site.write("episodes/knees.vtt", SPOKEN)
    site.markdown("posts/walk.md", "title: A walk", body="Über Übungen: we *walked* uphill.")
    site.markdown("pages/about.md", "title: About us", body="## A house\n\nMade of brick.")
    return site


def built(site: Maker) -> Rendered:
    done = pipeline.build(site.root, site.root / "_site", NOW)
    assert done.tree, list(map(str, done.problems))
    return done


def index(done: Rendered) -> dict[str, bytes]:
    assert done.tree
    found = done.tree.artifacts.items()
    return {path: one.open().read() for path, one in found if path.startswith("pagefind/")}


def records(done: Rendered) -> dict[str, Any]:
    """What a browser is given of each page, by its title."""
    parts = [body for path, body in index(done).items() if path.endswith(".pf_fragment")]
    found = [json.loads(gzip.decompress(body)[len("pagefind_dcd") :]) for body in parts]
    return {one["meta"]["title"]: one for one in found}


@pytest.mark.usefixtures("pagefind")
class TestAnIndex:
    def test_it_holds_what_is_written_and_said_and_no_list_of_it(self, tmp_path: Path) -> None:
        found = records(built(clinic(tmp_path)))
        assert sorted(found) == ["A walk", "About us", "Knees & stairs"]
        text = found["Knees & stairs"]["content"]
        for words in ("About going down", "quadriceps", "Gil Guest", "trochlea", "a groove"):
            assert words in text
        for words in ("Hill Clinic", "Transcript", "Chapters", "Subscribe", "Dana Hill: "):
            assert words not in text, "the theme says this"
        assert "Übungen: we walked uphill." in found["A walk"]["content"]

    def test_it_knows_the_moment_of_what_is_said(self, tmp_path: Path) -> None:
        one = records(built(clinic(tmp_path)))["Knees & stairs"]
        words = one["content"].split()
        moments = [(at["id"], words[at["location"]]) for at in one["anchors"][1:]]
        chapters = [("@0", "Welcome"), ("@2", "The")]
        assert moments == [*chapters, ("@0", "Good"), ("@1.5", "A")]

    def test_results_say_what_they_are_without_being_found_by_it(self, tmp_path: Path) -> None:
        found = records(built(clinic(tmp_path)))
        facts = {title: json.loads(one["anchors"][0]["id"]) for title, one in found.items()}
        assert {title: one["kind"] for title, one in facts.items()} == {
            "A walk": "post",
            "About us": "page",
            "Knees & stairs": "episode",
        }
        knees = facts["Knees & stairs"]
        assert (knees["url"], knees["date"]) == ("podcast/knees.html", "2026-02-02")
        assert (tmp_path / "_site" / knees["image"]).stat().st_size < 20_000
        assert {key for one in found.values() for key in (*one["meta"], *one["filters"])} == {
            "title"
        }

    def test_addresses_are_seen_from_the_search(self, tmp_path: Path) -> None:
        site = clinic(tmp_path)
        settings = (tmp_path / "activefeed.toml").read_text()
        site.write(
            "activefeed.toml", settings.replace("[site]\n", '[site]\naddresses = "folders"\n')
        )
        facts = records(built(site))["A walk"]["anchors"][0]["id"]
        assert json.loads(facts)["url"] == "../blog/walk/"

    def test_the_same_words_give_the_same_bytes_in_any_frame(self, tmp_path: Path) -> None:
        one, other = clinic(tmp_path / "one"), clinic(tmp_path / "other")
        settings = (other.root / "activefeed.toml").read_text()
        frame = '[site]\naccent = "#aa0000"\nfooter = ["Our door is open."]\n'
        other.write("activefeed.toml", settings.replace("[site]\n", frame))
        assert index(built(one)) == index(built(other))
        assert "words(" not in RECORD.read_text("utf-8")

    def test_it_goes_up_before_what_points_to_it(self, tmp_path: Path) -> None:
        tree = built(clinic(tmp_path)).tree
        assert tree
        tiers = {path: one.tier for path, one in tree.artifacts.items() if "pagefind/" in path}
        entry = {path for path, tier in tiers.items() if tier is Tier.PAGE}
        names = {"pagefind.js", "pagefind-entry.json", "wasm.en.pagefind", "wasm.unknown.pagefind"}
        assert entry == {f"pagefind/{name}" for name in names}
        hashed = [path for path, tier in tiers.items() if tier is Tier.DETAIL]
        assert len(hashed) == 5  # three records, the words, and what there is of both

    def test_the_search_is_no_page_for_search_engines(self, tmp_path: Path) -> None:
        built(clinic(tmp_path))
        public = tmp_path / "_site"
        assert '<meta name="robots" content="noindex">' in (public / "search.html").read_text()
        assert "search.html" not in (public / "sitemap.xml").read_text()

    @pytest.mark.skipif(sys.platform == "win32", reason="the counting program is a shell script")
    def test_it_is_made_anew_only_for_other_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pagefind.service import get_executable

        counter, runs = tmp_path / "counting", tmp_path / "runs"
        counter.write_text(f'#!/bin/sh\necho run >> "{runs}"\nexec "{get_executable()}" "$@"\n')
        counter.chmod(0o755)
        monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(counter))
        site = clinic(tmp_path / "site")
        (site.root / ".activefeed/cache").unlink(missing_ok=True)  # it has its own

        def count() -> int:
            return len(runs.read_text().split()) if runs.exists() else 0

        assert not pipeline.check(site.root, NOW).problems.errors
        assert count() == 0, "a look at the files needs no index"
        first = index(built(site))
        assert index(built(site)) == first
        assert count() == 1
        settings = (site.root / "activefeed.toml").read_text()
        site.write("activefeed.toml", settings.replace("[site]\n", '[site]\nfooter = ["Door"]\n'))
        built(site)
        assert count() == 1
        site.markdown("posts/walk.md", "title: A walk", body="We ran.")
        assert index(built(site)) != first
        assert count() == 2
        for file in (site.root / ".activefeed").rglob("*"):
            if file.is_file():
                file.write_bytes(b"damaged")
        built(site)
        assert count() == 3

    @pytest.mark.parametrize("program", [sys.executable, "/nowhere/pagefind", "true"])
    def test_where_it_cannot_be_made_the_site_has_no_search(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
    ) -> None:
        if program == "true" and not Path(program := "/bin/true").exists():
            pytest.skip("there is no program that does nothing")
        monkeypatch.setenv("PAGEFIND_BINARY_PATH", program)
        done = built(clinic(tmp_path))
        (problem,) = [one for one in done.problems if one.code == "search-failed"]
        assert "pip install" in problem.fix
        assert str(problem.location) == "activefeed.toml:1:1"
        assert_no_search(done)

    def test_a_site_without_words_has_an_empty_search(self, tmp_path: Path) -> None:
        done = built(sitemaker.make(tmp_path, old="search = false\n"))
        assert index(done) == {}
        assert not [one for one in done.problems if one.code == "search-failed"]


def assert_no_search(done: Rendered) -> None:
    assert done.tree
    assert index(done) == {}
    assert "search.html" not in done.tree.artifacts
    for path, one in done.tree.artifacts.items():
        if path.endswith(".html"):
            page = one.open().read()
            assert b'role="search"' not in page or b"af-find" in page, path
            assert b"search.html" not in page, path


def test_without_pagefind_there_is_no_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pagefind", None)
    done = built(clinic(tmp_path))
    assert_no_search(done)
    assert "search-missing" in [one.code for one in done.problems]
    settings = (tmp_path / "activefeed.toml").read_text()
    (tmp_path / "activefeed.toml").write_text(settings.replace("search = true\n", ""))
    codes = [one.code for one in built(Maker(tmp_path)).problems]
    assert "search-missing" not in codes, "nobody asked for one"


def test_a_site_can_do_without(tmp_path: Path) -> None:
    site = clinic(tmp_path)
    settings = (tmp_path / "activefeed.toml").read_text()
    site.write("activefeed.toml", settings.replace("search = true", "search = false"))
    assert_no_search(built(site))
