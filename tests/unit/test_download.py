"""Files come whole or not at all, whatever a host does; what came is not asked for twice."""

from __future__ import annotations

import errno
import io
import random
import re
import signal
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from clocks import quick
from flaky import Flaky, at_random, flaky, in_turn
from web import Reply, web
from wire import Connection, serve

from activefeed import fetch
from activefeed.clock import Clock
from activefeed.migrate import download
from activefeed.migrate.download import Run, download_all
from activefeed.migrate.moving import Notice, Wanted

SOUND = b"ID3" + random.Random(7).randbytes(300_000)
OTHER = b"ID3" + random.Random(8).randbytes(250_000)
PATH = "/a.mp3"


@pytest.fixture
def host() -> Iterator[Flaky]:
    with flaky({PATH: SOUND}) as here:
        yield here


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


@dataclass
class Slept:
    """A clock that notes how long somebody waits."""

    seconds: float = 0

    @property
    def clock(self) -> Clock:
        def sleep(seconds: float) -> None:
            self.seconds += seconds

        return Clock(lambda: self.seconds, sleep)


def a_run(host: Flaky, folder: Path, **more: Any) -> Run:
    trust = frozenset({fetch.place_of(host.endpoint)})
    run = Run(quick(), folder / "site", trust)
    return replace(run, **more)


def wanted(host: Flaky, path: str = PATH, **more: Any) -> Wanted:
    return replace(Wanted(host.url(path), f"episodes{path}", "audio"), **more)


def got(run: Run, *files: Wanted) -> Path | Notice:
    """Return what became of the first of some files."""
    return next(iter(download_all(files, run).values()))


def told(run: Run, *files: Wanted) -> tuple[str, str]:
    """Return kind and detail of a failure, after which nothing is left of the file."""
    found = got(run, *files)
    assert isinstance(found, Notice)
    assert not found.title
    assert not list(run.folder.glob("*/*"))
    return found.kind, found.detail


def press_ctrl_c() -> None:
    main = threading.main_thread().ident
    assert main
    signal.pthread_kill(main, signal.SIGINT)


def settle() -> None:
    """Wait until nobody is at work any more."""
    while any(re.search("worker|lambda", one.name) for one in threading.enumerate()):
        time.sleep(0.01)


def left(run: Run) -> list[bytes]:
    """Return all parts of files."""
    return [path.read_bytes() for path in run.folder.glob("*.part")]


def ranges(host: Flaky, path: str = PATH) -> list[str]:
    """Return which part was asked for each time."""
    return [one.headers.get("range", "") for one in host.of(path)]


def is_sound(run: Run, found: Path | Notice, body: bytes = SOUND, path: str = PATH) -> bool:
    """Return whether a file is there, as it should be, and nothing else."""
    assert isinstance(found, Path)
    assert found.name == path.removeprefix("/")
    assert [*run.folder.rglob("*")] == [found.parent, found]
    return found.read_bytes() == body


def test_a_file_comes_to_its_place(host: Flaky, tmp_path: Path) -> None:
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))
    asked = host.seen[0].headers
    assert asked["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "referer", "range"} & asked.keys()


@pytest.mark.parametrize("fault", ["short", "reset"])
def test_what_broke_off_goes_on_where_it_stopped(fault: str, host: Flaky, tmp_path: Path) -> None:
    host.fault = in_turn(fault, fault)
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))
    first, second, third = ranges(host)
    assert first == ""
    assert 0 < int(second.removeprefix("bytes=")[:-1]) <= int(third.removeprefix("bytes=")[:-1])
    assert host.seen[1].headers["if-range"] == host.seen[2].headers["if-range"] != ""


def test_the_next_run_goes_on_where_the_last_one_stopped(host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "short" if not nth else "503"
    run = a_run(host, tmp_path)
    kind, detail = told(run, wanted(host))
    assert (kind, detail) == ("download-broken", f"{host.url(PATH)} Service Unavailable")
    (part,) = left(run)
    assert 0 < len(part) < len(SOUND)
    assert SOUND.startswith(part)
    host.fault = in_turn()
    again = a_run(host, tmp_path)
    assert is_sound(again, got(again, wanted(host)))
    assert ranges(host)[-1] == f"bytes={len(part)}-"


def test_a_server_that_knows_no_parts_starts_anew(host: Flaky, tmp_path: Path) -> None:
    host.fault = in_turn("short", "whole")
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))
    assert [one.fault for one in host.seen] == ["short", "whole"]


