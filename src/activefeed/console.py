"""Everything a person sees: problems, plans, progress, outcomes; or one JSON answer instead.

Decides nothing but words, colour and motion. Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from activefeed.problems import ActivefeedError, Location, Problem, Problems
from activefeed.wording import table

if TYPE_CHECKING:  # a console costs nothing that its command does not need
    from activefeed import model
    from activefeed.pipeline import Rendered
    from activefeed.publish import compare, lease, plan
    from activefeed.publishing import Publication

_SHOWN = 20  # items and warnings named one by one
_ALIKE = 3  # pieces of one advice
_SIGNS = {"new": ("+", "32"), "changed": ("~", "33"), "withdrawn": ("-", "31")}
_LARGE = 1_000_000  # bytes: what is smaller is not worth a line in a log
_KINDS = {True: ("error", "31"), False: ("warning", "33")}  # severe or not: red, yellow
_BOLD = "1"
Facts = Mapping[str, object]
Found = Sequence[Problem]


@dataclass(slots=True)
class Console:
    """Writes to two streams, in the manners that a run has, decided once from the environment."""

    out: TextIO
    err: TextIO
    as_json: bool = False
    quiet: bool = False
    take_over: bool = False  # somebody else's lease is ended
    colour: bool = False
    motion: bool = False
    _steps: tuple[int, int] = field(default=(0, 0), init=False)  # done, all
    _told: set[Problem] = field(default_factory=set, init=False)  # wrong when it was last said

    def say(self, text: str = "", *, always: bool = False) -> None:
        """Write a line of a result; ``always``: it is the one that a quiet run has too."""
        if not self.as_json and (always or not self.quiet):
            self._write(text, self.out)

    def show(self, screen: str, facts: Facts) -> None:
        """Write the sentences of a screen, in ``console.toml``, whose facts are there."""
        for name, sentence in table(__file__)[screen].items():
            fact = facts.get(name)
            for one in fact if isinstance(fact, list) else [fact] if fact else []:
                self.say(sentence.format(one, **facts))

    def _write(self, text: str, stream: TextIO) -> None:
        try:
            print(text, file=stream, flush=True)
        except BrokenPipeError:  # whoever read has left, and the work goes on
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

    def _warn(self, text: str) -> None:
        if not self.as_json:
            self._write(text, self.err)

    def _style(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour else text

    def answer(self, data: Facts, indent: int | None = 1) -> None:
        """Write the one machine-readable answer of a run."""
        if self.as_json:
            import json

            text = json.dumps(data, ensure_ascii=False, indent=indent, default=datetime.isoformat)
            self._write(text, self.out)

    def failure(self, error: ActivefeedError, *, severe: bool = True) -> None:
        """Write an error that is not in the author's files."""
        code = ""  # what is not in the author's files has none
        self._tell([Problem(code, error.message, error.fix, severe=severe)])

    def checked(self, done: Rendered, hints: Found = (), fixed: Sequence[object] = (), *,
                every: bool = False) -> None:  # fmt: skip
        """Write what check mended and found; of warnings no more than a person reads."""
        for change in fixed:
            self.say(str(change))
        self._problems(done, "", [] if every else [*_few(done.problems, hints)])
        if not len(done.problems):
            self.say(f"{count(done.files, 'file')} read, nothing to mend.")

    def busy(self, what: str = "") -> None:
        """Show what takes a while, on a line that moves."""
        if self.motion and not self.as_json:
            self.err.write(f"\r\x1b[K{what[:78]}")
            self.err.flush()

    def coming(self, have: int, due: int, path: str) -> None:
        """Show how far a download is."""
        self.busy(f"{size(have)} of {size(due)}  {path.rpartition('/')[2]}")

    def moves(self, data: Facts) -> None:
        """Write what an import would bring."""
        told, free = (int(str(data[name])) for name in ("bytes", "free"))
        sizes = {"size": size(told) if told else "how large is not told", "room": size(free)}
        nothing = not (data["episodes"] or data["posts"])
        self.show("import", {**data, **sizes, "nothing": nothing})

    def built(self, done: Rendered, folder: str) -> None:
        """Write what build did."""
        self._problems(done, "" if done.tree else "Nothing was written.")
        if done.tree:
            self.say(f"{count(len(done.tree.artifacts), 'file')} in {folder}/")

    def _problems(self, done: Rendered, after: str, few: Sequence[Problem | str] = ()) -> None:
        """Write every problem, or a few of them, then what it means."""
        shown = done.problems.errors if self.quiet else few or [*done.problems]
        self._tell(shown)
        if shown:
            self._warn(f"\n{summary(done.problems, done.files)}. {after}".rstrip())

    def _tell(self, found: Iterable[Problem | str], word: str = "") -> None:
        for one in found:
            self._warn(one if isinstance(one, str) else self._problem(one, word))

    def _problem(self, problem: Problem, word: str) -> str:
        kind, style = _KINDS[problem.severe]
        where = problem.location
        place = f"{where}: " if where else ""
        word = self._style(f"{word or kind}:", style)
        text = f"{word} {place}{problem.message}"
        if where and where.line and where.text:
            text += f"\n  {where.line} | {where.text}"
            if where.column:
                margin = " " * len(str(where.line))
                before, at = where.text[: where.column - 1], where.text[where.column - 1 :]
                marks = "^" * max(1, _width(at[: where.length]))
                text += f"\n  {margin} | {_blank(before)}{self._style(marks, style)}"
        return f"{text}\n  fix: {problem.fix}" if problem.fix else text

    def serves(self, site: model.Site | None, url: str, feed: str) -> None:
        """Write what is shown where; the feed only where others may follow it."""
        marks = Counter(item.mark for item in site.items) if site else Counter[str]()
        facts = {
            "site": site and site.title, "nothing": not site, "feed": feed, "url": url,
            "drafts": count(marks["draft"], "draft"), "scheduled": marks["scheduled"],
        }  # fmt: skip
        self.show("serves", facts)

    def renewed(self, changed: Sequence[str], done: Rendered, seconds: float) -> None:
        """Write what came of a change to a preview; of the warnings, those that are new."""
        if changed:
            names = ", ".join(changed[:3]) + (", …" if changed[3:] else "")
            shown = "not shown, something is to be mended" if done.problems.errors else "shown"
            self.say(f"{names}: {shown} ({seconds:.2f} s)")
        fresh = [p for p in done.problems if (p.severe and changed) or p not in self._told]
        self._told = set(done.problems)
        self._problems(replace(done, problems=Problems(fresh)), "")

    def published(self, done: Publication) -> None:
        """Write what a publish did, would do, or why it did nothing."""
        if done.outcome is None:
            self._problems(done.rendered, "" if done.plan else "Nothing was published.")
        if done.plan is None:
            return
        if done.refusals:
            self._tell(done.refusals, "refused")
            ours = done.folder and not (done.plan.foreign or done.plan.missing)
            cure = f" Nobody subscribed yet? Delete {done.place} and run it again." if ours else ""
            self._warn(f"\nNothing was published.{cure}")
        elif done.plan.empty:
            self.say(f"Nothing changed: {done.place} is as it should be.")
        elif done.outcome is None:
            self._plan(done, done.plan)
            self.say()
            for step in (*done.plan.sends, *done.plan.deletes):
                self.say(f"  {step.action:<7} {step.key}  ({step.reason})")
        else:
            self._after(done, done.plan)

    def began(self, done: Publication) -> None:
        """Write the plan that is now carried out."""
        assert done.plan is not None
        self._problems(done.rendered, "")
        self._steps = (0, len(done.plan.sends) + len(done.plan.deletes))
        self._plan(done, done.plan)

    def waits(self, holder: lease.Holder) -> None:
        """Say for whom this run waits."""
        self._warn(f"Waiting for another publish: {holder}. If it has died, a minute at most.")

    def takes_over(self, holder: lease.Holder) -> bool:
        """Show whose lease it is; end it if that was asked for."""
        if self.take_over:
            self._warn(f"Ending another publish: {holder}.")
        return self.take_over

    def progress(self, step: plan.Step) -> None:
        """Take note of a finished step: a line that moves, or one for each large file."""
        self._steps = done, every = self._steps[0] + 1, self._steps[1]
        if self.quiet or self.as_json:
            return
        if self.motion:
            self.busy("" if done == every else f"  {done}/{every}  {step.key[-60:]}")
        elif step.size >= _LARGE:
            self._warn(f"  sent {step.key} ({size(step.size)})")

    def _plan(self, done: Publication, made: plan.Plan) -> None:
        """Write a plan as a person wants to read it."""
        title = done.rendered.site.title if done.rendered.site else ""
        self.say(self._style(f'Publish "{title}" to {done.place} ({made.target.url})', _BOLD))
        self.say()
        self.changes(made)
        new = Counter(c.item.kind for c in made.changes if c.what == "new")
        words = " and ".join(count(n, f"new {kind}") for kind, n in sorted(new.items()))
        self.show("plan", {"advisory": done.advisory, "seen": words or "nothing new"})

    def changes(self, made: plan.Plan) -> None:
        """Write what a publish changes: items first, then files."""
        for change in made.changes[:_SHOWN]:
            sign, style = _SIGNS[change.what]
            what = self._style(f"{sign} {change.what:<10}", style)
            note = f" ({change.note})" if change.note else ""
            self.say(f'  {what}{change.item.kind} "{change.item.title}"{note}')
        if len(made.changes) > _SHOWN:
            self.say(f"    and {len(made.changes) - _SHOWN} more")
        for line in _files(made):
            self.say(f"  {line}")

    def _after(self, done: Publication, made: plan.Plan) -> None:
        """Write where the result is and what to do next; the last line is the useful one."""
        assert done.outcome
        asked = f" ({count(done.outcome.requests, 'request')})" if done.outcome.requests else ""
        gone = f", {len(made.deletes)} deleted" if made.deletes else ""
        sent = f"{count(len(made.sends), 'file')} sent{gone}{asked}"
        self.say(f"Published to {done.place}: {sent}.", always=True)
        stale = [one for one in done.seen if one.code == "public-stale"]
        self._tell(one for one in (*done.outcome.warnings, *done.seen) if one not in stale)
        first, site, folder = made.before.generation == 0, done.rendered.site, done.folder
        feed, status = made.target.feed or "index.html", f"activefeed status {done.name}".rstrip()
        facts: dict[str, object] = {
            "stale": stale[:1], "address": "" if folder else f"{made.target.url}/{feed}",
            "left": first and not folder and status, "unseen": first and folder, "folder": folder,
        }  # fmt: skip
        if site and site.scheduled:
            from zoneinfo import ZoneInfo

            facts["next"] = waits = site.scheduled[0]
            facts["when"] = waits.published.astimezone(ZoneInfo(site.timezone))
        self.show("published", facts)

    def stands(self, done: Publication, kept: Mapping[str, int], data: Facts) -> None:
        """Write where a site stands; of a target that could not be asked, nothing."""
        sizes = {key: n if key == "files" else size(n) for key, n in kept.items()}
        made, problems = done.plan, done.rendered.problems
        facts: dict[str, object] = {
            **data, "storage": sizes if done.place else None, "automate": data["waiting"] != [],
            "mistakes": summary(problems, done.rendered.files), "to_do": data["left"] != [],
            "same": bool(made and made.empty),
        }  # fmt: skip
        self.show("status", facts)
        if made and not made.empty:
            self.say(f"\nTo be published with: activefeed publish {done.name}".rstrip())
            self.changes(made)

    def looked(self, place: str, found: Found) -> None:
        """Write what an app would stumble over."""
        self._tell(found)
        if not found:
            self.say(f"Apps and readers find everything that was published to {place}.")

    def compared(self, found: Sequence[compare.Difference]) -> None:
        """Write how two feeds differ, and what that means."""
        for one in found:
            sign = self._style("!" if one.severe else "~", _KINDS[one.severe][1])
            self.say(f"{sign} {one.message}\n    {one.consequence}")
        severe = any(one.severe for one in found)
        self.say("This would hurt subscribers." if severe else "Subscribers see the same show.")

    def unused(self, place: str, steps: Sequence[plan.Step]) -> None:
        """Write which media nothing uses any more."""
        for step in steps:
            self.say(f"  {step.key}  {size(step.size)}")
        total = size(sum(step.size for step in steps))
        self.say(f"{count(len(steps), 'file')} at {place or 'the target'} unused: {total}")


