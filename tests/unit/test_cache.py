"""A cache gives back what was put there, whole, or nothing; whatever becomes of its folder."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from activefeed.cache import Cache

BODY = bytes(range(256)) * 40


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = Cache(tmp_path / ".activefeed" / "cache")
    found.put("one", BODY)
    found.put("two", b"")
    return found


def entries(cache: Cache) -> list[Path]:
    return [path for path in cache.folder.rglob("*") if path.is_file() and path.name[0] != "."]


def entry_of(cache: Cache, body: bytes) -> Path:
    (found,) = [path for path in entries(cache) if path.read_bytes().endswith(body)]
    return found


def test_what_was_put_is_there_also_for_the_next_process(cache: Cache) -> None:
    assert Cache(cache.folder).get("one") == BODY
    assert cache.get("two") == b""
    assert cache.get("three") is None
    cache.put("one", b"other")
    assert cache.get("one") == b"other"
    assert len(entries(cache)) == 2


def test_git_is_told_to_leave_it_alone(cache: Cache) -> None:
    assert (cache.folder / ".gitignore").read_text() == "*\n"


def test_nothing_is_there_before_the_first_and_nothing_made(tmp_path: Path) -> None:
    assert Cache(tmp_path / "none").get("one") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", [0, 31, 32, 5000, -1])
def test_a_flipped_bit_anywhere_is_as_if_it_were_not_there(cache: Cache, at: int) -> None:
    file = entry_of(cache, BODY)
    body = bytearray(file.read_bytes())
    body[at] ^= 1
    file.write_bytes(body)
    assert cache.get("one") is None
    cache.put("one", BODY)
    assert cache.get("one") == BODY


@pytest.mark.parametrize("size", [0, 10, 32, 33, len(BODY) + 31])
def test_a_file_that_is_cut_off_is_as_if_it_were_not_there(cache: Cache, size: int) -> None:
    file = entry_of(cache, BODY)
    file.write_bytes(file.read_bytes()[:size])
    assert cache.get("one") is None


def test_an_entry_under_the_name_of_another_is_foreign(cache: Cache) -> None:
    one = entry_of(cache, BODY)
    (two,) = [path for path in entries(cache) if path != one]
    two.write_bytes(one.read_bytes())
    assert cache.get("two") is None


@pytest.mark.parametrize("part", [".activefeed", ".activefeed/cache"])
def test_a_file_where_the_folder_should_be_is_no_fault(tmp_path: Path, part: str) -> None:
    (tmp_path / part).parent.mkdir(exist_ok=True)
    (tmp_path / part).write_bytes(b"mine")
    cache = Cache(tmp_path / ".activefeed/cache")
    cache.put("one", BODY)
    assert cache.get("one") is None
    assert (tmp_path / part).read_bytes() == b"mine"


def test_a_folder_where_an_entry_should_be_is_no_fault(cache: Cache) -> None:
    file = entry_of(cache, BODY)
    file.unlink()
    (file / "inside").mkdir(parents=True)
    assert cache.get("one") is None
    cache.put("one", BODY)
    assert cache.get("one") is None
    assert [path for path in entries(cache) if path.parent == file.parent] == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_still_read(cache: Cache) -> None:
    for folder in [path for path in cache.folder.rglob("*") if path.is_dir()]:
        folder.chmod(0o555)
    cache.folder.chmod(0o555)
    cache.put("three", BODY)
    assert (cache.get("one"), cache.get("three")) == (BODY, None)
    cache.folder.chmod(0o755)


def test_many_at_once_never_see_a_half(cache: Cache) -> None:
    bodies = [bytes([n]) * 200_000 for n in range(8)]

    def work(n: int) -> bool:
        cache.put("shared", bodies[n % 8])
        return cache.get("shared") in bodies

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert len(entries(cache)) == 3, "nothing half-written is left"
