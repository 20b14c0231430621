"""Files of an item come with it (audio, transcripts, chapters, pictures), or it is told why not."""

from __future__ import annotations

import pytest
from tellings import alone, episode, keys, kinds, moved, post, show

from activefeed.migrate.moving import Wanted


def test_nothing_is_wanted_that_has_no_address_on_the_web() -> None:
    data = "data:image/png;base64," + "A" * 5000
    ann, bob = ({"name": name, "image": data} for name in ("Ann", "Bob"))
    item = episode(
        url="ftp://cdn.example/1.mp3", image=data, chapters_url="file:///etc/chapters.json",
        people=[ann, {"name": "Cem", "role": "guest", "image": "https://cdn.example/cem.png"}],
        transcripts=[{"url": "ftp://cdn.example/1.vtt", "type": "text/vtt"}],
        html=f"<p>Hello <img src='{data}' alt='a'></p>",
    )  # fmt: skip
    move = moved(item, about=show(image=data, people=[ann, bob]))
    assert [one.url for one in (*move.wanted, *move.items[0].wanted)] == [
        "https://cdn.example/cem.png"
    ]
    assert move.items[0].keys["draft"] is True
    assert data not in repr(move)
    told = {notice.kind for notice in move.notices}
    assert {"odd-image", "unknown-audio", "taken-out", "chapters", "transcript"} <= told
    assert ("podcast", "cover") not in move.settings


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (
            {"url": "https://cdn.example/get?id=1", "type": "application/octet-stream"},
            "unknown-audio",
        ),
        ({"url": "https://cdn.example/1.mp4", "type": "video/mp4"}, "unplayable-audio"),
        ({"url": "https://cdn.example/1.aac", "type": ""}, "unplayable-audio"),
    ],
)
def test_audio_that_cannot_go_out_makes_a_draft(said: dict[str, str], kind: str) -> None:
    move = moved(episode(**said))
    assert kinds(move) == [(kind, said["url"])]
    assert move.items[0].keys["draft"] is True


def test_audio_may_stay_where_it_is_if_the_feed_says_enough() -> None:
    item = alone(episode(length="1234", duration="3723"), keep_audio=True)
    assert {key: item.keys.get(key) for key in ("audio", "size", "duration", "draft")} == {
        "audio": "https://cdn.example/1.mp3",
        "size": 1234,
        "duration": "1:02:03",
        "draft": None,
    }
    assert item.wanted == ()
    move = moved(episode(length="0", duration="3723"), keep_audio=True)
    assert (kinds(move)[0][0], move.items[0].keys["draft"]) == ("remote-audio", True)


def test_a_feed_without_audio_is_a_blog_and_files_that_are_none_are_told() -> None:
    move = moved(post(url="https://cdn.example/plan.pdf", type="application/pdf"))
    assert move.items[0].kind == "post"
    assert ("enclosed", "https://cdn.example/plan.pdf") in kinds(move)
    assert ("blog", "title") in move.settings
    assert not [place for place in move.settings if place[0] == "podcast"]


@pytest.mark.parametrize(
    ("types", "ending"),
    [
        (("application/json", "text/vtt", "text/html"), ".vtt"),
        (("text/html", "text/plain"), ".txt"),
        (("application/json", "application/srt"), ".srt"),
        (("text/html",), ""),
    ],
)
def test_the_best_transcript_is_fetched(types: tuple[str, ...], ending: str) -> None:
    rows = [{"url": f"https://cdn.example/{type}", "type": type} for type in types]
    move = moved(episode(transcripts=rows))
    assert [one.path for one in move.items[0].wanted if one.use == "transcript"] == [
        f"episodes/2021-08-18-strong-hips{ending}"
    ] * bool(ending)
    lost = [("transcript", "")] * ("text/html" in types)
    assert kinds(move) == lost


def test_of_several_languages_one_is_fetched_and_that_is_told() -> None:
    rows = [{"url": f"https://cdn.example/{n}.vtt", "language": n} for n in ("en", "de")]
    move = moved(episode(transcripts=rows))
    assert [one.use for one in move.items[0].wanted] == ["audio", "transcript"]
    assert kinds(move) == [("languages", "")]


def test_chapters_elsewhere_are_fetched_unless_the_feed_holds_them() -> None:
    url, type = "https://cdn.example/c", "application/json+chapters"
    (_, file) = alone(episode(chapters_url=url, chapters_type=type)).wanted
    assert file == Wanted(url, "episodes/2021-08-18-strong-hips.chapters.json", "chapters")
    both = moved(
        episode(chapters_url=url, chapters_type=type, chapters=[{"start": "0", "title": "A"}])
    )
    assert kinds(both) == [("chapters", "")]
    assert kinds(moved(episode(chapters_url=url, chapters_type="text/plain"))) == [("chapters", "")]


def test_a_chapter_keeps_its_dash_and_one_without_a_title_gets_one() -> None:
    rows = [{"start": "0", "title": "– Hello"}, {"start": "5"}]
    assert keys(episode(chapters=rows))["chapters"] == [
        {"start": "0:00", "title": "– Hello"},
        "0:05 …",
    ]


def test_the_picture_of_the_show_is_not_fetched_for_each_episode() -> None:
    same = episode(image="https://cdn.example/c.jpg")
    assert [one.use for one in alone(same).wanted] == ["audio"]
