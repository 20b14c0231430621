"""Commands and options; asks the clock and the environment once, picks the exit code.

Nothing else: ``pipeline`` does the work, ``console`` finds the words. Heavy modules are imported by
the command that needs them.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from activefeed import __version__
from activefeed.clock import Clock
from activefeed.problems import ActivefeedError, Exit, Severity, Unanswered, UsageError

if TYPE_CHECKING:
    from activefeed.console import Console
    from activefeed.publishing import Publication

# Goes on while the machine sleeps, where there is such a clock: a lease does not sleep either.
_CLOCK = Clock(
    partial(time.clock_gettime, getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
    if hasattr(time, "clock_gettime")
    else time.monotonic,
    time.sleep,
)
Answer = tuple[Exit, Mapping[str, object]]  # exit code, data for --json


def _time(_: click.Context, __: click.Parameter, value: str | None) -> datetime:
    """Return the instant of --now, else that of the clock; asked once a run."""
    if value is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        message = f"{value!r} is not a time; write it as 2026-05-03T09:00+02:00"
        raise click.BadParameter(message) from None
    if found.tzinfo is None:
        raise click.BadParameter("a time needs its offset: 2026-05-03T09:00+02:00")
    return found.astimezone(UTC)


_FOLDER = click.Path(file_okay=False, path_type=Path)
_MADE = click.Path(exists=True, file_okay=False, path_type=Path)
_site = click.option(
    "--site", type=_FOLDER, default=".", show_default=True, help="The folder with activefeed.toml."
)
_now = click.option("--now", callback=_time, help="Pretend that it is this time: what is due then?")
_target = click.argument("target", default="", metavar="[TARGET]")
_wait = click.option("--wait", is_flag=True, help="Wait until another publish is done.")
_take_over = click.option("--take-over", is_flag=True, help="End another publish that is dead.")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")
_json = click.option("--json", "as_json", is_flag=True, help="One JSON answer on stdout.")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog="""\b
    Exit codes: 0 done or nothing to do, 1 problems in your files, 2 wrong use,
    3 storage or network, 4 login or permission, 5 needs an answer,
    6 refused by the guard, 7 somebody else is publishing,
    10 changes wait (--dry-run --exit-code), 130 interrupted.""",
)
@click.version_option(__version__, prog_name="activefeed")
def cli() -> None:
    """Publish a podcast and a blog from a folder of plain files.

    Episodes are Markdown files in episodes/ with their audio beside them, posts lie in posts/,
    pages in pages/. The settings are in activefeed.toml; there [publish] names a folder or a
    bucket. Publishing again sends only what changed.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; what was announced before is whole: run it again to finish", err=True)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.exit(Exit.DONE)


def _command(work: Callable[..., Answer]) -> click.Command:
    """Make a command of a function that is given a console and a site."""

    @wraps(work)
    def command(**given: object) -> None:
        manners = {name: bool(given.pop(name, False)) for name in _MANNERS}
        _run(lambda console: work(console, **given), **manners)

    return cli.command()(_site(command))


def _report(work: Callable[..., Answer]) -> click.Command:
    """Make a command that can be asked of another time, and for an answer to machines."""
    return _command(_now(_json(work)))


_MANNERS = ("as_json", "quiet", "take_over")  # options that the console keeps


def _run(work: Callable[[Console], Answer], **manners: bool) -> None:
    """Do a command's work with a console that fits the environment; leave with its code."""
    from activefeed.console import Console, Manners

    tty = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    colour = (tty and not os.environ.get("NO_COLOR")) or bool(os.environ.get("FORCE_COLOR"))
    motion = tty and not os.environ.get("CI")
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="replace")  # a pipe on Windows is not
    console = Console(sys.stdout, sys.stderr, Manners(**manners, colour=colour, motion=motion))
    try:
        code, data = work(console)
    except ActivefeedError as error:
        console.failure(error)
        code, data = error.exit_code, {"error": {"message": error.message, "fix": error.fix}}
    except OSError as error:
        if not error.filename:  # not about a file of the author's: our bug
            raise
        console.failure(ActivefeedError(f"{error.filename}: {error.strerror}"))
        code, data = Exit.CONTENT, {"error": {"message": str(error), "fix": ""}}
    console.answer({"command": click.get_current_context().info_name, "exit": int(code), **data})
    sys.exit(code)


