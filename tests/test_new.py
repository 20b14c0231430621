"""To begin an episode or a post: what is written, what is said, and what is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sitemaker
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sample import Said, Sample
from sitemaker import AUDIO, Maker

from activefeed.cli import cli
from activefeed.content import identity, load, source
from activefeed.content import settings as site_settings
from activefeed.content.settings import Frame
from activefeed.desk import drafts
from activefeed.desk.drafts import Draft
from activefeed.formats import audio, ffmpeg, yaml
from activefeed.model import Published
from activefeed.problems import Exit

OLD = identity.derived(sitemaker.SITE_ID, "episode", "old")
NOW = "2026-12-02T09:30:00+00:00"  # a Wednesday, 4:30 in New York


@pytest.fixture
def site(tmp_path: Path) -> Maker:
    return sitemaker.make(tmp_path)


def run(site: Maker, *words: str, now: str = NOW) -> Said:
    return Sample(site.root).run(*words, now=now)


def episode(site: Maker, name: str = "cbr.mp3", *words: str) -> Said:
    return run(site, "new", "episode", str(AUDIO / name), *words)


def made(site: Maker, name: str = "cbr.mp3", *words: str) -> dict[str, object]:
    said = episode(site, name, *words, "--json")
    assert (said.code, said.err) == (0, ""), said
    data: dict[str, object] = said.data
    return data


def front(site: Maker, path: object) -> dict[str, object]:
    document, errors = yaml.read((site.root / str(path)).read_text("utf-8"))
    assert not errors
    return document.data


def names(site: Maker) -> set[str]:
    return {path.name for path in (site.root / "episodes").glob("*")}


def test_an_episode_is_its_audio_and_a_file_that_says_what_it_is(site: Maker) -> None:
    site.episode("011-first", "episode: 11", "season: 2")
    site.episode("012-second", "episode: 12", "season: 2", "draft: true")
    words = ("--title", 'The hip: #5 "deep" 🦴', "--summary", "What it does.", "--slug", "Hip")
    said = episode(site, "cbr.mp3", *words, "--date", "next friday 6:00")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Made episodes/013-hip.md, with episodes/013-hip.mp3: episode 13, 0:00:06 long.",
        "It goes out with the first publish after Fri 4 Dec 2026 06:00 (America/New_York).",
        "Look at it:        activefeed serve",
        "Send it out:       activefeed publish",
    ]
    text = (site.root / "episodes/013-hip.md").read_text("utf-8")
    guid = front(site, "episodes/013-hip.md")["guid"]
    assert text == (
        "---\n# yaml-language-server: $schema=../.activefeed/schemas/episode.json\n"
        'title: "The hip: #5 \\"deep\\" 🦴"\ndate: 2026-12-04 06:00\nsummary: "What it does."\n'
        f"episode: 13\nseason: 2\nguid: {guid}\n---\n"
    )
    assert (site.root / "episodes/013-hip.mp3").read_bytes() == (AUDIO / "cbr.mp3").read_bytes()


def test_check_finds_nothing_and_publish_announces_exactly_it_when_it_is_due(site: Maker) -> None:
    site.episode("001-first", "episode: 1")
    run(site, "publish")
    guid = made(site, "cbr.mp3", "--title", "Hips", "--date", "tomorrow 6:00")["guid"]
    checked = run(site, "check", "--json")
    advised = {one["code"] for one in checked.data["problems"]}
    assert (checked.code, advised - {"loudness"}) == (0, {"no-summary", "no-transcript"})
    assert not run(site, "publish", "--json").data["changes"]
    later = run(site, "publish", "--json", now="2026-12-03T11:00:00+00:00").data
    assert later["changes"] == [{"what": "new", "kind": "episode", "title": "Hips", "guid": guid}]


def test_without_a_date_the_next_publish_announces_it(site: Maker) -> None:
    assert "It goes out with the next publish." in episode(site).out
    (change,) = run(site, "publish", "--json").data["changes"]
    assert (change["what"], change["title"]) == ("new", "Cbr")
    assert front(site, "episodes/001-cbr.md")["date"] == "2026-12-02 04:30"


def test_a_program_gets_the_facts(site: Maker) -> None:
    data = made(site, "tagged.mp3", "--date", "2026-12-05 06:00")
    assert data == {
        "command": "new episode", "exit": 0,
        "file": "episodes/001-starke-leise.md", "audio": "episodes/001-starke-leise.mp3",
        "guid": front(site, data["file"])["guid"], "title": "Stärke, leise",
        "date": "2026-12-05T06:00:00-05:00", "duration": 6, "episode": 1, "season": None,
    }  # fmt: skip
    data = run(site, "new", "post", "A walk", "--json").data
    assert (data["command"], data["file"]) == ("new post", "posts/2026-12-02-a-walk.md")
    assert [data[key] for key in ("audio", "duration", "episode", "season")] == [None] * 4


def test_the_identity_is_the_one_that_the_site_gives_without_the_line(site: Maker) -> None:
    data = made(site, "cbr.mp3", "--slug", "hips")
    path = site.root / str(data["file"])
    path.write_text(path.read_text("utf-8").replace(f"guid: {data['guid']}\n", ""), "utf-8")
    read = site.load()
    assert [item.guid for item in (*read.site.items, *read.site.drafts)] == [data["guid"]]


def test_chapters_and_title_in_the_audio_are_used_and_not_repeated(site: Maker) -> None:
    data = made(site, "tagged.mp3", "--date", "2026-12-05 06:00")
    assert data["title"] == audio.probe(AUDIO / "tagged.mp3").title
    assert "chapters" not in front(site, data["file"])


@pytest.mark.parametrize(
    ("others", "words", "name", "place"),
    [
        ([], [], "001-cbr", (None, 1)),
        (["000-welcome type: trailer"], [], "001-cbr", (None, 1)),
        (["walk", "run"], [], "cbr", (None, None)),  # a show without numbers
        (["07-walk episode: 7"], [], "08-cbr", (None, 8)),
        (["0009-walk episode: 9"], [], "0010-cbr", (None, 10)),
        (["012-walk episode: 12"], ["--type", "bonus"], "cbr", (None, None)),
        (["2026-05-03-walk episode: 3"], [], "004-cbr", (None, 4)),
        (["103-a season: 1 episode: 3", "201-b season: 2 episode: 1"], [], "202-cbr", (2, 2)),
        (["009-a season: 1 episode: 9", "010-b season: 2 episode: 1"], [], "002-cbr", (2, 2)),
        (["009-a episode: nine"], [], "cbr", (None, None)),
    ],
)  # fmt: skip
def test_the_next_number(
    site: Maker, others: list[str], words: list[str], name: str, place: tuple[object, object]
) -> None:
    for other in others:
        stem, *front_matter = other.replace(" season", "\nseason").replace(" episode", "\nepisode"
        ).replace(" type", "\ntype").split("\n")  # fmt: skip
        site.markdown(f"episodes/{stem}.md", *front_matter)
    data = made(site, "cbr.mp3", *words)
    assert data["file"] == f"episodes/{name}.md"
    assert (data["season"], data["episode"]) == place


def test_a_trailer_and_a_draft_say_so(site: Maker) -> None:
    data = made(site, "cbr.mp3", "--type", "trailer", "--draft")
    found = front(site, data["file"])
    assert (found["type"], found["draft"]) == ("trailer", "true")
    said = episode(site, "vbr.mp3", "--draft")
    assert "It goes out when you have removed the line draft: true." in said.out
    assert not run(site, "publish", "--json").data["changes"]


def test_audio_that_lies_in_episodes_stays_where_it_is(site: Maker) -> None:
    site.audio("episodes/talk.mp3", "cbr.mp3")
    site.audio("episodes/002-run.mp3", "cbr.mp3")
    first = run(site, "new", "episode", str(site.root / "episodes/talk.mp3"), "--json").data
    second = run(site, "new", "episode", str(site.root / "episodes/002-run.mp3"), "--json").data
    assert names(site) == {"talk.mp3", "001-talk.md", "002-run.mp3", "002-run.md"}
    assert (first["audio"], second["audio"]) == ("episodes/talk.mp3", "episodes/002-run.mp3")
    assert "audio" in front(site, first["file"])
    assert "audio" not in front(site, second["file"])
    assert run(site, "check").code == 0


def test_a_title_that_begins_with_a_number_keeps_it_in_its_address(site: Maker) -> None:
    site.episode("walk")  # a show without numbers
    site.episode("ways")
    data = made(site, "cbr.mp3", "--title", "10 ways")
    assert front(site, data["file"])["slug"] == "10-ways"
    assert {item.slug for item in site.load().site.drafts} == {"10-ways"}
    assert run(site, "check").code == 0


def test_the_boilerplate_of_the_show_is_used(site: Maker) -> None:
    site.write(
        "templates/episode.md",
        "---\n# For editors.\n# yaml-language-server: $schema=old.json\ntitle: Of the template\n"
        "hosts: [dana]\nguid: old\ncategories:\n  - Hips\n  - Backs\n---\n\nWrite to us.\n",
    )
    data = made(site, "cbr.mp3", "--title", "Mine")
    text = (site.root / str(data["file"])).read_text("utf-8")
    assert text.endswith(
        f"guid: {data['guid']}\n# For editors.\nhosts: [dana]\n"
        "categories:\n  - Hips\n  - Backs\n---\n\nWrite to us.\n"
    )
    assert text.count("yaml-language-server") == 1
    assert front(site, data["file"])["title"] == "Mine"
    checked = run(site, "check", "--json")
    advised = {one["code"] for one in checked.data["problems"]}
    assert (checked.code, advised - {"loudness"}) == (0, {"no-summary", "no-transcript"})


def test_boilerplate_that_is_at_fault_is_shown_and_nothing_is_written(site: Maker) -> None:
    site.write("templates/post.md", "---\ncategories: [Hips: deep]\n  tags\n---\n")
    said = run(site, "new", "post", "A walk")
    assert said.code == Exit.CONTENT
    assert said.err.startswith("error: templates/post.md:")
    assert not list((site.root / "posts").glob("*"))


def test_a_post_has_the_day_in_its_name(site: Maker) -> None:
    said = run(site, "new", "post", "A walk", "--date", "friday 6:00", "--slug", "Walking")
    assert (said.code, said.err) == (0, "")
    assert "Made posts/2026-12-04-walking.md.\n" in said.out
    found = front(site, "posts/2026-12-04-walking.md")
    assert (found["title"], found["date"], found["summary"]) == ("A walk", "2026-12-04 06:00", "")
    assert run(site, "check").code == 0
    late = run(site, "publish", "--json", now="2026-12-05T12:00:00+00:00").data
    assert [one["guid"] for one in late["changes"]] == [found["guid"]]


@pytest.mark.parametrize(
    ("words", "code", "message", "fix"),
    [
        (["cbr.mp3", "--slug", "walk"], Exit.USAGE, 'the address "walk" already', "walk-2"),
        (["cbr.mp3", "--title", "WALK!"], Exit.USAGE, "episodes/001-walk.md has", "walk-2"),
        (["cbr.mp3", "--slug", "old"], Exit.USAGE, "episodes/run.md has the", "--slug old-2"),
        (["cbr.mp3", "--title", "猫"], Exit.USAGE, 'made from "猫"', "--slug my-first-episode"),
        (["cbr.mp3", "--date", "yesterday"], Exit.USAGE, "not a day and time", "next friday 6:00"),
        (["cbr.mp3", "--date", "today 4:00"], Exit.USAGE, "is past", "leave out --date"),
        (["not-audio.mp3"], Exit.CONTENT, "this is not an audio file", "export it again"),
        (["empty.mp3"], Exit.CONTENT, "is empty", "copy it again"),
        (["webm.webm"], Exit.CONTENT, "hardly any podcast app plays", "ffmpeg -i"),
        (["piped.wav"], Exit.CONTENT, "damaged, cut off", "ffmpeg -i"),
        (["cut-off.m4a"], Exit.USAGE, "does not exist", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_leaves_nothing_behind(
    site: Maker, words: list[str], code: Exit, message: str, fix: str
) -> None:
    site.episode("001-walk", "episode: 1")
    site.markdown("episodes/run.md", f"guid: {OLD}", "draft: true")
    site.audio("episodes/run.mp3")
    before = names(site)
    said = episode(site, *words)
    assert said.code == code, said
    assert message in said.err
    assert fix in said.err
    assert names(site) == before


def test_no_file_is_written_over(site: Maker) -> None:
    site.write("episodes/001-cbr.mp3", "another recording")
    said = episode(site)
    assert said.code == Exit.USAGE
    assert "episodes/001-cbr.mp3 is already there" in said.err
    assert (site.root / "episodes/001-cbr.mp3").read_text("utf-8") == "another recording"
    assert names(site) == {"001-cbr.mp3"}


def test_a_site_without_a_podcast_or_a_blog_is_told_what_to_add(tmp_path: Path) -> None:
    site = sitemaker.make(tmp_path, old="[blog]", new="[categories]")
    said = run(site, "new", "post", "A walk")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "error: this site has no blog\n  fix: add a table [blog] to activefeed.toml\n",
    )


@pytest.mark.skipif(not ffmpeg.there(), reason="ffmpeg is not installed")
@pytest.mark.parametrize("name", ["pcm.wav", "aiff.aiff", "flac.flac"])
def test_what_comes_from_a_studio_becomes_an_mp3(site: Maker, name: str) -> None:
    said = episode(site, name, "--title", "Talk")
    assert said.out.startswith(f"Making an MP3 of {name}.")
    assert names(site) == {"001-talk.md", "001-talk.mp3"}
    assert audio.probe(site.root / "episodes/001-talk.mp3").extension == ".mp3"
    assert run(site, "check").code == 0


def test_without_ffmpeg_one_is_told_before_anything_else(
    site: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    said = episode(site, "pcm.wav")
    assert said.code == Exit.CONTENT
    assert "pcm.wav must become an MP3, and ffmpeg is not installed" in said.err
    assert 'run: ffmpeg -i "pcm.wav"' in said.err
    assert not names(site)


def test_a_conversion_that_fails_leaves_nothing_behind(
    site: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(path: Path, to: Path) -> None:
        to.write_bytes(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(ffmpeg, "there", lambda: True)
    monkeypatch.setattr(ffmpeg, "to_mp3", stopped)
    assert episode(site, "pcm.wav").code != 0
    assert not names(site)


TITLES = st.text(st.characters(max_codepoint=0x10FF00, exclude_categories=["C", "Zl", "Zp"]))
ENDS = st.sampled_from(["", ":", " #5", '"', "\\", "'", " 🦴", ": yes", " - ", "{%", "---------"])


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Frame:
    folder, problems = source.read(sitemaker.make(tmp_path_factory.mktemp("titles")).root)
    found = site_settings.load(folder, problems)
    assert found
    return found


@settings(deadline=None, max_examples=60)
@given(title=TITLES, end=ENDS)
@example(title='The hip: #5 "deep" 🦴', end="")
def test_every_title_comes_back_as_it_was_given(frame: Frame, title: str, end: str) -> None:
    wanted = (title + end).strip() or "x"
    when = datetime(2026, 5, 1, tzinfo=frame.zone)
    made = drafts.write(frame, Draft("post", wanted, when, wanted, slug="one"))
    folder, problems = source.read(frame.folder.root)
    found = load.load(replace(frame, folder=folder), Published(), when, problems)
    (frame.folder.root / str(made["file"])).unlink()
    assert not list(problems)
    assert [item.title for item in found.items] == [wanted]


def test_help_tells_of_both() -> None:
    both = CliRunner().invoke(cli, ["new", "--help"]).output
    assert "episode  Add an episode: AUDIO and a file of notes." in both
    assert "post     Add a post: a file for its text." in both
    assert CliRunner().invoke(cli, ["--help"]).output.count("Add an episode or a post.") == 1
