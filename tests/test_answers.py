"""Answers for programs: every command has --json, one shape, and the keys that are documented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
import sitemaker
from click.testing import CliRunner
from sample import NOW
from test_docs import every

from activefeed import serve
from activefeed.cli import cli

DOCS = (Path(__file__).parents[1] / "docs/pages/reference/commands.md").read_text("utf-8")
TABLE = DOCS.partition("## Answers for programs")[2]
EXPLAINED = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^- (.+?):", DOCS, re.MULTILINE))))
# What is typed, by the row of the table in commands.md; words in capitals are places.
ANSWERS = {
    "init BEGUN --yes": "init",
    "new episode AUDIO --title Backs": "new episode",
    "new post Hello": "new post",
    "schema post": "schema",
    "schema --write": "schema --write",
    "check": "check",
    "publish": "publish",
    "publish --dry-run": "publish",
    "serve": "serve",
    "status": "status",
    "automate cron": "automate",
    "verify": "verify",
    "verify FEED FEED": "verify OLD NEW",
    "withdraw hips --yes": "withdraw",
    "prune --yes": "prune",
    "build BUILT": "build",
    "import FEED --dry-run": "import",
}


def keys_of(row: str) -> set[str]:
    """Return the keys that the table names for a command."""
    rows = dict(re.findall(r"^\| (`[^|]+`) \| (.+) \|$", TABLE, re.MULTILINE))
    cell = next(keys for names, keys in rows.items() if f"`{row}`" in names.split(", "))
    if also := re.fullmatch(r"as `(\w+)`", cell):
        return keys_of(also[1])
    return {"command", "exit", *re.findall(r"`(\w+)`", cell)}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that is published; nothing answers at its address."""
    address = "https://127.0.0.1:9"
    maker = sitemaker.make(tmp_path_factory.mktemp("site"), "", "https://hill.example", address)
    maker.episode("hips", "title: Strong hips", "date: 2026-03-03 06:00")
    CliRunner().invoke(cli, ["publish", "--site", str(maker.root), "--now", NOW])
    return maker.root


def test_every_command_has_an_answer_for_programs() -> None:
    elsewhere = {"connect"}  # which needs a bucket: test_connect.py
    assert set(cli.commands) - elsewhere == {typed.split()[0] for typed in ANSWERS}
    commands = [one for name, one in every(cli) if not isinstance(one, click.Group)]
    for command in commands:
        assert "--json" in [name for option in command.params for name in option.opts]


@pytest.mark.parametrize("typed", ANSWERS)
def test_the_answer_has_the_keys_that_are_documented(
    root: Path, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "run", lambda server, port, *_: port.close())
    places = {
        "FEED": "public/podcast/feed.xml", "BUILT": "_site", "BEGUN": "begun",
        "AUDIO": str(sitemaker.AUDIO / "tagged.mp3"),
    }  # fmt: skip
    words = [str(root / places[word]) if word in places else word for word in typed.split()]
    name, command = next(one for one in every(cli) if typed.startswith(one[0]))
    if isinstance(command, click.Group):
        name, command = next(one for one in every(command, f"{name} ") if typed.startswith(one[0]))
    taken = {option.name for option in command.params}
    given = {"site": str(root), "now": NOW}
    words += [word for one in taken & set(given) for word in (f"--{one}", given[one])]
    done = CliRunner().invoke(cli, [*words, "--json"], catch_exceptions=False)
    data, keys = json.loads(done.stdout), keys_of(ANSWERS[typed])
    assert (set(data), done.stderr) == (keys, "")
    assert (data["command"], data["exit"]) == (name, done.exit_code)
    assert keys - {"command", "exit"} <= EXPLAINED


def test_a_command_that_cannot_do_its_work_answers_with_the_error_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["status", "--site", str(tmp_path), "--json"])
    data = json.loads(done.stdout)
    assert (set(data), set(data["error"])) == ({"command", "exit", "error"}, {"message", "fix"})
