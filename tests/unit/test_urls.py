"""Slugs, output paths and addresses: ASCII in public, and a page finds its neighbours anywhere."""

from __future__ import annotations

import posixpath
import re
from datetime import datetime
from urllib.parse import unquote, urljoin
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activefeed.urls import (
    Addresses,
    chapters_path,
    hashed,
    iri_to_uri,
    slug_of_stem,
    slugify,
    transcript_path,
)

FILES = Addresses("https://clinic.example")
FOLDERS = Addresses("https://clinic.example/show", "folders")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Strong hips, quiet back", "strong-hips-quiet-back"),
        ("Über Rücken & Hüfte", "uber-rucken-hufte"),
        ("U\u0308ber", "uber"),  # the same letter in two characters
        ("Groß und GRO\u1e9e", "gross-und-gross"),
        ("Œuvre, Æther, smørrebrød", "oeuvre-aether-smorrebrod"),
        ("Łódź, Đorđe, Þór, Guðrún", "lodz-dorde-thor-gudrun"),
        ("İstanbul'da ılık", "istanbulda-ilik"),
        ("Don't and don\u2019t", "dont-and-dont"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full-width"),
        ("  --A__b..C--  ", "a-b-c"),
        ("C++ in 10 minutes (2nd try)", "c-in-10-minutes-2nd-try"),
        ("Спина", ""),
        ("背痛", ""),
        ("🎙️🔥", ""),
        ("Backs 🔥 hurt", "backs-hurt"),
        ("'\u2019", ""),
        ("", ""),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_is_ascii_and_stays_itself(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    ("stem", "slug"),
    [
        ("012-strong-hips", "strong-hips"),
        ("12 Strong Hips", "strong-hips"),
        ("2026-11-22-first-post", "first-post"),
        ("2026-11-22_First_Post", "first-post"),
        ("1984", "1984"),
        ("2026-11-22", "11-22"),
        ("3d-printed-braces", "3d-printed-braces"),
        ("007-2024-in-review", "2024-in-review"),
        ("012-", "012"),
    ],
)
def test_a_leading_number_or_date_is_for_the_author(stem: str, slug: str) -> None:
    assert slug_of_stem(stem) == slug


def test_output_paths_of_both_styles() -> None:
    march = datetime(2026, 3, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    both = [
        [
            style.page("about"),
            style.page("services/running"),
            style.item("episode", "hips"),
            style.item("post", "hips"),
            style.category("back-pain"),
            style.month(march),
            style.person("Dr. Anna"),
            style.page("podcast/index"),
            style.blog_page(1),
            style.blog_page(2),
            style.page("index"),
            style.page("404"),
        ]
        for style in (FILES, FOLDERS)
    ]
    named = [
        "about", "services/running", "podcast/hips", "blog/hips", "categories/back-pain",
        "archive/2026/03", "people/dr-anna",
    ]  # fmt: skip
    same = ["podcast/index.html", "blog/index.html"]
    files, folders = both
    assert files == [f"{n}.html" for n in named] + [*same, "blog/page/2.html", *files[-2:]]
    assert folders == [f"{n}/index.html" for n in named] + [
        *same, "blog/page/2/index.html", *files[-2:]
    ]  # fmt: skip
    assert files[-2:] == ["index.html", "404.html"]


def test_an_address_names_the_object_that_is_stored() -> None:
    assert FILES.url("podcast/hips.html") == "https://clinic.example/podcast/hips.html"
    # Most stores serve no index documents: the whole key is in the address.
    assert FILES.url("index.html") == "https://clinic.example/index.html"
    assert FOLDERS.url("podcast/hips/index.html") == "https://clinic.example/show/podcast/hips/"
    assert FOLDERS.url("index.html") == "https://clinic.example/show/"
    assert FOLDERS.url("my-index.html") == "https://clinic.example/show/my-index.html"
    assert FILES.url("podcast/höre mir zu.xml") == (
        "https://clinic.example/podcast/h%C3%B6re%20mir%20zu.xml"
    )


@pytest.mark.parametrize(
    ("address", "file", "folder"),
    [
        ("old/post.html", "old/post.html", "old/post.html"),
        ("old/post/", "old/post/index.html", "old/post/index.html"),
        ("/old/post", "old/post", "old/post/index.html"),
        ("hu\u0308fte", "h\u00fcfte", "h\u00fcfte/index.html"),
        ("/", "index.html", "index.html"),
    ],
)
def test_what_a_store_shows_at_an_address(address: str, file: str, folder: str) -> None:
    assert (FILES.path_at(address), FOLDERS.path_at(address)) == (file, folder)


@pytest.mark.parametrize(
    ("source", "target", "link"),
    [
        ("index.html", "podcast/hips.html", "podcast/hips.html"),
        ("podcast/hips.html", "podcast/knees.html", "knees.html"),
        ("podcast/hips.html", "media/hips.0123456789ab.mp3", "../media/hips.0123456789ab.mp3"),
        ("archive/2026/03.html", "index.html", "../../index.html"),
        ("podcast/hips.html", "podcast/hips.html", "hips.html"),
    ],
)
def test_links_between_files_are_relative(source: str, target: str, link: str) -> None:
    assert FILES.link(source, target) == link


@pytest.mark.parametrize(
    ("source", "target", "link"),
    [
        ("index.html", "podcast/hips/index.html", "podcast/hips/"),
        ("podcast/hips/index.html", "podcast/knees/index.html", "../knees/"),
        ("podcast/hips/index.html", "media/hips.mp3", "../../media/hips.mp3"),
        ("podcast/hips/index.html", "index.html", "../../"),
        ("podcast/hips/index.html", "podcast/hips/index.html", "./"),
        ("index.html", "index.html", "./"),
    ],
)
def test_links_between_folders_are_relative(source: str, target: str, link: str) -> None:
    assert FOLDERS.link(source, target) == link


names = st.lists(st.text("ab é:", min_size=1, max_size=3), min_size=1, max_size=3).map("/".join)


@given(names, names, st.sampled_from([FILES, FOLDERS]))
def test_a_link_leads_from_the_address_of_one_page_to_the_other(
    source: str, target: str, style: Addresses
) -> None:
    here, there = style.page(source), style.page(target)
    assert posixpath.normpath(here) == here
    found = urljoin(style.url(here), style.link(here, there))
    assert unquote(found) == unquote(style.url(there))
    assert found.isascii()


def test_iris_become_uris_and_uris_stay() -> None:
    assert iri_to_uri("https://exämple.org/ü?q=ö#ä") == (
        "https://ex%C3%A4mple.org/%C3%BC?q=%C3%B6#%C3%A4"
    )
    for uri in ("https://a.example/b%20c?d=e&f=g#h", "mailto:a@b.example", "https://[::1]/~x"):
        assert iri_to_uri(uri) == uri
    assert iri_to_uri("https://a.example/b c") == "https://a.example/b%20c"


def test_what_never_changes_is_named_by_its_content() -> None:
    sha = "0123456789abcdef" * 4
    assert hashed("media", "Hüfte & Knie", sha, ".MP3") == "media/hufte-knie.0123456789ab.mp3"
    assert hashed("assets", "背痛", sha, ".png") == "assets/file.0123456789ab.png"


def test_what_lies_beside_an_episode() -> None:
    assert chapters_path("hips") == "podcast/hips/chapters.json"
    assert transcript_path("hips") == "podcast/hips/transcript.vtt"
