"""The commands of a show's first day: init, automate."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from activefeed.cli import surroundings
from activefeed.cli.asking import Question, answers
from activefeed.cli.frame import FOLDER, Answer, command, now, site, target, yes
from activefeed.problems import Exit

if TYPE_CHECKING:
    from activefeed.console import Console


@command
@click.argument("folder", default=".", type=FOLDER, metavar="[DIR]")
@click.option("--title", help="The name of the podcast or blog.")
@click.option("--author", help="Who makes it: a person or a team.")
@click.option("--email", help="Where directories can write to you; everybody can read it.")
@click.option("--category", help="Where Apple Podcasts lists it, such as Education.")
@click.option("--timezone", help="The zone of your dates, such as Europe/Berlin.")
@click.option("--language", help="The language of your texts, such as en.")
@click.option("--only", type=click.Choice(["podcast", "blog"]), help="Begin without the other.")
@click.option("--url", default="", help="The public address, if you know it for certain.")
@now
@yes
def init(  # noqa: PLR0913 - one parameter an option
    console: Console, *, folder: Path, only: str | None, url: str, now: datetime, yes: bool,
    **given: str | None,
) -> Answer:  # fmt: skip
    """Begin a podcast and a blog in a new folder, DIR.

    Asks a few questions, or takes the answers from the options. Writes settings that explain
    themselves, a first episode and a first post as drafts, and a cover to begin with.
    """
    from activefeed.desk import beginning

    beginning.refuse_used(folder)
    parts = (only,) if only else beginning.PARTS
    guesses = {
        "title": beginning.title_of(folder),
        "timezone": beginning.sound("timezone", surroundings.zone(), "UTC"),
        "language": beginning.sound("language", surroundings.language(), "en"),
    }
    asked = [
        Question(name, one["text"], one["why"], one.get("default", guesses.get(name, "")), read)
        for name, one, read in beginning.questions(parts)
    ]
    url = beginning.read("url", url)
    found = answers(asked, given, yes=yes) | {"url": url}
    files = beginning.make(folder, found, parts, now)
    console.begun(str(folder), files)
    return Exit.DONE, {"folder": str(folder), "files": files}


@command
@site
@click.argument("kind", metavar="cron|systemd|github")
@target
def automate(console: Console, *, kind: str, target: str, site: Path) -> Answer:
    """Show the text that lets a machine publish by itself."""
    from activefeed import automate, pipeline

    console.say(automate.template(kind, pipeline.zone(site), target))
    return Exit.DONE, {}
