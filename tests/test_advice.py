"""What check advises once nothing is wrong: when, where, and what it measures, asks, compares."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sitemaker import NOW, Maker, make
from web import Reply, web

from activefeed import advice
from activefeed.cli import cli
from activefeed.formats import ffmpeg

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
GOOD = ("summary: Why we talk.", "transcript: said.txt")


@pytest.fixture
def site(tmp_path: Path) -> Maker:
    """Return a site that all advice was taken for."""
    made = make(tmp_path)
    made.write("episodes/said.txt", "Hello.\n")
    made.episode("one", *GOOD)
    return made


def check(site: Maker, *options: str, command: str = "check", now: datetime = NOW) -> Result:
    given = [command, *options, "--site", str(site.root), "--now", now.isoformat()]
    return CliRunner().invoke(cli, given)


def codes(site: Maker, *options: str, now: datetime = NOW) -> list[str]:
    problems = json.loads(check(site, "--json", *options, now=now).stdout)["problems"]
    return [problem["code"] for problem in problems]


def test_advice_never_fails_a_check_and_no_publish_gives_any(site: Maker) -> None:
    site.markdown("posts/two.md", f"title: {'long ' * 20}")
    said = check(site)
    assert (said.exit_code, "99 characters" in said.output) == (0, True)
    assert "characters" not in check(site, command="publish").output


def test_first_what_is_wrong_then_what_could_be_better(site: Maker) -> None:
    site.markdown("posts/two.md", f"title: {'long ' * 20}", "date: yesterday")
    assert codes(site) == ["not-a-date"]


def test_what_is_due_later_is_looked_at_while_it_can_be_bettered_and_drafts_are_left_alone(
    site: Maker,
) -> None:
    site.markdown("posts/later.md", f"title: {'long ' * 20}", "date: 2031-01-01")
    assert codes(site) == ["long-title"]
    site.markdown("posts/later.md", f"title: {'long ' * 20}", "date: 2031-01-01", "draft: true")
    assert codes(site) == []
    site.markdown("posts/later.md", f"title: {'long ' * 20}", "withdrawn: true")
    assert codes(site) == []


def test_of_many_alike_the_newest_three_are_shown_and_on_request_or_to_programs_all(
    site: Maker,
) -> None:
    for n in range(1, 31):
        site.markdown(f"posts/{n}.md", f"title: {n} {'long ' * 20}", f"date: 2026-01-{n:02}")
    few, every = check(site).output, check(site, "--all").output
    assert [f"posts/{n}.md" in few for n in (30, 29, 28, 27)] == [True, True, True, False]
    assert "\n  and 27 more warnings (activefeed check --all shows them)\n" in few
    assert every.count("warning:") == 30 == len(codes(site))
    assert "30 warnings in 30 of" in few
    assert len(few.splitlines()) < 20


def test_no_report_has_more_than_twenty_warnings_but_every_error(site: Maker) -> None:
    for n in range(1, 26):
        site.markdown(
            f"posts/{n}.md", "image: ../images/cover.png", "related: [later.md]", "image_alt: A."
        )
    site.markdown("posts/later.md", "date: 2031-01-01")
    said = check(site).output
    assert said.count("warning:") == 20
    assert "  and 5 more warnings (activefeed check --all shows them)\n" in said
    for n in range(1, 26):
        site.markdown(f"posts/{n}.md", "related: [later.md]", "date: soon")
    said = check(site).output
    assert (said.count("error:"), said.count("warning:")) == (25, 20)


# What is heard


@needs_ffmpeg
def test_new_audio_is_measured_once_and_told_where_it_is_too_quiet(
    site: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = ["-f", "lavfi", "-i", "sine=duration=3", "-af", "volume=-20dB"]
    site.episode("two", *GOOD, "date: 2026-05-25")
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-y", *quiet, site.root / "episodes/two.mp3"], check=True
    )
    said = check(site).output
    assert "warning: episodes/two.mp3: the sound is at -4" in said
    assert 'ffmpeg -i "two.mp3" -af loudnorm=I=-16' in said
    monkeypatch.setattr(ffmpeg, "loudness", lambda path: pytest.fail(f"{path} is measured again"))
    assert check(site).output == said


def test_what_is_old_published_or_not_here_is_not_measured(
    site: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(ffmpeg, "there", lambda: True)
    monkeypatch.setattr(ffmpeg, "loudness", lambda path: heard.append(path.name))
    site.episode("two", *GOOD, "date: 2026-05-25")
    assert check(site).exit_code == 0
    assert heard == ["two.mp3"]  # one.mp3 is from February
    shutil.rmtree(site.root / ".activefeed", ignore_errors=True)
    assert check(site, command="publish").exit_code == 0
    assert check(site).exit_code == 0
    (site.root / "episodes/two.mp3").unlink()
    assert check(site).exit_code == 0
    assert heard == ["two.mp3"]


# What is linked to


def test_links_are_asked_only_on_request_once_each_and_the_dead_are_told_at_their_line(
    site: Maker,
) -> None:
    with web() as far:
        far.replies |= {
            "/fine": Reply(), "/moved": Reply(301, {"Location": "/fine"}), "/x_(y)": Reply(),
            "HEAD /shy": Reply(405), "GET /shy": Reply(), "/for-people": Reply(403),
        }  # fmt: skip
        links = " ".join(f"[a]({far.url}/{name})" for name in ("fine", "moved", "x_(y)", "shy"))
        site.markdown(
            "posts/two.md", f"aliases: ['{far.url}/old.html']",
            body=f"{links} <{far.url}/for-people>.\n\nSee {far.url}/gone, and ({far.url}/gone).\n\n"
            f"    `{far.url}/example`\n",
        )  # fmt: skip
        site.markdown(
            "posts/three.md", body=f"[again]({far.url}/fine#part) https://hill.example/me"
        )
        assert codes(site) == []
        assert far.asked == []
        said = check(site, "--links").output
    asked = [(method, path) for method, path, _ in far.asked]
    assert sorted({path for _, path in asked}) == [
        "/fine", "/for-people", "/gone", "/moved", "/shy", "/x_(y)",
    ]  # fmt: skip
    assert asked.count(("HEAD", "/gone")) == 1
    assert said.count("does not answer") == 2
    assert f"warning: posts/two.md:9:5: {far.url}/gone does not answer: 404 Not Found" in said
    assert f"warning: posts/two.md:9:{10 + len(far.url) + 7}: " in said


def test_links_of_the_settings_are_asked_but_nothing_that_is_for_machines(tmp_path: Path) -> None:
    with web() as far:
        more = f"""
