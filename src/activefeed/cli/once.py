"""The commands of a show's first day: init, automate."""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from activefeed.cli import surroundings
from activefeed.cli.asking import Question, answers
from activefeed.cli.frame import FOLDER, Answer, command, site, target, yes
from activefeed.problems import Exit

if TYPE_CHECKING:
    from activefeed.console import Console


_ASKED = tomllib.loads(Path(__file__).with_name("init.toml").read_text("utf-8"))


@command
@click.argument("folder", default=".", type=FOLDER, metavar="[DIR]")
@click.option("--only", type=click.Choice(["podcast", "blog"]), help="Begin without the other.")
@yes
def init(console: Console, *, folder: Path, yes: bool, **given: str | None) -> Answer:
    """Begin a podcast and a blog in a new folder, DIR.

    Asks at most six questions; each is an option too. Writes settings that explain themselves,
    a first episode and a first post as drafts, a page, and a cover to begin with.
    """
    from activefeed.desk.beginning import make, read, refuse_used

    refuse_used(folder)
    parts = (only,) if (only := given["only"]) else ("podcast", "blog")
    usual = {"category": "Society & Culture"} | surroundings.guesses(folder)
    questions = [
        Question(name, one["text"], one["why"], usual.get(name, ""), partial(read, one["kind"]))
        for name, one in _ASKED.items()
        if one.get("only", parts[0]) in parts
    ]
    files, words = make(folder, usual | answers(questions, given, yes=yes), parts)
    console.say(words)
    return Exit.DONE, {"folder": str(folder), "files": files}


for _name, _one in reversed(_ASKED.items()):
    _option = click.Option([f"--{_name}"], default=_one.get("answer"), help=_one["help"])
    init.params.insert(0, _option)  # before those that every command has


@command
@site
@click.argument("kind", metavar="cron|systemd|github")
@target
def automate(console: Console, *, kind: str, target: str, site: Path) -> Answer:
    """Show the text that lets a machine publish by itself."""
    from activefeed import automate, pipeline

    text = automate.template(kind, pipeline.zone(site), target)
    console.say(text)
    return Exit.DONE, {"text": text}
