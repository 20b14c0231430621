"""Everything a person sees: problems, plans, progress, outcomes; as text, JSON or for GitHub.

Decides nothing but words, colour and motion. Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

from activefeed.pipeline import Publication, Rendered
from activefeed.problems import ActivefeedError, Exit, Problem, Problems, Severity
from activefeed.publish.plan import Plan, Step

_SHOWN = 20
_SIGNS = {"new": ("+", "green"), "changed": ("~", "yellow"), "withdrawn": ("-", "red")}
_STYLES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "dim": "2"}
_LARGE = 1_000_000  # bytes: what goes up silently below this is not worth a line


@dataclass(frozen=True, slots=True)
class Manners:
    """How this run may speak, decided once from the environment."""

    form: str = "text"  # text, json, github
    colour: bool = False
    motion: bool = False
    quiet: bool = False


class Console:
    """Writes to two streams."""

    def __init__(self, out: TextIO, err: TextIO, manners: Manners) -> None:
        self._out = out
        self._err = err
        self.manners = manners

    def _style(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.manners.colour else text

    def say(self, text: str = "") -> None:
        """Write a result."""
        if self.manners.form != "json":
            self._out.write(f"{text}\n")

    def note(self, text: str = "") -> None:
        """Write something on the way."""
        if self.manners.form != "json" and not self.manners.quiet:
            self._err.write(f"{text}\n")

    def json(self, command: str, code: Exit, **data: object) -> None:
        """Write the one machine-readable answer of a run."""
        if self.manners.form == "json":
            answer = {"command": command, "exit": int(code), **data}
            self._out.write(f"{json.dumps(answer, ensure_ascii=False, indent=1)}\n")

    def failure(self, error: ActivefeedError) -> None:
        """Write an error that is not in the author's files."""
        if self.manners.form == "json":
            return
        self._err.write(f"{self._style('error:', 'red')} {error.message}\n")
        if error.fix:
            self._err.write(f"  fix: {error.fix}\n")

    def problems(self, found: Problems, files: int, after: str) -> None:
        """Write every problem, then what it means."""
        if self.manners.form == "json":
            return
        shown = [p for p in found if p.severity is Severity.ERROR or not self.manners.quiet]
        for problem in shown:
            line = _github(problem) if self.manners.form == "github" else self._problem(problem)
            self._err.write(f"{line}\n")
        if shown and self.manners.form == "text":
            self._err.write(f"\n{summary(found, files)}{f'. {after}' if after else ''}\n")

    def _problem(self, problem: Problem) -> str:
        word = problem.severity.value
        style = "red" if problem.severity is Severity.ERROR else "yellow"
        where = f"{problem.location}: " if problem.location else ""
        lines = [f"{self._style(f'{word}:', style)} {where}{problem.message}"]
        if problem.location and problem.location.line and problem.location.text:
            number = str(problem.location.line)
            lines.append(f"  {number} | {problem.location.text}")
            if problem.location.column:
                text = problem.location.text[: problem.location.column - 1]
                gap = "".join("\t" if c == "\t" else " " * _width(c) for c in text)
                marks = "^" * max(1, problem.location.length)
                lines.append(f"  {' ' * len(number)} | {gap}{self._style(marks, style)}")
        if problem.fix:
            lines.append(f"  fix: {problem.fix}")
        return "\n".join(lines)

    def refusals(self, found: Iterable[Problem], cure: str) -> None:
        """Write why the guard stopped a publish."""
        if self.manners.form == "json":
            return
        for problem in found:
            self._err.write(f"{self._style('refused:', 'red')} {problem.message}\n")
            self._err.write(f"  fix: {problem.fix}\n")
        self._err.write(f"\nNothing was published.{cure}\n")

    def plan(self, publication: Publication) -> None:
        """Write a plan as a person wants to read it: listeners first, then files."""
        made, loaded = publication.plan, publication.rendered.loaded
        assert made is not None
        assert loaded is not None
        title, url = loaded.site.title, made.target.url
        self.say(self._style(f'Publish "{title}" to {publication.place} ({url})', "bold"))
        self.say()
        for change in made.changes[:_SHOWN]:
            sign, style = _SIGNS[change.what]
            what = f"{sign} {change.what:<10}"
            self.say(f'  {self._style(what, style)}{change.item.kind} "{change.item.title}"')
        if len(made.changes) > _SHOWN:
            self.say(f"    and {len(made.changes) - _SHOWN} more")
        for line in _files(made):
            self.say(f"  {line}")
        self.say()
        self.say(_for_listeners(made))

    def steps(self, made: Plan) -> None:
        """Write every step of a plan with its reason."""
        for step in (*made.sends, *made.deletes):
            self.say(f"  {step.action:<7} {step.key}  ({step.reason})")


