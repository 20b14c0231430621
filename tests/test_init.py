"""A new site: what init writes can be read, checked and published; what is there stays as it is."""

from __future__ import annotations

import json
import re
import tomllib
import uuid
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from activefeed.cli import cli, surroundings
from activefeed.desk import beginning
from activefeed.desk.settings import put
from activefeed.formats import audio, images, toml
from activefeed.problems import Exit
from activefeed.urls import podcast_guid

ALL = [
    ".activefeed/schemas/episode.json",
    ".activefeed/schemas/page.json",
    ".activefeed/schemas/post.json",
    ".activefeed/schemas/settings.json",
    ".gitignore",
    "activefeed.toml",
    "episodes/000-welcome.md",
    "episodes/000-welcome.mp3",
    "episodes/000-welcome.vtt",
    "images/cover.png",
    "pages/about.md",
    "posts/hello.md",
]
ANSWERS = {"author": "", "email": "", "category": "Arts", "timezone": "UTC", "language": "en"}
HARD = [
    'He said "no"', "C:\\new\\table", "Ümläut & Süßes", "🎧 高橋さん", "'''", '"""', "$host ${id}",
    "{blog} x", "# no remark", "a\tb", "[x] = 1", "Ends with \\",
]  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands are typed, on a machine that says nothing of its place."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def settings(folder: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((folder / "activefeed.toml").read_text("utf-8"))


def test_a_new_site_has_nothing_to_mend_and_can_be_published(here: Path) -> None:
    done = run("init", "quiet-web", "--yes")
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")
    assert files(here / "quiet-web") == ALL
    site = ("--site", "quiet-web")
    assert run("check", *site).output == "4 files read, nothing to mend.\n"
    published = run("publish", *site)
    assert (published.exit_code, published.stderr) == (Exit.DONE, "")
    assert "see nothing new" in published.output
    public = here / "quiet-web/public"
    assert "<item>" not in (public / "podcast/feed.xml").read_text("utf-8")
    assert not [one for one in public.rglob("*") if one.stem in {"welcome", "hello"}]
    home = (public / "index.html").read_text("utf-8")
    for page in ("podcast/index", "blog/index", "about"):
        assert f'href="{page}.html"' in home
    assert run("publish", *site).output.startswith("Nothing changed")


def test_the_first_items_go_out_once_they_are_no_drafts(here: Path) -> None:
    run("init", "show", "--yes")
    for path in ("episodes/000-welcome.md", "posts/hello.md"):
        file = here / "show" / path
        text = file.read_text("utf-8")
        assert text.count("draft: true\n") == 1
        file.write_text(text.replace("draft: true\n", ""), "utf-8")
    checked = run("check", "--site", "show")
    assert checked.output == "4 files read, nothing to mend.\n"
    assert run("publish", "--site", "show").exit_code == Exit.DONE
    feed = (here / "show/public/podcast/feed.xml").read_text("utf-8")
    assert feed.count("<item>") == 1
    assert 'type="text/vtt"' in feed
    assert (here / "show/public/blog/hello.html").is_file()


def test_editors_are_told_where_the_rules_of_each_file_stand(here: Path) -> None:
    run("init", "show", "--yes")
    first = (here / "show/activefeed.toml").read_text("utf-8").splitlines()[0]
    assert first == "#:schema .activefeed/schemas/settings.json"
    for path, kind in (("episodes/000-welcome", "episode"), ("posts/hello", "post")):
        lines = (here / f"show/{path}.md").read_text("utf-8").splitlines()
        told = f"# yaml-language-server: $schema=../.activefeed/schemas/{kind}.json"
        assert lines[:2] == ["---", told]


