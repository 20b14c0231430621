"""What only a folder must promise: it stays inside, and leaves nothing half-written behind."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from activefeed.problems import StoreError
from activefeed.publish.store import FolderStore
from activefeed.tree import Artifact, Tier, artifact


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def store(root: Path) -> FolderStore:
    return FolderStore(root, "public/")


def page(key: str, body: bytes = b"<html>") -> Artifact:
    return artifact(key, Tier.PAGE, body)


ODD = ["../x", "a/../../x", "/etc/x", "a//b", "./a", "", "a\\..\\b", "a\0b", ".activefeed-1"]


@pytest.mark.parametrize("key", ODD)
def test_a_key_that_leads_elsewhere_is_refused(store: FolderStore, key: str) -> None:
    with pytest.raises(StoreError, match="cannot be the path"):
        store.put(page(key))
    with pytest.raises(StoreError, match="cannot be the path"):
        store.get(key)
    with pytest.raises(StoreError, match="cannot be the path"):
        store.delete(key)


@pytest.mark.parametrize("key", ["link/notes.txt", "alias.txt"])
def test_a_link_is_never_followed(store: FolderStore, root: Path, tmp_path: Path, key: str) -> None:
    outside = tmp_path / "private"
    outside.mkdir()
    (outside / "notes.txt").write_text("mine")
    store.put(page("index.html"))
    (root / "link").symlink_to(outside)
    (root / "alias.txt").symlink_to(outside / "notes.txt")
    for act in (lambda: store.put(page(key)), lambda: store.get(key), lambda: store.delete(key)):
        with pytest.raises(StoreError, match="symbolic link"):
            act()
    assert (outside / "notes.txt").read_text() == "mine"
    assert store.list().keys() == {"index.html"}


def test_the_target_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "disk")
    store = FolderStore(tmp_path / "public", "public/")
    store.put(page("a/index.html"))
    assert store.list().keys() == {"a/index.html"}
    store.delete("a/index.html")
    assert list((tmp_path / "disk").iterdir()) == []


def test_the_rest_of_a_dead_run_is_not_listed(store: FolderStore, root: Path) -> None:
    store.put(page("index.html"))
    (root / ".activefeed-dead").write_bytes(b"half")
    assert store.list().keys() == {"index.html"}


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(page("index.html"))

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"index\.html in public/: No space left") as caught:
        store.put(page("index.html", b"new"))
    assert "free some space" in caught.value.fix
    assert [path.name for path in root.iterdir()] == ["index.html"]
    assert (root / "index.html").read_bytes() == b"<html>"


def test_a_file_where_a_folder_is_needed_is_named(store: FolderStore) -> None:
    store.put(page("a"))
    with pytest.raises(StoreError, match=r"a/b\.html in public/") as caught:
        store.put(page("a/b.html"))
    assert caught.value.fix == "remove what is in the way"


def test_reading_touches_nothing(store: FolderStore, root: Path) -> None:
    store.put(page("index.html"))
    os.utime(root / "index.html", (1, 1))
    first = store.list()
    assert store.list() == first
    assert (root / "index.html").stat().st_mtime == 1


def test_the_content_is_the_version_and_not_its_time(store: FolderStore, root: Path) -> None:
    etag = store.put(page("index.html"))
    os.utime(root / "index.html", (1, 1))
    assert store.list()["index.html"].etag == etag
    (root / "index.html").write_bytes(b"<HTML>")
    os.utime(root / "index.html", (1, 1))
    assert store.list()["index.html"].etag != etag


def test_a_delete_takes_the_folders_that_it_empties(store: FolderStore, root: Path) -> None:
    store.put(page("blog/page/2.html"))
    store.put(page("blog/index.html"))
    store.delete("blog/page/2.html")
    assert [path.name for path in (root / "blog").iterdir()] == ["index.html"]
    store.delete("blog/index.html")
    assert list(root.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_web_server_may_read_what_is_written(store: FolderStore, root: Path) -> None:
    before = os.umask(0o022)
    try:
        store.put(page("index.html"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "index.html").stat().st_mode) == 0o644


def test_what_a_killed_write_left_is_removed_beside_ours_and_nowhere_else(
    store: FolderStore, root: Path
) -> None:
    store.put(page("blog/index.html"))
    (root / "another-show").mkdir()
    for folder in ("blog", "another-show"):
        (root / folder / ".activefeed-0123456789abcdef").write_text("half")
    assert store.list().keys() == {"blog/index.html"}
    store.tidy(["blog/index.html", "gone/by/now.html"])
    assert [path.name for path in (root / "blog").iterdir()] == ["index.html"]
    assert len([*(root / "another-show").iterdir()]) == 1
