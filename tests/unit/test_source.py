"""What is read from the author's folder, and what is left alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sitemaker import make

from activefeed.content import source
from activefeed.content.source import seen_from
from activefeed.problems import Problems, UsageError


def test_a_folder_without_settings_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no activefeed\.toml"):
        source.read(tmp_path)


def test_content_is_read_in_the_order_of_paths_and_hidden_files_are_not(tmp_path: Path) -> None:
    maker = make(tmp_path)
    for path in ("posts/b.md", "posts/a.md", "posts/.c.md", "posts/.d/e.md", "pages/x/y.md"):
        maker.write(path, "---\ntitle: x\n---\n")
    folder, problems = source.read(tmp_path)
    assert [file.source.file for file in folder.contents] == [
        "posts/a.md", "posts/b.md", "pages/x/y.md",
    ]  # fmt: skip
    assert not list(problems)


def test_the_place_of_what_is_not_utf_8_is_counted_in_characters(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes("\ufeffa\r\nü é".encode() + b"\xe9 \xe9")
    problems = Problems()
    text = source.read_text(tmp_path, "x.md", problems)
    assert text.text == "a\nü é\ufffd \ufffd"
    (problem,) = problems
    assert (problem.code, str(problem.location)) == ("not-utf-8", "x.md:2:4")


def test_files_of_one_name_belong_together_whatever_their_case(tmp_path: Path) -> None:
    maker = make(tmp_path)
    for path in ("episodes/MY EPISODE.MP3", "episodes/My Episode.vtt", "episodes/my.txt"):
        maker.write(path)
    folder, _ = source.read(tmp_path)
    assert folder.beside("episodes/my episode.md", (".m4a", ".mp3")) == "episodes/MY EPISODE.MP3"
    assert folder.beside("episodes/my episode.md", (".vtt",)) == "episodes/My Episode.vtt"
    assert folder.beside("episodes/my episode.md", (".txt",)) == ""
    assert folder.beside("posts/my episode.md", (".mp3",)) == ""


def test_the_first_ending_that_there_is_wins(tmp_path: Path) -> None:
    maker = make(tmp_path)
    for ending in ("srt", "txt", "vtt"):
        maker.write(f"episodes/x.{ending}")
    folder, _ = source.read(tmp_path)
    assert folder.beside("episodes/x.md", (".vtt", ".srt", ".txt")) == "episodes/x.vtt"


@pytest.mark.parametrize(
    "path", ["activefeed.toml", ".activefeed/kept", "images/.x.png", "../out.png", "images", "no"]
)
def test_what_is_never_published_is_not_found(path: str, tmp_path: Path) -> None:
    maker = make(tmp_path / "site")
    for file in (".activefeed/kept", "images/.x.png", "../out.png"):
        maker.write(file, "x")
    folder, _ = source.read(tmp_path / "site")
    assert folder.locate(path) is None
    assert folder.locate(str(tmp_path / "out.png")) is None
    assert folder.locate("images/cover.png")


def test_links_out_of_the_site_are_not_followed(tmp_path: Path) -> None:
    maker = make(tmp_path / "site")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.md").write_text("---\ntitle: x\n---\n")
    try:
        maker.write("posts/a.md").with_name("folder").symlink_to(tmp_path / "secret")
        (tmp_path / "site" / "posts" / "inside.md").symlink_to(tmp_path / "site" / "posts" / "a.md")
        (tmp_path / "site" / "images" / "x.png").symlink_to(tmp_path / "secret" / "x.md")
    except OSError:
        pytest.skip("this system lets us make no symbolic links")
    folder, problems = source.read(tmp_path / "site")
    (problem,) = problems
    assert (problem.code, str(problem.location)) == ("link-leaves-site", "posts/folder")
    assert [file.source.file for file in folder.contents] == ["posts/a.md", "posts/inside.md"]
    assert folder.locate("images/x.png") is None


def test_a_fingerprint_is_size_and_hash(tmp_path: Path) -> None:
    file = source.fingerprint("x", make(tmp_path).write("x", b"abc"))
    assert (file.size, file.sha256) == (3, hashlib.sha256(b"abc").hexdigest())


def test_paths_are_seen_from_the_file_that_names_them() -> None:
    assert seen_from("posts/a.md", "../images/x.png") == "images/x.png"
    assert seen_from("activefeed.toml", "images/./x.png") == "images/x.png"
    assert seen_from("posts/a.md", "../../x.png") == ""
    assert seen_from("posts/a.md", "/etc/passwd") == ""
