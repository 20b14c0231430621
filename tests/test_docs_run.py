"""Every command line in the documents works: those in sentences are understood, others run.

They run in a small site with an episode, a post and a target ``web``, which is a bucket; those of
one document one after another. WAYS says how one is run that cannot be run as it stands.
"""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
import sitemaker
import typed
from click.testing import CliRunner
from oddstore import BUCKET, OddStore
from typed import DOCUMENTS, ROOT, Typed

from activefeed.cli import cli
from activefeed.problems import Exit

AUDIO = sitemaker.AUDIO
TALKS = (("mp3", "tagged"), ("wav", "pcm"))
OLD = "https://feeds.example/my-show"
CONNECT = "test_what_is_typed_is_tried_kept_and_need_not_be_typed_again"


@dataclass(frozen=True, slots=True)
class Way:
    """How a command is run."""

    by: str = ""  # another test, which runs it: file::name
    more: tuple[str, ...] = ()  # words that answer what it would ask a person
    first: tuple[str, ...] = ()  # command lines that must have been run before
    files: Mapping[str, Path] = field(default_factory=dict)  # what must lie in the site: from where


# By the heading of a document, by a whole line, or by the command: the first that is found.
WAYS: Mapping[str, Way] = {
    "README.md#activefeed": Way(by="terminal/test_tour.py::test_a_show_begins_with_six_commands"),
    "README.md#Break it": Way(
        by="test_break_it.py::test_three_attempts_to_hurt_subscribers_are_refused_as_the_readme_says"
    ),
    "serve": Way(by="test_serve.py::test_the_command_says_where_to_look_and_stops_when_told"),
    "connect": Way(by=f"terminal/test_connect.py::{CONNECT}"),
    "init": Way(more=("--yes",)),
    "new": Way(files={f"talk.{x}": AUDIO / f"{y}.{x}" for x, y in TALKS}),
    "withdraw": Way(more=("--yes",)),
    "prune": Way(more=("--yes",)),
    "verify web": Way(first=("publish web",)),
    # What asks another host for its feed: how-to/moving.md.
    "import": Way(by="test_import.py::test_a_show_of_every_source_is_the_same_show_here"),
    f"verify {OLD} _site/podcast/feed.xml": Way(
        by="test_verify_command.py::test_the_same_feed_is_the_same_show"
    ),
    f"publish --against {OLD}": Way(
        by="guard/test_guard_moves.py::"
        "test_the_first_publish_where_listeners_have_another_tool_s_feed"
    ),
}
TYPED = {document: list(typed.in_blocks(document)) for document in DOCUMENTS}


def way_of(one: Typed) -> Way:
    names = (f"{one.document}#{one.heading}", " ".join(one.words), one.words[0])
    return next((WAYS[name] for name in names if name in WAYS), Way())


def expected(answer: str) -> set[Exit]:
    """Return the exit codes that fit to what a document says is answered."""
    if "refused:" in answer:
        return {Exit.REFUSED}
    return set(Exit) - {Exit.DONE} if "error:" in answer else {Exit.DONE}


@pytest.fixture
def site(tmp_path: Path, odd: OddStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small site, in which the test is."""
    web = f'\n[publish.web]\nto = "s3://{BUCKET}"\nendpoint = "{odd.endpoint}"\n'
    web += f'url = "{odd.endpoint}/{BUCKET}"\n'
    made = sitemaker.make(tmp_path / "site", web)
    made.episode("012-strong-hips", "episode: 12")
    made.markdown("posts/2026-11-22-first-post.md")
    made.markdown("pages/about.md")
    odd.objects.clear()
    for name, value in odd.server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(made.root)
    return made.root


def run(words: Sequence[str]) -> tuple[int, str]:
    """Run a command as it is typed, at a time when all is due."""
    command: click.Command | None = cli
    for word in words:
        command = command.commands.get(word) if isinstance(command, click.Group) else command
    knows = {option for one in (command.params if command else ()) for option in one.opts}
    now = ["--now", sitemaker.NOW.isoformat()] * ("--now" in knows and "--now" not in words)
    done = CliRunner().invoke(cli, [*words, *now], env=dict(os.environ))
    return done.exit_code, f"{done.output}{done.exception or ''}"


@pytest.mark.parametrize(
    "document",
    [document for document, lines in TYPED.items() if lines],
    ids=lambda document: document.relative_to(ROOT).as_posix(),
)
def test_what_is_in_blocks_runs(document: Path, site: Path) -> None:
    for one in TYPED[document]:
        way = way_of(one)
        for path, source in way.files.items():
            shutil.copyfile(source, site / path)
        assert understood(one.words) == "", one
        if way.by:
            continue
        for line in way.first:
            assert run(line.split())[0] == Exit.DONE, line
        code, said = run((*one.words, *way.more))
        assert code in expected(one.answer), f"{one}\n{said}"


def understood(words: Sequence[str]) -> str:
    """Return what the command line says against some words; nothing where it understands them."""
    group: click.Command = cli
    context = click.Context(cli, info_name="activefeed", **cli.context_settings)
    rest = list(words)
    try:
        while isinstance(group, click.Group) and rest and not rest[0].startswith("-"):
            name, found, rest = group.resolve_command(context, rest)
            if not found or not rest:  # its mere name is no call
                return "" if found else f"no command {name}"
            group = found
        group.make_context("activefeed", rest, context)
    except click.exceptions.Exit:  # --help, --version
        return ""
    except click.ClickException as error:
        said = error.format_message()
        return "" if said.endswith("does not exist.") else said  # a file, in the reader's folder
    return ""


@pytest.mark.parametrize(
    ("document", "line"),
    [
        pytest.param(document, line, id=f"{document.name}: {line}")
        for document in DOCUMENTS
        for line in typed.in_sentences(document)
    ],
)
def test_what_is_in_sentences_is_understood(document: Path, line: str) -> None:
    assert understood(typed.filled_in(line)) == ""


def test_what_is_not_understood_is_told() -> None:
    assert understood(["pubish"])
    assert understood(["publish", "--dryrun"])
    assert understood(["verify", "a", "b", "c"])
    assert understood(["serve", "--port", "many"])
    assert understood(["publish", "--help"]) == ""
    assert understood(typed.filled_in("schema [settings|episode] --write")) == ""


def test_every_way_is_needed_and_leads_to_a_test() -> None:
    lines = [one for lines in TYPED.values() for one in lines]
    assert len(lines) > 5
    for name, way in WAYS.items():
        if "#" in name:
            assert any(f"{one.document}#{one.heading}" == name for one in lines), name
        else:
            assert name.split()[0] in cli.commands, name
        if way.by:
            file, _, test = way.by.partition("::")
            tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
            assert test in {getattr(node, "name", "") for node in tree.body}, way.by
