"""Artifacts know their facts, and no two outputs share a path on any disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from activefeed.model import SourceFile
from activefeed.tree import Artifact, Collision, Tier, artifact, gather


def page(path: str, body: bytes = b"x") -> Artifact:
    return artifact(path, Tier.PAGE, body)


def test_a_body_in_memory_is_measured() -> None:
    made = page("podcast/hips.html", b"<p>hips</p>")
    assert (made.size, made.sha256) == (11, hashlib.sha256(b"<p>hips</p>").hexdigest())
    with made.open() as stream:
        assert stream.read() == b"<p>hips</p>"


def test_a_body_on_disk_stays_there_until_it_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "hips.mp3"
    source = SourceFile("episodes/hips.mp3", file, 5, "ab" * 32)
    made = artifact("media/hips.0123456789ab.mp3", Tier.MEDIA, source)
    assert (made.size, made.sha256) == (5, "ab" * 32)
    file.write_bytes(b"sound")
    for _ in range(2):
        with made.open() as stream:
            assert stream.read() == b"sound"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/site.css", "text/css; charset=utf-8"),
        ("media/hips.mp3", "audio/mpeg"),
        ("media/hips.m4a", "audio/x-m4a"),
        ("media/hips.opus", "audio/ogg"),
        ("media/cover.JPG", "image/jpeg"),
        ("podcast/hips/transcript.vtt", "text/vtt; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("assets/plan.pdf", "application/pdf"),
        ("assets/strange.xyz", "application/octet-stream"),
        ("assets/none", "application/octet-stream"),
    ],
)
def test_types_come_from_our_own_table(path: str, kind: str) -> None:
    assert page(path).content_type == kind


def test_a_given_type_wins() -> None:
    feed = artifact("podcast/feed.xml", Tier.FEED, b"", "application/rss+xml; charset=utf-8")
    assert feed.headers == {
        "Content-Type": "application/rss+xml; charset=utf-8",
        "Cache-Control": "public, max-age=300",
    }


def test_only_what_is_named_by_its_content_is_kept_for_ever() -> None:
    for tier in Tier:
        control = artifact("a.mp3", tier, b"").headers["Cache-Control"]
        assert ("immutable" in control) == (tier is Tier.MEDIA)


def test_what_is_pointed_to_goes_up_before_what_points() -> None:
    assert sorted(Tier) == [Tier.MEDIA, Tier.DETAIL, Tier.PAGE, Tier.FEED]


def test_a_tree_is_sorted_and_the_same_bytes_twice_are_one() -> None:
    found = gather([page("b.html"), page("a.html"), page("b.html")])
    assert list(found) == ["a.html", "b.html"]


@pytest.mark.parametrize("other", ["a.html", "A.html"], ids=["same path", "other case"])
def test_two_outputs_for_one_path_collide(other: str) -> None:
    with pytest.raises(Collision) as caught:
        gather([page("a.html", b"one"), page("b.html"), page(other, b"two")])
    assert str(caught.value) == other


@pytest.mark.parametrize("other", ["old", "Old", "old/a"])
def test_a_file_cannot_be_a_folder_too(other: str) -> None:
    with pytest.raises(Collision) as caught:
        gather([page("old/a/index.html"), page(other)])
    assert str(caught.value) == other
    assert len(gather([page("old/a/index.html"), page("old-a"), page("old/a.html")])) == 3


def test_paths_that_differ_in_case_alone_collide_even_with_the_same_bytes() -> None:
    # On a disk that knows no case the second would take the place of the first.
    with pytest.raises(Collision):
        gather([page("People/Anna.html"), page("people/anna.html")])
