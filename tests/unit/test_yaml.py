"""Front matter is read without guessing, and every mistake comes with what to type instead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activefeed.formats.yaml import Document, Mark, YamlError, read


def front(*lines: str) -> tuple[Document, list[YamlError]]:
    return read("\n".join(["---", *lines, "---", "Body", ""]))


def only(*lines: str) -> YamlError:
    _, errors = front(*lines)
    assert len(errors) == 1, [(error.line, error.message) for error in errors]
    return errors[0]


def test_values_stay_the_text_that_was_typed() -> None:
    document, errors = front(
        "explicit: no", "start: 12:40", "number: 010", "version: 1.10", "on: ~", "empty:", 'q: ""'
    )
    assert not errors
    assert document.data == {
        "explicit": "no",
        "start": "12:40",
        "number": "010",
        "version": "1.10",
        "on": "~",
        "empty": None,
        "q": "",
    }


def test_lists_mappings_and_blocks_are_read() -> None:
    document, errors = front(
        "hosts: [anna, ben]",
        "guests:",
        "  - name: Cleo",
        "    url: https://example.org/#top",
        "summary: |",
        "  First: line  # not a remark",
        "  - second",
        "note: >-",
        "  one",
        "  two",
    )
    assert not errors
    assert document.data == {
        "hosts": ["anna", "ben"],
        "guests": [{"name": "Cleo", "url": "https://example.org/#top"}],
        "summary": "First: line  # not a remark\n- second\n",
        "note": "one two",
    }


def test_every_key_and_value_keeps_its_place() -> None:
    document, _ = front(
        "title: Strong hips  # draft", "empty:", "guests:", "  - name: 😀 Cleo", "    tags: [a, bc]"
    )
    assert document.values["title",] == Mark(2, 8, 11)
    assert document.keys["title",] == Mark(2, 1, 5)
    assert document.values["empty",] == Mark(3, 1, 5)  # the key, because there is no value
    assert document.values["guests", 0] == Mark(5, 5, 12)
    assert document.keys["guests", 0, "name"] == Mark(5, 5, 4)
    assert document.values["guests", 0, "name"] == Mark(5, 11, 6)
    assert document.values["guests", 0, "tags"] == Mark(6, 11, 7)
    assert document.values["guests", 0, "tags", 1] == Mark(6, 15, 2)


def test_the_body_follows_the_front_matter_with_its_line() -> None:
    document, errors = read("\ufeff---\r\ntitle: A\r\n---\r\n\r\nOne\r\n---\r\nTwo")
    assert not errors
    assert document.body == "\nOne\n---\nTwo"
    assert document.body_line == 4


def test_empty_front_matter_is_no_mistake() -> None:
    document, errors = read("---\n---\nBody")
    assert (document.data, document.body, document.body_line, errors) == ({}, "Body", 3, [])


def test_a_chapter_is_text_whatever_stands_in_it() -> None:
    document, errors = front(
        "chapters:",
        "  - 0:00 Welcome  # the usual",
        "  - 1:10 The hip: what it does",
        "  - 1:02:03 Questions:",
        '  - 1:10:00 Tip #5: say "no": always',
    )
    assert not errors
    assert document.data["chapters"] == [
        "0:00 Welcome",
        "1:10 The hip: what it does",
        "1:02:03 Questions:",
        '1:10:00 Tip #5: say "no": always',
    ]
    assert document.values["chapters", 1] == Mark(4, 5, 26)


@pytest.mark.parametrize(
    ("code", "line", "cure", "meant"),
    [
        ("yaml-colon", "title: Knees: a story", 'title: "Knees: a story"', "Knees: a story"),
        ("yaml-colon", "title: Why?:", 'title: "Why?:"', "Why?:"),
        ("yaml-quote", 'title: "Knees": a', "title: '\"Knees\": a'", '"Knees": a'),
        ("yaml-quote", "title: @home", 'title: "@home"', "@home"),
        ("yaml-quote", "title: `code`", 'title: "`code`"', "`code`"),
        ("yaml-quote", "title: %d days", 'title: "%d days"', "%d days"),
        ("yaml-quote", "title: *Strong* hips", 'title: "*Strong* hips"', "*Strong* hips"),
        ("yaml-quote", "title: &Co and me", 'title: "&Co and me"', "&Co and me"),
        ("yaml-quote", "title: & more", 'title: "& more"', "& more"),
        ("yaml-quote", "title: | text", 'title: "| text"', "| text"),
        ("yaml-quote", "title: > text", 'title: "> text"', "> text"),
        ("yaml-quote", "title: [Live] Hips", 'title: "[Live] Hips"', "[Live] Hips"),
        ("yaml-quote", "title: {Live} Hips", 'title: "{Live} Hips"', "{Live} Hips"),
        ("yaml-quote", "title: {{ page }}", 'title: "{{ page }}"', "{{ page }}"),
        ("yaml-quote", "title: - Hips", 'title: "- Hips"', "- Hips"),
        ("yaml-quote", 'title: "a" and b', "title: '\"a\" and b'", '"a" and b'),
        ("yaml-quote", 'title: "a" and "b"', 'title: \'"a" and "b"\'', '"a" and "b"'),
        ("yaml-quote", "title: 'It's fine'", 'title: "It\'s fine"', "It's fine"),
        ("yaml-quote", 'title: "Say "no" more"', "title: 'Say \"no\" more'", 'Say "no" more'),
        ("yaml-quote", 'title: "Hips', 'title: "Hips"', "Hips"),
        ("yaml-quote", 'title: "C:\\hips"', "title: 'C:\\hips'", "C:\\hips"),
        (
            "yaml-comment",
            "title: Episode #5 rocks",
            'title: "Episode #5 rocks"',
            "Episode #5 rocks",
        ),
        ("yaml-comment", "title: #5: rocks", 'title: "#5: rocks"', "#5: rocks"),
        ("yaml-comment", "title: A  #5", 'title: "A  #5"', "A  #5"),
        ("yaml-comment", "title: C # D", 'title: "C # D"', "C # D"),
        ("yaml-quote", "title: *hips", 'title: "*hips"', "*hips"),
        ("yaml-quote", "title: !new hips", 'title: "!new hips"', "!new hips"),
    ],
)
def test_what_to_type_instead_is_said_and_mends_the_file(
    code: str, line: str, cure: str, meant: str
) -> None:
    error = only(line)
    assert error.code == code
    assert error.line == 2
    assert error.fix == f"put the whole text in quotes: {cure}"
    document, errors = front(cure)
    assert not errors
    assert document.data == {"title": meant}


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (["title: Knees: a story"], Mark(2, 13, 1)),
        (["guests:", "  - name: @home  # his"], Mark(3, 11, 5)),
        (["title: Episode #5 rocks"], Mark(2, 16, 8)),
        (["title: 😀 &a: b"], Mark(2, 12, 1)),
    ],
)
def test_the_mistake_is_underlined(lines: list[str], place: Mark) -> None:
    error = only(*lines)
    assert Mark(error.line, error.column, error.length) == place


def test_the_entries_of_a_list_are_quoted_one_by_one() -> None:
    document, errors = front("tags: [a, @b, 'c, d', e #1]  # the usual", "x: [e, f")
    assert [(error.code, error.column, error.fix.partition(": ")[2]) for error in errors] == [
        ("yaml-quote", 11, 'tags: ["a", "@b", \'c, d\', "e #1"]'),
        ("yaml-quote", 4, 'x: "[e, f"'),
    ]
    assert document.data["tags"] == ["a", "@b", "c, d", "e #1"]


def test_a_missing_space_is_named() -> None:
    error = only("title:Hips", "date: 2026")
    assert (error.code, error.line, error.column, error.fix) == (
        "yaml-space",
        2,
        6,
        "type title: Hips",
    )


def test_an_anchor_is_refused_and_what_it_names_is_read() -> None:
    document, errors = front("title: A", "guests: &team", "  - name: B", "hosts: *team")
    assert [(error.code, error.line) for error in errors] == [("yaml-anchor", 3), ("yaml-quote", 5)]
    assert document.data == {"title": "A", "guests": [{"name": "B"}], "hosts": "*team"}


def test_a_text_that_goes_on_below_is_not_quoted_in_the_middle() -> None:
    error = only("summary: All of", "  episode #5 rocks")
    assert (error.code, error.line, error.fix) == (
        "yaml-comment",
        3,
        "put the whole text in quotes",
    )


@pytest.mark.parametrize(
    "line", ["# alone", "title: A  # aside", 'title: "A #5" # aside', "t: [a, b] # aside", "t: C#"]
)
def test_a_remark_is_no_mistake(line: str) -> None:
    assert not front(line)[1]


def test_a_text_may_hold_what_yaml_only_minds_at_the_beginning() -> None:
    document, errors = front("title: What's 100% & more? [1] {2} @home 5:30 \u201cyes\u201d")
    assert not errors
    assert document.data["title"] == "What's 100% & more? [1] {2} @home 5:30 \u201cyes\u201d"


def test_a_key_twice_names_the_first_line_and_keeps_its_value() -> None:
    document, errors = front("title: A", "date: 2026", "title: [B, @C]")
    assert [(error.code, error.line) for error in errors] == [
        ("yaml-duplicate-key", 4),
        ("yaml-quote", 4),
    ]
    assert "line 2" in errors[0].message
    assert document.data == {"title": "A", "date": "2026"}
    assert document.values["title",] == Mark(2, 8, 1)


def test_the_same_key_in_two_entries_is_no_mistake() -> None:
    assert not front("guests:", "  - name: A", "  - name: B")[1]


def test_a_tab_is_named() -> None:
    error = only("guests:", "\t- name: A", "title: B")
    assert (error.code, error.line, error.column) == ("yaml-tab", 3, 1)


def test_a_merge_key_is_refused_and_the_rest_is_read() -> None:
    document, errors = front("guests:", "  - <<: *anna", "    name: B", "title: C")
    assert [error.code for error in errors] == ["yaml-merge"]
    assert document.data["title"] == "C"


def test_a_second_document_is_refused() -> None:
    document, errors = front("title: A", "...", "date: B")
    assert [(error.code, error.line) for error in errors] == [("yaml-no-colon", 3)]
    assert document.data == {"title": "A", "date": "B"}


def test_control_characters_become_spaces() -> None:
    document, errors = front(
        "title: A\x00B", "date: C\ud800", 'a: "\x07 b"', "b: [c\x1bd, \ufeffe]", "c: |", "  f\x0bg"
    )
    assert not errors
    assert document.data == {
        "title": "A B",
        "date": "C",
        "a": "  b",
        "b": ["c d", "e"],
        "c": "f g\n",
    }


def test_line_breaks_of_unicode_do_not_shift_the_lines() -> None:
    document, errors = front("title: A\u2028B", "date: @x")
    assert document.data["title"] == "A B"
    assert [error.line for error in errors] == [3]


def test_an_indented_line_that_was_meant_as_a_key_is_explained() -> None:
    error = only("title: A", "  subtitle: B")
    assert (error.code, error.line, error.column) == ("yaml-indent", 3, 1)
    assert "below the word above" in error.fix


def test_a_line_out_of_line_is_explained() -> None:
    error = only("tags:", "  - a", " - b")
    assert (error.code, error.line) == ("yaml-indent", 4)
    assert "line up" in error.message
    assert "below the -" in error.fix


def test_show_notes_inside_the_front_matter_are_explained() -> None:
    document, errors = front("title: A", "", "Notes of the show.")
    assert [(error.code, error.line) for error in errors] == [("yaml-no-colon", 4)]
    assert "write --- above it" in errors[0].fix
    assert document.data == {"title": "A"}


@pytest.mark.parametrize("lines", [["- a"], ["just text"], ["just text", "title: B"]])
def test_front_matter_of_another_shape_is_refused(lines: list[str]) -> None:
    assert only(*lines).code == "yaml-no-colon"


@pytest.mark.parametrize("text", ["", "title: A\n", "\n---\ntitle: A\n---\n"])
def test_a_file_without_front_matter_is_told_how_to_begin(text: str) -> None:
    document, (error,) = read(text)
    assert (error.code, error.line) == ("front-matter", 1)
    assert (document.data, document.body, document.body_line) == ({}, text, 1)


def test_front_matter_that_never_ends_is_read_to_the_first_empty_line() -> None:
    document, (error,) = read("---\ntitle: A\n\nNotes")
    assert (error.code, error.line) == ("front-matter", 1)
    assert error.message == "the second line of --- is missing"
    assert document.data == {"title": "A"}
    assert (document.body, document.body_line) == ("\nNotes", 3)


def test_a_quote_closed_by_the_next_one_is_found_where_it_opened() -> None:
    error = only('title: "Hips', "date: 2026", 'summary: Say "no" more')
    assert (error.line, error.column) == (2, 8)
    assert "never closed" in error.message


def test_all_mistakes_of_a_file_are_reported_at_once() -> None:
    document, errors = front(
        "title: Knees: a story",
        "date:2026-01-01",
        "summary: @home",
        "season: 2 #two",
        "title: again",
        'subtitle: "a" b',
        "guests:",
        "\t- name: Cleo",
    )
    assert [(error.line, error.code) for error in errors] == [
        (2, "yaml-colon"),
        (3, "yaml-space"),
        (4, "yaml-quote"),
        (5, "yaml-comment"),
        (6, "yaml-duplicate-key"),
        (7, "yaml-quote"),
        (9, "yaml-tab"),
    ]
    assert document.data == {
        "title": "Knees: a story",
        "date": "2026-01-01",
        "summary": "@home",
        "season": "2 #two",
        "subtitle": '"a" b',
        "guests": [{"name": "Cleo"}],
    }


def test_deep_nesting_and_endless_mistakes_end_soon() -> None:
    assert front("a: " + "[" * 300_000)[0].data == {"a": "[" * 300_000}
    assert len(front(*["a: b: c"] * 300)[1]) == 50


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(alphabet=" \t-:#\"'[]{}&*!|>%@`,?\\<ab1\u2028\x00é😀\n", max_size=14)
        | st.sampled_from(["a: b", "- c", "  d: e", "- 1:10 f: g", "<<: *x", "k: [a, b]", 'q: "']),
        max_size=8,
    )
)
def test_nothing_is_raised_and_every_place_is_in_the_file(lines: list[str]) -> None:
    text = "\n".join(["---", *lines, "---", "Body"])
    document, errors = read(text)
    rows = text.split("\n")
    for mark in [*document.values.values(), *document.keys.values()]:
        assert 1 <= mark.column <= len(rows[mark.line - 1]) + 1
    for error in errors:
        assert 1 <= error.line <= len(rows)
        assert error.message
        assert error.fix
    assert document.body.endswith("Body")
