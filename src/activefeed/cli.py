"""Commands and options; asks the clock and the environment once, picks the exit code.

Nothing else: ``pipeline`` does the work, ``console`` finds the words. Heavy modules are imported by
the command that needs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from activefeed import __version__
from activefeed.problems import ActivefeedError, Exit, UsageError

if TYPE_CHECKING:
    from activefeed.console import Console
    from activefeed.pipeline import Publication

_EXITS = """\b
Exit codes: 0 done or nothing to do, 1 problems in your files, 2 wrong use,
3 storage or network, 4 login or permission, 6 refused by the guard,
7 somebody else is publishing, 10 changes wait (--dry-run --exit-code),
130 interrupted."""


class _Instant(click.ParamType[datetime]):
    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time; write it as 2026-05-03T09:00+02:00", param, ctx)
        if found.tzinfo is None:
            self.fail("a time needs its offset: 2026-05-03T09:00+02:00", param, ctx)
        return found.astimezone(UTC)


_site = click.option(
    "--site", type=click.Path(file_okay=False, path_type=Path), default=".", show_default=True,
    help="The folder with activefeed.toml.",
)  # fmt: skip
_now = click.option(
    "--now", type=_Instant(), help="Pretend that it is this time: what is due then?"
)
_form = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text",
    show_default=True, help="How to write problems and results.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
_quiet = click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")


@click.group(
    epilog=_EXITS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88}
)
@click.version_option(__version__, prog_name="activefeed")
def cli() -> None:
    """Publish a podcast and a blog from a folder of plain files.

    \b
    activefeed check      look for mistakes, change nothing
    activefeed publish    make feeds and pages and publish them to public/
    activefeed serve      look at the result in a browser

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
        click.echo("stopped; nothing announced is half done: run it again to finish", err=True)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.exit(Exit.DONE)


def _console(form: str, *, as_json: bool = False, quiet: bool = False) -> Console:
    """Decide how to speak from the environment; see https://no-color.org."""
    from activefeed.console import Console, Manners

    err: TextIO = sys.stderr
    dumb = os.environ.get("TERM") == "dumb"
    colour = err.isatty() and not dumb and not os.environ.get("NO_COLOR")
    motion = err.isatty() and not dumb and not os.environ.get("CI")
    colour = colour or bool(os.environ.get("FORCE_COLOR"))
    for stream in (sys.stdout, err):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # a pipe on Windows is not UTF-8 by itself
            reconfigure(encoding="utf-8", errors="replace")
    chosen = "json" if as_json else form
    return Console(sys.stdout, err, Manners(chosen, colour and chosen == "text", motion, quiet))


def _leave(console: Console, command: str, work: Callable[[], Exit]) -> None:
    """Run a command's work, show what stops it, leave with its code."""
    try:
        code = work()
    except ActivefeedError as error:
        console.failure(error)
        code = error.exit_code
        console.json(command, code, error={"message": error.message, "fix": error.fix})
    sys.exit(code)


def _instant(now: datetime | None) -> datetime:
    return now or datetime.now(UTC).replace(microsecond=0)


@cli.command()
@_site
@_now
@_form
@_json
def check(site: Path, now: datetime | None, form: str, as_json: bool) -> None:
    """Look for mistakes; change nothing.

    Every mistake is shown at once, with its place and what to type instead.
    """
    console = _console(form, as_json=as_json)

    def work() -> Exit:
        from activefeed import pipeline
        from activefeed.console import count, result_data

        done = pipeline.check(site, _instant(now))
        console.problems(done.problems, done.files, "")
        code = Exit.CONTENT if done.problems.errors else Exit.DONE
        console.json("check", code, **result_data(done))
        if not len(done.problems):
            console.say(f"{count(done.files, 'file')} read, nothing to mend.")
        return code

    _leave(console, "check", work)


@cli.command()
@click.argument("to", default="", metavar="[DIR]")
@_site
@_now
@_form
@_json
def build(to: str, site: Path, now: datetime | None, form: str, as_json: bool) -> None:
    """Write feeds and pages to a folder (_site), without publishing.

    Nothing is remembered and no network is asked: use it to look at the files.
    """
    console = _console(form, as_json=as_json)

    def work() -> Exit:
        from activefeed import pipeline
        from activefeed.console import count, result_data

        folder = to or str(site / "_site")
        done = pipeline.build(site, folder, _instant(now))
        console.problems(done.problems, done.files, "" if done.tree else "Nothing was written.")
        code = Exit.DONE if done.tree else Exit.CONTENT
        console.json("build", code, **result_data(done), folder=to or "_site")
        if done.tree:
            console.say(f"{count(len(done.tree.artifacts), 'file')} in {to or '_site'}/")
        return code

    _leave(console, "build", work)