def test_the_answers_are_in_the_settings(here: Path) -> None:
    answers = {
        "--title": "Steady Load", "--author": "Ines Calloway", "--email": "ines@clinic.example",
        "--category": "Health & Fitness > Medicine", "--timezone": "America/New_York",
        "--language": "en-US",
    }  # fmt: skip
    done = run("init", "show", *[word for pair in answers.items() for word in pair])
    assert done.exit_code == Exit.DONE
    made = settings(here / "show")
    site, podcast = made["site"], made["podcast"]
    assert site["title"] == podcast["title"] == "Steady Load"
    assert podcast["author"] == "Ines Calloway"
    assert podcast["owner"] == {"name": "Ines Calloway", "email": "ines@clinic.example"}
    assert podcast["apple_categories"] == ["Health & Fitness > Medicine"]
    assert (site["timezone"], site["language"]) == ("America/New_York", "en-US")
    assert site["url"] == "https://show.example"
    assert podcast["hosts"] == list(made["people"]) == ["ines-calloway"]
    assert made["publish"] == {"to": "public"}
    assert run("check", "--site", "show").output == "4 files read, nothing to mend.\n"


@pytest.mark.parametrize("title", HARD)
def test_a_title_may_hold_any_character(here: Path, title: str) -> None:
    done = run("init", "show", "--yes", "--title", title, "--author", title)
    assert done.exit_code == Exit.DONE
    made = settings(here / "show")
    assert made["site"]["title"] == made["podcast"]["author"] == title
    checked = run("check", "--site", "show", "--json")
    assert json.loads(checked.stdout)["problems"] == []


def test_a_terminal_that_sends_odd_bytes_does_no_harm(here: Path) -> None:
    done = run("init", "show", "--yes", "--title", "M\udcfcsli")
    assert done.exit_code == Exit.DONE
    assert settings(here / "show")["site"]["title"] == "M?sli"


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_read_back_from_the_settings(text: str) -> None:
    assert tomllib.loads(f'title = "{toml.escaped(text)}"') == {"title": text}


def test_each_site_and_each_show_has_an_identity_of_its_own(here: Path) -> None:
    run("init", "one", "--yes")
    run("init", "two", "--yes")
    ids = [settings(here / name)[part][key] for name in ("one", "two")
           for part, key in (("site", "id"), ("podcast", "guid"))]  # fmt: skip
    assert len({uuid.UUID(str(one)) for one in ids}) == 4


def test_a_known_address_decides_the_guid_of_the_show(here: Path) -> None:
    run("init", "show", "--yes", "--url", "https://podnews.net/")
    made = settings(here / "show")
    assert made["site"]["url"] == "https://podnews.net"
    unset = (here / "show/activefeed.toml").read_text("utf-8")
    guid = str(made["podcast"]["guid"])
    (here / "show/activefeed.toml").write_text(unset.replace(f'guid = "{guid}"\n', ""), "utf-8")
    assert f'add a line: guid = "{guid}"' in run("check", "--site", "show").output


@pytest.mark.parametrize(("only", "other"), [("podcast", "blog"), ("blog", "podcast")])
def test_one_part_can_be_left_out(here: Path, only: str, other: str) -> None:
    assert run("init", "show", "--yes", "--only", only).exit_code == Exit.DONE
    theirs = {"podcast": ("episodes", "images"), "blog": ("posts",)}
    assert files(here / "show") == [one for one in ALL if not one.startswith(theirs[other])]
    made = settings(here / "show")
    assert only in made
    assert other not in made
    assert run("check", "--site", "show").output == "3 files read, nothing to mend.\n"


def test_every_line_that_is_offered_can_be_taken_up(here: Path) -> None:
    run("init", "show", "--yes")
    (here / "show/images/my-show.jpg").write_bytes(images.cover("M", "#123456"))
    file = here / "show/activefeed.toml"
    text = file.read_text("utf-8").replace("images/show.jpg", "images/my-show.jpg")
    taken = re.sub(r"^# (?=\w+ = |  \{ title|\]$)", "", text, flags=re.MULTILINE)
    file.write_text(taken, "utf-8")
    made = tomllib.loads(taken)
    assert {"header_link", "footer", "comments_to"} <= made["site"].keys()
    assert {"owner", "listings", "funding", "audio_prefix"} <= made["podcast"].keys()
    assert made["people"]["show"].keys() == {"name", "role", "image", "about"}
    assert run("check", "--site", "show").output == "4 files read, nothing to mend.\n"


