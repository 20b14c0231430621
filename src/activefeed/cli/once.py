"""The commands of a show's first day: automate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from activefeed.cli.frame import Answer, command, site, target
from activefeed.problems import Exit

if TYPE_CHECKING:
    from activefeed.console import Console


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
