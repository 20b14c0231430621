"""Single values: what is read from one text, and what is said of a wrong one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activefeed.content.schema import EpisodeKeys, Keys, PodcastKeys, SiteKeys, TargetKeys
from activefeed.content.written import Written, validate
from activefeed.problems import Problems, SourceText

NEW_YORK = ZoneInfo("America/New_York")
EPISODE = {"title": "One", "date": "2026-01-01"}


def read(model: type[Keys], key: str, value: object, site: str = "") -> tuple[Any, Problems]:
    problems = Problems()
    written = Written(SourceText("x.md", ""), problems, {}, {})
    keys = validate(model, {**EPISODE, key: value}, NEW_YORK, written, site)
    return getattr(keys, key), problems


def value(key: str, given: object) -> Any:
    found, problems = read(EpisodeKeys, key, given)
    assert not list(problems)
    return found


def fault(key: str, given: object, model: type[Keys] = EpisodeKeys) -> tuple[str, str]:
    _, problems = read(model, key, given)
    return next((p.code, p.fix) for p in problems if p.code not in {"missing-key", "unknown-key"})


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-02-02", datetime(2026, 2, 2, 5, tzinfo=UTC)),  # midnight in the site's zone
        ("2026-07-02", datetime(2026, 7, 2, 4, tzinfo=UTC)),  # summer time
        ("2026-2-2 6:05", datetime(2026, 2, 2, 11, 5, tzinfo=UTC)),
        ("2026-02-02T06:05:07", datetime(2026, 2, 2, 11, 5, 7, tzinfo=UTC)),
        ("2026-02-02 06:00 +02:00", datetime(2026, 2, 2, 4, tzinfo=UTC)),
        ("2026-02-02 06:00-0330", datetime(2026, 2, 2, 9, 30, tzinfo=UTC)),
        ("2026-02-02T06:00Z", datetime(2026, 2, 2, 6, tzinfo=UTC)),
        ("2026-11-01 01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # twice: the first
        ("2026-11-01 01:30 -05:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),  # the second
        ("2024-02-29", datetime(2024, 2, 29, 5, tzinfo=UTC)),
    ],
)
def test_a_date_is_an_instant(text: str, instant: datetime) -> None:
    assert value("date", text) == instant


@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        ("2026-03-08 02:00", "skipped-time", "write 2026-03-08 03:00"),
        ("2026-03-08 02:59", "skipped-time", "write 2026-03-08 03:00"),
        ("2026-02-31 09:00", "no-such-day", "write 2026-02-28 09:00"),
        ("2026-04-00", "no-such-day", "write 2026-04-30"),
        ("2026-05-03 24:00", "no-such-time", "write hours from 00 to 23 and minutes from 00 to 59"),
        ("2026-13-01", "not-a-date", "write year, month, day: 2026-05-03"),
        ("0000-01-01", "not-a-date", "write year, month, day: 2026-05-03"),
        ("03.05.2026", "not-a-date", "write it as 2026-05-03 09:00"),
        ("2026-05-03 09:00 +99:00", "not-a-date", "write it as 2026-05-03 09:00"),
        ("tomorrow", "not-a-date", "write it as 2026-05-03 09:00"),
    ],
)
def test_a_date_that_is_none_is_told_with_the_cure(text: str, code: str, fix: str) -> None:
    assert fault("date", text) == (code, fix)


@pytest.mark.parametrize("word", ["true", "yes", "on", "True", " YES "])
def test_yes(word: str) -> None:
    assert value("draft", word) is True


@pytest.mark.parametrize("word", ["false", "no", "off"])
def test_no(word: str) -> None:
    assert value("draft", word) is False


def test_numbers_and_lengths() -> None:
    assert value("episode", "012") == 12
    assert value("size", "12345678901") == 12_345_678_901
    assert value("duration", "1:02:03") == 3723
    for key, text in (("episode", "0"), ("episode", "1.5"), ("episode", "-1"), ("duration", "0")):
        assert fault(key, text)[0].startswith("not-a-")


def test_a_chapter_is_a_line_or_a_group() -> None:
    given = [
        "1:10 The hip: why",
        {"start": "2:00", "title": "The knee", "url": "https://a.example"},
    ]
    chapters = value("chapters", given)
    assert [(c.start, c.title, c.url) for c in chapters] == [
        (70, "The hip: why", ""),
        (120, "The knee", "https://a.example"),
    ]


def test_a_guest_is_an_id_or_a_group() -> None:
    guests = value("guests", ["dana", {"name": "Ann", "role": "writer"}])
    assert [(g.id, g.name, g.role) for g in guests] == [("dana", "", ""), ("", "Ann", "writer")]


def test_addresses() -> None:
    assert read(SiteKeys, "url", "https://clinic.example/site/")[0] == "https://clinic.example/site"
    for port in (1, 443, 9999, 59999, 64999, 65499, 65529, 65535):
        assert read(SiteKeys, "url", f"https://x.example:{port}")[0] == f"https://x.example:{port}"
    wrong = ("http://clinic.example", "clinic.example", "https://", "https:// x", "https://…")
    ports = [f"https://clinic.example:{port}" for port in (0, 65536, 66000, 99999, 123456)]
    for text in (*wrong, *ports, "https://clínic.example", "https://clinic.example/?a=b"):
        cure = "write it as https://clinic.example"
        assert fault("url", text, SiteKeys) == ("not-https", cure)
    assert read(TargetKeys, "url", "http://127.0.0.1:8333/x/")[0] == "http://127.0.0.1:8333/x"
    for text in ("http://clinic.example:99999", "http://clínic.example"):
        assert fault("url", text, TargetKeys)[0] == "not-an-address"
    for text in ("/feed.xml", "../feed.xml", "podcast/", "feed ü.xml", "a//b"):
        assert fault("feed", text, PodcastKeys)[0] == "bad-feed-path"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/2019/05/old-post.html", "2019/05/old-post.html"),
        ("/old-post/", "old-post/"),
        ("old/feed-page", "old/feed-page"),
        ("/h%C3%BCfte%20und%20knie.html", "hüfte und knie.html"),
        ("/show/x", "show/x"),
        ("https://hill.example/show/x.html", "x.html"),
        ("https://hill.example/show/show/x.html", "show/x.html"),
        ("https://hill.example/showcase/x.html", "showcase/x.html"),
        ("http://old.example/a/", "a/"),
    ],
)
def test_an_old_address_is_a_path_below_the_site(text: str, path: str) -> None:
    found, problems = read(EpisodeKeys, "aliases", [text], "https://hill.example/show")
    assert (found, list(problems)) == ([path], [])


@pytest.mark.parametrize(
    "text",
    [
        "/", "//", "//evil.example/x", "/a//b", "..", "/../x", "/a/../../x", "/a/%2e%2e/x", "/./x",
        "a\\b", "/a%5Cb", "/a%00b", "/a\tb", "/%ff", "/?p=12", "/x.html?a=b", "/x#y",
        "/x%3Fy", "/.git/config", "/_activefeed/manifest.json", "_Activefeed/x", "/a/.activefeed-1",
        "https://hill.example", "https://hill.example/", "https://hill.example/?p=12",
        "ftp://hill.example/x", "/" + "x" * 201,
    ],
)  # fmt: skip
def test_an_old_address_never_leads_out_of_the_site_or_into_its_state(text: str) -> None:
    found, problems = read(EpisodeKeys, "aliases", [text], "https://hill.example")
    (problem,) = problems
    assert (found, problem.code) == ([], "bad-alias")
    assert "/2019/05/old-post.html" in problem.fix


@pytest.mark.parametrize("name", ["Mars/Base", "New York", "Europe", "../zone", "europe/Berlin2"])
def test_an_unknown_time_zone_is_told_with_a_city(name: str) -> None:
    code, fix = fault("timezone", name, SiteKeys)
    assert (code, fix.startswith('write it by its city: "')) == ("unknown-timezone", True)


def test_apple_categories() -> None:
    given = ["Education", "Health & Fitness>Medicine"]
    found, _ = read(PodcastKeys, "apple_categories", given)
    assert found == [("Education", ""), ("Health & Fitness", "Medicine")]
    code, fix = fault("apple_categories", ["Helth & Fitness > Medicine"], PodcastKeys)
    assert (code, fix) == ("unknown-apple-category", 'did you mean "Health & Fitness > Medicine"?')


def test_a_uuid_to_paste_is_the_same_each_time() -> None:
    assert fault("id", "my-site", SiteKeys) == fault("id", "my-site", SiteKeys)
    assert fault("id", "my-site", SiteKeys)[0] == "not-a-uuid"
