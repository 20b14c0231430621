"""A thousand files from a host that fails at random: every one of them comes, byte for byte."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from clocks import quick
from flaky import AT_RANDOM, Flaky, at_random, flaky

from activefeed import fetch
from activefeed.migrate.download import Run, download_all
from activefeed.migrate.moving import Notice, Wanted

pytestmark = pytest.mark.slow
FILES = 1000


def show(number: int) -> dict[str, bytes]:
    """Return files of 2 to 60 kB by path, always the same ones."""
    dice = random.Random(number)
    return {
        f"/{one:04}.mp3": b"ID3" + dice.randbytes(dice.randint(2_000, 60_000))
        for one in range(number)
    }


def files_of(host: Flaky) -> list[Wanted]:
    return [
        Wanted(host.url(path), path.lstrip("/"), "audio", len(body))
        for path, body in host.files.items()
    ]


def are_all_there(host: Flaky, folder: Path) -> bool:
    """Return whether every byte is in its place, and nothing else is."""
    there = {f"/{path.name}": path.read_bytes() for path in (folder / "site").glob("*/*")}
    return there == host.files and not [*(folder / "site").glob("*.*")]


@pytest.mark.parametrize("seed", [1])
def test_a_thousand_files_come_from_a_host_that_fails_at_random(seed: int, tmp_path: Path) -> None:
    with flaky(show(FILES), at_random(seed, 0.45)) as host:
        trust = frozenset({fetch.place_of(host.endpoint)})
        left, runs, heard = files_of(host), 0, [(0, 0)]
        while left and runs < 5:  # as somebody does who imports again
            runs += 1
            run = Run(quick(), tmp_path / "site", trust)
            run.hear = lambda done, total, path: heard.append((done, total))
            found = download_all(left, run)
            left = [one for one, it in found.items() if isinstance(it, Notice)]
            assert all(
                it.kind == "download-broken" for it in found.values() if isinstance(it, Notice)
            )
            there = [it for it in found.values() if isinstance(it, Path)]
            assert all(len(host.files[f"/{it.name}"]) == it.stat().st_size for it in there)
        assert (left, runs <= 3) == ([], True)
        assert are_all_there(host, tmp_path)
        faults = Counter(one.fault for one in host.seen)
        assert all(faults[fault] > 20 for fault in AT_RANDOM), faults
        assert sum("range" in one.headers for one in host.seen) > 100
        assert max(Counter(one.path for one in host.seen).values()) < 20
    assert heard[-1][0] <= heard[-1][1]


def test_a_run_that_is_killed_again_and_again_still_ends(tmp_path: Path) -> None:
    script = """
import sys, time
from pathlib import Path
from activefeed.clock import Clock
from activefeed.migrate.download import Run, download_all
from activefeed.migrate.moving import Wanted
place, endpoint, folder, *names = sys.argv[1:]
site = Path(folder, "site")
files = [Wanted(endpoint + "/" + one, one, "audio") for one in names]
run = Run(Clock(time.monotonic, lambda _: None), site, frozenset({place}))
download_all(files, run)"""
    dice = random.Random(3)
    with flaky(show(300), at_random(3, 0.2)) as host:
        names = [path.lstrip("/") for path in host.files]
        place = fetch.place_of(host.endpoint)
        words = [sys.executable, "-c", script, place, host.endpoint, str(tmp_path), *names]
        # By chance a file may fail as often as a whole run has patience: two go on to the end.
        for kill in (signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGINT, 0, 0):
            before = len(host.seen)
            with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
                while kill and len(host.seen) < before + 40 and process.poll() is None:
                    time.sleep(0.01)
                time.sleep(dice.random() * 0.02)
                if kill:
                    process.send_signal(kill)
                _, said = process.communicate(timeout=60)
            for path in (tmp_path / "site").glob("*/*"):
                assert path.read_bytes() == host.files[f"/{path.name}"]
            assert kill or not process.returncode, said
        assert are_all_there(host, tmp_path)