def _files(made: plan.Plan) -> list[str]:
    """Return one line for each reason to touch files, and one for the rest."""
    lines = []
    for reason in dict.fromkeys(step.reason for step in made.sends):
        steps = [step for step in made.sends if step.reason == reason]
        names = f" ({', '.join(step.key for step in steps)})" if len(steps) <= 3 else ""
        total = size(sum(step.size for step in steps))
        lines.append(f"{count(len(steps), 'file')} to send, {reason}: {total}{names}")
    gone = Counter(step.reason for step in made.deletes)
    lines += [f"{count(n, 'file')} to delete, {reason}" for reason, n in gone.items()]
    return [*lines, f"{count(made.same, 'file')} as they are"] if made.same else lines


def _few(found: Problems, hints: Found) -> Iterator[Problem | str]:
    """Yield all errors and the first warnings, of hints that are alike three; how many are left."""
    codes = dict.fromkeys(hint.code for hint in hints)
    alike = [[hint for hint in hints if hint.code == code][:_ALIKE] for code in codes]
    warnings = [one for one in found if not one.severe]
    plain = [one for one in warnings if one.code not in codes]
    shown = [*plain, *(hint for row in alike for hint in row)][:_SHOWN]
    yield from (one for one in found if one.severe or one in plain[:_SHOWN])
    yield from shown[len(plain) :]
    if left := len(warnings) - len(shown):
        yield f"  and {count(left, 'more warning')} (activefeed check --all shows them)"


