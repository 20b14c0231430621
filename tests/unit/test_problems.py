"""Mistakes as values: their places, their order, and what each exception leaves with."""

from __future__ import annotations

import pytest

from activefeed import problems
from activefeed.problems import (
    ActivefeedError,
    Exit,
    FormatError,
    Location,
    Problem,
    Problems,
    SourceText,
)

SOURCE = SourceText("posts/a.md", "---\r\ntitle: A\r\ndate: 3 Mai\n---\ntitle: B\n")


def test_a_location_says_what_it_knows() -> None:
    assert str(Location("a.md")) == "a.md"
    assert str(Location("a.md", 3)) == "a.md:3"
    assert str(Location("a.md", 3, 7)) == "a.md:3:7"


def test_a_place_carries_its_line() -> None:
    assert SOURCE.at(2, 8, 1) == Location("posts/a.md", 2, 8, 1, "title: A")
    assert SOURCE.at(3, 7, 0).length == 1
    assert SOURCE.at(99) == Location("posts/a.md", 99)
    assert SOURCE.at(0).text == ""


def test_a_text_is_found_from_a_line_on() -> None:
    assert SOURCE.find("title") == Location("posts/a.md", 2, 1, 5, "title: A")
    assert SOURCE.find("title", 3) == Location("posts/a.md", 5, 1, 5, "title: B")
    assert SOURCE.find("nowhere") == Location("posts/a.md")


def test_problems_come_in_the_order_of_files_and_lines_each_once() -> None:
    found = Problems()
    found.add(Problem("w", "late", "", Location("b.md", 1), severe=False))
    found.add(Problem("e", "second", "", Location("a.md", 10)))
    found.add(Problem("e", "first", "", Location("a.md", 9, 5)))
    found.add(Problem("e", "first", "", Location("a.md", 9, 5)))
    found.add(Problem("e", "whole site"))
    assert [p.message for p in found] == ["whole site", "first", "second", "late"]
    assert len(found) == 4
    assert [p.message for p in found.errors] == ["whole site", "first", "second"]
    assert [p.message for p in found if not p.severe] == ["late"]


def test_a_kind_has_its_words_and_its_code_is_what_stands_before_a_colon() -> None:
    found, where = Problems(), Location("a.md", 3)
    found.error("dead-link:file", where, kind="page", file="b.md")
    found.warn("link-waiting", where, file="c.md", why="is a draft")
    cure = "correct the path, as seen from this file"
    assert list(found) == [
        Problem("dead-link", "there is no page b.md", cure, where),
        Problem("link-waiting", "c.md is a draft", "the link is left out until then", where,
                severe=False),
    ]  # fmt: skip
    assert found.errors[0] == Problem.of("dead-link:file", where, kind="page", file="b.md")
    error = problems.UsageError.of("no-slug", text="…")
    assert (error.message, error.exit_code) == ('no address can be made from "…"', Exit.USAGE)
    assert error.fix.startswith("choose one with a few latin letters")


def test_what_concerns_nothing_that_is_due_only_warns() -> None:
    draft = Problems([Problem("e", "wrong", "mend it", Location("a.md"))])
    found = Problems()
    found.extend(draft, only_warn=True)
    assert [(p.severe, p.message, p.fix) for p in found] == [(False, "wrong", "mend it")]
    found.extend(draft)
    assert len(found.errors) == 1


def test_exit_codes_are_a_promise() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0, "CONTENT": 1, "USAGE": 2, "STORE": 3, "LOGIN": 4, "ANSWER": 5,
        "REFUSED": 6, "BUSY": 7, "CHANGES": 10, "OURS": 70, "INTERRUPTED": 130,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"),
    [("UsageError", 2), ("StoreError", 3), ("LoginError", 4), ("Refused", 6), ("Busy", 7),
     ("FormatError", 1)],
)  # fmt: skip
def test_every_error_is_one_family_and_leaves_with_its_code(name: str, code: int) -> None:
    error = getattr(problems, name)("it broke", "mend it")
    assert isinstance(error, ActivefeedError)
    assert (error.message, error.fix, str(error)) == ("it broke", "mend it", "it broke")
    assert error.exit_code == code


def test_a_format_error_knows_its_place() -> None:
    error = FormatError("bad cue", "mend it", line=4, column=2, length=3)
    assert (error.line, error.column, error.length) == (4, 2, 3)