@pytest.mark.parametrize("fault", ["wrong", "wide", "other", "416"])
def test_a_part_that_does_not_fit_is_not_taken(fault: str, host: Flaky, tmp_path: Path) -> None:
    host.fault = in_turn("short", fault)
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))
    assert ranges(host)[2:] == [""]


@pytest.mark.parametrize("marks", [{}, {"ETag": ""}, {"ETag": 'W/"1"'}, {"Last-Modified": ""}])
def test_a_file_that_changed_meanwhile_starts_anew(
    marks: dict[str, str], host: Flaky, tmp_path: Path
) -> None:
    host.headers |= marks
    run = a_run(host, tmp_path)

    def change(path: str, nth: int, headers: Mapping[str, str]) -> str:
        if nth:
            host.files[PATH] = OTHER
            host.headers = {"Last-Modified": "Tue, 07 Jan 2025 08:00:00 GMT"} | marks
        return "" if nth else "short"

    host.fault = change
    assert is_sound(run, got(run, wanted(host)), OTHER)
    assert len(host.seen) == 2
    assert ranges(host)[1] != ""


@pytest.mark.parametrize("etag", ["", 'W/"1"'])
def test_without_a_mark_of_its_version_nothing_is_put_together(
    etag: str, host: Flaky, tmp_path: Path
) -> None:
    host.headers |= {"ETag": etag, "Last-Modified": ""}
    host.fault = in_turn("short")
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))
    assert ranges(host) == ["", ""]


def test_a_weak_mark_is_not_asked_by(host: Flaky, tmp_path: Path) -> None:
    host.headers |= {"ETag": 'W/"1"'}
    host.fault = in_turn("short")
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))
    assert "2025" in host.seen[1].headers["if-range"]


def test_notes_that_were_damaged_are_no_notes(host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "short" if not nth else "hang-up"
    run = a_run(host, tmp_path)
    told(run, wanted(host))
    (note,) = run.folder.glob("*.json")
    note.write_text(note.read_text()[:20])
    host.fault = in_turn()
    assert is_sound(run, got(run, wanted(host)))
    assert ranges(host)[-1] == ""


def test_a_part_that_turns_out_whole_only_needs_its_place(host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "short" if not nth else "hang-up"
    run = a_run(host, tmp_path)
    told(run, wanted(host))
    (half,) = run.folder.glob("*.part")
    half.write_bytes(SOUND)  # as where a run is killed before the last step
    host.fault = lambda path, nth, headers: ""
    assert is_sound(run, got(run, wanted(host)))


def test_a_body_without_a_length_is_taken_to_its_end(host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "untold"
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))


def test_a_body_without_a_length_that_broke_off_is_not_the_whole(tmp_path: Path) -> None:
    turns = iter([SOUND[:99_000], SOUND])

    def talk(client: Connection) -> None:
        body = next(turns)
        client.read_head()
        client.send(b'HTTP/1.1 200 OK\r\nETag: "1"\r\nTransfer-Encoding: chunked\r\n\r\n')
        client.send(b"%x\r\n%b\r\n" % (len(body), body))
        client.send(b"0\r\n\r\n" if body == SOUND else b"2000\r\nbroken")

    with serve(talk) as url:
        trust = frozenset({fetch.place_of(url)})
        run = Run(quick(), tmp_path / "site", trust)
        assert is_sound(run, got(run, Wanted(f"{url}{PATH}", f"episodes{PATH}", "audio")))


def test_what_was_stopped_is_not_the_whole_either(host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "untold"
    assert told(a_run(host, tmp_path, most=1000), wanted(host))[0] == "download-most"


@pytest.mark.parametrize(
    ("status", "kind"),
    [("404", "gone"), ("410", "gone"), ("401", "refused"), ("403", "refused"), ("451", "refused")],
)
def test_a_refusal_for_good_is_told_at_once(
    status: str, kind: str, host: Flaky, tmp_path: Path
) -> None:
    host.fault = lambda path, nth, headers: status
    slept = Slept()
    run = a_run(host, tmp_path, clock=slept.clock)
    found, detail = told(run, wanted(host))
    assert (found, len(host.seen), slept.seconds) == (f"download-{kind}", 1, 0)
    assert detail.startswith(host.url(PATH))
    assert not [*run.folder.iterdir()]


@pytest.mark.parametrize("fault", ["500", "502", "503", "429", "408", "hang-up"])
def test_what_may_pass_is_tried_again_but_not_for_ever(
    fault: str, host: Flaky, tmp_path: Path
) -> None:
    host.fault = in_turn(fault, fault, fault, fault)
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))
    host.fault = lambda path, nth, headers: fault
    slept = Slept()
    run = a_run(host, tmp_path / "other", clock=slept.clock)
    assert told(run, wanted(host))[0] == "download-broken"
    assert len(host.seen) == 10
    assert 10 < slept.seconds < 100
    assert not [*run.folder.iterdir()]


