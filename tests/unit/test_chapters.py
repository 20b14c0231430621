"""Chapters are read as people type them and written as apps want them."""

from __future__ import annotations

import json

import pytest

from activefeed.formats.chapters import clock, npt, parse_line, parse_time, write_json
from activefeed.model import Chapter
from activefeed.problems import FormatError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("70", 70),
        (" 70.25 ", 70.25),
        ("1:10", 70),
        ("75:00", 4500),
        ("1:02:03.5", 3723.5),
        ("00:01:10,500", 70.5),
        ("100:00:00", 360000),
        ("0.1234", 0.123),
    ],
)
def test_times_are_seconds(text: str, seconds: float) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "1:5", "1:60", "1:60:00", "1:75:00", "1:1:00", "-1", "1:", ":10", "1m10", "1:10:", "٣"],
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(FormatError, match="is not a time") as caught:
        parse_time(text)
    assert "1:05" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "start", "title"),
    [
        ("1:10 The hip", 70, "The hip"),
        ("  0:00\tWelcome  ", 0, "Welcome"),
        ("00:01:10.500 - Title: a part", 70.5, "Title: a part"),
        ("1:10 \u2013 The hip", 70, "The hip"),
        ("1:10-The hip", 70, "The hip"),
        ("1:10 -5 degrees", 70, "-5 degrees"),
        ("1:10 3 hips", 70, "3 hips"),
    ],
)
def test_a_line_is_time_and_title(text: str, start: float, title: str) -> None:
    assert parse_line(text) == (start, title)


@pytest.mark.parametrize("text", ["The hip", "1:10", "1:10 -", "", "1:75 The hip"])
def test_a_line_without_time_or_title_is_refused(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_line(text)
    assert caught.value.fix


def test_json_chapters_have_a_fixed_form() -> None:
    chapters = (
        Chapter(70.12345, "Hüfte", "https://example.org/a", "https://example.org/a.jpg"),
        Chapter(0.0, "Welcome"),
    )
    written = write_json(chapters)
    assert json.loads(written) == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0, "title": "Welcome"},
            {
                "startTime": 70.123,
                "title": "Hüfte",
                "img": "https://example.org/a.jpg",
                "url": "https://example.org/a",
            },
        ],
    }
    assert '"startTime": 0,' in written.decode()
    assert "Hüfte" in written.decode()
    assert written.index(b"title") < written.index(b"img") < written.index(b"url")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (70.9, "1:10"), (3723, "1:02:03"), (360000, "100:00:00")]
)
def test_the_clock_is_for_people(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "00:00:00.000"), (70.5, "00:01:10.500"), (3599.9996, "01:00:00.000")],
)
def test_normal_play_time_has_milliseconds(seconds: float, written: str) -> None:
    assert npt(seconds) == written
    assert parse_time(written) == round(seconds, 3)