def summary(found: Problems, files: int) -> str:
    """Return ``1 error and 2 warnings in 1 of 14 files``."""
    kinds = Counter(_KINDS[one.severe][0] for one in found)
    words = " and ".join(count(kinds[kind], kind) for kind, _ in _KINDS.values() if kinds[kind])
    places = {p.location.file for p in found if p.location}
    return f"{words} in {len(places)} of {count(files, 'file')}" if places else words


def as_data(problem: Problem) -> Facts:
    """Return a problem for machines."""
    where = problem.location or Location("")
    place = {"file": where.file or None, "line": where.line or None, "column": where.column or None}
    words = {"code": problem.code, "message": problem.message, "fix": problem.fix}
    return {"severity": _KINDS[problem.severe][0], **words, **place}


def site_data(done: Rendered) -> dict[str, object]:
    """Return what every command tells machines of a site."""
    return {"files": done.files, "problems": [as_data(p) for p in done.problems]}


def publication_data(done: Publication) -> dict[str, object]:
    """Return a publish for machines: the same keys in every mode."""
    made, outcome = done.plan, done.outcome
    return {
        **site_data(done.rendered), "place": done.place,
        "refusals": [as_data(p) for p in done.refusals],
        "steps": [asdict(step) for step in (*made.sends, *made.deletes)] if made else [],
        "changes": [{"what": c.what, "kind": c.item.kind, "title": c.item.title,
                     "guid": c.item.guid} for c in (made.changes if made else ())],
        "same": made.same if made else 0, "published": outcome is not None,
        "requests": outcome.requests if outcome else 0,
        "warnings": [as_data(p) for p in (outcome.warnings if outcome else ())],
        "public": [as_data(p) for p in done.seen],
    }  # fmt: skip


def count(n: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def size(n: int) -> str:
    """Return ``2.1 MB``, ``7 bytes``."""
    for unit, one in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if n >= one:
            return f"{n / one:.1f} {unit}"
    return count(n, "byte")


def _width(text: str) -> int:
    """Return how many places a text takes on a terminal; accents and the like take none."""
    shown = (c for c in text if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    return sum(2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in shown)


def _blank(text: str) -> str:
    """Return spaces as wide as a text is on a terminal."""
    return "".join(c if c == "\t" else " " * _width(c) for c in text)
