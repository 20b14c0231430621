"""The commands of every day: check, publish, serve, status; and the group of ``new``."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from activefeed.cli import frame
from activefeed.cli.frame import Answer
from activefeed.console import Console, publication_data, site_data
from activefeed.problems import Exit, LoginError, StoreError, UsageError


@frame.cli.group(subcommand_metavar="episode|post ...")
def new() -> None:
    """Add an episode or a post."""


@frame.report
@click.option("--fix", is_flag=True, help="Mend in your files what can be mended safely.")
@click.option("--links", is_flag=True, help="Ask whether the addresses that you link to answer.")
@click.option("--all", "every", is_flag=True, help="Show every advice, also where many are alike.")
def check(console: Console, *, site: Path, now: datetime, every: bool, **wishes: bool) -> Answer:
    """Look for mistakes; where there are none, say what could be better.

    Every mistake is shown at once, with its place and what to type instead. Without --fix,
    nothing is changed.
    """
    from activefeed import editor

    done, hints, fixed = editor.check(site, now, console.busy, **wishes)
    console.busy()
    console.checked(done, hints, fixed, every=every)
    data = {**site_data(done), "fixed": [asdict(change) for change in fixed]}
    return Exit.CONTENT if done.problems.errors else Exit.DONE, data


@frame.report
@frame.target
@click.option("--dry-run", is_flag=True, help="Show the plan, do nothing.")
@click.option("--exit-code", is_flag=True, help="With --dry-run: leave with 10 if changes wait.")
@click.option("--adopt", is_flag=True, help="Take over files of the same name that are not ours.")
@click.option("--retag", default="", metavar="EPISODE", help="Make its published audio anew.")
@click.option("--allow", multiple=True, metavar="CODE", help="Do it this once, in spite of CODE.")
@click.option("--against", default="", metavar="FEED", help="At a first publish: the feed so far.")
@frame.wait
@frame.take_over
@click.option("--quiet", "-q", is_flag=True, help="One line if something went out, else none.")
def publish(console: Console, *, site: Path, exit_code: bool, **wishes: Any) -> Answer:
    """Publish what is due: to public/, or where [publish] says.

    TARGET is the name of a table [publish.TARGET] in the settings. Media go up before the pages
    that show them, pages before the feeds that announce them. If it stops half-way, nothing is
    announced that is not there; run it again to finish.
    """
    from activefeed import publishing

    if exit_code and not wishes["dry_run"]:
        raise UsageError("--exit-code goes with --dry-run", "add --dry-run")
    done = publishing.publish(site, frame.request(console, **wishes))
    console.published(done)
    return frame.code_of(done, changes_count=exit_code), publication_data(done)


@frame.command
@frame.site
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              metavar="PORT", help="Where to listen; else at the next that is free.")  # fmt: skip
@click.option("--lan", is_flag=True, help="Let other devices in your network look and listen, too.")
def serve(console: Console, *, site: Path, port: int, lan: bool) -> Answer:
    """Look at the site in a browser while you write.

    Drafts and scheduled items are shown, too, and marked. Each time you save a file the browser
    shows the change, or what is wrong.
    """
    from activefeed import serve
    from activefeed.preview import Preview

    with serve.listen("0.0.0.0" if lan else serve.HOST, port) as listening:  # noqa: S104 - was asked for
        host = serve.address_here() if lan else serve.HOST
        url = f"http://{host}:{listening.getsockname()[1]}"
        preview = Preview(site, url, frame.failure_of)

        def renew(changed: Sequence[str]) -> None:
            began = time.monotonic()
            done = preview.renew(datetime.now(UTC))
            console.renewed(changed, done, time.monotonic() - began)

        renew(())
        shown = preview.newest.site
        feed = f"{url}/{shown.show.feed}" if shown and shown.show else ""
        console.serves(shown, url, feed if lan else "")
        console.answer({"command": "serve", "exit": 0, "url": f"{url}/", "feed": feed}, indent=None)
        server = serve.server(preview, ["*"] if lan else serve.HERE)
        serve.run(server, listening, preview, renew)
        click.get_current_context().exit(Exit.DONE)


@frame.report
@frame.target
def status(console: Console, *, target: str, site: Path, now: datetime) -> Answer:
    """Show what is live, what waits, what differs and what is left to do.

    Nothing is changed, here or at the target. If the target cannot be reached, what your files
    tell is shown all the same.
    """
    from activefeed import pipeline, publishing, standing

    request = frame.request(console, now=now, target=target)
    reading, trouble = pipeline.read(site), None
    url = pipeline.find_target(pipeline.frame_of(reading), target).url
    try:
        done, _ = publishing.prepare(publishing.begin(reading, request))
    except (StoreError, LoginError) as error:
        done, trouble = publishing.Publication(pipeline.check(site, now), ""), error
    data = {**publication_data(done), **standing.of(done, url, now)}
    console.stands(done, standing.storage(done), data)
    if trouble:
        raise trouble
    return frame.code_of(done), data
