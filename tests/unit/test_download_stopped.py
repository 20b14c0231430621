"""A limit, a full disk or an interruption stops a run, and the next one goes on from there."""

from __future__ import annotations

import errno
import io
import re
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from downloads import SOUND, a_run, got, is_sound, left, told, wanted
from flaky import Flaky

from activefeed.migrate.download import download_all
from activefeed.migrate.moving import Notice


@contextmanager
def full_disk(room: int, *, again: bool = False) -> Iterator[None]:
    """Let parts of files have so many bytes together, as a disk does that gets full; or once."""
    left = [room]
    real = Path.open

    class Full(io.FileIO):
        def write(self, data: Any) -> int:
            if left[0] == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            fits = bytes(data)[: left[0]]
            left[0] -= len(fits)
            left[0] += 10**9 if again and not left[0] else 0
            return super().write(fits)

    def opened(path: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        return Full(path, mode) if mode == "ab" else real(path, mode, *more, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", opened)
        yield


def press_ctrl_c() -> None:
    main = threading.main_thread().ident
    assert main
    signal.pthread_kill(main, signal.SIGINT)


def settle() -> None:
    """Wait until nobody is at work any more."""
    while any(re.search("worker|lambda", one.name) for one in threading.enumerate()):
        time.sleep(0.01)


@pytest.mark.parametrize("fault", ["", "untold"])
def test_a_file_has_a_limit(fault: str, host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: fault
    run = a_run(host, tmp_path, largest=len(SOUND) - 1)
    assert told(run, wanted(host))[0] == "download-large"
    assert not [*run.folder.iterdir()]
    run = a_run(host, tmp_path, largest=len(SOUND))
    assert is_sound(run, got(run, wanted(host)))


def test_all_files_have_a_limit_together(host: Flaky, tmp_path: Path) -> None:
    files = [f"/{number}.mp3" for number in range(9)]
    host.files |= dict.fromkeys(files, SOUND)
    run = a_run(host, tmp_path, most=4 * len(SOUND))
    found = download_all([wanted(host, path) for path in files], run)
    there = [one for one in found.values() if isinstance(one, Path)]
    assert 1 <= len(there) <= 4
    assert {one.kind for one in found.values() if isinstance(one, Notice)} == {"download-most"}
    assert len(host.seen) < 9
    assert sum(map(len, left(run))) + len(there) * len(SOUND) < 5 * len(SOUND)
    more = a_run(host, tmp_path)
    rest = download_all([one for one, it in found.items() if isinstance(it, Notice)], more)
    assert all(isinstance(one, Path) for one in rest.values())


def test_a_full_disk_is_told_and_what_there_is_stays_whole(host: Flaky, tmp_path: Path) -> None:
    files = {f"/{number}.mp3": SOUND for number in range(12)}
    host.files |= files
    run = a_run(host, tmp_path)
    with full_disk(3 * len(SOUND)):
        found = download_all([wanted(host, path) for path in files], run)
    kinds = {one.kind for one in found.values() if isinstance(one, Notice)}
    assert kinds == {"download-disk"}
    assert len(host.seen) < 9
    assert all(SOUND.startswith(part) for part in left(run))
    done = [path.read_bytes() == SOUND for path in run.folder.rglob("*.mp3")]
    assert all(done)
    again = a_run(host, tmp_path)
    rest = [one for one, it in found.items() if isinstance(it, Notice)]
    assert all(isinstance(one, Path) for one in download_all(rest, again).values())
    assert not [*run.folder.glob("*.*")]


def test_a_disk_that_takes_less_than_it_is_given_makes_no_gap(host: Flaky, tmp_path: Path) -> None:
    run = a_run(host, tmp_path)
    with full_disk(50_000, again=True):
        assert told(run, wanted(host))[0] == "download-disk"
    assert all(SOUND.startswith(part) for part in left(run))


def test_an_interruption_leaves_parts_with_which_the_next_run_goes_on(
    host: Flaky, tmp_path: Path
) -> None:
    files = [wanted(host, f"/{number}.mp3") for number in range(9)]
    host.files |= {f"/{number}.mp3": SOUND for number in range(9)}
    once = iter([press_ctrl_c])

    def interrupt(done: int, total: int, path: str) -> None:
        if done > len(SOUND):
            next(once, lambda: None)()

    run = a_run(host, tmp_path, hear=interrupt)
    with pytest.raises(KeyboardInterrupt):
        download_all(files, run)
    settle()
    assert len(host.seen) < 9
    parts = [path.stat().st_size for path in run.folder.glob("*.part")]
    assert any(parts)
    there = {path.name for path in run.folder.rglob("*.mp3")}
    before = len(host.seen)
    again = a_run(host, tmp_path)
    rest = [one for one in files if Path(one.path).name not in there]
    assert all(isinstance(one, Path) for one in download_all(rest, again).values())
    resumed = [one.headers["range"] for one in host.seen[before:] if "range" in one.headers]
    assert sorted(resumed) == sorted(f"bytes={size}-" for size in parts if size)
    assert {path.read_bytes() for path in run.folder.rglob("*.mp3")} == {SOUND}


def test_nobody_waits_for_a_silent_server_after_an_interruption(
    host: Flaky, tmp_path: Path
) -> None:
    def interrupt(path: str, nth: int, headers: Mapping[str, str]) -> str:
        press_ctrl_c()
        return "silent"

    host.fault = interrupt
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        download_all([wanted(host)], a_run(host, tmp_path))
    assert time.monotonic() - begun < 3


def test_a_folder_that_cannot_be_written_is_told_by_its_name(host: Flaky, tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(OSError, match="site"):
        download_all([wanted(host)], a_run(host, tmp_path))
