"""Files come whole or not at all, whatever a host does; what came is not asked for twice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from clocks import quick
from downloads import OTHER, PATH, SOUND, a_run, got, is_sound, left, ranges, told, wanted
from flaky import Flaky, at_random, in_turn
from wire import Connection, serve

from activefeed import fetch
from activefeed.migrate.download import Run, download_all
from activefeed.migrate.moving import Wanted


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
