"""Front matter is written as a careful person writes it, and read again as the same texts."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activefeed.formats.yaml import read, write


def again(keys: dict[str, object]) -> object:
    document, errors = read(f"---\n{write(keys)}---\nBody")
    assert not errors, [error.message for error in errors]
    return document.data


def test_it_looks_as_if_somebody_had_typed_it() -> None:
    keys: dict[str, object] = {
        "title": "Strong hips: what helps?",
        "date": "2021-08-18 06:00",
        "guid": "https://old.example/?p=12",
        "guid_permalink": True,
        "episode": 12,
        "categories": ["Hips", "Running & Walking"],
        "guests": ["ines", {"name": "Cleo", "url": "https://cleo.example"}],
        "chapters": ["0:00 Welcome", "1:10 Knees: a story", {"start": "2:00", "title": "End"}],
        "location": {"name": "Portland", "geo": "geo:43.66,-70.25"},
        "hosts": [],
        "summary": 'He said "no" and left',
    }
    assert write(keys) == dedent("""\
        title: "Strong hips: what helps?"
        date: 2021-08-18 06:00
        guid: https://old.example/?p=12
        guid_permalink: true
        episode: 12
        categories: [Hips, Running & Walking]
        guests:
          - ines
          - name: Cleo
            url: https://cleo.example
        chapters:
          - 0:00 Welcome
          - "1:10 Knees: a story"
          - start: "2:00"
            title: End
        location:
          name: Portland
          geo: geo:43.66,-70.25
        hosts: []
        summary: He said "no" and left
        """)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("no", '"no"'), ("Yes", '"Yes"'), ("on", '"on"'), ("null", '"null"'), ("~", '"~"'),
        ("12", '"12"'), ("1.10", '"1.10"'), ("1e5", '"1e5"'), ("0x1f", '"0x1f"'),
        ("1:02:03", '"1:02:03"'), ("2021-08-18", '"2021-08-18"'), ("", '""'), ("-", '"-"'),
        ("#5 rocks", '"#5 rocks"'), ("Tip #5", '"Tip #5"'), ("C#", "C#"), ("a: b", '"a: b"'),
        ("Why?:", '"Why?:"'), ("*Strong* hip", '"*Strong* hip"'), ("[Live] hips", '"[Live] hips"'),
        ("- hips", '"- hips"'), ("& more", '"& more"'), ("100% more", "100% more"),
        ("It's fine", "It's fine"), ('"a" and "b"', r'"\"a\" and \"b\""'), ("C:\\hips", "C:\\hips"),
        ('"It\'s"', '"\\"It\'s\\""'), ("one\ntwo", '"one\\ntwo"'), (" a ", '" a "'),
        ("a\x85b\x7f", '"a\\u0085b\\u007f"'), ("a  b", '"a  b"'), ("Ähren", "Ähren"),
        ("---", '"---"'), ("5:30 yes", "5:30 yes"), ("no way", "no way"), ("<b>", '"<b>"'),
    ],
)  # fmt: skip
def test_what_could_be_misread_stands_in_quotes(text: str, written: str) -> None:
    assert write({"title": text}) == f"title: {written}\n"
    assert again({"title": text}) == {"title": text}
    assert again({"a": [text, {"b": text, "c": [text]}]}) == {"a": [text, {"b": text, "c": [text]}]}


# What the reader takes for its own stand-ins lies at the end of all signs, and is nobody's.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x10FEFF))
TRAPS = st.lists(
    st.sampled_from([*"\"'\\[]{}#&*!|>%@`,:?-~<= \n\t.ab1", "- ", ": ", " #", "1:10 ", "---", "no"])
)
VALUES = st.recursive(
    TEXTS | TRAPS.map("".join),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex("[a-z_]{1,9}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=80)
@given(st.dictionaries(st.from_regex("[a-z_]{1,9}", fullmatch=True), VALUES, max_size=4))
def test_whatever_is_written_is_read_again(keys: dict[str, object]) -> None:
    assert again(keys) == keys
