"""A show that moves in keeps its subscribers, whichever its old host and whatever fails there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import oldhost
import pytest
from click.testing import CliRunner, Result
from clocks import quick
from sample import NOW

from activefeed import arriving, importing
from activefeed.cli import cli

NEW = ("--url", "https://new.example", "--timezone", "Europe/Berlin")


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def bring(root: Path, feed: str, *options: str) -> Result:
    """Import into a site, or a folder that becomes one."""
    return run("import", feed, "--site", root, "--yes", "--now", NOW, *NEW, *options)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".activefeed" not in path.parts
    }


# What a feed cannot keep is where its files lie, and what becomes of a file with new tags.
ALWAYS = {"another address of the audio", "another length in bytes"}
# What an old host tells wrongly or not at all, and is told here as it is.
HONEST = {
    "handmade": {"another type of the audio", "another duration in seconds", "another date"},
    "podlove": {"another type of the audio"},  # one that few apps know
    # A post without a title has its first words here; feeds of blogs have no word for a duration.
    "blog-json": {"another title", "another duration in seconds"},
}


@pytest.mark.parametrize("name", oldhost.NAMES)
def test_a_show_of_every_source_is_the_same_show_here(name: str, tmp_path: Path) -> None:
    with oldhost.serve(name) as host:
        came = bring(tmp_path, host.feed, "--mine")
        assert came.exit_code == 0, came.output
        published = run("publish", "--site", tmp_path, "--now", NOW)
        assert published.exit_code == 0, published.output
        feed = "blog/feed.xml" if name in oldhost.BLOGS else "podcast/feed.xml"
        compared = run("verify", host.feed, tmp_path / "public" / feed)
    assert compared.exit_code == 0, compared.output
    assert compared.output.endswith("Subscribers see the same show.\n")
    told = re.findall(r"(?m)^~ \d+ items? with (.*?):", compared.output)
    assert len(told) == len(re.findall("(?m)^[~!]", compared.output))
    assert {*told} <= ALWAYS | HONEST.get(name, set()), compared.output


def test_a_plan_writes_nothing_and_tells_what_it_would_do(tmp_path: Path) -> None:
    with oldhost.serve("castopod") as host:
        planned = run("import", host.feed, "--site", tmp_path, "--dry-run", "--json", *NEW)
    plan = json.loads(planned.output)
    assert plan["exit"] == 0
    assert (plan["title"], plan["episodes"], plan["posts"]) == ("Les Heures Bleues", 3, 0)
    assert plan["begins"]
    assert plan["locked"]
    assert 0 < plan["bytes"] < plan["free"]
    assert any("podcast:value" in words for words in plan["notices"])
    assert not files(tmp_path)


def test_nothing_is_written_before_somebody_says_yes(tmp_path: Path) -> None:
    with oldhost.serve("libsyn") as host:
        asked = run("import", host.feed, "--site", tmp_path, *NEW)
    assert asked.exit_code == 5
    assert not files(tmp_path)


def test_a_locked_show_is_left_where_it_is_until_its_owner_says_so(tmp_path: Path) -> None:
    with oldhost.serve("castopod") as host:
        refused = bring(tmp_path, host.feed)
        assert refused.exit_code == 6
        assert "unlock it at the old host" in refused.output
        assert not files(tmp_path)
        assert bring(tmp_path, host.feed, "--mine").exit_code == 0


def test_what_the_author_edited_since_stays_and_only_what_is_new_comes(tmp_path: Path) -> None:
    with oldhost.serve("libsyn") as host:
        path = next(path for path, reply in host.web.replies.items() if b"<rss" in reply.body)
        whole = host.web.replies[path]
        first = whole.body.index(b"<item>")
        younger = whole.body.index(b"</item>") + len("</item>")
        host.web.replies[path] = replace(whole, body=whole.body[:first] + whole.body[younger:])
        assert bring(tmp_path, host.feed).exit_code == 0
        before = files(tmp_path)
        edited = next(path for path in before if path.endswith(".md") and "episodes" in path)
        (tmp_path / edited).write_bytes(before[edited] + b"\nMy own words.\n")
        settings = tmp_path / "activefeed.toml"
        settings.write_text(settings.read_text("utf-8") + '\n[people.me]\nname = "Me"\n', "utf-8")
        before = files(tmp_path)

        host.web.replies[path] = whole
        again = bring(tmp_path, host.feed)
        after = files(tmp_path)
        third = bring(tmp_path, host.feed)
    assert again.exit_code == 0, again.output
    assert "2 already" in again.output
    assert (
        before.items()
        <= {**after, "imported/feed-001.xml": before["imported/feed-001.xml"]}.items()
    )
    new = [path for path in after.keys() - before.keys() if path.endswith(".md")]
    assert len(new) == 1
    assert "nothing to bring" in third.output
    assert files(tmp_path) == after


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    now = datetime.fromisoformat(NOW)
    answers = {"url": NEW[1], "timezone": NEW[3], "category": "Society & Culture", "email": ""}
    with oldhost.serve("libsyn") as host:
        plan = importing.look(tmp_path, importing.Request(host.feed, answers), now)
        audio = [one.path for item in plan.move.items for one in item.wanted if one.use == "audio"]
        mine = tmp_path / audio[0]

        def save(*_: object) -> None:  # while the files are on their way
            mine.parent.mkdir(exist_ok=True)
            mine.write_bytes(b"mine")

        done = arriving.arrive(plan, now, quick(), save)
    assert mine.read_bytes() == b"mine"
    assert len(done["written"]) == len(plan.move.items)
    assert all((tmp_path / path).is_file() for path in audio)


def test_audio_can_stay_at_the_old_host(tmp_path: Path) -> None:
    with oldhost.serve("libsyn") as host:
        assert bring(tmp_path, host.feed, "--keep-audio-urls").exit_code == 0
        assert not [path for path in files(tmp_path) if path.endswith(".mp3")]
    episode = next((tmp_path / "episodes").glob("*.md")).read_text("utf-8")
    assert f"audio: {host.web.url}" in episode


def test_audio_that_is_gone_leaves_a_draft_and_a_line(tmp_path: Path) -> None:
    with oldhost.serve("libsyn") as host:
        gone = next(path for path in host.web.replies if path.partition("?")[0].endswith("one.mp3"))
        del host.web.replies[gone]
        came = bring(tmp_path, host.feed)
    assert came.exit_code == 0, came.output
    assert "without its audio it waits as a draft" in came.output
    drafts = [
        one
        for one in (tmp_path / "episodes").glob("*.md")
        if "draft: true" in one.read_text("utf-8")
    ]
    assert len(drafts) == 1
    assert run("check", "--site", tmp_path, "--now", NOW).exit_code == 0


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all", "utf-8")
    with oldhost.serve("libsyn") as host:
        refused = bring(tmp_path, host.feed)
    assert refused.exit_code == 2
    assert files(tmp_path) == {"letter.txt": b"Dear all"}
