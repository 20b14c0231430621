"""Questions to a person at a terminal; where nobody sits, what to write instead of an answer.

Every question is also an option: an answer given there is not asked for. Decides nothing itself.
"""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click

from activefeed.problems import ActivefeedError, Unanswered, UsageError


def _as_it_is(answer: str) -> str:
    return answer


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what an answer must be."""

    option: str  # of the command, without its dashes
    text: str  # a short question
    why: str  # what the answer is for, in half a sentence
    default: str | None = ""  # taken for an empty answer; None: there must be one
    read: Callable[[str], str] = (
        _as_it_is  # the answer as it is used; ActivefeedError for a bad one
    )
    hidden: bool = False  # a secret, which is not shown


def here() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def answers(
    questions: Sequence[Question], given: Mapping[str, str | None], *, yes: bool = False
) -> dict[str, str]:
    """Return an answer to each question, by option: the given one, else a person's or the default.

    ``yes`` takes every default unasked. Raises Unanswered where somebody would have to be asked and
    nobody is here, naming all options that are missing.
    """
    found = {
        one.option: _given(one, said)
        for one in questions
        if (said := given.get(one.option)) is not None
    }
    left = [one for one in questions if one.option not in found]
    open_ = [one for one in left if not yes or one.default is None]
    if open_ and not here():
        names = " ".join(f"--{one.option} {shlex.quote(one.default or '…')}" for one in open_)
        raise Unanswered("there are questions, and nobody is here to answer", f"add: {names}")
    if open_:
        number = "One question" if len(open_) == 1 else f"{len(open_)} questions"
        click.echo(f"{number}. Enter takes the answer in [brackets]; Ctrl+C stops.", err=True)
    for one in left:
        found[one.option] = _ask(one) if one in open_ else one.read(one.default or "")
    return found


def _given(one: Question, said: str) -> str:
    """Read the answer that an option gives."""
    try:
        return one.read(said)
    except ActivefeedError as wrong:
        raise UsageError(f"--{one.option}: {wrong.message}", wrong.fix) from None


def _ask(one: Question) -> str:
    """Ask until the answer can be used."""
    click.echo(f"\n{one.text}\n({one.why})", err=True)
    while True:
        try:
            said = click.prompt(
                "", default=one.default, hide_input=one.hidden, prompt_suffix="> ",
                show_default=bool(one.default) and not one.hidden, err=True,
            )  # fmt: skip
        except click.Abort:
            raise click.Abort("stopped; nothing was changed") from None
        try:
            return one.read(str(said).strip())
        except ActivefeedError as wrong:
            click.echo(f"{wrong.message}{f' ({wrong.fix})' if wrong.fix else ''}", err=True)