def test_bytes_give_new_patience(host: Flaky, tmp_path: Path) -> None:
    faults = ["500", "500", "500", "500", "short"] * 4
    host.fault = in_turn(*faults)
    slept = Slept()
    run = a_run(host, tmp_path, clock=slept.clock)
    assert is_sound(run, got(run, wanted(host)))
    assert len(host.seen) == 21


def test_a_place_that_breaks_off_is_not_silent(
    host: Flaky, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_DEAF", 2)
    host.fault = in_turn("short", "short", "short", "short")
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host)))


def test_a_body_that_never_gets_any_further_is_given_up(host: Flaky, tmp_path: Path) -> None:
    host.headers |= {"ETag": "", "Last-Modified": ""}
    host.fault = lambda path, nth, headers: "short"
    assert told(a_run(host, tmp_path), wanted(host))[0] == "download-broken"
    assert len(host.seen) == 6


@pytest.mark.parametrize(("asked", "waits"), [("7", 7), ("9999999999", 120), ("soon", 1), ("", 1)])
def test_a_server_says_when_to_come_again_within_bounds(
    asked: str, waits: int, tmp_path: Path
) -> None:
    slept = Slept()
    with web() as server:
        server.replies["/a.mp3"] = Reply(503, {"Retry-After": asked})
        trust = frozenset({fetch.place_of(server.url)})

        def sleep(seconds: float) -> None:
            slept.seconds += seconds
            server.replies["/a.mp3"] = Reply(body=SOUND)

        clock = Clock(lambda: 0, sleep)
        run = Run(clock, tmp_path / "site", trust)
        file = Wanted(f"{server.url}/a.mp3", "a.mp3", "audio")
        assert isinstance(got(run, file), Path)
    assert slept.seconds == waits


@pytest.mark.parametrize("use", ["audio", "image", "chapters", "transcript"])
def test_a_web_page_is_nothing_but_a_transcript(use: str, host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "page"
    run = a_run(host, tmp_path)
    if use == "transcript":
        assert isinstance(got(run, wanted(host, use=use)), Path)
    else:
        assert told(run, wanted(host, use=use)) == ("download-page", f"{host.url(PATH)}")
        assert len(host.seen) == 1
        assert not [*run.folder.iterdir()]


@pytest.mark.parametrize("body", [b"\n <!doctype HTML><p>", b"<HTML lang=en>"])
def test_a_web_page_that_says_it_is_audio_is_none(body: bytes, host: Flaky, tmp_path: Path) -> None:
    host.files[PATH] = body
    assert told(a_run(host, tmp_path), wanted(host))[0] == "download-page"


def test_what_comes_compressed_is_refused(host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "packed"
    assert told(a_run(host, tmp_path), wanted(host))[0] == "download-packed"


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


def test_what_came_before_stays_as_it_is_and_is_not_asked_for(host: Flaky, tmp_path: Path) -> None:
    run = a_run(host, tmp_path)
    there = run.place(wanted(host))
    there.parent.mkdir(parents=True)
    there.write_bytes(b"there")
    assert is_sound(run, got(run, wanted(host)), b"there")
    assert not host.seen
    there.unlink()
    there.symlink_to(tmp_path / "nowhere")
    assert is_sound(run, got(run, wanted(host)))
    assert not there.is_symlink()
    assert not (tmp_path / "nowhere").exists()


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


def test_what_fails_at_its_own_address_is_asked_for_at_another(host: Flaky, tmp_path: Path) -> None:
    file = wanted(host, "/gone.mp3", instead=host.url(PATH))
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, file), path="/gone.mp3")
    file = replace(file, path="episodes/b.mp3", instead=host.url("/gone-too.mp3"))
    assert got(run, file) == Notice("download-gone", "", f"{host.url('/gone.mp3')} Not Found")


