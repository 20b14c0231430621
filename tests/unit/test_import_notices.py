"""What is told of an import: words for every kind, which nobody must be a programmer to read."""

from __future__ import annotations

import re
import tomllib
from string import Formatter

from jargon import programmers_words
from test_docs import SRC

WORDS = tomllib.loads((SRC / "activefeed/migrate/notices.toml").read_text("utf-8"))
CODE = "".join(path.read_text("utf-8") for path in (SRC / "activefeed").rglob("*.py"))


def test_every_kind_says_what_it_is_and_what_to_do() -> None:
    for kind, row in WORDS.items():
        assert (
            {"what", "fix"} <= row.keys() <= {"what", "fix", "of", "has", "lacks", "tell", "draft"}
        )
        assert not programmers_words(f"{row['what']} {row['fix']}"), kind
        assert {name for _, name, *_ in Formatter().parse(row["what"]) if name} <= {"detail"}, kind


def test_what_is_found_by_facts_has_all_that_it_takes_and_is_about_somebody() -> None:
    for kind, row in WORDS.items():
        if "of" in row:
            assert {"has", "lacks", "tell"} <= row.keys(), kind
            assert set(row["of"]) <= {"episode", "post", "podcast", "blog"}, kind
            assert ("{detail}" in row["what"]) == bool(row["tell"]), kind


def test_every_other_kind_is_told_by_somebody() -> None:
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', CODE))
    named |= {f"download-{kind}" for kind in named}  # as the downloads call them
    assert {kind for kind, row in WORDS.items() if "of" not in row and kind[:3] != "no-"} <= named