def test_a_folder_in_use_is_left_as_it_is(here: Path) -> None:
    (here / "show").mkdir()
    (here / "show/.gitignore").write_text("mine")
    done = run("init", "show", "--yes")
    assert done.exit_code == Exit.USAGE
    assert done.stderr.splitlines() == [
        "error: show/ is not empty: it holds .gitignore",
        "  fix: name a folder that is not there yet: activefeed init my-show",
    ]
    assert files(here) == ["show/.gitignore"]
    assert run("init", "--yes").exit_code == Exit.USAGE
    assert run("init", "show/.gitignore", "--yes").exit_code == Exit.USAGE
    assert files(here) == ["show/.gitignore"]


def test_an_empty_folder_can_be_filled(here: Path) -> None:
    (here / ".DS_Store").write_bytes(b"mac")  # which its owner does not see
    assert run("init", "--yes").exit_code == Exit.DONE
    assert files(here) == sorted([*ALL, ".DS_Store"])


@pytest.mark.parametrize("there", [False, True])
def test_what_stops_half_way_leaves_nothing_behind(
    here: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    def full(*_: str) -> bytes:
        raise KeyboardInterrupt

    if there:
        (here / "show").mkdir()
    before = list(here.rglob("*"))
    monkeypatch.setattr(images, "cover", full)
    answers = {**ANSWERS, "title": "Show", "url": "", "day": "2026-05-03"}
    with pytest.raises(KeyboardInterrupt):
        beginning.make(here / "show", answers, ("podcast",))
    assert list(here.rglob("*")) == before


def test_programs_are_told_what_was_made(here: Path) -> None:
    done = run("init", "my show", "--yes", "--json")
    answer = json.loads(done.stdout)
    assert answer == {"command": "init", "exit": 0, "folder": "my show", "files": ALL}
    assert done.stderr == ""


def test_people_are_told_what_to_do_next(here: Path) -> None:
    lines = run("init", "my show", "--yes").output.splitlines()
    assert f'  cd "{here / "my show"}"' in lines
    assert [line.split("   ")[0] for line in lines[-2:]] == [
        "  activefeed new episode FILE", "  activefeed serve",
    ]  # fmt: skip
    assert "episode" not in run("init", "notes", "--yes", "--only", "blog").output


@pytest.mark.parametrize(
    ("option", "answer", "told"),
    [
        ("--email", "ines", "write name@clinic.example"),
        ("--category", "medicine", 'did you mean "Health & Fitness > Medicine"?'),
        ("--category", "Comedie", 'did you mean "Comedy"?'),
        ("--timezone", "new york", 'write it by its city: "America/New_York"'),
        ("--language", "english", "write its two letters, such as en"),
        ("--title", " ", "write a text, or remove the line"),
        ("--author", "x" * 129, "say it in fewer words"),
        ("--url", "clinic.example", "write it as https://clinic.example"),
        ("--only", "video", "'podcast', 'blog'"),
    ],
)
def test_a_wrong_answer_is_told_in_the_words_of_the_settings(
    here: Path, option: str, answer: str, told: str
) -> None:
    done = run("init", "show", "--yes", option, answer)
    assert done.exit_code == Exit.USAGE
    assert told in done.stderr
    assert not list(here.iterdir())


@pytest.mark.parametrize(
    ("environment", "zone", "language"),
    [
        ({"TZ": "America/New_York", "LANG": "en_US.UTF-8"}, "America/New_York", "en-US"),
        ({"TZ": ":/usr/share/zoneinfo/Asia/Tokyo", "LANG": "fr"}, "Asia/Tokyo", "fr"),
        ({"TZ": "CET-1CEST", "LANG": "C.UTF-8"}, "UTC", "en"),
        ({"TZ": "Europe/Berlin", "LC_ALL": "de_AT@euro", "LANG": "C"}, "Europe/Berlin", "de-AT"),
        ({"TZ": "UTC", "LC_ALL": "", "LC_MESSAGES": "POSIX", "LANG": "hsb_DE"}, "UTC", "en"),
    ],
)
def test_zone_and_language_are_those_of_the_machine(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    zone: str,
    language: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = surroundings.guesses(here / "a_small-show")
    assert (found["timezone"], found["language"]) == (zone, language)
    assert found["title"] == "A small show"


def test_the_cover_is_artwork_that_follows_from_the_title(here: Path) -> None:
    for folder, title in (("one", "Steady Load"), ("two", "Steady Load"), ("three", "高橋")):
        run("init", folder, "--yes", "--title", title)
    covers = [(here / name / "images/cover.png").read_bytes() for name in ("one", "two", "three")]
    assert covers[0] == covers[1] != covers[2]
    for cover in covers:
        assert len(cover) < 50_000
        facts = images.probe(cover)
        assert (facts.extension, facts.width, facts.height, facts.faults) == (
            ".png",
            1400,
            1400,
            (),
        )


def test_the_recording_is_short_and_copied_byte_for_byte(here: Path) -> None:
    run("init", "show", "--yes")
    made = here / "show/episodes/000-welcome.mp3"
    ours = Path(beginning.__file__).with_name("start") / "podcast/episodes/000-welcome.mp3"
    assert made.read_bytes() == ours.read_bytes()
    assert made.stat().st_size <= 20_000
    assert round(audio.probe(made).duration) == 3


def test_a_site_can_begin_without_anything_to_be_thrown_away(here: Path) -> None:
    answers = {**ANSWERS, "title": "Moved", "url": "https://moved.fm", "day": "2026-01-01"}
    made, _ = beginning.make(here / "moved", answers, ("podcast", "blog"), samples=False)
    samples = ("episodes/", "posts/", "images/")
    assert made == [name for name in ALL if not name.startswith(samples)]
    assert files(here / "moved") == made
    guid = settings(here / "moved")["podcast"]["guid"]
    assert guid == podcast_guid("https://moved.fm/podcast/feed.xml")
    assert {"podcast", "blog", "people"} <= settings(here / "moved").keys()


def test_what_another_place_knows_is_put_into_new_settings(here: Path) -> None:
    answers = {**ANSWERS, "title": "Moved", "url": "https://moved.fm", "day": "2026-01-01"}
    beginning.make(here / "moved", answers, ("podcast", "blog"), samples=False)
    file = here / "moved/activefeed.toml"
    before = file.read_text("utf-8")
    wanted = {
        ("podcast", "guid"): "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        ("podcast", "title"): "Old “show”",
        ("podcast", "cover"): "images/old.jpg",
        ("podcast", "owner"): {"name": "Anna", "email": "anna@moved.fm"},
        ("podcast", "funding"): [{"title": "Give", "url": "https://give.example/a?b=c"}],
        ("podcast", "locked"): False,
        ("podcast", "new_feed_url"): "https://moved.fm/podcast/feed.xml",
        ("podcast", "hosts"): ["anna"],
        ("people", "anna", "name"): "Anna",
        ("people", "anna", "role"): "host",
        ("aliases", "/1/feed"): "/blog/feed.xml",
        ("aliases", "/feed/podcast/"): "/podcast/feed.xml",
    }
    put(here / "moved", wanted)
    after = file.read_text("utf-8")
    gone = Counter(before.splitlines()) - Counter(after.splitlines())
    assert sorted(line.split(" ")[0] for line in gone) == [
        "cover",
        "guid",
        "hosts",
        "locked",
        "title",
    ]
    remarks = [line for line in before.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in after.splitlines() if line.lstrip().startswith("#")] == remarks
    picture = here / "moved/images/old.jpg"
    picture.parent.mkdir()
    picture.write_bytes(images.cover("O", "#123456"))
    assert run("check", "--site", "moved").stderr == ""
    assert run("publish", "--site", "moved").exit_code == Exit.DONE
    public = here / "moved/public"
    copy = public / "feed/podcast/index.html"
    assert copy.read_bytes() == (public / "podcast/feed.xml").read_bytes()
