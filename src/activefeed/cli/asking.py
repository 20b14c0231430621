"""Questions to a person at a terminal; where nobody sits, what to write instead of an answer.

Every question is also an option: an answer given there is not asked for. Decides nothing itself.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click

from activefeed.problems import ActivefeedError, Unanswered


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what an answer must be."""

    option: str  # of the command, without its dashes
    text: str  # a short question
    why: str  # what the answer is for, in half a sentence
    default: str | None = ""  # taken for an empty answer; None: there must be one
    read: Callable[[str], str] = str  # the answer as it is used; ActivefeedError for a bad one
    hidden: bool = False  # a secret, which is not shown


def here() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def answers(
    questions: Sequence[Question], given: Mapping[str, str | None], *, yes: bool = False
) -> dict[str, str]:
    """Return an answer to each question, by option: the given one, else a person's or the default.

    An empty answer, also of an option, is the default; ``yes`` takes every default unasked. Raises
    Unanswered where somebody would have to be asked and nobody is here, naming all options that are
    missing, with their defaults.
    """
    said = {one.option: given.get(one.option) or one.default or "" for one in questions}
    needed = [one for one in questions if one.default is None or not yes]
    open_ = [one for one in needed if given.get(one.option) is None]
    if open_ and not here():
        usual = ((one.option, "…" if one.default is None else one.default) for one in open_)
        names = " ".join(f'--{option} "{default}"' for option, default in usual)
        raise Unanswered("there are questions, and nobody is here to answer", f"add: {names}")
    # What needs no person comes first, so that nobody answers in vain.
    found = {one.option: one.read(said[one.option]) for one in questions if one not in open_}
    return found | {one.option: _ask(one) for one in open_}


def _ask(one: Question) -> str:
    """Ask until the answer can be used."""
    click.echo(f"\n{one.text}\n({one.why})", err=True)
    shown = f"[{one.default}] " if one.default and not one.hidden else ""
    while True:
        try:
            said = click.prompt(
                shown, default=one.default, hide_input=one.hidden, prompt_suffix="> ",
                show_default=False, err=True,
            )  # fmt: skip
        except click.Abort:
            raise click.Abort("\nstopped; nothing was changed") from None
        try:
            return one.read(str(said).strip())
        except ActivefeedError as wrong:
            click.echo(f"{wrong.message}{f' ({wrong.fix})' if wrong.fix else ''}", err=True)