@cli.command()
@click.argument("target", default="", metavar="[TARGET]")
@_site
@click.option("--dry-run", is_flag=True, help="Show the plan, do nothing.")
@click.option("--exit-code", is_flag=True, help="With --dry-run: leave with 10 if changes wait.")
@click.option("--adopt", is_flag=True, help="Take over files of the same name that are not ours.")
@_now
@_form
@_json
@_quiet
def publish(target: str, site: Path, **options: object) -> None:
    """Publish what is due: to public/, or where [publish] says.

    TARGET is the name of a table [publish.TARGET] in the settings. Media go up before the pages
    that show them, pages before the feeds that announce them. If it stops half-way, nothing is
    announced that is not there; run it again to finish.
    """
    form, quiet = str(options["form"]), bool(options["quiet"])
    console = _console(form, as_json=bool(options["as_json"]), quiet=quiet)
    now = options["now"]
    assert now is None or isinstance(now, datetime)
    dry_run, exit_code = bool(options["dry_run"]), bool(options["exit_code"])

    def work() -> Exit:
        from activefeed import pipeline
        from activefeed.console import Progress, publication_data

        if exit_code and not dry_run:
            raise UsageError("--exit-code goes with --dry-run", "add --dry-run")
        request = pipeline.Request(target, dry_run, bool(options["adopt"]))
        progress = Progress(console, sys.stderr)
        done = pipeline.publish(site, request, _instant(now), progress.begin, progress)
        code = _tell(console, done, request)
        if code is Exit.DONE and exit_code and done.plan and not done.plan.empty:
            code = Exit.CHANGES
        console.json("publish", code, **publication_data(done))
        return code

    _leave(console, "publish", work)


def _tell(console: Console, done: Publication, request: object) -> Exit:
    """Say what a publish did or would do, and return the exit code."""
    from activefeed import pipeline

    assert isinstance(request, pipeline.Request)
    rendered = done.rendered
    console.problems(
        rendered.problems, rendered.files, "Nothing was published." if done.plan is None else ""
    )
    if done.plan is None:
        return Exit.CONTENT
    if done.refusals:
        cure = (
            f" Nobody subscribed yet? Delete {done.place} and run it again." if done.folder else ""
        )
        console.refusals(done.refusals, cure)
        return Exit.REFUSED
    if done.plan.empty:
        if not console.manners.quiet:
            console.say(f"Nothing changed: {done.place} is as it should be.")
        return Exit.DONE
    if not console.manners.quiet:
        console.plan(done)
        if request.dry_run:
            console.say()
            console.steps(done.plan)
        else:
            _after(console, done)
    return Exit.DONE


def _after(console: Console, done: Publication) -> None:
    """Say where the result is and what to do next; the last line is the useful one."""
    assert done.outcome is not None
    assert done.plan is not None
    url, feed = done.plan.target.url, done.plan.target.feed
    console.say(f"Published to {done.place}: {len(done.outcome.sent)} files sent.")
    if not done.outcome.conditional:
        console.say(
            f"{done.place} knows no conditional writes: see to it that only one publish runs."
        )
    if done.folder:
        console.say("Look at it:        activefeed serve")
        if done.plan.before.generation == 0:
            console.say("Put it on the web: add [publish.web] with your bucket to activefeed.toml,")
            console.say("                   then: activefeed publish web")
    elif feed:
        console.say(f"The podcast's feed: {url}/{feed}")


@cli.command()
@click.argument(
    "folder", default=None, required=False, metavar="[DIR]",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)  # fmt: skip
@_site
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def serve(folder: Path | None, site: Path, port: int) -> None:
    """Look at the finished site in a browser, on this machine only."""
    console = _console("text")

    def work() -> Exit:
        from activefeed import pipeline, serve

        found = folder or pipeline.folder_to_serve(site)
        free = serve.free_port(port)
        console.say(f"Showing {found.name}/ at http://{serve.HOST}:{free}/")
        console.say("Press Ctrl+C to stop.")
        sys.stdout.flush()
        serve.run(found, free)
        return Exit.DONE

    _leave(console, "serve", work)
