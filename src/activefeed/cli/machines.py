"""The commands for programs and programmers: build, completion."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from activefeed.cli.frame import FOLDER, Answer, cli, command, report
from activefeed.problems import Exit

if TYPE_CHECKING:
    from activefeed.console import Console


@report
@click.argument("to", default=None, required=False, type=FOLDER, metavar="[DIR]")
def build(console: Console, *, to: Path | None, site: Path, now: datetime) -> Answer:
    """Write feeds and pages to a folder (_site), without publishing.

    Nothing is remembered and no network is asked: use it to look at the files.
    """
    from activefeed import pipeline

    folder = to or site / "_site"
    done = pipeline.build(site, folder, now)
    console.built(done, folder.name)
    return Exit.DONE if done.tree else Exit.CONTENT, console.data(done)


@command
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(console: Console, *, shell: str) -> Answer:
    """Show the text that lets the Tab key finish commands, targets and names."""
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    kind = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}[shell]
    place = "~/.config/fish/config.fish" if shell == "fish" else f"~/.{shell}rc"
    text = f'# To have it always, write in {place}: eval "$(activefeed completion {shell})"\n'
    text += kind(cli, {}, "activefeed", "_ACTIVEFEED_COMPLETE").source()
    console.say(text)
    return Exit.DONE, {"text": text}
