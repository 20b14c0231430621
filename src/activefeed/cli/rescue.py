"""The commands for bad days: verify, withdraw, prune."""

from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from activefeed.cli import frame
from activefeed.cli.frame import Answer
from activefeed.console import Console, as_data, publication_data
from activefeed.problems import Exit


@frame.report
@click.argument("target", default="", metavar="[TARGET | OLD NEW]")
@click.argument("new", default="", metavar="")
@click.option("--all", "every", is_flag=True, help="Every episode, not the newest only.")
def verify(console: Console, *, new: str, site: Path, every: bool, **wishes: Any) -> Answer:
    """Look at the public address as apps do; or compare two feeds.

    With OLD and NEW (addresses or files of feeds): what would subscribers notice?
    """
    from activefeed import rescue

    if new:
        differences = rescue.differences(wishes["target"], new)
        console.compared(differences)
        severe = any(one.severe for one in differences)
        rows = [asdict(one) for one in differences]
        return Exit.REFUSED if severe else Exit.DONE, {"differences": rows}
    request = frame.request(console, **wishes)
    found = rescue.look(site, request, every=every)
    console.looked(request.target or "the target", found)
    bad = any(problem.severe for problem in found)
    return Exit.STORE if bad else Exit.DONE, {"public": [as_data(p) for p in found]}


@frame.report
@click.argument("slug")
@frame.target
@frame.yes
@frame.wait
@frame.take_over
def withdraw(console: Console, *, slug: str, site: Path, yes: bool, **wishes: Any) -> Answer:
    """Take an episode or post down, everywhere and at once.

    SLUG is the last part of its address. Its file gets the line withdrawn: true.
    """
    from activefeed import rescue

    request = frame.request(console, command="withdraw", **wishes)
    item, file = rescue.find(site, slug, request)
    frame.sure(f'Take down the {item.kind} "{item.title}" of {item.published:%Y-%m-%d}?', yes=yes)
    done = rescue.withdraw(site, file, replace(request, withdraw=item.guid))
    console.published(done)
    console.show("withdrawn", {"done": done.outcome})
    return frame.code_of(done), publication_data(done)


@frame.report
@frame.target
@click.option("--older-than", type=click.IntRange(0), default=30, show_default=True,
              metavar="DAYS", help="How long nothing may have used them.")  # fmt: skip
@frame.yes
@frame.wait
@frame.take_over
def prune(console: Console, *, site: Path, older_than: int, yes: bool, **wishes: Any) -> Answer:
    """Delete audio and pictures that nothing uses any more.

    Shows them first, and asks.
    """
    from activefeed import publishing, rescue

    request = frame.request(console, command="prune", prune=timedelta(days=older_than), **wishes)
    steps = rescue.unused(site, request)
    console.unused(request.target, steps)
    if steps:
        frame.sure("Delete them for good?", yes=yes)
    done = publishing.publish(site, request)
    console.published(done)
    return frame.code_of(done), publication_data(done)
