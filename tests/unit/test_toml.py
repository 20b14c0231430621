"""Settings are read as TOML says, and every key keeps its place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from activefeed.formats import toml
from activefeed.formats.yaml import Mark, Path
from activefeed.problems import Problems, SourceText

TEXT = """\
# a remark = of no matter
[site]
title = "Clinic"   # and a remark
  url   =  'https://clinic.example'
"quoted key" = 1

[people.first-host]
name = "Anna"
about.long = "text"

[ publish . "the web" ]
to = "s3://bucket"
"""


def read(text: str) -> tuple[dict[str, object], Mapping[Path, Mark]]:
    data, places = toml.read(SourceText("settings.toml", text), problems := Problems())
    assert data is not None, [*problems]
    return data, places


def underlined(text: str, mark: Mark) -> str:
    line = text.split("\n")[mark.line - 1]
    return line[mark.column - 1 : mark.column - 1 + mark.length]


def test_data_is_what_toml_says() -> None:
    data, _ = read(TEXT)
    assert data == {
        "site": {"title": "Clinic", "url": "https://clinic.example", "quoted key": 1},
        "people": {"first-host": {"name": "Anna", "about": {"long": "text"}}},
        "publish": {"the web": {"to": "s3://bucket"}},
    }


@pytest.mark.parametrize(
    ("path", "line", "shown"),
    [
        (("site",), 2, "[site]"),
        (("site", "url"), 4, "'https://clinic.example'"),
        (("site", "quoted key"), 5, "1"),
        (("people", "first-host"), 7, "[people.first-host]"),
        (("people", "first-host", "name"), 8, '"Anna"'),
        (("people", "first-host", "about", "long"), 9, '"text"'),
        (("publish", "the web", "to"), 12, '"s3://bucket"'),
    ],
)
def test_every_value_has_its_place(path: Path, line: int, shown: str) -> None:
    _, places = read(TEXT)
    assert places[path].line == line
    assert underlined(TEXT, places[path]) == shown


def test_a_place_begins_at_the_value() -> None:
    _, places = read(TEXT)
    mark = places["site", "title"]
    assert (mark.line, mark.column) == (3, 9)
    assert underlined(TEXT, mark).startswith('"Clinic"')


def test_windows_line_ends_change_nothing() -> None:
    data, places = read(TEXT.replace("\n", "\r\n"))
    assert (data, places) == read(TEXT)


@pytest.mark.parametrize("quote", ["'''", '"""'])
def test_what_stands_in_a_long_text_is_neither_key_nor_table(quote: str) -> None:
    text = (
        f"[site]\nfooter = [\n{quote}\ntitle = no key\n[Contact](../contact.md)\n[1]\n{quote},\n]\n"
        'title = "Clinic"\n'
    )
    _, places = read(text)
    assert set(places) == {("site",), ("site", "footer"), ("site", "title")}
    assert places["site", "title"].line == 9


def test_keys_inside_a_list_on_several_lines_are_not_taken_for_tables() -> None:
    _, places = read('[site]\nnav = [\n  [\n  ],\n]\ntitle = "x"\n')
    assert places["site", "title"].line == 6


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[site]\ntitle = Clinic"\n', 2, "cannot begin like this"),
        ('[site]\ntitle = "a\n', 2, "never closed"),
        ('[site]\ntitle = "a" b\n', 2, "has ended before this"),
        ('[site]\ntitle = "a"\ntitle = "b"\n', 3, "was written before"),
        ("[site]\n[site]\n", 2, "was written before"),
        ("[site\n", 1, "ends with a bracket"),
        ('[site]\nnav = [\n"a"\n', 3, "closing bracket is missing"),
        ('title: "a"\n', 1, "not a name, an = and a value"),
        ('title = "C:\\Audio"\n', 1, "a meaning of its own"),
        ("day = 2026-02-31\n", 1, "no such day"),
        ('title = "a\1"\n', 1, "cannot be shown"),
    ],
)
def test_what_is_not_toml_is_told_in_words_of_ours(text: str, line: int, words: str) -> None:
    data, places = toml.read(SourceText("settings.toml", text), problems := Problems())
    assert (data, places) == (None, {})
    (found,) = problems
    assert found.code == "toml-syntax"
    assert found.location
    assert found.location.line == line
    assert found.location.column <= len(found.location.text)
    assert words in found.message
    assert found.fix
