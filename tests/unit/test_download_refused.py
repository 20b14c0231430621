"""What is refused, or fails for longer than patience lasts, is told, and its place stays empty."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from downloads import PATH, SOUND, a_run, got, is_sound, ranges, told, wanted
from flaky import Flaky, in_turn
from web import Reply, web

from activefeed import fetch
from activefeed.clock import Clock
from activefeed.migrate import download
from activefeed.migrate.download import Run, download_all
from activefeed.migrate.moving import Notice, Wanted


@dataclass
class Slept:
    """A clock that notes how long somebody waits."""

    seconds: float = 0

    @property
    def clock(self) -> Clock:
        def sleep(seconds: float) -> None:
            self.seconds += seconds

        return Clock(lambda: self.seconds, sleep)


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
