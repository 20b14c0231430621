"""Each kind of mistake has its words, with the facts that they want, and no words are left over."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from string import Formatter

from test_docs import SRC, TREES

from activefeed.problems import Problem

WORDS = {
    kind: words
    for path in (SRC / "activefeed/sentences").glob("*.toml")
    for kind, words in tomllib.loads(path.read_text("utf-8")).items()
}
NODES = [node for tree in TREES.values() for node in ast.walk(tree)]
MAKERS = re.compile(r"(?:.+\.)?(?:error|warn)|fault|Problem\.warning|[A-Z]\w+\.of")


def kinds(value: ast.expr) -> Iterator[str]:
    """Yield the kinds that an expression may be: a text, or one of two."""
    for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
        if isinstance(one, ast.Constant):
            yield str(one.value)


def reports() -> Iterator[tuple[str, set[str]]]:
    """Yield each kind that is reported, and the names of the facts that it is reported with."""
    for node in NODES:
        if isinstance(node, ast.Call) and node.args:
            in_words = MAKERS.fullmatch(ast.unparse(node.func))
            for kind in kinds(node.args[0]) if in_words else ():
                yield kind, {str(one.arg) for one in node.keywords} - {"text"}


def wanted(kind: str) -> set[str]:
    parts = [part for text in WORDS[kind] for part in Formatter().parse(text)]
    return {name.partition(".")[0] for _, name, *_ in parts if name}


def test_a_report_has_all_facts_that_its_words_want() -> None:
    found = list(reports())
    assert len(found) > 130
    assert not {kind for kind, _ in found} - WORDS.keys()
    assert not [kind for kind, facts in found if not wanted(kind) <= facts | {"text"}]


def test_no_words_are_left_over() -> None:
    texts = {node.value for node in NODES if isinstance(node, ast.Constant)}
    assert not WORDS.keys() - texts


def test_facts_stand_in_the_words_and_what_follows_a_colon_is_no_part_of_the_code() -> None:
    found = Problem.of("dead-related:outside", path="")
    assert (found.code, found.message) == ("dead-related", "this leads to a place outside the site")
    assert found.fix == "correct the path, as seen from this file"
    assert Problem.of("missing-image", path="{x}.jpg").message == "there is no picture {x}.jpg"