def test_what_was_begun_at_one_address_may_end_at_another(host: Flaky, tmp_path: Path) -> None:
    host.files["/counted.mp3"] = SOUND
    host.fault = lambda path, nth, headers: "" if path != PATH else "short" if not nth else "500"
    run = a_run(host, tmp_path)
    assert is_sound(run, got(run, wanted(host, instead=host.url("/counted.mp3"))))
    assert int(ranges(host, "/counted.mp3")[0][6:-1]) > 0


def test_an_address_in_a_private_network_is_told_at_once(host: Flaky, tmp_path: Path) -> None:
    run = a_run(host, tmp_path, trust=frozenset())
    assert told(run, wanted(host))[0] == "download-private"
    assert not host.seen


def test_a_place_that_is_silent_is_not_asked_a_thousand_times(host: Flaky, tmp_path: Path) -> None:
    host.fault = lambda path, nth, headers: "hang-up"
    slept = Slept()
    run = a_run(host, tmp_path, clock=slept.clock)
    found = download_all([wanted(host, f"/{number}.mp3") for number in range(200)], run)
    assert {one.kind for one in found.values() if isinstance(one, Notice)} == {"download-broken"}
    assert len(found) == 200
    assert len(host.seen) < 50
    assert slept.seconds < 600


def test_how_far_it_is_can_be_heard(host: Flaky, tmp_path: Path) -> None:
    host.files["/b.mp3"] = OTHER
    heard: list[tuple[int, int, str]] = []
    run = a_run(host, tmp_path, hear=lambda *one: heard.append(one))
    files = wanted(host, length=1000), wanted(host, "/b.mp3", length=len(OTHER))
    download_all(files, run)
    assert heard[-1][:2] == (len(SOUND) + len(OTHER),) * 2
    assert {path for _, _, path in heard} == {"episodes/a.mp3", "episodes/b.mp3"}
    assert all(done <= total for done, total, _ in heard)
    assert [done for done, _, _ in heard] == sorted(done for done, _, _ in heard)


def test_what_became_of_files_comes_in_their_order(host: Flaky, tmp_path: Path) -> None:
    host.files |= {f"/{number}.mp3": bytes([number]) * 999 for number in range(20)}
    host.fault = at_random(5)
    files = [wanted(host, f"/{number}.mp3") for number in (*range(20), 3, 3)]
    found = download_all(files, a_run(host, tmp_path))
    assert list(found) == files[:20]


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


def test_all_that_can_go_wrong_has_words() -> None:
    source = Path(download.__file__).read_text("utf-8")
    kinds = set(re.findall(r'"download-([\w-]+)"', source)) | set(download._KINDS.values()) - {""}
    kinds |= {"refused", "page", "packed", "large", "broken"}
    table = Path(download.__file__).with_name("notices.toml").read_text("utf-8")
    words = {
        kind: row for kind, row in tomllib.loads(table).items() if kind.startswith("download-")
    }
    assert words.keys() == {f"download-{kind}" for kind in kinds}
    assert all(row["what"].format(detail="x") and row["fix"] for row in words.values())