#
listings = [{{ title = "A", url = "{far.url}/listing" }}]
# funding = [{{ title = "B", url = "{far.url}/remark" }}]
[publish]
to = "public"
hub = "{far.url}/hub"
[people.ben]
name = "Ben"  # see {far.url}/aside
url = "{far.url}/ben"
"""
        before = 'hosts = ["dana"]'
        site = make(
            tmp_path,
            old=before,
            new=f"{before}{more.split('[pub', maxsplit=1)[0]}",
            more="[pub" + more.split("[pub")[1],
        )
        said = check(site, "--links").output
    assert {path for _, path, _ in far.asked} == {"/listing", "/ben"}
    assert f"activefeed.toml:17:35: {far.url}/listing does not answer" in said


def test_a_server_that_is_not_there_is_named(site: Maker) -> None:
    site.markdown("posts/two.md", body="<http://127.0.0.1:9/x> https://a\u2100b.example/")
    said = check(site, "--links").output
    assert "http://127.0.0.1:9/x does not answer: Connection refused" in said
    assert "https://a\u2100b.example/ does not answer: " in said  # no host can be called so


# What is large


@pytest.mark.parametrize(("size", "told"), [(1_000_000, 0), (1_000_001, 1), (5_000_001, 0)])
def test_a_feed_of_all_items_is_told_when_it_is_heavy(site: Maker, size: int, told: int) -> None:
    text = site.root / "activefeed.toml"
    text.write_text(text.read_text().replace("search =", 'feed_items = "all"\nsearch ='))
    feeds = {"feed.xml": size, "podcast/feed.xml": 10}
    found = advice.give(site.load().site, feeds, {}, {})
    hints = [one for one in found if one.code == "large-feed"]
    assert [str(one.location) for one in hints] == ["activefeed.toml:6:14"] * told


def test_text_without_end_is_no_trap(site: Maker) -> None:
    """The patterns must not try every way to read a text that never closes what it opens."""
    endless = ("`", "![", "<img ", "(https://x", "<!-- ", "```\n", "[a](https://", "``x` ")
    for n, text in enumerate(endless):
        site.markdown(f"posts/{n}.md", body=text * (15_001 // len(text)))
    read = site.load()
    start = datetime.now(UTC)
    list(advice.give(read.site, {}, {}, {}))
    assert datetime.now(UTC) - start < timedelta(seconds=2)
