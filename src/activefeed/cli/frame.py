"""What every command has: the group, its options, a console, an exit code, an answer for machines.

Asks the clock and the environment once; knows no command by name.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from activefeed import __version__
from activefeed.clock import Clock
from activefeed.console import Console
from activefeed.problems import ActivefeedError, Exit, Unanswered
from activefeed.wording import table

if TYPE_CHECKING:
    from activefeed.publishing import Publication, Request

# Goes on while the machine sleeps, where there is such a clock: a lease does not sleep either.
_SLEEPLESS = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
_TICKS = time.monotonic if _SLEEPLESS is None else partial(time.clock_gettime, _SLEEPLESS)
CLOCK = Clock(_TICKS, time.sleep)
Answer = tuple[Exit, Mapping[str, object]]  # exit code, data for --json


def _time(_: click.Context, __: click.Parameter, value: str | None) -> datetime:
    """Return the instant of --now, else that of the clock; asked once a run."""
    if value is None:
        return datetime.now(UTC).replace(microsecond=0)
    with suppress(ValueError):
        found = datetime.fromisoformat(value)
        if found.tzinfo:
            return found.astimezone(UTC)
    raise click.BadParameter(_WORDS["no_time"].format(value))


FOLDER = click.Path(file_okay=False, path_type=Path)
site = click.option("--site", type=FOLDER, default=".", show_default=True,
                    help="The folder with activefeed.toml.")  # fmt: skip
now = click.option("--now", callback=_time, help="Pretend that it is this time: what is due then?")
target = click.argument("target", default="", metavar="[TARGET]")
wait = click.option("--wait", is_flag=True, help="Wait until another publish is done.")
take_over = click.option("--take-over", is_flag=True, help="End another publish that is dead.")
yes = click.option("--yes", is_flag=True, help="Do not ask.")
_json = click.option("--json", "as_json", is_flag=True, help="One answer for programs to read.")
_debug = click.option("--debug", is_flag=True, help="Show where activefeed itself failed.")


class _Grouped(click.Group):
    """Commands in the order of a person's days, as ``--help`` shows them."""

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of their modules."""
        for module, heading in HEADINGS.items():
            found = [(name, one) for name, one in self.commands.items()
                     if one.callback and one.callback.__module__.endswith(module)]  # fmt: skip
            with formatter.section(heading):
                formatter.write_dl([(name, one.get_short_help_str(90)) for name, one in found])


_WORDS = table(__file__)
HEADINGS = _WORDS["headings"]  # by the module that a command lives in


@click.group(
    cls=_Grouped,
    subcommand_metavar="COMMAND ...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog=_WORDS["epilog"],
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
    except (click.Abort, KeyboardInterrupt) as stop:
        click.echo(str(stop) or _WORDS["stopped"], err=True)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.exit(Exit.DONE)


def command(work: Callable[..., Answer], group: click.Group = cli) -> click.Command:
    """Make a command of a function that is given a console and its options."""

    @wraps(work)
    def run(*, debug: bool, **given: object) -> None:
        """Do the work with a console that fits the environment; leave with its code."""
        tty = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        colour = (tty and not os.environ.get("NO_COLOR")) or bool(os.environ.get("FORCE_COLOR"))
        manners = {"colour": colour, "motion": tty and not os.environ.get("CI")}
        for name in ("as_json", "quiet", "take_over"):  # options that concern no work
            manners[name] = bool(given.pop(name, False))
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(encoding="utf-8", errors="replace")  # a pipe on Windows is not
        console = Console(sys.stdout, sys.stderr, **manners)
        try:
            code, data = work(console, **given)
        except Exception as error:
            failure = failure_of(error, debug=debug or bool(os.environ.get("ACTIVEFEED_DEBUG")))
            console.failure(failure)
            code = failure.exit_code
            data = {"error": {"message": failure.message, "fix": failure.fix}}
        context = click.get_current_context()
        name = context.command_path.removeprefix(context.find_root().command_path).strip()
        console.answer({"command": name, "exit": int(code), **data})
        sys.exit(code)

    return group.command(work.__name__.rstrip("_"))(_json(_debug(run)))


def report(work: Callable[..., Answer], group: click.Group = cli) -> click.Command:
    """Make a command upon a site that can be asked of another time."""
    return command(site(now(work)), group)


def failure_of(error: Exception, *, debug: bool = False) -> ActivefeedError:
    """Return a failure in words for people.

    The traceback of a mistake of ours is kept in a file; to debug it, it is raised instead.
    """
    if isinstance(error, ActivefeedError):
        return error
    if isinstance(error, OSError) and error.filename:  # about a file of the author's
        return ActivefeedError(f"{error.filename}: {error.strerror}")
    if debug or isinstance(error, click.ClickException | click.Abort | click.exceptions.Exit):
        raise error
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="activefeed-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
    failure = ActivefeedError.of("ours", file=file.name)
    failure.exit_code = Exit.OURS
    return failure


def request(console: Console, **wishes: Any) -> "Request":
    """Return what a person asked for: options are called as the fields of a request."""
    from activefeed.publishing import Request

    token = os.environ.get("ACTIVEFEED_PURGE_TOKEN", "")  # a password, which stands in no file
    return Request(clock=CLOCK, audience=console, purge_token=token, **wishes)


def code_of(done: "Publication", *, changes_count: bool = False) -> Exit:
    """Return the exit code of a publish."""
    if done.plan is None:
        return Exit.CONTENT
    if done.refusals:
        return Exit.REFUSED
    if any(problem.severe for problem in done.seen):
        return Exit.STORE
    return Exit.CHANGES if changes_count and not done.plan.empty else Exit.DONE


def sure(question: str, *, yes: bool) -> None:
    """Go on after a yes, in whichever way it was given."""
    if not yes and not sys.stdin.isatty():
        raise Unanswered(question, "nobody is here to answer: add --yes")
    if not yes:
        click.confirm(question, abort=True, err=True)
