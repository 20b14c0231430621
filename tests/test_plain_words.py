"""What a podcaster reads has no word of programmers in it, and sends nobody to a file of ours."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from jargon import programmers_words
from test_docs import ROOT, SRC, TREES

from activefeed.cli import cli
from activefeed.problems import MANUAL

SITES = ROOT / "tests" / "sites-invalid"
REPORTS = sorted(SITES.glob("*/expected.txt"))
PEOPLE = [
    name for name, one in cli.commands.items()
    if one.callback and not one.callback.__module__.endswith("machines")
]  # fmt: skip
TABLES = [path for path in sorted(SRC.rglob("*.toml")) if "start" not in path.parts]
START = [path for path in (SRC / "activefeed/desk/start").rglob("*.*") if path.suffix != ".mp3"]
RULES = SRC / "activefeed" / "render" / "rules.txt"
# What libraries say or are told, and nobody reads.
LIBRARIES = {
    "has no attribute", "is undefined", "quoted scalar", "flow mapping",
    "public, max-age=31536000, immutable",
}  # fmt: skip
THEIRS = {"begins", "codes"}  # keys of tables: what libraries and stores say
FOR_MACHINES = re.compile("yaml-language-server|#:schema")  # lines that editors read
MARKUP = re.compile(r"<\w|\\|\(\?")  # HTML, patterns


def found(texts: Iterator[tuple[object, str]]) -> list[str]:
    """Return where texts have which words."""
    return [f"{at}: {words}: {text}" for at, text in texts if (words := programmers_words(text))]


def lines(path: Path) -> Iterator[tuple[object, str]]:
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        yield f"{path.relative_to(ROOT)}:{number}", line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the JSON cannot be parsed: invalid Token", ["json", "parsed", "invalid", "token"]),
        ("key-value, null.", ["key-value", "null"]),
        ("a feed is no JSON Feed; save it as .json", []),
        ('"invalid" is not a time, see `null` and docs/json.md or --json', []),
        ("  7 | title: null\n    |        ^^^^", []),
        ("do this:\ncurl -s https://x.example | parse", []),
        ("a curl of hair that is a string", ["string"]),
        ("renders, strings and an object-lesson", ["renders", "strings"]),
    ],
)
def test_words_are_found_in_what_is_ours(text: str, words: list[str]) -> None:
    assert programmers_words(text) == words


def test_reports_of_faults() -> None:
    assert len(REPORTS) > 60
    assert not found(line for path in REPORTS for line in lines(path))


def test_help() -> None:
    assert {"check", "publish"} <= set(PEOPLE)
    for name in PEOPLE:
        said = CliRunner().invoke(cli, [name, "--help"]).output
        assert not programmers_words(said), said
    about = CliRunner().invoke(cli, ["--help"]).output.replace("  schema  ", "")
    assert not programmers_words(about), about


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of more than a word in a table."""
    if isinstance(value, dict | list):
        ours = (
            [one for key, one in value.items() if key not in THEIRS]
            if isinstance(value, dict)
            else value
        )
        for one in ours:
            yield from texts_in(one)
    elif isinstance(value, str) and " " in value.strip() and not MARKUP.search(value):
        yield value


def test_tables_of_texts() -> None:
    tables = {path.name: tomllib.loads(path.read_text("utf-8")) for path in TABLES}
    assert {"cures.toml", "answers.toml", "forms.toml"} <= tables.keys()
    tables["telling.toml"] = tables["telling.toml"]["troubles"]  # all else are places and patterns
    del tables["weebly.toml"]  # as in that
    assert not found((name, text) for name, table in tables.items() for text in texts_in(table))


def test_the_first_files_of_a_new_site() -> None:
    assert len(START) > 5
    assert not [one for path in START for one in found(lines(path)) if not FOR_MACHINES.search(one)]


def test_words_of_rules() -> None:
    rules = RULES.read_text("utf-8")
    said = re.findall(r"=>\s+(?:>\S+ )?(.+(?:\n  .+)*)|^\w+: (.+) <=", rules, re.MULTILINE)
    assert len(said) > 40
    assert not found(("rules.txt", one or other) for one, other in said)


def texts_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of every constant of more than a word that is no docstring."""
    explained = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = list(ast.walk(tree))
    first = [one.body[0] for one in nodes if isinstance(one, explained) and one.body]
    docstrings = {id(one.value) for one in first if isinstance(one, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if id(node) not in docstrings and " " in text.strip() and text not in LIBRARIES:
                yield node.lineno, text


def test_texts_in_the_code() -> None:
    said = [(path, *one) for path, tree in TREES.items() for one in texts_of(tree)]
    assert len(said) > 300
    ours = [one for one in said if not MARKUP.search(one[2]) and not FOR_MACHINES.search(one[2])]
    assert not found((f"{path}:{n}", text) for path, n, text in ours)


def test_nobody_is_sent_to_a_file_that_is_not_on_their_machine() -> None:
    said = [(path.name, text) for path, tree in TREES.items() for _, text in texts_of(tree)]
    said += [
        (path.name, text)
        for path in TABLES
        for text in texts_in(tomllib.loads(path.read_text("utf-8")))
    ]
    assert not [one for one in said if "docs/" in one[1]]
    pages = {path.read_text("utf-8").split("\n")[1] for path in ROOT.glob("docs/pages/**/*.md")}
    named = re.escape(MANUAL).replace(r"\{\}", "(.+?)")
    sent = {page for path in REPORTS for page in re.findall(named, path.read_text("utf-8"))}
    assert sent
    assert {f"title: {page}" for page in sent} <= pages
