"""A file held against the schema: every fault at its place, all of them in one run."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from activefeed.content.schema import EpisodeKeys, Settings
from activefeed.content.written import Written, validate
from activefeed.formats import toml, yaml
from activefeed.problems import Problems, SourceText

UTC = ZoneInfo("UTC")


def front(*lines: str) -> tuple[EpisodeKeys, Written, Problems]:
    text = "\n".join(["---", "title: One", "date: 2026-01-01", *lines, "---", ""])
    document, errors = yaml.read(text)
    assert errors == []
    problems = Problems()
    written = Written(SourceText("e.md", text), problems, document.values, document.keys)
    keys = validate(EpisodeKeys, document.data, UTC, written)
    assert keys
    return keys, written, problems


def settings(text: str) -> list[tuple[str, str, str]]:
    problems = Problems()
    source = SourceText("s.toml", text)
    data, marks = toml.read(source, problems)
    assert data is not None
    validate(Settings, data, UTC, Written(source, problems, marks, {}))
    return [(str(p.location), p.code, p.fix) for p in problems]


def test_every_fault_of_a_file_is_told_at_its_place() -> None:
    _, _, problems = front("season: x", "draft: maybe", "categories: [a, '']", "hots: [dana]")
    assert [(str(p.location), p.code) for p in problems] == [
        ("e.md:4:9", "not-a-number"),
        ("e.md:5:8", "not-yes-or-no"),
        ("e.md:6:17", "empty-value"),
        ("e.md:7:1", "unknown-key"),
    ]


def test_what_is_wrong_has_its_default_and_the_rest_is_kept() -> None:
    keys, _, _ = front("season: x", "episode: 3", "type: trailer", "explicit: 12")
    assert (keys.season, keys.episode, keys.type, keys.explicit) == (None, 3, "trailer", None)


def test_places_follow_when_wrong_entries_are_taken_out_of_a_list() -> None:
    keys, written, _ = front("chapters:", "  - A", "  - 0:10 B", "  - C", "  - 0:20 D")
    assert [chapter.title for chapter in keys.chapters] == ["B", "D"]
    places = [str(written.of("chapters", n)) for n in range(2)]
    assert places == ["e.md:6:5", "e.md:8:5"]


def test_the_place_of_what_is_not_there_is_that_of_its_holder_or_the_file() -> None:
    _, written, _ = front("guests:", "  - name: Ann")
    assert str(written.of("guests", 0, "image")) == "e.md:5:5"
    assert str(written.of("image")) == "e.md"


def test_settings_have_places_inside_of_lines() -> None:
    site = '[site]\nid = "2c7ff3a1-6f2e-4b55-9d0a-57b62c7a2f10"\ntitle = "x"\n'
    rest = 'url = "https://x.example"\ntimezone = "UTC"\n'
    assert settings(f'{site}{rest}nav = [{{ title = "A", pge = "a" }}, {{ title = "" }}]\n') == [
        ("s.toml:6:23", "unknown-key", 'did you mean "page"?'),
        ("s.toml:6:46", "empty-value", "write a text, or remove the line"),
    ]
    assert settings(
        f'{site}{rest}[publish]\nto = "a"\nregion = 1\n[publish.web]\nurl = "x y"\n'
    ) == [("s.toml:10:7", "not-an-address", "write it as https://clinic.example")]


def test_missing_settings_come_with_a_line_to_paste() -> None:
    found = settings('[site]\ntitle = "x"\n[people.dana]\nrole = "host"\n')
    fixes = {fix.partition(" = ")[0]: place for place, _, fix in found}
    assert fixes == {
        "add a line: id": "s.toml:1:1",
        "add a line: url": "s.toml:1:1",
        "add a line: timezone": "s.toml:1:1",
        "add a line: name": "s.toml:3:1",
    }
    assert settings("")[0][1:] == ("missing-key", "add a table: [site]")


def test_what_must_be_a_group_is_told_how() -> None:
    site = '[site]\nid = "2c7ff3a1-6f2e-4b55-9d0a-57b62c7a2f10"\ntitle = "x"\n'
    rest = 'url = "https://x.example"\ntimezone = "UTC"\n'
    assert settings(f'podcast = "x"\n{site}{rest}[people]\ndana = "Dana"\n') == [
        ("s.toml:1:11", "not-a-group", "write it as a table: [podcast]"),
        ("s.toml:8:8", "not-a-group", "write it as a table: [people.dana]"),
    ]