class Progress:
    """Shows how far an upload is: a bar where there may be motion, else lines for large files."""

    def __init__(self, console: Console, err: TextIO) -> None:
        self._console = console
        self._err = err
        self._total = 0
        self._done = 0

    def begin(self, publication: Publication) -> None:
        """Learn how much there is to do."""
        assert publication.plan is not None
        self._total = len(publication.plan.sends) + len(publication.plan.deletes)

    def __call__(self, step: Step) -> None:
        """Take note of a finished step."""
        self._done += 1
        if self._console.manners.quiet or self._console.manners.form == "json":
            return
        if self._console.manners.motion:
            self._err.write(f"\r\x1b[K  {self._done}/{self._total}  {step.key[-60:]}")
            if self._done == self._total:
                self._err.write("\r\x1b[K")
            self._err.flush()
        elif step.size >= _LARGE:
            self._err.write(f"  sent {step.key} ({size(step.size)})\n")


def _files(made: Plan) -> list[str]:
    """Return one line for each reason to touch files, and one for the rest."""
    rows: dict[str, list[Step]] = {}
    for step in made.sends:
        rows.setdefault(step.reason, []).append(step)
    lines = []
    for reason, steps in rows.items():
        bytes_ = sum(step.size for step in steps)
        names = ", ".join(step.key for step in steps[:3]) if len(steps) <= 3 else ""
        lines.append(
            f"{count(len(steps), 'file')} to send: {reason}, {size(bytes_)}"
            + (f" ({names})" if names else "")
        )
    if made.deletes:
        lines.append(f"{count(len(made.deletes), 'file')} to delete: no longer built")
    if made.same:
        lines.append(f"{count(made.same, 'file')} as they are")
    return lines


def _for_listeners(made: Plan) -> str:
    new = Counter(c.item.kind for c in made.changes if c.what == "new")
    if not new:
        return "Listeners see nothing new. No item changes its identity (GUID)."
    words = " and ".join(count(n, f"new {kind}") for kind, n in sorted(new.items()))
    return f"Listeners and readers see {words}. No item changes its identity (GUID)."


def _github(problem: Problem) -> str:
    """Return a problem as an annotation of GitHub Actions."""
    place = ""
    if where := problem.location:
        place = f" file={where.file},line={where.line or 1}" + (
            f",col={where.column}" if where.column else ""
        )
    text = f"{problem.message} — {problem.fix}" if problem.fix else problem.message
    safe = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{problem.severity.value}{place}::{safe}"


def summary(found: Problems, files: int) -> str:
    """Return ``1 error and 2 warnings in 1 of 14 files``."""
    parts = [
        count(len(row), word)
        for row, word in ((found.errors, "error"), (found.warnings, "warning"))
        if row
    ]
    places = {p.location.file for p in found if p.location}
    where = f" in {len(places)} of {count(files, 'file')}" if places else ""
    return f"{' and '.join(parts)}{where}"


def as_data(problem: Problem) -> Mapping[str, object]:
    """Return a problem for JSON."""
    where = problem.location
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "fix": problem.fix,
        "file": where.file if where else None,
        "line": where.line or None if where else None,
        "column": where.column or None if where else None,
    }


def result_data(rendered: Rendered) -> dict[str, object]:
    """Return what every command tells machines of a site."""
    return {"files": rendered.files, "problems": [as_data(p) for p in rendered.problems]}


def publication_data(done: Publication) -> dict[str, object]:
    """Return a publish for JSON: the same keys in every mode."""
    made = done.plan
    return {
        **result_data(done.rendered),
        "place": done.place,
        "refusals": [as_data(p) for p in done.refusals],
        "plan": None if made is None else {
            "empty": made.empty,
            "send": [{"key": s.key, "reason": s.reason, "size": s.size} for s in made.sends],
            "delete": [{"key": s.key, "reason": s.reason} for s in made.deletes],
            "changes": [
                {"what": c.what, "kind": c.item.kind, "title": c.item.title, "guid": c.item.guid}
                for c in made.changes
            ],
            "same": made.same,
        },
        "done": done.outcome is not None,
    }  # fmt: skip


def count(n: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def size(n: int) -> str:
    """Return bytes as people read them."""
    for unit, one in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if n >= one:
            return f"{n / one:.1f} {unit}"
    return f"{n} bytes"


def _width(character: str) -> int:
    """Return how many columns of a terminal a character takes."""
    import unicodedata

    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
