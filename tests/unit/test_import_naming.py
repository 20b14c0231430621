"""Every file gets a name that says what is in it, and that no machine stumbles over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tellings import DAY, episode, moved

from activefeed.content.source import _UNFIT
from activefeed.migrate import naming


@pytest.mark.parametrize(
    "link",
    [
        "https://old.example/2019/05/strong-hips/",
        "https://old.example/Strong_Hips.html",
        "https://www.buzzsprout.com/12345/1234567-strong-hips",
        "https://old.example/2019-05-03-strong-hips",
        "https://podcasters.spotify.com/pod/show/steps/episodes/Strong-Hips-e368lli",
        "https://www.spreaker.com/episode/strong-hips--63278642",
        "https://steps.simplecast.com/episodes/strong-hips-2WMkJzvN",
        "https://steps.podbean.com/e/strong-hips/",
        "https://old.example/strong-hips?utm_source=rss#top",
        "https://old.example/str%C3%B6ng-hips",
    ],
)
def test_the_old_address_names_the_file(link: str) -> None:
    assert naming.slug(link, "Another title").replace("stroeng", "strong") == "strong-hips"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://old.example",
        "https://old.example/?p=12",
        "https://old.example/episode/12",
        "https://share.transistor.fm/s/ab12cd34",
        "https://old.example/index.php",
        "https://open.spotify.com/episode/4rOoJ6Egrf8K2IrywzwOMk",
        "https://rss.com/podcasts/x/1234567/",
        "https://old.example/7c029615-a810-5214-9342-eee73f58435d",
        "https://old.example/episodes/",
        "https://old.example/日本",
        "http://[",
        "mailto:x",
        "../..",
    ],
)
def test_an_address_that_says_nothing_gives_way_to_the_title(link: str) -> None:
    assert naming.slug(link, "Strong hips, part 2!") == "strong-hips-part-2"


def test_a_long_name_ends_with_a_word() -> None:
    assert naming.slug("", "patience " * 600) == "-".join(["patience"] * 9)
    assert naming.slug("", "a" * 5000) == "a" * 80


def paths(*said: dict[str, str]) -> list[str]:
    items = [episode(f"{n}", title=f"Part {chr(97 + n)}", **one) for n, one in enumerate(said)]
    return [item.path.removeprefix("episodes/") for item in reversed(moved(*items).items)]


def test_names_begin_as_the_show_counts() -> None:
    assert paths({"episode": "1"}, {"episode": "12"}, {"kind": "trailer"}) == [
        "001-part-a.md",
        "012-part-b.md",
        "2021-08-18-part-c.md",
    ]
    assert paths({"season": "1", "episode": "9"}, {"season": "12", "episode": "3"}) == [
        "0109-part-a.md",
        "1203-part-b.md",
    ]
    assert paths({"season": "1", "episode": "99"}, {"season": "2", "episode": "100"})[1] == (
        "2021-08-18-part-b.md"
    )
    assert paths({"episode": "7"}, {}, {}) == [f"2021-08-18-part-{one}.md" for one in "abc"]
    assert paths({"episode": "1200"}, {"episode": "7"}) == ["1200-part-a.md", "0007-part-b.md"]
    assert paths({"episode": "0"}, {"episode": "x"})[0] == "2021-08-18-part-a.md"


def test_no_name_is_given_twice_or_taken_from_another() -> None:
    items = [episode(f"{n}", episode=f"{n}") for n in (1, 2, 3)]
    taken = frozenset({"strong-hips", "episodes/002-strong-hips-3"})
    assert [item.path for item in moved(*items, taken=taken).items] == [
        "episodes/003-strong-hips-2.md",
        "episodes/002-strong-hips-4.md",
        "episodes/001-strong-hips-3.md",
    ]


@pytest.mark.parametrize(
    ("url", "type", "ending"),
    [
        ("https://x.example/a.MP3?x=.png", "", ".mp3"),
        ("https://x.example/a", "audio/mpeg; x=1", ".mp3"),
        ("https://x.example/a.php", "audio/x-m4a", ".m4a"),
        ("https://x.example/a.mp4", "audio/mp4", ".m4a"),
        ("https://x.example/a.mp4", "", ".mp4"),
        ("https://x.example/a.m4b", "", ".m4a"),
        ("https://x.example/a.exe", "x/y", ""),
        ("", "", ""),
        ("http://[/a.mp3", "", ".mp3"),
    ],
)
def test_a_file_is_called_by_its_kind(url: str, type: str, ending: str) -> None:
    assert naming.ending(url, "audio", type) == ending


HARD = st.sampled_from(
    [
        "../../x",
        "..\\x",
        "CON",
        "nul.txt",
        "a\0b",
        "\u202eabc",
        "😀🎉",
        "",
        " ",
        ".",
        "x" * 5000,
        "a/b:c*d?",
        "~",
        "-",
        "$(x)",
    ]
)
SAID = st.text(max_size=40) | HARD


@settings(deadline=None, max_examples=50)
@given(SAID, SAID.map("https://old.example/{}".format) | SAID, SAID, st.booleans())
def test_every_path_is_one_safe_name_in_its_folder(
    title: str, link: str, name: str, dated: bool
) -> None:
    people = [{"name": name or "x", "image": link}]
    said = {"title": title, "link": link, "image": link, "html": f'<p><img src="{link}"></p>'}
    move = moved(episode(people=people, when=DAY if dated else None, **said))
    (item,) = move.items
    for path in (item.path, *(one.path for one in (*item.wanted, *move.wanted))):
        assert re.fullmatch(
            r"(?:episodes|images)/[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+){1,2}", path
        )
        assert len(path) < 130
        assert not _UNFIT.search(path.partition("/")[2])
