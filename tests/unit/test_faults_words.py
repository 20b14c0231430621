"""Each kind of mistake has its words, with the facts that they want, and no words are left over."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from string import Formatter

from test_docs import SRC, TREES

from activefeed.problems import Problem

CONTENT = SRC / "activefeed/content"
WORDS = tomllib.loads((SRC / "activefeed/sentences/faults.toml").read_text("utf-8"))
NODES = [node for path, tree in TREES.items() if path.parent == CONTENT for node in ast.walk(tree)]


def kinds(value: ast.expr) -> Iterator[str]:
    """Yield the kinds that an expression may be: a text, or one of two."""
    for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
        if isinstance(one, ast.Constant):
            yield str(one.value)


def reports() -> Iterator[tuple[str, set[str]]]:
    """Yield each kind that is reported, and the names of the facts that it is reported with."""
    for node in NODES:
        if isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func)
            in_words = called == "Problem.of" or called.split(".")[-1] in {"error", "warn", "fault"}
            for kind in kinds(node.args[0]) if in_words else ():
                yield kind, {str(one.arg) for one in node.keywords} - {"text"}


def wanted(kind: str) -> set[str]:
    parts = [part for text in WORDS[kind] for part in Formatter().parse(text)]
    return {name.partition(".")[0] for _, name, *_ in parts if name}


def test_a_report_has_all_facts_that_its_words_want() -> None:
    found = list(reports())
    assert len(found) > 40
    known = {kind for kind, _ in found} <= WORDS.keys()
    assert known
    assert not [kind for kind, facts in found if not wanted(kind) <= facts | {"text"}]


def test_no_words_are_left_over() -> None:
    chosen = [node for node in NODES if isinstance(node, ast.Assign)]
    used = {kind for node in chosen for kind in kinds(node.value)} | {kind for kind, _ in reports()}
    assert not WORDS.keys() - used


def test_facts_stand_in_the_words_and_what_follows_a_colon_is_no_part_of_the_code() -> None:
    found = Problem.of("dead-related:outside", path="")
    assert (found.code, found.message) == ("dead-related", "this leads to a place outside the site")
    assert found.fix == "correct the path, as seen from this file"
    assert Problem.of("missing-image", path="{x}.jpg").message == "there is no picture {x}.jpg"