@_report
def check(console: Console, *, site: Path, now: datetime) -> Answer:
    """Look for mistakes; change nothing.

    Every mistake is shown at once, with its place and what to type instead.
    """
    from activefeed import pipeline

    done = pipeline.check(site, now)
    console.checked(done)
    return Exit.CONTENT if done.problems.errors else Exit.DONE, console.data(done)


@_report
@click.argument("to", default=None, required=False, type=_FOLDER, metavar="[DIR]")
def build(console: Console, *, to: Path | None, site: Path, now: datetime) -> Answer:
    """Write feeds and pages to a folder (_site), without publishing.

    Nothing is remembered and no network is asked: use it to look at the files.
    """
    from activefeed import pipeline

    folder = to or site / "_site"
    done = pipeline.build(site, folder, now)
    console.built(done, folder.name)
    return Exit.DONE if done.tree else Exit.CONTENT, console.data(done)


@_report
@_target
@click.option("--dry-run", is_flag=True, help="Show the plan, do nothing.")
@click.option("--exit-code", is_flag=True, help="With --dry-run: leave with 10 if changes wait.")
@click.option("--adopt", is_flag=True, help="Take over files of the same name that are not ours.")
@click.option("--retag", default="", metavar="EPISODE", help="Make its published audio anew.")
@click.option(
    "--allow", multiple=True, metavar="CODE", help="Do it in spite of this refusal, this once."
)
@click.option(
    "--against", default="", metavar="FEED", help="First publish: the feed that subscribers have."
)
@_wait
@_take_over
@click.option("--quiet", "-q", is_flag=True, help="One line if something went out, else none.")
def publish(  # noqa: PLR0913 - one parameter an option
    console: Console, *, target: str, site: Path, now: datetime, dry_run: bool, exit_code: bool,
    adopt: bool, retag: str, allow: tuple[str, ...], against: str, wait: bool,
) -> Answer:  # fmt: skip
    """Publish what is due: to public/, or where [publish] says.

    TARGET is the name of a table [publish.TARGET] in the settings. Media go up before the pages
    that show them, pages before the feeds that announce them. If it stops half-way, nothing is
    announced that is not there; run it again to finish.
    """
    from activefeed import publishing
    from activefeed.pipeline import Wishes

    if exit_code and not dry_run:
        raise UsageError("--exit-code goes with --dry-run", "add --dry-run")
    request = publishing.Request(
        target, dry_run, adopt, frozenset(allow), against, wait,
        wishes=Wishes(retag), purge_token=_purge_token(),
    )  # fmt: skip
    done = publishing.publish(site, request, publishing.Setting(now, _CLOCK, console))
    console.published(done)
    return _code(done, changes_count=exit_code), console.publication_data(done)


def _purge_token() -> str:
    return os.environ.get("ACTIVEFEED_PURGE_TOKEN", "")


def _code(done: Publication, *, changes_count: bool = False) -> Exit:
    if done.plan is None:
        return Exit.CONTENT
    if done.refusals:
        return Exit.REFUSED
    if any(problem.severity is Severity.ERROR for problem in done.seen):
        return Exit.STORE
    return Exit.CHANGES if changes_count and not done.plan.empty else Exit.DONE


def _sure(question: str, *, yes: bool) -> None:
    """Go on after a yes, in whichever way it was given."""
    if not yes and not sys.stdin.isatty():
        raise Unanswered(question, "nobody is here to answer: add --yes")
    if not yes:
        click.confirm(question, abort=True, err=True)


