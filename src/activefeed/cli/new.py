"""The commands that begin something: new episode, new post."""

import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from activefeed.cli import daily
from activefeed.cli.asking import Question, answers, here
from activefeed.cli.frame import Answer, report
from activefeed.console import Console
from activefeed.problems import Exit

if TYPE_CHECKING:
    from activefeed.desk.drafts import Draft, Made


def _begins(work: Callable[..., Answer]) -> click.Command:
    """Make a command below ``new``, with the options of both."""
    slug = click.option("--slug", default="", help="The end of its address; else from the title.")
    draft = click.option("--draft", is_flag=True, help="It is not to be published yet.")
    date = click.option("--date", default="", metavar="WHEN", help='"next friday 6:00"; else now.')
    return report(date(draft(slug(work))), daily.new)


@_begins
@click.argument("audio", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", help="Its title; else you are asked, and the one in AUDIO is proposed.")
@click.option("--summary", help="What it is about, in one sentence; else you are asked.")
@click.option("--type", type=click.Choice(["full", "trailer", "bonus"]), default="full",
              help="full (without this option), trailer or bonus.")  # fmt: skip
def episode(
    console: Console, *, audio: Path, date: str, site: Path, now: datetime, **given: Any
) -> Answer:
    """Add an episode: AUDIO and a file of notes.

    AUDIO is copied. Its length, chapters and cover are read from it, the number is the next. WAV,
    AIFF and FLAC become MP3 with ffmpeg: mono, 96 kbit/s, as loud as other shows (-16 LUFS).
    """
    from activefeed import pipeline
    from activefeed.desk import dates, drafts

    frame = pipeline.frame_of(pipeline.read(site))
    when, facts = dates.read(date, now, frame.zone), drafts.look(audio)
    asked = [
        Question("title", "What is the title?", "people see it in their app", facts.title),
        Question("summary", "What is it about?", "one sentence, for lists; Enter: later"),
    ]
    given |= answers(asked, given, yes=not here())
    new = drafts.Draft("episode", date=when, **given)
    if facts.extension in drafts.STUDIO:
        console.say(f"Making an MP3 of {audio.name}. An hour of sound takes a few minutes.")
    return _done(console, new, drafts.write(frame, new, audio), now, site)


@_begins
@click.argument("title")
def post(console: Console, *, date: str, site: Path, now: datetime, **given: Any) -> Answer:
    """Add a post: a file for its text."""
    from activefeed import pipeline
    from activefeed.desk import dates, drafts

    frame = pipeline.frame_of(pipeline.read(site))
    new = drafts.Draft("post", date=dates.read(date, now, frame.zone), summary="", **given)
    return _done(console, new, drafts.write(frame, new), now, site)


def _done(console: Console, new: "Draft", made: "Made", now: datetime, site: Path) -> Answer:
    """Say what was made, when it goes out, what comes next; open it in the editor of a person."""
    from activefeed.desk import dates

    due = "next publish" if new.date <= now else f"first publish after {dates.words(new.date)}"
    facts = {
        "number": f"episode {made['episode']}, " if made["episode"] else "",
        "length": timedelta(seconds=int(made["duration"] or 0)),
        "text": made["audio"] is None, "draft": new.draft, "due": not new.draft and due,
    }  # fmt: skip
    console.show("new", {**made, **facts})
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if editor and here() and sys.stdout.isatty():
        try:
            click.edit(editor=editor, filename=str(site / str(made["file"])))
        except click.ClickException:  # what was made is no worse for that
            console.say(f"{editor} cannot be started: open the file yourself.")
    return Exit.DONE, made
