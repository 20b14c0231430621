"""A thousand episodes from a host that fails at random: run again until all of them are here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

import clocks
import pytest
from click.testing import CliRunner
from flaky import at_random, flaky
from sample import NOW

from activefeed.cli import cli, frame

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SOUND = (Path(__file__).parent / "fixtures/audio/faststart.m4a").read_bytes()
EPISODES = 1000
ITEM = """
<item><title>{title}</title><guid isPermaLink="false">{guid}</guid>
<pubDate>Mon, 01 Jan 2024 {hour:02}:{minute:02}:00 GMT</pubDate>
<description>Number {n}.</description>
<enclosure url="{url}" length="{length}" type="audio/x-m4a"/></item>"""


def recordings() -> dict[str, bytes]:
    """Return a recording for each episode, none like another: a box that players skip follows."""
    found = {}
    for n in range(EPISODES):
        mark = f"episode {n:04}".encode()
        found[f"/audio/{n:04}.m4a"] = SOUND + (8 + len(mark)).to_bytes(4, "big") + b"free" + mark
    return found


def feed(base: str, files: dict[str, bytes]) -> bytes:
    items = [
        ITEM.format(
            title=escape(f"Walk {n} & talk"), guid=f"walk-{n}", hour=n // 60, minute=n % 60, n=n,
            url=base + path, length=len(body),
        )
        for n, (path, body) in enumerate(files.items())
    ]  # fmt: skip
    head = "<title>A thousand walks</title><link>https://walks.example</link>"
    body = "".join(reversed(items))
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{body}</channel></rss>'.encode()


def test_a_thousand_episodes_come_from_a_host_that_fails_at_random(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "CLOCK", clocks.quick())
    files, dice = recordings(), at_random(7, 0.45)

    def fault(path: str, nth: int, headers: Mapping[str, str]) -> str:
        if "audio" not in path:
            return ""
        # Of some the host wants to know nothing for longer than a run has patience.
        return "500" if path.endswith("7.m4a") and nth < 8 else dice(path, nth, headers)

    with flaky(files) as host:
        host.files["/feed.xml"] = feed(host.endpoint, files)
        host.fault = fault
        words = ["import", f"{host.endpoint}/feed.xml", "--site", str(tmp_path), "--yes"]
        words += ["--now", NOW, "--url", "https://walks.example", "--timezone", "UTC"]
        codes, late = list[int](), list[int]()
        while (not codes or codes[-1] == 3) and len(codes) < 6:
            done = CliRunner().invoke(cli, words)
            codes.append(done.exit_code)
            late.append(done.output.count("Late "))
    assert codes[-1] == 0, done.output[-2000:]
    assert len(codes) > 1, "this host never failed for good: the test shows nothing"
    assert late == sorted(late, reverse=True)
    assert all(late[:-1])  # exit code 3 always says which
    came = {path.stem: path.read_bytes() for path in (tmp_path / "episodes").glob("*.m4a")}
    texts = {path.stem: path.read_text("utf-8") for path in (tmp_path / "episodes").glob("*.md")}
    assert came.keys() == texts.keys()
    guid = re.compile("^guid: (.+)$", re.MULTILINE)
    guids = [(guid.findall(text), came[stem]) for stem, text in texts.items()]
    assert len(guids) == EPISODES
    assert all(([f"walk-{n}"], body) in guids for n, body in enumerate(files.values()))
    assert not (tmp_path / ".activefeed/import").exists()