@_report
@click.argument("target", default="", metavar="[TARGET | OLD NEW]")
@click.argument("new", default="", metavar="")
@click.option("--all", "every", is_flag=True, help="Every episode, not the newest only.")
def verify(  # noqa: PLR0913 - one parameter an option
    console: Console, *, target: str, new: str, site: Path, every: bool, now: datetime
) -> Answer:
    """Look at the public address as apps do; or compare two feeds.

    With OLD and NEW (addresses or files of feeds): what would subscribers notice?
    """
    from activefeed import publishing, rescue
    from activefeed.console import as_data

    if new:
        differences = rescue.differences(target, new)
        console.compared(differences)
        severe = any(one.severe for one in differences)
        rows = [asdict(one) for one in differences]
        return Exit.REFUSED if severe else Exit.DONE, {"differences": rows}
    setting = publishing.Setting(now, _CLOCK, console)
    found = rescue.look(site, publishing.Request(target), setting, every=every)
    console.looked(target or "the target", found)
    bad = any(problem.severity is Severity.ERROR for problem in found)
    return Exit.STORE if bad else Exit.DONE, {"public": [as_data(p) for p in found]}


@_report
@click.argument("slug")
@_target
@_yes
@_wait
@_take_over
def withdraw(  # noqa: PLR0913 - one parameter an option
    console: Console, *, slug: str, target: str, site: Path, yes: bool, wait: bool, now: datetime
) -> Answer:
    """Take an episode or post down, everywhere and at once.

    SLUG is the last part of its address. Its file gets the line withdrawn: true.
    """
    from activefeed import publishing, rescue

    request = publishing.Request(target, wait=wait, purge_token=_purge_token())
    setting = publishing.Setting(now, _CLOCK, console)
    found = rescue.find(site, slug, request, setting)
    title = f'the {found.record.kind} "{found.record.title}"'
    _sure(f"Take down {title} of {found.record.published:%Y-%m-%d}?", yes=yes)
    done = rescue.withdraw(found, site, request, setting)
    console.published(done)
    if done.outcome:
        console.withdrawn()
    return _code(done), console.publication_data(done)


@_report
@_target
@click.option(
    "--older-than", type=click.IntRange(0), default=30, show_default=True, metavar="DAYS",
    help="How long nothing may have used them.",
)  # fmt: skip
@_yes
@_wait
@_take_over
def prune(  # noqa: PLR0913 - one parameter an option
    console: Console, *, target: str, site: Path, now: datetime,
    older_than: int, yes: bool, wait: bool,
) -> Answer:  # fmt: skip
    """Delete audio and pictures that nothing uses any more.

    Shows them first, and asks.
    """
    from activefeed import publishing, rescue

    request = publishing.Request(target, wait=wait, prune=timedelta(days=older_than))
    setting = publishing.Setting(now, _CLOCK, console)
    steps = rescue.unused(site, request, setting)
    console.unused(target, steps)
    if steps:
        _sure("Delete them for good?", yes=yes)
    done = rescue.prune(site, request, setting)
    console.published(done)
    return _code(done), console.publication_data(done)


@_command
@click.argument("kind", metavar="cron|systemd|github")
@_target
def automate(console: Console, *, kind: str, target: str, site: Path) -> Answer:
    """Show the text that lets a machine publish by itself."""
    from activefeed import automate, pipeline

    console.say(automate.template(kind, pipeline.zone(site), target))
    return Exit.DONE, {}


@_command
@click.argument("folder", default=None, required=False, type=_MADE, metavar="[DIR]")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True,
    help="Where to listen; a port that is taken gives way to the next.",
)  # fmt: skip
def serve(console: Console, *, folder: Path | None, site: Path, port: int) -> Answer:
    """Look at the finished site in a browser, on this machine only."""
    from activefeed import pipeline, serve

    found = folder or pipeline.folder_to_serve(site)
    free = serve.free_port(port)
    console.say(f"Showing {found.name}/ at http://{serve.HOST}:{free}/")
    console.say("Press Ctrl+C to stop.")
    serve.run(found, free)
    return Exit.DONE, {}
